// Where everything of a picture of a trace stands, in pixels of the page. Nothing here draws.

const LEFT = 58 // room for the numbers beside each panel
const RIGHT = 52
const TOP = 34 // room for the legend, and above each panel for its title
const BELOW = { level: 36, upright: 116 } // room for the words of the token axis and its title
const LINE = 18 // of the legend
const SIZE = 12 // of letters
const APART = 40 // so many columns, or fewer, have gaps between them
const TICKS = 4

// `span` are the tokens that are drawn, `em` how much larger than usual letters are, `wide` measures words.
function layoutOf(plan, width, span, em, wide) {
  const [left, right] = [LEFT * em, Math.max(width - RIGHT * em, LEFT * em + 1)]
  const legend = legendOf(plan.classes, left, width, em, wide)
  const head = Math.max(TOP * em, legend.height)
  const rows = [...(plan.probabilities ? [null] : []), ...plan.panels]
  const panels = rows.map((quantity, row) => {
    const top = head + row * (plan.panel + TOP * em) + TOP * em
    return { quantity, top, bottom: top + plan.panel }
  })
  const bottom = panels.at(-1).bottom
  const height = Math.round(bottom + BELOW[plan.upright ? "upright" : "level"] * em)
  const column = (right - left) / (span[1] - span[0])
  const at = token => left + (token - span[0]) * column
  return { width, height, em, left, right, bottom, panels, legend, span, column, at, apart: span[1] - span[0] <= APART }
}

function legendOf(classes, left, width, em, wide) {
  let [x, line] = [left, 0]
  const entries = classes.map(([name]) => {
    const long = 26 * em + wide(name, SIZE * em) + 14 * em
    if (x > left && x + long > width) [x, line] = [left, line + 1]
    const entry = { x, y: (line + 0.5) * LINE * em }
    x += long
    return entry
  })
  return { entries, height: (line + 1) * LINE * em + 4 * em }
}

// The tokens that are named below the axis: as many as have room, and the same ones wherever a window begins.
function namedTokens({ span: [from, to], column, em }, tokens, upright, wide) {
  const names = token => shortened(tokens(token))
  let room = (SIZE + 3) * em
  if (!upright) for (let token = from; token < to; token++) room = Math.max(room, wide(names(token), SIZE * em) + 3 * em)
  const stride = Math.ceil(room / column)
  const named = []
  for (let token = Math.ceil(from / stride) * stride; token < to; token += stride) named.push([token, names(token)])
  return named
}

const LETTERS = 12

function shortened(word) {
  const letters = [...word]
  return letters.length <= LETTERS ? word : letters.slice(0, LETTERS - 1).join("") + "…"
}

// A few units to name, from the first on: every one, second, fifth, tenth, twentieth …
function namedUnits(count) {
  const rough = Math.max(count / TICKS, 1)
  const power = 10 ** Math.floor(Math.log10(rough))
  const stride = [1, 2, 5, 10].map(each => each * power).find(each => each >= rough - 1e-9)
  return Array.from({ length: Math.ceil(count / stride) }, (_, place) => place * stride)
}

// What lies under a point of the picture: a token, and in a heat map a unit of its quantity.
function under(layout, units, x, y) {
  if (x < layout.left || x >= layout.right) return null
  const panel = layout.panels.find(({ top, bottom }) => y >= top && y < bottom)
  if (!panel) return null
  const token = Math.min(layout.span[0] + Math.floor((x - layout.left) / layout.column), layout.span[1] - 1)
  const unit = Math.min(Math.floor(((y - panel.top) / (panel.bottom - panel.top)) * units), units - 1)
  return { token, quantity: panel.quantity, unit: panel.quantity ? unit : null }
}
