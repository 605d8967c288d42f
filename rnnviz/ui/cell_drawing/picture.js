// The drawing of the cell from its blueprint: nodes, wires, and on them a strip with the values of all units.

const SVG = "http://www.w3.org/2000/svg"
const STRIP = { width: 112, height: 11 }

function element(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

// "c_{t-1}" as letters and subscripts, in SVG or HTML.
function written(formula, plain, lowered) {
  const parts = formula.replaceAll("-", "−").split(/_(?:\{([^}]*)\}|(\w))/)
  const made = []
  for (let place = 0; place < parts.length; place += 3) {
    if (parts[place]) made.push(plain(parts[place]))
    const low = parts[place + 1] ?? parts[place + 2]
    if (low) made.push(lowered(low))
  }
  return made
}

function symbolIn(text, formula) {
  let down = false
  const plain = letters => {
    const span = element("tspan", down ? { dy: "-0.28em" } : {}, letters)
    down = false
    return span
  }
  const lowered = letters => {
    down = true
    return element("tspan", { dy: "0.28em", class: "sub" }, letters)
  }
  text.append(...written(formula, plain, lowered))
  const value = element("tspan", { class: "number", dx: "0.5em", ...(down ? { dy: "-0.28em" } : {}) })
  text.append(value)
  return value
}

function makePicture(svg, plan) {
  const named = stops => shadesOf(stops).map(mix => `rgb(${mix.join(",")})`)
  const colours = { gate: named(plan.scales.gate), signed: named(plan.scales.signed) }
  svg.setAttribute("viewBox", `0 0 ${plan.width} ${plan.height}`)
  const arrow = element("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 7, markerHeight: 7,
    markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" }, element("path", { d: "M0 0 8 4 0 8z" }))
  const frame = element("rect", { class: "frame", x: 2, y: 2, width: plan.width - 4, height: plan.height - 4, rx: 14 })
  svg.replaceChildren(element("defs", {}, arrow), frame)
  const wires = plan.wires.map(makeWire)
  plan.nodes.forEach(makeNode)
  const strips = plan.wires.filter(wire => wire.strip).map(makeStrip)

  function shade(kind, limit, value) {
    const share = kind === "gate" ? value : value / limit / 2 + 0.5
    return Math.round(Math.min(Math.max(share, 0), 1) * SHADES)
  }

  function makeWire({ quantity, lines }) {
    const group = element("g", { class: "wire", "data-quantity": quantity })
    const ways = lines.map(points => "M" + points.map(point => point.join(" ")).join("L"))
    const casing = element("g", { class: "casing" })
    casing.append(...ways.map(d => element("path", { d, "marker-end": "url(#arrow)" })))
    const line = element("path", { class: "line", d: ways.join("") })
    const starts = lines.slice(1).map(([[x, y]]) => element("circle", { class: "joint", cx: x, cy: y, r: 3.5 }))
    group.append(element("path", { class: "reach", d: ways.join("") }), casing, line, ...starts)
    svg.append(group)
    return { quantity, line, casing, drawn: null }
  }

  function makeNode({ quantity, sign, at: [x, y], neuron }) {
    const { title } = plan.quantities[quantity]
    const group = element("g", { "data-quantity": quantity, class: neuron ? "node gate" : "node", tabindex: 0 })
    group.setAttribute("role", neuron ? "button" : "img")
    group.setAttribute("aria-label", neuron ? `${title}. ${plan.labels.open}` : title)
    if (neuron) {
      group.dataset.neuron = neuron
      group.append(element("rect", { x: x - 52, y: y - 27, width: 104, height: 54, rx: 9 }))
      const squeezed = title.length > 15 ? { textLength: 94, lengthAdjust: "spacingAndGlyphs" } : {}
      group.append(element("text", { class: "title", x, y: y - 8, ...squeezed }, title))
      group.append(element("text", { class: "sign", x, y: y + 17 }, sign))
    } else {
      group.append(element("circle", { cx: x, cy: y, r: sign.length > 2 ? 19 : 16 }))
      group.append(element("text", { class: sign.length > 2 ? "sign long" : "sign", x, y: y + 5 }, sign))
    }
    svg.append(group)
  }

  function makeStrip({ quantity, strip: [x, y] }) {
    const { symbol, title } = plan.quantities[quantity]
    const count = quantity === "x" ? plan.inputs : plan.units
    const [left, top, wide] = [x - STRIP.width / 2, y - STRIP.height / 2, STRIP.width / count]
    const group = element("g", { class: "strip", "data-quantity": quantity, tabindex: 0, role: "img" })
    group.setAttribute("aria-label", title)
    const text = element("text", { class: symbol.length > 12 ? "label long-symbol" : "label", x, y: top - 5 })
    const value = symbolIn(text, symbol)
    const bars = Array.from({ length: count }, (_, unit) =>
      element("rect", { x: left + unit * wide, y: top, width: wide + 0.05, height: STRIP.height }))
    const ground = element("rect", { class: "ground", x: left, y: top - 20, width: STRIP.width, height: 20 })
    const around = element("rect", { class: "around", x: left, y: top, width: STRIP.width, height: STRIP.height })
    group.append(ground, text, ...bars, around)
    let mark = null
    if (quantity !== "x") {
      mark = element("rect", { class: "mark", y: top - 2, width: Math.max(wide, 3), height: STRIP.height + 4 })
      group.append(mark)
    }
    svg.append(group)
    return { quantity, value, bars, mark, left, wide, shades: new Int16Array(count).fill(-1), unit: null }
  }

  function draw(numbers, step, unit, digits) {
    const { limits, tokens } = numbers.values
    for (const wire of wires) {
      if (wire.quantity === "x") continue
      const { kind } = plan.quantities[wire.quantity]
      const [value, limit] = [numbers.row(wire.quantity, step)[unit], limits[wire.quantity]]
      const [now, strength] = [shade(kind, limit, value), Math.min(Math.abs(value) / limit, 1)]
      if (wire.drawn === now) continue
      wire.drawn = now
      wire.line.style.stroke = colours[kind][now]
      wire.line.style.strokeWidth = 1 + 5 * strength
      wire.casing.style.strokeWidth = 3 + 5 * strength
    }
    for (const strip of strips) {
      const { kind } = plan.quantities[strip.quantity]
      const [row, limit] = [numbers.row(strip.quantity, step), limits[strip.quantity]]
      for (let place = 0; place < row.length; place++) {
        const now = shade(kind, limit, row[place])
        if (strip.shades[place] === now) continue
        strip.shades[place] = now
        strip.bars[place].setAttribute("fill", colours[kind][now])
      }
      const token = { token: tokens[step] }
      const { labels } = plan
      strip.value.textContent = strip.mark ? fixed(row[unit], digits, labels.decimal) : worded(labels.token, token)
      if (strip.unit !== unit) strip.mark?.setAttribute("x", strip.left + unit * strip.wide - (strip.wide < 3 ? 1 : 0))
      strip.unit = unit
    }
  }

  return { draw }
}
