// The values of a text as the browser keeps them, and their pixels, which are made once.

function traceOf(cargo, colours) {
  const { arrays, units, first, tokens } = cargo
  const made = new Map()
  const classes = arrays.probabilities ? arrays.probabilities.length / tokens.length : 0
  return {
    id: cargo.id,
    units,
    first,
    end: first + tokens.length,
    token: token => tokens[token - first],
    value: (name, token, unit) => arrays[name][(token - first) * units + unit],
    probability: (token, place) => arrays.probabilities[(token - first) * classes + place],
    scale: kind => colours[kind].scale,
    pixels(name, kind, low, high) {
      if (!made.has(name)) made.set(name, pixelsOf(arrays[name], units, [low, high], colours[kind].packed))
      return made.get(name)
    },
  }
}
