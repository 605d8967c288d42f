// How the page writes: its letters and their size, its colours, and how wide a text is.

const MOST = 5000 // widths that are kept
const widths = new Map()
let measuring = null

function lookOf(root) {
  const style = getComputedStyle(root)
  const { color, fontFamily } = style
  measuring ??= document.createElement("canvas").getContext("2d")
  return {
    ink: color,
    ground: style.getPropertyValue("--st-background-color").trim() || "white",
    font: fontFamily,
    em: parseFloat(getComputedStyle(document.documentElement).fontSize) / 16,
    wide(text, size) {
      const key = `${size} ${fontFamily} ${text}`
      if (widths.has(key)) return widths.get(key)
      if (widths.size > MOST) widths.clear()
      measuring.font = `${size}px ${fontFamily}`
      widths.set(key, measuring.measureText(text).width)
      return widths.get(key)
    },
  }
}
