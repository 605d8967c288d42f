// Labels and numbers as a person reads them.

// The words of a label put into its braces, to the letter.
function worded(template, words) {
  return template.replace(/\{(\w+)\}/g, (braces, name) => words[name] ?? braces)
}

function fixed(value, digits, decimal, plus = "") {
  const text = Math.abs(value).toFixed(digits).replace(".", decimal)
  const zero = !/[1-9]/.test(text)
  return (value < 0 && !zero ? "−" : plus) + text
}
