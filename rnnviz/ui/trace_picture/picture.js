// A picture of a trace on a canvas. Tokens come from outside: they are only ever drawn, or written as `textContent`.

const instances = new WeakMap()

function showTrace({ data: [plan, ...brought], parentElement, setTriggerValue }) {
  hold(brought)
  const root = parentElement.querySelector(".trace")
  const find = name => root.querySelector(name)
  const [canvas, tip, camera] = [find("canvas"), find(".tip"), find(".camera")]
  const own = instances.get(parentElement) ?? { trace: null, plan: null, zoom: null, chosen: null, at: [null] }
  instances.set(parentElement, own)
  own.release?.()
  own.next = plan
  own.look = lookOf(root)
  canvas.setAttribute("aria-label", plan.label)
  canvas.classList.toggle("movable", plan.movable)
  canvas.classList.toggle("zooms", plan.zooms)
  camera.title = camera.ariaLabel = plan.camera.label
  take()

  // What was sent last is drawn once its values are here; until then the picture stays as it was.
  function take() {
    const cargo = globalThis.rnnvizCargo?.get(own.next.values.slot)
    if (cargo?.id !== own.next.values.id) return
    const scales = JSON.stringify(own.next.scales)
    if (own.scales !== scales) Object.assign(own, { scales, colours: coloursOf(own.next.scales), trace: null })
    if (own.trace?.id !== cargo.id) Object.assign(own, { trace: traceOf(cargo, own.colours), zoom: null })
    if (own.zoom && !inside(own.zoom, own.next.window)) own.zoom = null
    Object.assign(own, { plan: own.next, chosen: null })
    draw()
    ask(...own.at)
  }

  function draw() {
    if (!own.trace || !root.clientWidth) return
    const { plan, trace, look } = own
    const ratio = globalThis.devicePixelRatio || 1
    const span = own.zoom ?? plan.window
    own.layout = layoutOf(plan, root.clientWidth, span, look.em, look.wide)
    const { width, height } = own.layout
    fit(canvas, width, height, ratio)
    const context = canvas.getContext("2d")
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.clearRect(0, 0, width, height)
    const marks = own.chosen ?? plan
    paintTrace(canvasPen(context, ratio, look.font), own.layout, plan, trace, marks, look)
    const drawn = [trace.id, marks.step, marks.unit, ...span, width].join(" ")
    for (const { dataset } of [canvas, parentElement.host]) Object.assign(dataset, { drawn, heatmaps: plan.panels.length })
  }

  function ask(x, y) {
    own.at = [x, y]
    const found = x === null || !own.layout ? null : under(own.layout, own.trace.units, x, y)
    tip.hidden = !found
    if (!found) return
    tip.textContent = told(own.plan, own.trace, found)
    const right = x + 14 + tip.offsetWidth > own.layout.width
    tip.style.left = `${Math.max(right ? x - 14 - tip.offsetWidth : x + 14, 0)}px`
    tip.style.top = `${Math.max(y - tip.offsetHeight - 8, 0)}px`
  }

  listen(canvas, find(".band"), {
    layout: () => own.layout,
    under: (x, y) => (own.layout ? under(own.layout, own.trace.units, x, y) : null),
    ask,
    zooms: () => own.plan?.zooms,
    zoomed: () => own.zoom !== null,
    choose({ token, unit }) {
      if (!own.plan.movable) return
      own.chosen = { step: token, unit: unit ?? own.plan.unit }
      draw()
      setTriggerValue("moved", own.chosen)
    },
    zoom(from, to) {
      own.zoom = [from, to + 1]
      draw()
    },
    back() {
      own.zoom = null
      draw()
    },
  })
  camera.onclick = () => {
    const { plan, trace, layout, look, chosen } = own
    if (layout) save(plan.camera, layout, look, pen => paintTrace(pen, layout, plan, trace, chosen ?? plan, look))
  }

  const watch = new ResizeObserver(() => root.clientWidth !== own.layout?.width && draw())
  watch.observe(root)
  globalThis.addEventListener("rnnviz-cargo", take)
  if (!own.letters) document.fonts.ready.then(draw)
  own.letters = true // are there from then on
  own.release = () => {
    watch.disconnect()
    globalThis.removeEventListener("rnnviz-cargo", take)
  }
  return own.release
}

// What is said of a place: the value of a unit, or the probability of each class.
function told({ words, classes }, trace, { token, quantity, unit }) {
  const number = value => fixed(value, 3, words.decimal)
  const name = trace.token(token)
  if (quantity) return worded(words.value, { token: name, unit, value: number(trace.value(quantity.name, token, unit)) })
  const lines = classes.map(([each], place) => `${each}: ${number(trace.probability(token, place))}`)
  return [worded(words.after, { token: name }), ...lines].join("\n")
}

function inside([from, to], [first, end]) {
  return from >= first && to <= end
}

// A canvas as many pixels large as the screen has in it.
function fit(canvas, width, height, ratio) {
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width === wide && canvas.height === high) return
  Object.assign(canvas, { width: wide, height: high })
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` })
}
