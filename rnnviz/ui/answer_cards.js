// The answer of each net in a card: its class, and a bar for the probability of every class.
// Names come from outside: they are only ever written as `textContent`. What stays is not drawn anew.

export default function ({ data: [data], parentElement }) {
  const root = parentElement.querySelector(".answer-cards")
  const kept = [...root.children]
  const fits = kept.length === data.cards.length && data.cards.every((card, place) => card.classes.length === classesOf(kept[place]).length)
  if (!fits) root.replaceChildren(...data.cards.map(emptyCard))
  data.cards.forEach((card, place) => fill(root.children[place], card))
}

const classesOf = element => [...element.querySelectorAll(".answer-class")]

function emptyCard({ classes }) {
  const card = element("section", "answer-card")
  card.append(element("div", "answer-cell"), element("div", "answer-best"))
  for (const _class of classes) {
    const line = element("div", "answer-line")
    line.append(element("span", "answer-name"), element("span", "answer-share"))
    const bar = element("div", "answer-bar")
    bar.setAttribute("role", "progressbar")
    bar.append(element("div", "answer-fill"))
    const row = element("div", "answer-class")
    row.append(line, bar)
    card.append(row)
  }
  return card
}

function fill(element, { cell, colour, best, ink, classes }) {
  element.setAttribute("aria-label", `${cell}: ${best}`)
  write(element.querySelector(".answer-cell"), cell, colour)
  write(element.querySelector(".answer-best"), best, ink)
  classesOf(element).forEach((row, place) => {
    const { name, share, filled } = classes[place]
    write(row.querySelector(".answer-name"), name)
    write(row.querySelector(".answer-share"), share)
    const bar = row.querySelector(".answer-bar")
    bar.setAttribute("aria-label", name)
    bar.setAttribute("aria-valuetext", share)
    bar.setAttribute("aria-valuenow", Math.round(filled * 100))
    row.querySelector(".answer-fill").style.width = `${filled * 100}%`
  })
}

// A colour by its name in the theme, which knows light and dark.
function write(element, text, colour) {
  if (element.textContent !== text) element.textContent = text
  element.style.color = colour ? `var(--st-${colour}-text-color)` : ""
}

function element(kind, name) {
  const made = document.createElement(kind)
  made.className = name
  return made
}
