// One neuron: its terms as bars that begin where the one before ended, the sum, and the activation's curve below it.

const MOST_TERMS = 10
const LEAST_SCALE = 0.1
const CURVE = { width: 200, height: 100 }

function makeNeuron(host, plan) {
  const { labels } = plan
  const find = name => host.querySelector(name)
  const rows = find(".terms")
  const pool = []
  let drawn = ""
  let limit = 0

  function rowAt(place) {
    if (!pool[place]) {
      const row = document.createElement("div")
      row.className = "term"
      const [name, product, lane, bar, number] = ["name", "product", "lane", "bar", "number"].map(kind => {
        const part = document.createElement(kind === "lane" ? "div" : "span")
        part.className = kind
        return part
      })
      lane.append(bar)
      row.append(name, product, lane, number)
      rows.append(row)
      pool[place] = { row, name, product, bar, number }
    }
    return pool[place]
  }

  function nameOf(term, { x }, token) {
    switch (term.kind) {
      case "whole":
        return worded(labels.whole, { token, count: x.length })
      case "input":
        return worded(plan.inputNames[term.place], { token })
      case "unit":
        return worded(labels.unitTerm, { unit: term.place })
      case "others":
        return worded(labels.others, { count: term.count })
      case "bias":
        return labels.bias
      default:
        return labels.total
    }
  }

  function draw(numbers, name, step, unit, whole) {
    const sum = numbers.sum(name, step, unit)
    const terms = largest(sum, whole, MOST_TERMS)
    const token = numbers.values.tokens[step]
    const { title } = plan.quantities[name]
    const ends = [0]
    for (const term of terms) ends.push(ends.at(-1) + term.value)

    // A scale that only grows while one neuron is looked at, so that bars of two steps can be compared.
    if (drawn !== `${name} ${unit}`) limit = 0
    drawn = `${name} ${unit}`
    limit = Math.max(limit, round(Math.max(...ends.map(Math.abs), LEAST_SCALE)))
    const at = value => `${50 + (50 * value) / limit}%`

    find(".heading").textContent = worded(labels.heading, { title, unit, step: step + 1, token })
    const factor = sum.neuron.factor && plan.quantities[sum.neuron.factor]
    const value = fixed(sum.factor, 3, labels.decimal)
    find(".factor").textContent = factor ? worded(labels.factor, { title: factor.title, value }) : ""

    const all = [...terms, { kind: "total", value: sum.total }]
    all.forEach((term, place) => {
      const { row, name, product, bar, number } = rowAt(place)
      const [from, to] = term.kind === "total" ? [0, term.value] : [ends[place], ends[place + 1]]
      row.hidden = false
      row.dataset.kind = term.kind
      name.textContent = nameOf(term, sum, token)
      product.textContent = (term.factors ?? []).map(value => fixed(value, 2, labels.decimal)).join(" · ")
      number.textContent = fixed(term.value, 3, labels.decimal, "+")
      bar.className = term.value < 0 ? "bar below" : "bar above"
      bar.style.left = at(Math.min(from, to))
      bar.style.width = `max(1px, ${(50 * Math.abs(to - from)) / limit}%)`
    })
    pool.slice(all.length).forEach(({ row }) => (row.hidden = true))
    drawCurve(sum, at)
    return sum
  }

  function drawCurve({ total, value, neuron }, at) {
    const squash = SQUASH[neuron.activation]
    const [low, high] = neuron.activation === "tanh" ? [-1, 1] : [0, 1]
    const up = result => (CURVE.height * (high - result)) / (high - low)
    const points = Array.from({ length: 81 }, (_, place) => {
      const sum = (place / 40 - 1) * limit
      return `${(CURVE.width * place) / 80} ${up(squash(sum)).toFixed(2)}`
    })
    find(".curve path").setAttribute("d", "M" + points.join("L"))
    const [drop, dot] = [find(".drop"), find(".dot")]
    drop.style.left = at(total)
    drop.style.height = `${up(value)}%`
    dot.style.left = at(total)
    dot.style.top = `${up(value)}%`
    find(".high").textContent = fixed(high, 0, labels.decimal)
    find(".low").textContent = fixed(low, 0, labels.decimal)
    const digits = limit < 1 ? 1 : 0
    find(".left").textContent = fixed(-limit, digits, labels.decimal)
    find(".right").textContent = fixed(limit, digits, labels.decimal)
    const sign = neuron.activation === "tanh" ? "tanh" : "σ"
    const [from, to] = [fixed(total, 3, labels.decimal), fixed(value, 3, labels.decimal)]
    find(".outcome").textContent = `${sign}(${from}) = ${to}`
  }

  return { draw }
}

// The next of 1, 2, 5, 10, …
function round(size) {
  const power = 10 ** Math.floor(Math.log10(size))
  return [1, 2, 5, 10].map(each => each * power).find(each => each >= size * (1 - 1e-6))
}
