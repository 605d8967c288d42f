// A cell at work: one step, one unit, moved by keys and sliders in the browser; the server is told once they rest.
// Tokens come from outside: they are only ever written as `textContent`.

const SETTLE = 200 // ms without another move before the server is told
const TRUST = 2000 // ms for which step and unit stay where a person put them, whatever an older answer says
const NARROW = 600 // pixels

const instances = new WeakMap()

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".cell")
  const find = name => root.querySelector(name)
  const own = instances.get(parentElement) ?? { face: "", zoom: null, asked: null, wanted: null, untold: false }
  instances.set(parentElement, own)
  own.release?.()
  const { plan } = data
  const { labels } = plan

  const face = JSON.stringify(plan)
  if (face !== own.face) {
    own.face = face
    own.picture = makePicture(find(".picture"), plan)
    own.neuron = makeNeuron(find(".neuron"), plan)
    own.numbers = null
    if (!plan.neurons.some(neuron => neuron.name === own.zoom)) own.zoom = null
    if (!plan.quantities[own.asked]) own.asked = "hidden"
    for (const [name, label] of Object.entries(labels.written)) find(name).textContent = label
    root.setAttribute("aria-label", labels.cell)
    root.style.setProperty("--cell", plan.colour)
    root.style.setProperty("--above", plan.scales.signed.at(-1)[1])
    root.style.setProperty("--below", plan.scales.signed[0][1])
  }
  takeCargo()

  const waiting = own.wanted !== null && !same(own.wanted, data) && performance.now() - own.since < TRUST
  if (!waiting) {
    own.wanted = null
    own.untold = false
    own.step = data.step
    own.unit = data.unit
  }
  if (own.untold) tellServer()
  schedule()

  // The arrays that this drawing is of, once both have come.
  function takeCargo() {
    const [values, weights] = ["values", "weights"].map(kind => globalThis.rnnvizCargo?.get(data[kind].slot))
    if (values?.id !== data.values.id || weights?.id !== data.weights.id) return
    if (own.numbers?.values === values && own.numbers.weights === weights) return
    own.numbers = makeNumbers(values, weights, plan)
  }

  function schedule() {
    if (!own.frame) own.frame = requestAnimationFrame(draw)
  }

  function draw() {
    own.frame = 0
    const { numbers } = own
    root.classList.toggle("waiting", !numbers || beyond(own.wanted ?? own))
    if (!numbers) return
    const { values, weights } = numbers
    const aim = own.wanted ?? own
    const { step, unit } = Object.assign(own, nearest(aim))
    const narrow = root.clientWidth < NARROW
    root.classList.toggle("narrow", narrow)
    setRange(find(".step"), 0, values.total - 1, aim.step)
    setRange(find(".unit"), 0, data.most - 1, aim.unit)
    const said = { step: step + 1, count: values.total, token: values.tokens[step] }
    find(".step-said").textContent = worded(labels.stepSaid, said)
    find(".unit-said").textContent = worded(labels.unitSaid, { unit })
    find(".overview").hidden = own.zoom !== null
    find(".neuron").hidden = own.zoom === null
    if (own.zoom === null) own.picture.draw(numbers, step, unit, narrow ? 2 : 3)
    else own.neuron.draw(numbers, own.zoom, step, unit, find(".whole").checked)
    tell()
  }

  // The equation of what is pointed at, in letters and in numbers.
  function tell() {
    const { numbers, step, unit } = own
    const asked = own.zoom ?? own.asked
    const { title, symbol, equation } = plan.quantities[asked]
    const token = worded(labels.token, { token: numbers.values.tokens[step] })
    const value = asked === "x" ? token : show(numbers.row(asked, step)[unit])
    let [formula, worked] = [symbol, asked === "x" ? value : `${symbol}[${unit}] = ${value}`]
    if (equation) {
      const right = filled(equation.numeric, name => numbers.number(name, step, unit), labels.decimal)
      const named = equation.symbolic.includes(" = ") ? `${symbol}[${unit}] = ` : ""
      formula = equation.symbolic
      worked = `${named}${right} = ${value}`
    }
    find(".symbolic").replaceChildren(`${title}: `, ...inLetters(formula))
    find(".numeric").replaceChildren(...inLetters(worked))
  }

  function show(value) {
    return fixed(value, 3, labels.decimal)
  }

  // Of a long text or large cell only a part is here: the place in it that is nearest.
  function nearest({ step, unit }) {
    const { values, weights } = own.numbers
    return {
      step: within(step, values.low, values.high),
      unit: within(unit, weights.first, Math.min(weights.first + weights.count, data.most)),
    }
  }

  function beyond(place) {
    return own.numbers !== null && !same(place, nearest(place))
  }

  function move(step, unit) {
    if (!own.numbers) return
    const to = { step: within(step, 0, own.numbers.values.total), unit: within(unit, 0, data.most) }
    if (same(to, own.wanted ?? own)) return
    own.wanted = to
    own.since = performance.now()
    if (!own.untold || !beyond(to)) tellServer() // what is needed to go on is asked for while keys still come
    schedule()
  }

  function tellServer() {
    own.untold = true
    clearTimeout(own.timer)
    own.timer = setTimeout(() => {
      own.untold = false
      setTriggerValue("moved", own.wanted)
    }, SETTLE)
  }

  function zoom(name, focus) {
    own.zoom = name
    if (name !== null) own.asked = name
    draw()
    if (focus) (name === null ? find(`[data-neuron="${own.asked}"]`) : find(".back")).focus({ preventScroll: true })
  }

  function ask(target) {
    const quantity = target.closest?.("[data-quantity]")?.dataset.quantity
    if (!quantity || !own.numbers) return
    own.asked = quantity
    for (const lit of root.querySelectorAll(".lit")) lit.classList.remove("lit")
    for (const part of root.querySelectorAll(`[data-quantity="${quantity}"]`)) part.classList.add("lit")
    tell()
  }

  find(".picture").onpointerover = event => ask(event.target)
  find(".picture").addEventListener("focusin", event => ask(event.target))
  find(".picture").onclick = event => {
    const gate = event.target.closest("[data-neuron]")
    if (gate) zoom(gate.dataset.neuron, true)
    else ask(event.target)
  }
  find(".back").onclick = () => zoom(null, true)
  find(".whole").onchange = schedule
  find(".step").oninput = event => move(Number(event.target.value), (own.wanted ?? own).unit)
  find(".unit").oninput = event => move((own.wanted ?? own).step, Number(event.target.value))
  root.onkeydown = event => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (!pressed(event)) return
    event.preventDefault()
    event.stopPropagation()
  }

  // Whether a key meant something here.
  function pressed({ key, target }) {
    const gate = target.closest?.("[data-neuron]")
    const { step, unit } = own.wanted ?? own
    if ((key === "Enter" || key === " ") && gate) zoom(gate.dataset.neuron, true)
    else if (key === "Escape" && own.zoom !== null) zoom(null, true)
    else if (key in STEPS) move(STEPS[key](step, own.numbers?.values.total ?? 1), unit)
    else if (key in UNITS) move(step, unit + UNITS[key])
    else return false
    return true
  }

  function arrived() {
    takeCargo()
    schedule()
  }
  globalThis.addEventListener("rnnviz-cargo", arrived)
  const watch = new ResizeObserver(schedule)
  watch.observe(root)
  own.release = () => {
    globalThis.removeEventListener("rnnviz-cargo", arrived)
    watch.disconnect()
    clearTimeout(own.timer)
    cancelAnimationFrame(own.frame)
    own.frame = 0
  }
  return own.release
}

const STEPS = {
  ArrowLeft: step => step - 1,
  ArrowRight: step => step + 1,
  Home: () => 0,
  End: (_step, count) => count - 1,
}
const UNITS = { ArrowUp: 1, ArrowDown: -1 }

function inLetters(formula) {
  return written(formula, text => text, low => Object.assign(document.createElement("sub"), { textContent: low }))
}

function same(one, other) {
  return one.step === other.step && one.unit === other.unit
}

function within(value, low, high) {
  return Math.min(Math.max(value, low), high - 1)
}

function setRange(range, low, high, value) {
  range.min = low
  range.max = high
  range.value = value
}
