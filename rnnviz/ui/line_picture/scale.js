// From where to where an axis reaches, where its ticks are, and how numbers stand at them. Nothing here draws.

const STEPS = [1, 2, 5, 10]
const NEAR = 1e-9 // of a step: what only rounding has moved

// The least of 1, 2, 5, 10, 20 … that is not less.
function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough))
  return power * STEPS.find(step => step * power >= rough * (1 - NEAR))
}

// `values` are those that are seen, `most` the ticks that have room, `counted` whether only whole places have a meaning.
// An axis that is given no range reaches from tick to tick, and so grows in nice steps.
function scaleOf(axis, values, { most, counted, words }) {
  if (axis.log) return logScale(axis, values.filter(value => value > 0), words)
  let [low, high] = axis.range ?? spanOf(values)
  const step = Math.max(niceStep((high - low) / most), counted ? 1 : 0)
  if (!axis.range) [low, high] = [Math.floor(low / step + NEAR) * step, Math.ceil(high / step - NEAR) * step]
  const at = value => (value - low) / (high - low)
  if (axis.ticks) return { low, high, at, ticks: axis.ticks.filter(([value]) => value >= low && value <= high) }
  const ticks = []
  for (let count = Math.ceil(low / step - NEAR); count * step <= high + NEAR * step; count++) {
    ticks.push([count * step, tickLabel(count * step, step, axis.share, words)])
  }
  return { low, high, at, ticks }
}

function spanOf(values) {
  if (!values.length) return [0, 1]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const room = low === high ? Math.abs(low) / 10 || 1 : 0
  return [low - room, high + room]
}

function tickLabel(value, step, share, { decimal, percent }) {
  const times = share ? 100 : 1
  const digits = Math.max(0, -Math.floor(Math.log10(step * times) + NEAR))
  return fixed(value * times, digits, decimal) + (share ? percent : "")
}

// Powers of ten, every `step`-th, or for "D2" 1, 2 and 5 of each.
function logScale({ range, step }, values, words) {
  let [low, high] = range ?? (values.length ? [Math.min(...values), Math.max(...values)].map(Math.log10) : [-1, 0])
  const between = step === "D2" ? [0, Math.log10(2), Math.log10(5)] : [0]
  const places = []
  for (let power = Math.floor(low + NEAR); power <= Math.ceil(high - NEAR); power++) {
    for (const more of between) places.push([power + more, Math.round(10 ** more), power])
  }
  if (!range) {
    low = places.findLast(([place]) => place <= low + NEAR)?.[0] ?? low
    high = places.find(([place]) => place >= high - NEAR)?.[0] ?? high
    if (high === low) high = places.find(([place]) => place > low + NEAR)?.[0] ?? low + 1
  }
  const stands = power => typeof step !== "number" || power % Math.round(step) === 0
  const ticks = places
    .filter(([place, , power]) => place >= low - NEAR && place <= high + NEAR && stands(power))
    .map(([place, digit, power]) => [10 ** place, step === "D2" ? plainly(digit, power, words) : powerLabel(power)])
  const at = value => (value > 0 ? (Math.log10(value) - low) / (high - low) : NaN)
  return { low: 10 ** low, high: 10 ** high, at, ticks }
}

function powerLabel(power) {
  return power === 0 ? "1" : power === 1 ? "10" : [["10", ""], [String(power).replace("-", "−"), "high"]]
}

function plainly(digit, power, { decimal }) {
  return Math.abs(power) > 4 ? `${digit}e${String(power).replace("-", "−")}` : fixed(digit * 10 ** power, Math.max(0, -power), decimal)
}

// A number in the formats that hovers use: ".3f", ".3g", ".1%", or with all its digits.
function inFormat(value, format, { decimal, percent }) {
  if (value === null || value === undefined) return "—"
  const digits = Number(format.match(/\d+/)?.[0] ?? 0)
  if (format.endsWith("f")) return fixed(value, digits, decimal)
  if (format.endsWith("%")) return fixed(value * 100, digits, decimal) + percent
  const text = format ? value.toPrecision(digits) : String(Number(value.toFixed(2)))
  return text.replaceAll("-", "−").replace(".", decimal)
}
