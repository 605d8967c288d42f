// All that a picture sends of its script whenever it changes: the rest has come once, and waits under this name.

export default async call => (await promised("rnnviz-lines-MARK").given)(call)
