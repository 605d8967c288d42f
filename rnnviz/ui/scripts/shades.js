// The colours of a scale, from its stops [place, "#rrggbb"]: SHADES + 1 of them, from its low end to its high one.

const SHADES = 255

function shadesOf(stops) {
  const channel = (colour, from) => parseInt(colour.slice(from, from + 2), 16)
  return Array.from({ length: SHADES + 1 }, (_, shade) => {
    const at = shade / SHADES
    const after = Math.max(stops.findIndex(([place]) => place >= at), 1)
    const [[low, from], [high, to]] = [stops[after - 1], stops[after]]
    const share = (at - low) / (high - low)
    return [1, 3, 5].map(place => Math.round(channel(from, place) * (1 - share) + channel(to, place) * share))
  })
}
