// The picture of a trace: the running prediction, below it a heat map of each quantity, all over one token axis.

const FAINT = "rgba(160,160,160,0.35)"
const BEYOND = 0.03 // what the axis of probabilities leaves free at both ends
const BAR = { gap: 10, width: 9 }

function paintTrace(pen, layout, plan, trace, marks, look) {
  const { em, left, right, bottom, panels } = layout
  const [size, colour] = [SIZE * em, look.ink]
  const middle = ({ top, bottom }) => (top + bottom) / 2

  for (const panel of panels) {
    if (panel.quantity) heatmap(panel)
    else prediction(panel)
  }
  tokenAxis()

  function heading(panel, words) {
    pen.words(words, left, panel.top - 8 * em, { size: 13 * em, colour })
  }

  function sideAxis(panel, title, ticks) {
    pen.words(title, 14 * em, middle(panel), { size, colour, align: "center", turn: -90 })
    for (const [text, y] of ticks) pen.words(text, left - 7 * em, y + size * 0.35, { size, colour, align: "right" })
  }

  function frameStep({ top, bottom }) {
    const { step } = marks
    if (step === null || step < layout.span[0] || step >= layout.span[1]) return
    pen.frame(layout.at(step), top, layout.column, bottom - top, plan.mark, 2)
  }

  function heatmap(panel) {
    const { quantity, top } = panel
    const { name, title, symbol, kind, low, high } = quantity
    const height = panel.bottom - top
    const row = height / trace.units
    const [letter, index] = symbol.split("_")
    heading(panel, [[`${title} `, ""], [letter, "italic"], ...(index ? [[index, "low"]] : [])])
    sideAxis(panel, plan.words.unit, namedUnits(trace.units).map(unit => [String(unit), top + (unit + 0.5) * row]))

    const [from, to] = layout.span
    pen.image(trace.pixels(name, kind, low, high), from - trace.first, to - from, left, top, right - left, height)
    if (layout.apart) {
      for (let token = from + 1; token < to; token++) pen.fill(layout.at(token) - 0.5, top, 1, height, look.ground)
    }
    if (marks.unit !== null) pen.frame(left, top + marks.unit * row, right - left, row, plan.mark, 1)
    frameStep(panel)

    const bar = right + BAR.gap * em
    pen.image(trace.scale(kind), 0, 1, bar, top, BAR.width * em, height)
    for (const [value, y] of [[high, top + size * 0.7], [(low + high) / 2, middle(panel) + size * 0.35], [low, panel.bottom]]) {
      pen.words(brief(value, plan.words.decimal), bar + (BAR.width + 4) * em, y, { size, colour })
    }
  }

  function prediction(panel) {
    const height = (panel.bottom - panel.top) / (1 + 2 * BEYOND)
    const at = probability => panel.bottom - (probability + BEYOND) * height
    const [from, to] = layout.span
    heading(panel, plan.words.prediction)
    sideAxis(panel, plan.words.probability, [0, 0.5, 1].map(value => [brief(value, plan.words.decimal), at(value)]))
    for (const value of [0, 0.25, 0.5, 0.75, 1]) pen.fill(left, at(value), right - left, 1, FAINT)
    plan.classes.forEach(([name, colour], place) => {
      const { x, y } = layout.legend.entries[place]
      pen.line([[x, y], [x + 22 * em, y]], colour, 3)
      if (layout.apart) pen.dot(x + 11 * em, y, 4, colour)
      pen.words(name, x + 26 * em, y + size * 0.35, { size, colour: look.ink })
      const points = []
      for (let token = Math.max(from - 1, trace.first); token < Math.min(to + 1, trace.end); token++) {
        points.push([layout.at(token + 0.5), at(trace.probability(token, place))])
      }
      pen.within(left, panel.top, right - left, panel.bottom - panel.top, () => {
        if (points.length > 1) pen.line(points, colour, 3)
        if (layout.apart || points.length === 1) for (const [x, y] of points) pen.dot(x, y, 4, colour)
      })
    })
    frameStep(panel)
  }

  function tokenAxis() {
    const named = namedTokens(layout, trace.token, plan.upright, look.wide)
    for (const [token, name] of named) {
      const x = layout.at(token + 0.5)
      if (plan.upright) pen.words(name, x - size * 0.35, bottom + 6 * em, { size, colour, turn: 90 })
      else pen.words(name, x, bottom + 15 * em, { size, colour, align: "center" })
    }
    pen.words(plan.words.token, (left + right) / 2, layout.height - 5 * em, { size, colour, align: "center" })
  }
}

// A number without needless digits.
function brief(value, decimal) {
  return fixed(value, 2, decimal).replace(/0+$/, "").replace(/\D$/, "")
}
