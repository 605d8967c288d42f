// The answer of each net in a card: its class, and a bar for the probability of every class. What stays is not drawn anew.

export default function ({ data: [data], parentElement }) {
  const root = parentElement.querySelector(".answer-cards")
  const kept = [...root.children]
  const fits = kept.length === data.cards.length && data.cards.every((card, place) => card.classes.length === classesOf(kept[place]).length)
  if (!fits) root.replaceChildren(...data.cards.map(emptyCard))
  data.cards.forEach((card, place) => fill(root.children[place], card))
}

const classesOf = element => [...element.querySelectorAll(".answer-class")]

function emptyCard({ classes }) {
  const card = made("section", "net-card")
  card.append(made("div", "net-title"), made("div", "answer-best"))
  for (const _class of classes) {
    const line = made("div", "answer-line")
    line.append(made("span", "answer-name"), made("span", "answer-share"))
    const row = made("div", "answer-class")
    row.append(line, madeBar())
    card.append(row)
  }
  return card
}

function fill(element, { cell, colour, best, ink, classes }) {
  element.setAttribute("aria-label", `${cell}: ${best}`)
  write(element.querySelector(".net-title"), cell, colour)
  write(element.querySelector(".answer-best"), best, ink)
  classesOf(element).forEach((row, place) => {
    const { name, share, filled } = classes[place]
    write(row.querySelector(".answer-name"), name)
    write(row.querySelector(".answer-share"), share)
    fillBar(row.querySelector(".net-bar"), name, filled, share)
  })
}
