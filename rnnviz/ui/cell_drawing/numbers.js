// What a step is made of: the values of all units by name, and the terms of one neuron. Nothing here draws.

const OPERATIONS = {
  times: (a, b) => a * b,
  plus: (a, b) => a + b,
  tanh: a => Math.tanh(a),
  rest: a => 1 - a,
}

const SQUASH = { tanh: Math.tanh, sigmoid: a => 1 / (1 + Math.exp(-a)) }

function makeNumbers(values, weights, { parts, neurons }) {
  const made = new Map()
  const zeros = new Float32Array(values.units)

  // All units (or components of x) of a quantity at a step.
  function row(name, step) {
    const array = values.arrays[name]
    if (array) {
      if (step < 0 || step >= values.total) return zeros
      const size = name === "x" ? values.inputs : values.units
      const from = (step - values.first) * size
      return array.subarray(from, from + size)
    }
    if (name.endsWith("_before")) return row(name.slice(0, -"_before".length), step - values.way)
    return part(name, step)
  }

  function part(name, step) {
    const known = made.get(name)
    if (known?.step === step) return known.units
    const units = known?.units ?? new Float32Array(values.units)
    const operation = OPERATIONS[parts[name].operation]
    const [a, b] = parts[name].of.map(each => row(each, step))
    for (let unit = 0; unit < units.length; unit++) units[unit] = operation(a[unit], b?.[unit])
    made.set(name, { step, units })
    return units
  }

  // The weighted sum of a neuron for one unit: all terms, and what they make.
  function sum(name, step, unit) {
    const neuron = neurons.find(each => each.name === name)
    const place = neuron.rows * weights.count + unit - weights.first
    const { input, recurrent, input_bias: inputBias, recurrent_bias: recurrentBias } = weights.arrays
    const [x, h] = [row("x", step), row("hidden_before", step)]
    const [w, u] = [slice(input, place, x.length), slice(recurrent, place, h.length)]
    const factor = neuron.factor ? row(neuron.factor, step)[unit] : 1
    const fromX = dot(w, x)
    const fromH = dot(u, h)
    return {
      neuron, x, h, w, u, factor, fromX, fromH,
      inputBias: inputBias[place],
      recurrentBias: recurrentBias[place],
      bias: inputBias[place] + factor * recurrentBias[place],
      total: fromX + inputBias[place] + factor * (fromH + recurrentBias[place]),
      value: row(name, step)[unit],
    }
  }

  // One number of the chosen unit, as the equations of the cell name it.
  function number(name, step, unit) {
    const asked = name.match(/^(.*?)_?from_([xh])$/)
    if (asked && !values.arrays[name]) {
      const found = sum(asked[1] || "hidden", step, unit)
      return asked[2] === "x" ? found.fromX + found.inputBias : found.fromH + found.recurrentBias
    }
    return row(name, step)[unit]
  }

  return { row, sum, number, values, weights }
}

function slice(array, place, size) {
  return array.subarray(place * size, (place + 1) * size)
}

function dot(a, b) {
  let total = 0
  for (let place = 0; place < a.length; place++) total += a[place] * b[place]
  return total
}

// The terms of a sum in the order in which they are drawn: the whole input, the largest, the rest in one, the bias.
function largest({ x, h, w, u, factor, fromX, bias }, whole, most) {
  const terms = []
  const by = factor === 1 ? [] : [factor]
  if (!whole) {
    for (let place = 0; place < x.length; place++) {
      terms.push({ kind: "input", place, value: w[place] * x[place], factors: [w[place], x[place]] })
    }
  }
  for (let place = 0; place < h.length; place++) {
    terms.push({ kind: "unit", place, value: factor * u[place] * h[place], factors: [...by, u[place], h[place]] })
  }
  terms.sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
  const others = terms.splice(most)
  if (whole) terms.unshift({ kind: "whole", value: fromX })
  if (others.length) {
    terms.push({ kind: "others", count: others.length, value: others.reduce((sum, term) => sum + term.value, 0) })
  }
  terms.push({ kind: "bias", value: bias })
  return terms
}

// A template of the cell's equations, as "σ({forget_from_x:.3f} {forget_from_h:+.3f})", with the numbers put in.
function filled(template, find, decimal) {
  return template.replace(/\{(\w+):([^}]*)\}/g, (_whole, name, spec) => {
    const value = find(name)
    if (spec === "()") return value < 0 ? `(${fixed(value, 3, decimal)})` : fixed(value, 3, decimal)
    if (spec.startsWith("+")) return (value < 0 ? "− " : "+ ") + fixed(Math.abs(value), 3, decimal)
    return fixed(value, 3, decimal)
  })
}
