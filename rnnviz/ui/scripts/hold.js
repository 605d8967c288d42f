// Arrays that came to the browser: unpacked once, and kept under their slot for whoever draws them.

function hold(messages) {
  const store = (globalThis.rnnvizCargo ??= new Map())
  const renewed = messages.filter(({ slot, id }) => store.get(slot)?.id !== id)
  for (const { slot, id, arrays, bytes, about } of renewed) store.set(slot, { id, arrays: unpacked(arrays, bytes), ...about })
  if (renewed.length) globalThis.dispatchEvent(new Event("rnnviz-cargo"))
}

function unpacked(lengths, letters) {
  const raw = atob(letters)
  const bytes = new Uint8Array(raw.length)
  for (let place = 0; place < raw.length; place++) bytes[place] = raw.charCodeAt(place)
  const arrays = {}
  let from = 0
  for (const [name, length] of lengths) {
    arrays[name] = new Float32Array(bytes.buffer, from, length)
    from += 4 * length
  }
  return arrays
}
