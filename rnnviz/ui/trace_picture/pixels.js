// Values as pixels: a canvas with a column for each token and a row for each unit, and one with a scale of colours.

function pixelsOf(values, units, [low, high], colours) {
  const tokens = values.length / units
  return painted(tokens, units, pixels => {
    const scale = SHADES / (high - low)
    for (let token = 0, place = 0; token < tokens; token++) {
      for (let unit = 0; unit < units; unit++, place++) {
        const shade = Math.round((values[place] - low) * scale)
        pixels[unit * tokens + token] = colours[shade < 0 ? 0 : shade > SHADES ? SHADES : shade]
      }
    }
  })
}

// The colours of each scale: packed, and as a picture of one column, the high end on top.
function coloursOf(scales) {
  const made = Object.entries(scales).map(([kind, stops]) => {
    const colours = packed(shadesOf(stops))
    return [kind, { packed: colours, scale: painted(1, SHADES + 1, pixels => pixels.set(colours.slice().reverse())) }]
  })
  return Object.fromEntries(made)
}

// Colours as the bytes red, green, blue, opaque, in the order in which every browser of today keeps them.
function packed(shades) {
  return Uint32Array.from(shades, ([red, green, blue]) => red | (green << 8) | (blue << 16) | (255 << 24))
}

function painted(width, height, paint) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height })
  const image = new ImageData(width, height)
  paint(new Uint32Array(image.data.buffer))
  canvas.getContext("2d").putImageData(image, 0, 0)
  return canvas
}
