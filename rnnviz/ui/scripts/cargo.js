// Arrays on their way to drawings, in an element that shows nothing.

export default ({ data }) => hold(data)
