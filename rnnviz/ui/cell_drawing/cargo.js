// Arrays on their way to a drawing: unpacked once, and kept under their slot for whoever draws them.

export default function ({ data }) {
  const store = (globalThis.rnnvizCargo ??= new Map())
  if (store.get(data.slot)?.id === data.id) return
  const bytes = Uint8Array.from(atob(data.bytes), letter => letter.charCodeAt(0))
  const arrays = {}
  let from = 0
  for (const [name, length] of data.arrays) {
    arrays[name] = new Float32Array(bytes.buffer, from, length)
    from += 4 * length
  }
  store.set(data.slot, { id: data.id, arrays, ...data.about })
  globalThis.dispatchEvent(new Event("rnnviz-cargo"))
}
