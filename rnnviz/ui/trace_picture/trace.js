// The values of a text as the browser keeps them, and their pixels, which are made once.

function traceOf(cargo, scales) {
  const { arrays, units, first, tokens } = cargo
  const shades = { signed: shadesOf(scales.signed), gate: shadesOf(scales.gate) }
  const made = new Map()
  const once = (name, make) => made.get(name) ?? made.set(name, make()).get(name)
  const classes = arrays.probabilities ? arrays.probabilities.length / tokens.length : 0
  return {
    id: cargo.id,
    units,
    first,
    end: first + tokens.length,
    token: token => tokens[token - first],
    value: (name, token, unit) => arrays[name][(token - first) * units + unit],
    probability: (token, place) => arrays.probabilities[(token - first) * classes + place],
    pixels: (name, kind, low, high) => once(name, () => pixelsOf(arrays[name], units, [low, high], shades[kind])),
    scale: kind => once(`scale ${kind}`, () => scaleOf(shades[kind])),
  }
}
