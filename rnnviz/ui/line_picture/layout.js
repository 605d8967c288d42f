// Where everything of a picture of lines stands, in pixels of the page. Nothing here draws.

const SIZE = 12 // of letters
const ALONG = 46 // pixels for each tick of an axis from left to right
const UP = 34 // and of one from the bottom up
const EDGE = 8
const LARGE = 1.35 // times the usual size of letters for which rows of panels have room
const GAP = 6 // between a tick and its label

// `legend` is how high the legend is, `hidden` which groups are not seen, `span` the part of the x axes that is enlarged.
function layoutOf(plan, width, legend, hidden, span, look) {
  const { wide } = look
  const em = Math.min(look.em, plan.notes.length ? LARGE : Infinity)
  const size = SIZE * em
  const height = plan.height
  const title = axis => (axis.title.length ? size * 1.6 : 0)
  const wideAs = label => (typeof label === "string" ? wide(label, size) : label.reduce((sum, [text]) => sum + wide(text, size), 0))
  const widest = ticks => Math.max(0, ...ticks.map(([, label]) => wideAs(label)))
  const seen = plan.lines.filter(line => !hidden.has(line.group))
  const upOf = name => plan.axes[plan.panels.find(([x]) => x === name)[1]].domain
  const margin = (need, from, whole) => Math.max(EDGE, (need - from * whole) / (1 - from))

  const top = Math.max(plan.top, legend + (plan.high ? 2.2 * size : EDGE))
  const belowOf = axis => GAP + size * 0.6 + (axis.upright ? widest(axis.ticks ?? []) : size) + title(axis)
  const bottom = height - largest(xAxes(plan), ([name, axis]) => margin(belowOf(axis), upOf(name)[0], height - top))
  const y = share => bottom - share * (bottom - top)

  const scales = {}
  for (const [panel, [, name]] of plan.panels.entries()) {
    const axis = plan.axes[name]
    const values = seen.filter(line => line.panel === panel).flatMap(line => line.y.filter(value => value !== null))
    const most = Math.max(((axis.domain[1] - axis.domain[0]) * (bottom - top)) / (UP * em), 2)
    scales[name] = scaleOf(axis, values, { most, words: plan.words })
  }
  const besideOf = (name, axis) => (axis.labels ? widest(scales[name].ticks) + GAP : 0) + title(axis) + 2
  const yAxes = plan.panels.map(([x, name]) => [name, plan.axes[name], plan.axes[x].domain[0]])
  const right = width - 14 * em
  const left = largest(yAxes, ([name, axis, from]) => margin(besideOf(name, axis), from, right))
  const x = share => left + share * Math.max(right - left, 1)

  const panels = plan.panels.map(([across, up], number) => {
    const [xAxis, yAxis] = [plan.axes[across], plan.axes[up]]
    const box = { left: x(xAxis.domain[0]), right: x(xAxis.domain[1]), top: y(yAxis.domain[1]), bottom: y(yAxis.domain[0]) }
    const most = Math.max((box.right - box.left) / (ALONG * em), 2)
    const values = seen.filter(line => line.panel === number).flatMap(line => line.x)
    const shown = span ? { ...xAxis, range: span, ticks: xAxis.ticks && everyWord(plan, number, xAxis.ticks) } : xAxis
    const [sx, sy] = [scaleOf(shown, values, { most, counted: true, words: plan.words }), scales[up]]
    const at = {
      x: value => box.left + sx.at(value) * (box.right - box.left),
      y: value => box.bottom - sy.at(value) * (box.bottom - box.top),
    }
    return { number, ...box, xAxis, yAxis, at, span: [sx.low, sx.high], ticks: { x: thinned(sx.ticks), y: sy.ticks } }

    // As many words as have room side by side: every one, second, third …
    function thinned(ticks) {
      if (!shown.ticks || ticks.length < 2) return ticks
      const room = shown.upright ? size * 1.15 : widest(ticks) + 4 * em
      const apart = Math.min(...ticks.slice(1).map(([place], before) => at.x(place) - at.x(ticks[before][0])))
      const stride = Math.ceil(room / Math.max(apart, 0.01))
      return ticks.filter((_tick, place) => place % stride === 0)
    }
  })
  const legendTop = plan.high ? 0 : top - legend - EDGE
  return { width, height, em, size, top, bottom, left, right, panels, notes: plan.notes.map(noteAt), legendTop }

  // The title in the middle of a panel is cut where it is longer than that, other words where they leave the picture.
  function noteAt({ words, align, ...note }) {
    const at = { x: x(note.x), y: y(note.y) - 5 - note.up, size: note.size * em, align }
    const under = panels.find(panel => panel.left <= at.x && at.x <= panel.right) ?? { left, right }
    const room = { left: width - at.x, right: at.x, center: under.right - under.left }[align]
    return { ...at, words: fitted(words, room, text => wide(text, at.size)) }
  }
}

function xAxes(plan) {
  return plan.panels.map(([name]) => [name, plan.axes[name]])
}

function largest(items, of) {
  return Math.max(...items.map(of))
}

// The word at each place, as far as any line says it: the ticks of a long text are only some of them.
function everyWord(plan, panel, ticks) {
  const words = new Map()
  for (const line of plan.lines) {
    if (line.panel === panel && line.customdata) line.x.forEach((place, number) => words.set(place, shortened(line.customdata[number])))
  }
  for (const [place, word] of ticks) words.set(place, word)
  return [...words].sort(([one], [other]) => one - other)
}

// Parts of words, cut to those letters that have room.
function fitted(parts, room, wide) {
  const whole = parts.reduce((sum, [text]) => sum + wide(text), 0)
  if (whole <= room) return parts
  let [fits, tooMany] = [0, parts.reduce((sum, [text]) => sum + [...text].length, 0)]
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2)
    const long = cutTo(parts, middle).reduce((sum, [text]) => sum + wide(text), 0)
    ;[fits, tooMany] = long <= room ? [middle, tooMany] : [fits, middle]
  }
  return cutTo(parts, fits)
}

function cutTo(parts, letters) {
  const kept = []
  for (const [text, kind] of parts) {
    if (letters <= 0) break
    kept.push([[...text].slice(0, letters).join(""), kind])
    letters -= [...text].length
  }
  return [...kept, ["…", ""]]
}

const LETTERS = 12

function shortened(word) {
  const letters = [...word]
  return letters.length <= LETTERS ? word : letters.slice(0, LETTERS - 1).join("") + "…"
}
