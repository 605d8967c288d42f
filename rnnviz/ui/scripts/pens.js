// Two pens with the same strokes: one draws on a canvas, one writes SVG. A picture does not know which it is drawn with.
// Words are a text, or parts [text, "" | "italic" | "low" | "high"], the low ones an index, the high ones a power.

const SMALL = 0.75 // of the size of other letters
const SLOPED = new Set(["italic", "low"])
const DROP = { low: 0.28, high: -0.4 }

function canvasPen(context, ratio, font) {
  const snap = place => Math.round(place * ratio) / ratio
  const pen = {
    fill(x, y, width, height, colour) {
      context.fillStyle = colour
      const [left, top] = [snap(x), snap(y)]
      context.fillRect(left, top, snap(x + width) - left, snap(y + height) - top)
    },
    frame(x, y, width, height, colour, thick) {
      const [left, top, right, bottom] = [snap(x), snap(y), snap(x + width), snap(y + height)]
      const out = Math.floor(thick / 2)
      pen.fill(left - out, top - out, right - left + 2 * out, thick, colour)
      pen.fill(left - out, bottom + out - thick, right - left + 2 * out, thick, colour)
      pen.fill(left - out, top - out, thick, bottom - top + 2 * out, colour)
      pen.fill(right + out - thick, top - out, thick, bottom - top + 2 * out, colour)
    },
    line(points, colour, thick, { dash = [], opacity = 1 } = {}) {
      context.save()
      context.beginPath()
      for (const [x, y] of points) context.lineTo(x, y)
      Object.assign(context, { strokeStyle: colour, lineWidth: thick, lineJoin: "round", globalAlpha: opacity })
      context.setLineDash(dash)
      context.stroke()
      context.restore()
    },
    area(points, colour) {
      context.fillStyle = colour
      context.beginPath()
      for (const [x, y] of points) context.lineTo(x, y)
      context.fill()
    },
    dot(x, y, radius, colour) {
      context.fillStyle = colour
      context.beginPath()
      context.arc(x, y, radius, 0, 7)
      context.fill()
    },
    words(said, x, y, { size, colour, align = "left", turn = 0 }) {
      context.save()
      context.translate(x, y)
      context.rotate((turn * Math.PI) / 180)
      context.fillStyle = colour
      const parts = partsOf(said).map(([text, kind]) => {
        const small = kind in DROP
        const letters = `${SLOPED.has(kind) ? "italic " : ""}${small ? size * SMALL : size}px ${font}`
        context.font = letters
        return { text, letters, wide: context.measureText(text).width, drop: small ? size * DROP[kind] : 0 }
      })
      const whole = parts.reduce((sum, { wide }) => sum + wide, 0)
      let along = { left: 0, center: -whole / 2, right: -whole }[align]
      for (const { text, letters, wide, drop } of parts) {
        context.font = letters
        context.fillText(text, along, drop)
        along += wide
      }
      context.restore()
    },
    image(source, from, columns, x, y, width, height) {
      context.imageSmoothingEnabled = false
      const [left, top] = [snap(x), snap(y)]
      const [wide, high] = [snap(x + width) - left, snap(y + height) - top]
      context.drawImage(source, from, 0, columns, source.height, left, top, wide, high)
    },
    within(x, y, width, height, draw) {
      context.save()
      context.beginPath()
      context.rect(x, y, width, height)
      context.clip()
      draw()
      context.restore()
    },
  }
  return pen
}

function partsOf(said) {
  return typeof said === "string" ? [[said, ""]] : said
}

// `name` keeps what the parts of one page refer to apart.
function svgPen(width, height, font, name = "clip") {
  const made = []
  let clips = 0
  const tag = (name, attributes, inside = "") => {
    const listed = Object.entries(attributes).map(([key, value]) => ` ${key}="${plain(short(value))}"`)
    made.push(`<${name}${listed.join("")}${inside ? `>${inside}</${name}>` : "/>"}`)
  }
  return {
    fill: (x, y, width, height, fill) => tag("rect", { x, y, width, height, fill }),
    frame(x, y, width, height, stroke, thick) {
      tag("rect", { x, y, width, height, fill: "none", stroke, "stroke-width": thick })
    },
    line(points, stroke, thick, { dash = [], opacity = 1 } = {}) {
      const more = { ...(dash.length ? { "stroke-dasharray": dash.join(" ") } : {}), ...(opacity < 1 ? { opacity } : {}) }
      const way = { d: wayOf(points), fill: "none", stroke, "stroke-width": thick, "stroke-linejoin": "round" }
      tag("path", { ...way, ...more })
    },
    area: (points, fill) => tag("path", { d: `${wayOf(points)}Z`, fill }),
    dot: (cx, cy, r, fill) => tag("circle", { cx, cy, r, fill }),
    words(said, x, y, { size, colour, align = "left", turn = 0 }) {
      const anchor = { left: "start", center: "middle", right: "end" }[align]
      const turned = turn ? { transform: `rotate(${turn} ${short(x)} ${short(y)})` } : {}
      let drop = 0
      const parts = partsOf(said).map(([text, kind]) => {
        const level = (DROP[kind] ?? 0) * size
        const slope = SLOPED.has(kind) ? ' font-style="italic"' : ""
        const small = level ? ` font-size="${short(size * SMALL)}"` : ""
        const part = `<tspan dy="${short(level - drop)}"${slope}${small}>${plain(text)}</tspan>`
        drop = level
        return part
      })
      tag("text", { x, y, fill: colour, "font-size": size, "text-anchor": anchor, ...turned }, parts.join(""))
    },
    image(source, from, columns, x, y, width, height) {
      tag("image", { x, y, width, height, preserveAspectRatio: "none", href: enlarged(source, from, columns, width, height) })
    },
    within(x, y, width, height, draw) {
      const id = `${name}${clips++}`
      tag("clipPath", { id }, `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"/>`)
      made.push(`<g clip-path="url(#${id})">`)
      draw()
      made.push("</g>")
    },
    inside: () => made.join(""),
    written() {
      const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`
      const space = 'xmlns="http://www.w3.org/2000/svg" xml:space="preserve"'
      return `<svg ${space} ${size} font-family="${plain(font)}">${made.join("\n")}</svg>`
    },
  }
}

function wayOf(points) {
  return `M${points.map(point => point.map(short).join(" ")).join("L")}`
}

function short(value) {
  return typeof value === "number" ? Number(value.toFixed(2)) : value
}

// A text as XML may have it: without its signs, and without those that control a terminal.
function plain(text) {
  const names = { "&": "amp", "<": "lt", ">": "gt", '"': "quot" }
  return String(text).replace(/[&<>"]/g, sign => `&${names[sign]};`).replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, "\ufffd")
}

// A picture of few pixels as a large one, so that no viewer blurs it.
function enlarged(source, from, columns, width, height) {
  const canvas = document.createElement("canvas")
  canvas.width = columns * Math.ceil((2 * width) / columns)
  canvas.height = source.height * Math.ceil((2 * height) / source.height)
  const context = canvas.getContext("2d")
  context.imageSmoothingEnabled = false
  context.drawImage(source, from, 0, columns, source.height, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL("image/png")
}
