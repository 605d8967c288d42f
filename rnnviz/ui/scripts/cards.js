// What cards of nets are made of. Names come from outside: they are only ever written as `textContent`.

function made(kind, name) {
  const element = document.createElement(kind)
  element.className = name
  return element
}

function madeBar() {
  const bar = made("div", "net-bar")
  bar.setAttribute("role", "progressbar")
  bar.append(made("div", "net-fill"))
  return bar
}

// `share` is from 0 to 1; `said` is what it is called, where that is not a plain percentage. What stays is not touched.
function fillBar(bar, label, share, said) {
  const percent = `${share * 100}%`
  bar.ariaLabel = label
  bar.ariaValueNow = `${Math.round(share * 100)}`
  if (said) bar.ariaValueText = said
  const { style } = bar.firstChild
  if (style.width !== percent) style.width = percent
}

// A colour by its name in the theme, which knows light and dark.
function write(element, text, colour) {
  if (element.textContent !== text) element.textContent = text
  element.style.color = colour ? `var(--st-${colour}-text-color)` : ""
}
