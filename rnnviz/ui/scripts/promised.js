// A function that one script gives and others wait for, under a name that all of them know.

function promised(name) {
  if (!globalThis[name]) {
    let give
    const given = new Promise(resolve => (give = resolve))
    globalThis[name] = { given, give }
  }
  return globalThis[name]
}
