// The legend: an entry for each line that has one, in HTML, so that it wraps and can be pressed.

function entriesOf({ legend, lines }) {
  if (!legend) return []
  const known = new Set()
  return lines.filter(line => line.entry && !known.has(line.name + line.group) && known.add(line.name + line.group))
}

// `press` hears the group whose entry is pressed, `only` that of one pressed twice.
function showLegend(box, entries, hidden, { press, only }) {
  const face = JSON.stringify(entries.map(({ name, group, colour, width, dash, mark }) => [name, group, colour, width, dash, mark]))
  if (box.dataset.face !== face) {
    box.dataset.face = face
    box.replaceChildren(...entries.map(made))
  }
  entries.forEach(({ group }, place) => {
    const button = box.children[place]
    button.setAttribute("aria-pressed", String(!hidden.has(group)))
    button.onclick = () => press(group) // anew each time: they draw the plan of their time
    button.ondblclick = () => only(group)
  })

  function made(line) {
    const button = document.createElement("button")
    button.className = "entry"
    button.type = "button"
    button.append(pictured(line), line.name)
    return button
  }
}

function pictured(line) {
  const pen = svgPen(SWATCH, 14, "")
  swatch(pen, line, 0, 7)
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  svg.setAttribute("width", SWATCH)
  svg.setAttribute("height", 14)
  svg.setAttribute("aria-hidden", "true")
  svg.innerHTML = pen.inside()
  return svg
}

// The same in a saved picture, where the page shows it.
function paintLegend(pen, box, entries, hidden, { size }, look) {
  entries.forEach((line, place) => {
    if (hidden.has(line.group)) return
    const button = box.children[place]
    const [x, y] = [button.offsetLeft, box.offsetTop + button.offsetTop + button.offsetHeight / 2]
    swatch(pen, line, x, y)
    pen.words(line.name, x + SWATCH + 6, y + size * 0.35, { size, colour: look.ink })
  })
}
