// A text as it runs, each token on a ground of its own; one is marked, and a click or a key marks another.
// Tokens come from outside: they are only ever written as `textContent`.

const SETTLE = 120 // ms without another key before the server is told
const TRUST = 2000 // ms for which the mark stays where a person put it, whatever an older answer says

const instances = new WeakMap()

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".running")
  const text = root.querySelector(".text")
  const told = root.querySelector(".told")
  const own = instances.get(parentElement) ?? { drawn: "", step: null, wanted: null, timer: 0 }
  instances.set(parentElement, own)
  own.titles = data.titles
  own.rows = null

  const face = JSON.stringify([data.tokens, data.grounds, data.inks, data.joined])
  if (face !== own.drawn) {
    own.drawn = face
    own.wanted = null
    text.replaceChildren(...spans(data))
    own.spans = [...text.querySelectorAll(".token")]
    own.step = null
  }
  drawLegend(root.querySelector(".legend"), data.legend)
  text.setAttribute("aria-label", data.label)
  text.classList.toggle("roomy", data.roomy)

  const waiting = own.wanted !== null && own.wanted !== data.step && performance.now() - own.since < TRUST
  if (!waiting) {
    own.wanted = null
    mark(data.step)
  } else {
    tell(own.step)
  }

  function mark(step) {
    if (own.step !== null) own.spans[own.step]?.setAttribute("aria-selected", "false")
    own.step = step
    const span = step === null ? undefined : own.spans[step]
    if (span) {
      span.setAttribute("aria-selected", "true")
      text.setAttribute("aria-activedescendant", span.id)
      bringIntoView(text, span)
    } else {
      text.removeAttribute("aria-activedescendant")
    }
    tell(step)
  }

  function tell(step) {
    told.textContent = step === null ? data.unread : own.titles[step] ?? ""
  }

  // While one points at a token, the grounds are those of its own row.
  function point(place) {
    const { rows, grounds, inks, title } = data.pointed
    own.rows ??= Uint8Array.from(atob(rows), byte => byte.charCodeAt(0))
    const row = own.rows.subarray(place * own.spans.length)
    own.spans.forEach((span, other) => paint(span, grounds[row[other]], inks[row[other]]))
    told.textContent = title.replace("{step}", place + 1)
  }

  function move(step) {
    const to = Math.min(Math.max(step, 0), own.spans.length - 1)
    if (to === own.step) return
    mark(to)
    own.wanted = to
    own.since = performance.now()
    clearTimeout(own.timer)
    own.timer = setTimeout(() => setTriggerValue("moved", to), SETTLE)
  }

  text.onclick = event => {
    const place = own.spans.indexOf(event.target.closest(".token"))
    if (place >= 0) move(place)
  }
  text.onpointerover = event => {
    const place = own.spans.indexOf(event.target.closest(".token"))
    if (place < 0) return
    tell(place)
    if (data.pointed) point(place)
  }
  text.onpointerleave = () => {
    tell(own.step)
    if (data.pointed) own.spans.forEach((span, place) => paint(span, data.grounds[place], data.inks[place]))
  }
  text.onkeydown = event => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const to = target(event.key, own.step ?? own.spans.length, own.spans)
    if (to === null) return
    event.preventDefault()
    event.stopPropagation()
    move(to)
  }
  return () => clearTimeout(own.timer)
}

function spans({ tokens, grounds, inks, joined }) {
  return tokens.flatMap((token, place) => {
    const span = document.createElement("span")
    span.className = "token"
    span.id = `token-${place}`
    span.setAttribute("role", "option")
    span.setAttribute("aria-selected", "false")
    span.dir = "auto"
    paint(span, grounds[place], inks[place])
    span.textContent = token
    return joined ? [span] : [span, " "]
  })
}

function paint(span, ground, ink) {
  span.style.backgroundColor = ground
  span.style.color = ink
}

function drawLegend(legend, { title, colours, low, middle, high }) {
  legend.querySelector(".what").textContent = title
  legend.querySelector(".bar").style.background = `linear-gradient(to right, ${colours.join(", ")})`
  legend.querySelector(".low").textContent = low
  legend.querySelector(".middle").textContent = middle
  legend.querySelector(".high").textContent = high
}

function target(key, step, spans) {
  switch (key) {
    case "ArrowLeft":
      return step - 1
    case "ArrowRight":
      return step + 1
    case "Home":
      return 0
    case "End":
      return spans.length - 1
    case "ArrowUp":
      return onNextLine(spans, step, -1)
    case "ArrowDown":
      return onNextLine(spans, step, 1)
    default:
      return null
  }
}

// The token above or below: on the neighbouring line, the one whose middle is nearest.
function onNextLine(spans, step, way) {
  const start = spans[Math.min(step, spans.length - 1)]
  const middle = span => span.offsetLeft + span.offsetWidth / 2
  let best = null
  let line = null
  for (let place = step + way; place >= 0 && place < spans.length; place += way) {
    const span = spans[place]
    if ((span.offsetTop - start.offsetTop) * way <= 2) continue
    line ??= span.offsetTop
    if (Math.abs(span.offsetTop - line) > 2) break
    if (best === null || Math.abs(middle(span) - middle(start)) < Math.abs(middle(spans[best]) - middle(start))) {
      best = place
    }
  }
  return best ?? step
}

// Scroll the box of the text, and never the page around it.
function bringIntoView(text, span) {
  const room = span.offsetHeight
  const top = span.offsetTop - text.offsetTop
  if (top - room < text.scrollTop) text.scrollTop = top - room
  else if (top + 2 * room > text.scrollTop + text.clientHeight) text.scrollTop = top + 2 * room - text.clientHeight
}
