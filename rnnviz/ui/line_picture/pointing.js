// What is said of a place: of the nearest one where a line has a point, the values of all lines there.

// All places of a panel where a line says something, in order.
function placesIn(plan, panel, hidden, [low, high]) {
  const places = new Set()
  for (const { panel: own, hover, group, x, y } of plan.lines) {
    if (own !== panel || !hover || hidden.has(group)) continue
    x.forEach((place, number) => y[number] !== null && place >= low && place <= high && places.add(place))
  }
  return [...places].sort((one, other) => one - other)
}

function nearest(places, at, x) {
  let best = null
  for (const place of places) if (best === null || Math.abs(at(place) - x) < Math.abs(at(best) - x)) best = place
  return best
}

function panelUnder({ panels, size }, x, y) {
  return panels.find(({ left, right, top, bottom }) => x >= left - size && x <= right + size && y >= top - size && y <= bottom + size)
}

// What each line says at a place, as [line, words, value].
function saidAt(plan, panel, hidden, place) {
  return plan.lines.flatMap(line => {
    if (line.panel !== panel || !line.hover || hidden.has(line.group)) return []
    return line.x.flatMap((x, number) => (x === place && line.y[number] !== null ? [[line, said(line, number, plan.words), line.y[number]]] : []))
  })
}

function said(line, number, words) {
  const of = { text: () => line.text[number], customdata: () => line.customdata[number] }
  const parts = line.hover.map(([field, format]) => {
    if (format === undefined) return field
    return of[field] ? of[field]() : inFormat(line[field][number], format, words)
  })
  return parts.join("")
}

// What stands above the values: the place on an axis of numbers, or the word of an axis of words that is named there.
function heading({ xAxis }, place, words) {
  if (xAxis.ticks) return xAxis.ticks.find(([value]) => value === place)?.[1] ?? ""
  return `${xAxis.title.map(([text]) => text).join("")} ${inFormat(place, "", words)}`
}

function paintPointer(pen, { left, right, top, bottom, at }, place, values, look) {
  const x = at.x(place)
  if (x < left - 1 || x > right + 1) return
  pen.fill(Math.round(x), top, 1, bottom - top, look.ink)
  for (const [line, , value] of values) if (line.width) pen.dot(x, at.y(value), 4, line.colour)
}

function showTip(tip, head, values, anchor, layout) {
  const lines = values.map(([line, words]) => {
    const row = document.createElement("div")
    row.append(pictured(line), `${line.name}: ${words}`)
    return row
  })
  const title = document.createElement("b")
  title.textContent = head
  tip.replaceChildren(...(head ? [title] : []), ...lines)
  tip.hidden = false
  const { offsetWidth: wide, offsetHeight: high } = tip
  const [x, top] = anchor
  const beyond = x + 12 + wide > layout.width
  tip.style.left = `${Math.max(0, Math.min(beyond ? x - 12 - wide : x + 12, layout.width - wide))}px`
  tip.style.top = `${Math.max(0, Math.min(top + 4, layout.height - high))}px`
}

const MOVES = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }
const DRAG = 6 // pixels that make a drag
const LINGER = 3000 // ms for which an answer can be read after a finger has left

// `host` answers with its `layout` and whether it `zooms`; it is told to `ask` at a point, to `move` with a key,
// to `leave`, to `zoom` to a part of a panel, and to come `back`.
function listen(plot, band, host) {
  let [start, fading] = [null, 0]
  const point = event => {
    const box = plot.getBoundingClientRect()
    return [event.clientX - box.left, event.clientY - box.top]
  }
  const stop = () => {
    start = null
    band.hidden = true
  }
  plot.onpointerdown = event => {
    clearTimeout(fading)
    const [x, y] = point(event)
    const panel = panelUnder(host.layout(), x, y)
    if (event.button === 0 && panel && host.zooms()) start = { x, panel, drags: false, to: x }
    if (event.pointerType === "touch") host.ask(x, y)
  }
  plot.onpointermove = event => {
    clearTimeout(fading)
    const [x, y] = point(event)
    if (!start || (!start.drags && Math.abs(x - start.x) <= DRAG)) return host.ask(x, y)
    if (!start.drags) plot.setPointerCapture(event.pointerId)
    const { left, right, top, bottom } = start.panel
    start.drags = true
    start.to = Math.min(Math.max(x, left), right)
    band.hidden = false
    const [from, to] = [start.x, start.to].sort((one, other) => one - other)
    Object.assign(band.style, { left: `${from}px`, width: `${to - from}px`, top: `${top}px`, height: `${bottom - top}px` })
    host.leave()
  }
  plot.onpointerup = () => {
    if (start?.drags) host.zoom(start.panel, ...[start.x, start.to].sort((one, other) => one - other))
    stop()
  }
  plot.onpointercancel = stop
  plot.onpointerleave = event => {
    fading = setTimeout(host.leave, event.pointerType === "touch" ? LINGER : 0)
  }
  plot.ondblclick = host.back
  plot.onblur = host.leave
  plot.onkeydown = event => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const move = { ...MOVES, ArrowUp: "before", ArrowDown: "after", Escape: "away" }[event.key]
    if (move === undefined || !host.move(move)) return
    event.preventDefault()
    event.stopPropagation()
  }
}
