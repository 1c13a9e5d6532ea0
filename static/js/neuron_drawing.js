/* One neuron as a drawing: inputs, edges as thick as their weights, the sum, the squash, the answer. */

const NEURON = {row: 58, input: 28, least: 290, most: 560}

function svgElement(tag, attributes = {}, text = "") {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  if (text) node.textContent = text
  return node
}

/** Draw a frame as wide as there is room, so that texts keep their size; the table says the same in words. */
function drawNeuron(svg, frame, room) {
  const width = Math.min(Math.max(room, NEURON.least), NEURON.most)
  const [answer, squash, sum] = [width - 28, width - 83, width - 138]
  const edges = frame.bias ? [...frame.rows, frame.bias] : frame.rows
  const height = NEURON.row * edges.length + 6
  const middle = height / 2
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`)
  svg.style.width = `${width}px`
  const [left, right] = [NEURON.input + 24, sum - 26]
  const lines = svgElement("g", {class: "edges"})
  const nodes = svgElement("g", {class: "nodes"})
  edges.forEach((edge, k) => {
    const y = NEURON.row * (k + 0.5) + 3
    const state = {"data-state": edge.state, "data-sign": edge.sign}
    lines.append(svgElement("path", {
      ...state, class: "edge", "stroke-width": edge.size,
      d: `M${left} ${y}C${left + 0.8 * (right - left)} ${y} ${right - 0.25 * (right - left)} ${middle} ${right} ${middle}`,
    }))
    // On the side that the edge bends away from.
    const label = svgElement("text", {class: "weight", x: left + 6, y: y > middle + 1 ? y + 19 : y - 9}, `${edge.weight} = ${edge.by}`)
    nodes.append(
      svgElement("circle", {...state, class: "input", cx: NEURON.input, cy: y, r: 24}),
      svgElement("text", {class: edge.value.length > 4 ? "value long" : "value", x: NEURON.input, y: y + (edge.input === "1" ? 5 : 12)}, edge.value),
      label,
    )
    if (edge.input !== "1") nodes.append(svgElement("text", {class: "name", x: NEURON.input, y: y - 5}, edge.input))
  })
  const unit = (name, x, r, state, caption, text) => nodes.append(
    svgElement("circle", {class: name, cx: x, cy: middle, r, "data-state": state}),
    svgElement("text", {class: "name", x, y: middle - 5}, caption),
    svgElement("text", {class: text.length > 5 ? "value long" : "value", x, y: middle + 12}, text),
  )
  const reached = frame.answerState === "ahead" ? "ahead" : "done"
  for (const [from, to, state] of [
    [sum + 26, squash - 22, reached], [squash + 22, answer - 26, reached],
  ]) lines.append(svgElement("path", {class: "edge", "data-state": state, "data-sign": "zero", "stroke-width": 2.5, d: `M${from} ${middle}H${to}`}))
  const summed = frame.sumState === "ahead" && frame.summing ? "now" : frame.sumState
  unit("sum", sum, 26, summed, "Σ", frame.summing ? frame.sum : "")
  nodes.append(
    svgElement("rect", {class: "squash", x: squash - 22, y: middle - 20, width: 44, height: 40, rx: 8, "data-state": frame.answerState}),
    svgElement("text", {class: "value", x: squash, y: middle + 5}, frame.phi),
  )
  unit("answer", answer, 26, frame.answerState, "a", frame.answerState === "ahead" ? "" : frame.answer)
  svg.replaceChildren(lines, nodes)
}
