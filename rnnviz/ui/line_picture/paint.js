// The strokes of a picture of lines, in layers: what of a layer has not changed is not drawn anew.

const FAINT = "rgba(160,160,160,0.25)"

// Each layer as [name, draw]; the names of those that show a line begin with "line".
function layersOf(plan, layout, hidden, look) {
  const ink = look.ink
  const { size } = layout
  const layers = [["frame", frame]]
  plan.lines.forEach((line, number) => layers.push([`line ${number}`, hidden.has(line.group) ? () => {} : pen => trace(pen, line)]))
  return layers

  function frame(pen) {
    for (const panel of layout.panels) axes(pen, panel)
    for (const each of plan.levels) level(pen, each)
    for (const { words, x, y, size, align } of layout.notes) pen.words(words, x, y, { size, colour: ink, align })
  }

  function axes(pen, { left, right, top, bottom, at, ticks, xAxis, yAxis }) {
    const low = bottom + GAP
    for (const [value, label] of ticks.x) {
      const x = at.x(value)
      if (!xAxis.ticks) pen.fill(Math.round(x), top, 1, bottom - top, FAINT)
      if (!xAxis.labels) continue
      if (xAxis.upright) pen.words(label, x - size * 0.35, low, { size, colour: ink, turn: 90 })
      else pen.words(label, x, low + size * 0.9, { size, colour: ink, align: "center" })
    }
    for (const [value, label] of ticks.y) {
      const y = at.y(value)
      pen.fill(left, Math.round(y), right - left, 1, FAINT)
      if (yAxis.labels) pen.words(label, left - GAP, y + size * 0.35, { size, colour: ink, align: "right" })
    }
    if (xAxis.title.length) {
      const deep = xAxis.upright ? layout.height - size * 0.5 : low + size * 2.4
      pen.words(xAxis.title, (left + right) / 2, deep, { size, colour: ink, align: "center" })
    }
    if (yAxis.title.length) pen.words(yAxis.title, size, (top + bottom) / 2, { size, colour: ink, align: "center", turn: -90 })
  }

  function level(pen, { panel, x, y, shares, colour, width, dash }) {
    const { left, right, top, bottom, at } = layout.panels[panel]
    const place = {
      x: value => (shares[0] ? left + value * (right - left) : at.x(value)),
      y: value => (shares[1] ? bottom - value * (bottom - top) : at.y(value)),
    }
    const points = [0, 1].map(end => [place.x(x[end]), place.y(y[end])])
    const seen = points.every(([x, y]) => x >= left - 1 && x <= right + 1 && y >= top - 1 && y <= bottom + 1)
    if (seen) pen.line(points, colour, width, { dash })
  }

  function trace(pen, line) {
    const panel = layout.panels[line.panel]
    const { left, right, top, bottom, span } = panel
    if (line.x.every(place => place >= span[0] && place <= span[1])) return strokes(pen, line, panel)
    pen.within(left, top - 4, right - left, bottom - top + 8, () => strokes(pen, line, panel))
  }

  function strokes(pen, { x, y, colour, width, dash, opacity, mark }, { at }) {
    const runs = [[]]
    x.forEach((place, number) => {
      const point = y[number] === null ? null : [at.x(place), at.y(y[number])]
      if (point?.every(Number.isFinite)) runs.at(-1).push(point)
      else if (runs.at(-1).length) runs.push([])
    })
    if (width) for (const run of runs) if (run.length > 1) pen.line(run, colour, width, { dash, opacity })
    if (mark) for (const [x, y] of runs.flat()) marked(pen, mark, x, y, colour)
  }
}

function marked(pen, { kind, size, width }, x, y, colour) {
  const half = size / 2
  if (kind === "dot") pen.dot(x, y, half, colour)
  else if (kind === "upright") pen.line([[x, y - half * 1.4], [x, y + half * 1.4]], colour, width)
  else pen.area([[x - half * 1.3, y], [x, y - half * 1.3], [x + half * 1.3, y], [x, y + half * 1.3]], colour)
}

const SWATCH = 24 // pixels of a line in the legend

// The sign of a line in the legend, and in what is said of a place, its left end at x.
function swatch(pen, { colour, width, dash, opacity, mark }, x, y) {
  if (width) pen.line([[x, y], [x + SWATCH, y]], colour, width, { dash, opacity })
  if (mark) marked(pen, { ...mark, size: Math.min(mark.size, 9) }, x + SWATCH / 2, y, colour)
}
