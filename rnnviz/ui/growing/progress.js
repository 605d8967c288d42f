// How far each training is; and what keeps it up to date, with the pictures below it, until Streamlit draws it anew.

const running = new WeakMap()
const PARTS = ["state", "pace", "note"]

export default function ({ data: [{ cards, feed }], parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".rnnviz-progress")
  const own = { stop: () => {} }
  running.get(parentElement)?.stop()
  running.set(parentElement, own)
  show(root, cards)
  if (feed) own.stop = follow(feed, cards => show(root, cards), shape => setTriggerValue("changed", shape))
  return () => running.get(parentElement).stop()
}

// Ask for what has grown, again and again; `change` is told where the page itself has to be drawn anew for it.
// Whoever asks in vain asks again: Streamlit draws the page anew now and then, too.
function follow({ page, query, every, shape }, take, change) {
  const over = new AbortController()
  const url = location.pathname.replace(new RegExp(`${page}/?$`), "") + `live?${query}`
  let timer = setTimeout(ask, every)

  async function ask() {
    try {
      if (!document.hidden) await answer(await fetch(url, { signal: over.signal }))
    } catch (error) {
      if (over.signal.aborted) return
    }
    timer = setTimeout(ask, every)
  }

  async function answer(response) {
    if (!response.ok) return
    const told = await response.json()
    const grow = await promised("rnnviz-growing-MARK").given
    if (over.signal.aborted) return
    take(told.cards)
    grow(told.plans)
    every = told.every ?? every
    if (told.shape !== shape) change((shape = told.shape))
  }

  return () => {
    over.abort()
    clearTimeout(timer)
  }
}

function show(root, cards) {
  if (root.children.length !== cards.length) root.replaceChildren(...cards.map(emptyCard))
  cards.forEach((card, place) => fill(root.children[place], card))
}

function emptyCard() {
  const card = made("section", "net-card progress-card")
  const line = made("div", "progress-line")
  line.append(made("span", "net-title"), " · ", made("span", "progress-state"))
  card.append(line, made("div", "progress-pace"), madeBar(), made("div", "progress-note"))
  return card
}

function fill(element, { title, colour, share, ...words }) {
  write(element.querySelector(".net-title"), title, colour)
  for (const part of PARTS) write(element.querySelector(`.progress-${part}`), words[part])
  fillBar(element.querySelector(".net-bar"), title, share)
}
