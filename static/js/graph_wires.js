/* The wires of a computation graph: smooth curves, with an arrow for either direction. */

const SVG = "http://www.w3.org/2000/svg"
const HEAD = 9  // length of an arrow head

/** Make an element of a drawing from its attributes and children; an attribute of `null` is left out. */
function shape(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value != null) node.setAttribute(name, value)
  }
  node.append(...children)
  return node
}

/** Join points by curves that are level at each of them. */
function wirePath(points) {
  const [start, ...rest] = points
  let path = `M ${start[0]} ${start[1]}`
  let [fromX, fromY] = start
  for (const [x, y] of rest) {
    const middle = (fromX + x) / 2
    path += y === fromY ? ` H ${x}` : ` C ${middle} ${fromY} ${middle} ${y} ${x} ${y}`
    fromX = x
    fromY = y
  }
  return path
}

function arrowHead([x, y], direction) {
  const base = x - direction * HEAD
  return `M ${x} ${y} L ${base} ${y - 5} L ${base} ${y + 5} Z`
}

function buildWire(edge) {
  const points = edge.points.map((point) => [...point])
  const start = points[0]
  const end = [...points.at(-1)]
  // The line ends within the head, or its blunt end would show at the tip.
  points.at(-1)[0] -= 2
  const path = wirePath(points)
  const line = shape("path", {class: "line", d: path})
  return shape(
    "g", {class: "wire", "data-edge": edge.index}, line,
    shape("path", {class: "pulse", d: path, pathLength: 100}),
    shape("path", {class: "head", d: arrowHead(end, 1)}),
    shape("path", {class: "back", d: arrowHead([start[0] + 1, start[1]], -1)}),
  )
}

/** Mark where the wire of a value that is used more than once parts. */
function buildJunctions({nodes, edges}) {
  return nodes.flatMap(({id}) => {
    const leaving = edges.filter((edge) => edge.from === id)
    if (leaving.length < 2) return []
    const [x, y] = leaving[0].points[1]
    return [shape("circle", {class: "junction", "data-node": id, cx: x, cy: y, r: 3.5})]
  })
}

/** The short wire out of the result. */
function buildExit({x, y, width}, end) {
  return shape("g", {class: "wire"}, shape("path", {class: "line", d: wirePath([[x + width / 2, y], [end, y]])}))
}

/** Show which wires carry something by now, and which one something goes along. */
function showWires({parts, graph, frame}) {
  const {active, values, locals} = frame
  const lit = new Set(active.edges)
  for (const edge of graph.edges) {
    const wire = parts.wires[edge.index]
    setClass(wire, "live", values[edge.from] != null)
    // Wires of one value share their beginning: the one that is lit lies on top.
    if (lit.has(edge.index) && !wire.classList.contains("lit")) wire.parentNode.append(wire)
    setClass(wire, "lit", lit.has(edge.index))
    setClass(wire, "reversed", lit.has(edge.index) && active.phase === "backward")
    showNumber(parts.locals[edge.index], locals[edge.index], frame, "local", edge.index)
  }
  setClass(parts.exit, "live", values.at(-1) != null)
  for (const node of parts.junctions) setClass(node, "live", values[node.dataset.node] != null)
}

function setClass(node, name, on) {
  if (node.classList.contains(name) !== on) node.classList.toggle(name, on)
}
