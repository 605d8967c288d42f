// What a mouse, pen or finger does on a picture: it asks what is there, chooses it, or drags a part to be seen larger.

const DRAG = 6 // pixels that make a drag
const TWICE = 300 // ms in which a second click means another thing than two clicks
const LINGER = 3000 // ms for which an answer can be read after a finger has left

// `host` answers: what is `under` a point, and is told to `ask`, `choose`, `zoom` (from, to) or come `back`.
function listen(canvas, band, host) {
  let start = null
  let [waiting, fading] = [0, 0]
  const point = event => {
    const box = canvas.getBoundingClientRect()
    return [event.clientX - box.left, event.clientY - box.top]
  }
  const stop = () => {
    start = null
    band.hidden = true
  }

  canvas.onpointerdown = event => {
    clearTimeout(fading)
    if (event.button === 0) start = { x: point(event)[0], found: host.under(...point(event)), drags: false }
    if (event.pointerType === "touch") host.ask(...point(event))
  }
  canvas.onpointermove = event => {
    clearTimeout(fading)
    const [x, y] = point(event)
    if (start?.found && host.zooms() && (start.drags || Math.abs(x - start.x) > DRAG)) {
      if (!start.drags) canvas.setPointerCapture(event.pointerId)
      start.drags = true
      band.hidden = false
      const { left, right, bottom } = host.layout()
      const [from, to] = [Math.min(x, start.x), Math.max(x, start.x)].map(place => Math.min(Math.max(place, left), right))
      Object.assign(band.style, { left: `${from}px`, width: `${to - from}px`, height: `${bottom}px` })
      host.ask(null)
    } else host.ask(x, y)
  }
  canvas.onpointerup = event => {
    if (start?.drags) {
      const { left, right, panels } = host.layout()
      const within = Math.min(Math.max(point(event)[0], left), right - 0.01)
      const end = host.under(within, panels[0].top)
      host.zoom(...[start.found.token, end.token].sort((a, b) => a - b))
    } else if (start?.found) {
      const { found } = start
      clearTimeout(waiting)
      waiting = setTimeout(() => host.choose(found), host.zoomed() ? TWICE : 0)
    }
    stop()
  }
  canvas.onpointercancel = stop
  canvas.onpointerleave = event => {
    fading = setTimeout(() => host.ask(null), event.pointerType === "touch" ? LINGER : 0)
  }
  canvas.ondblclick = () => {
    clearTimeout(waiting)
    host.back()
  }
}
