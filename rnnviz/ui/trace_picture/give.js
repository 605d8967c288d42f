// What draws pictures of traces, given to all of them; this element itself shows nothing.

promised("rnnviz-trace-MARK").give(showTrace)

export default () => {}
