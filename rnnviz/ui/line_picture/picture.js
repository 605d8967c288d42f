// A picture of lines in SVG. Words come from outside: they are escaped by the pen, or written as `textContent`.

const instances = new WeakMap()
const places = new Map() // of the pictures on the page, by key
let count = 0
let look = null

// How the page looks, asked once for all pictures of a look: each question makes the browser work out its styles.
function presentLook(root) {
  if (!look) requestAnimationFrame(() => (look = null))
  return (look ??= lookOf(root))
}

// New plans for pictures that are on the page, by key; what saves them stays.
function grow(plans) {
  for (const [key, plan] of Object.entries(plans)) {
    const place = places.get(key)
    if (!place?.isConnected) continue
    const { camera } = instances.get(place).plan
    showLines({ data: [{ ...plan, key, camera }], parentElement: place })
  }
}

function showLines({ data: [plan], parentElement }) {
  const root = parentElement.querySelector(".rnnviz-lines")
  const find = name => root.querySelector(name)
  const [plot, box, tip, camera] = [find(".plot"), find(".entries"), find(".tip"), find(".camera")]
  const own = instances.get(parentElement) ?? { hidden: new Set(), drawn: new Map(), at: null, zoom: null, number: count++ }
  instances.set(parentElement, own)
  places.set(plan.key, parentElement)
  own.release?.()
  if (own.plan && own.plan.axes.x.range + "" !== plan.axes.x.range + "" && plan.zooms) own.zoom = null
  own.plan = root.plan = plan
  own.look = presentLook(root)
  plot.setAttribute("aria-label", plan.label)
  camera.title = camera.ariaLabel = plan.camera.label
  own.width ??= root.clientWidth
  own.draw = draw
  draw()

  function draw() {
    if (!own.width) return
    const { look, hidden } = own
    own.entries = entriesOf(plan)
    showLegend(box, own.entries, hidden, { press, only })
    const face = `${own.width} ${look.em} ${box.dataset.face}`
    if (own.face !== face) Object.assign(own, { face, legend: own.entries.length ? box.offsetHeight : 0 })
    const layout = (own.layout = layoutOf(plan, own.width, own.legend, hidden, own.zoom, look))
    plot.setAttribute("width", layout.width)
    plot.setAttribute("height", layout.height)
    box.style.top = `${layout.legendTop}px`
    const layers = layersOf(plan, layout, hidden, { ink: "currentColor" })
    for (const [name, paint] of layers) put(name, paint)
    for (const name of own.drawn.keys()) if (name !== "pointer" && !layers.some(([own]) => own === name)) put(name, () => {})
    root.dataset.drawn = [plan.lines.reduce((sum, line) => sum + line.x.length, 0), layout.width].join(" ")
    point()
  }

  // A layer is only touched where it has changed.
  function put(name, paint) {
    const pen = svgPen(own.width, plan.height, "", `lines${own.number}-${name.replace(" ", "-")}-`)
    paint(pen)
    const made = pen.inside()
    let layer = own.drawn.get(name)
    if (!layer) {
      const group = document.createElementNS("http://www.w3.org/2000/svg", "g")
      group.setAttribute("class", name.startsWith("line") ? "line" : name)
      layer = { group, made: "" }
      own.drawn.set(name, layer)
      plot.append(group)
    }
    if (layer.made === made) return
    layer.made = made
    layer.group.innerHTML = made
  }

  // What is said of the place that is pointed at; where new points have come, of the same place.
  function point() {
    const panel = own.at && own.layout.panels[own.at.panel]
    const values = panel ? saidAt(plan, own.at.panel, own.hidden, own.at.place) : []
    put("pointer", pen => values.length && paintPointer(pen, panel, own.at.place, values, { ink: "currentColor" }))
    plot.append(own.drawn.get("pointer").group)
    if (!values.length) tip.hidden = true
    else showTip(tip, heading(panel, own.at.place, plan.words), values, [panel.at.x(own.at.place), panel.top], own.layout)
  }

  function go(panel, place, typed) {
    const at = place === null || place === undefined ? null : { panel, place }
    tip.ariaLive = typed ? "polite" : "off"
    if (at?.panel === own.at?.panel && at?.place === own.at?.place) return
    own.at = at
    point()
  }

  const placesOf = ({ number, span }) => placesIn(plan, number, own.hidden, span)

  function press(group) {
    own.hidden.has(group) ? own.hidden.delete(group) : own.hidden.add(group)
    draw()
  }

  function only(group) {
    const others = own.entries.map(entry => entry.group).filter(each => each !== group)
    const alone = others.every(each => own.hidden.has(each))
    own.hidden = new Set(alone ? [] : others)
    draw()
  }

  listen(plot, find(".band"), {
    layout: () => own.layout,
    zooms: () => plan.zooms,
    ask(x, y) {
      const panel = panelUnder(own.layout, x, y)
      go(panel?.number, panel ? nearest(placesOf(panel), panel.at.x, x) : null, false)
    },
    leave: () => go(0, null, false),
    move(way) {
      if (way === "away") return own.at !== null && (go(0, null, true), true)
      const { panels } = own.layout
      const shift = { before: -1, after: 1 }[way]
      const number = Math.min(Math.max((own.at?.panel ?? 0) + (own.at && shift ? shift : 0), 0), panels.length - 1)
      const places = placesOf(panels[number])
      const last = places.length - 1
      if (last < 0) return false
      const now = own.at ? places.indexOf(nearest(places, place => place, own.at.place)) : way === -1 || way === Infinity ? last + 1 : -1
      const next = shift ? Math.max(now, 0) : Math.min(Math.max(now + way, 0), last)
      go(number, places[next], true)
      return true
    },
    zoom(panel, from, to) {
      const { left, right, span } = panel
      const value = x => span[0] + ((x - left) / (right - left)) * (span[1] - span[0])
      const [low, high] = [Math.round(value(from)) - 0.5, Math.round(value(to)) + 0.5]
      own.zoom = [low, high]
      draw()
    },
    back() {
      own.zoom = null
      draw()
    },
  })
  camera.onclick = () => {
    const look = lookOf(root)
    save(plan.camera, own.layout, look, pen => {
      for (const [, paint] of layersOf(plan, own.layout, own.hidden, look)) paint(pen)
      paintLegend(pen, box, own.entries, own.hidden, own.layout, look)
    })
  }

  const watch = new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width === own.width) return
    Object.assign(own, { width: contentRect.width, look: presentLook(root) })
    draw()
  })
  watch.observe(root)
  if (!own.letters) document.fonts.ready.then(() => (widths.clear(), (own.face = ""), own.draw()))
  own.letters = true // are there from then on
  own.release = () => watch.disconnect()
  return () => own.release()
}
