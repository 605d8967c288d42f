// What draws pictures of lines, given to all of them; this element itself shows nothing.

promised("rnnviz-lines-MARK").give(showLines)
promised("rnnviz-growing-MARK").give(grow)

export default () => {}
