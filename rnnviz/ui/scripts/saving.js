// A picture as a file, drawn again by the same strokes: as sharp as print needs it, or as SVG.

function save({ kind, name, sharpness }, { width, height }, look, paint) {
  if (kind === "svg") {
    const pen = svgPen(width, height, look.font)
    pen.fill(0, 0, width, height, look.ground)
    paint(pen)
    hand(new Blob([pen.written()], { type: "image/svg+xml" }), `${name}.svg`)
    return
  }
  const canvas = Object.assign(document.createElement("canvas"), { width: width * sharpness, height: height * sharpness })
  const context = canvas.getContext("2d")
  context.scale(sharpness, sharpness)
  const pen = canvasPen(context, sharpness, look.font)
  pen.fill(0, 0, width, height, look.ground)
  paint(pen)
  canvas.toBlob(blob => hand(blob, `${name}.png`))
}

function hand(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10000)
}
