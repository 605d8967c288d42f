// How the page writes: its letters and their size, its colours, and how wide a text is.

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
      measuring.font = `${size}px ${fontFamily}`
      return measuring.measureText(text).width
    },
  }
}
