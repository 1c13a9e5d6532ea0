/* What has just gone back along a wire, written on it: upstream × local = downstream, and the sum where paths meet. */

const FLOW_HEIGHT = 24
const FLOW_PAD = 9
const MARGIN = 10  // at the sides, which fade where there is more to scroll to
const FARTHEST = 66  // from where it belongs

/** Write the product on its wire and the sum at its node, each where it covers least. */
function showFlow({parts, graph, frame}) {
  const {flow} = frame
  const key = flow && JSON.stringify(flow)
  if (parts.flowKey === key) return
  parts.flowKey = key
  parts.flow.replaceChildren()
  const edge = flow && graph.edges[flow.edge]
  if (!edge) return
  const taken = obstacles({parts, graph})
  const line = parts.wires[flow.edge].querySelector(".line")
  const middle = line.getPointAtLength(0.6 * line.getTotalLength())
  const product = [
    ["upstream", flow.upstream], ["between", " × "], ["factor", bracketed(flow.local)], ["between", " = "],
    ["downstream", flow.downstream],
  ]
  const box = place(parts, product, [...taken, ...samples(line)], middle)
  if (flow.before == null) return
  const {x, y, width} = graph.nodes[edge.from]
  const sum = [
    ["factor", flow.before], ["between", " + "], ["downstream", bracketed(flow.downstream)], ["between", " = "],
    ["upstream", flow.after],
  ]
  place(parts, sum, [...taken, {...box, weight: 4}], {x: x + width / 2 + 24, y: y + 34})
}

function bracketed(text) {
  return text.startsWith("−") ? `(${text})` : text
}

/** What is better not covered: boxes, and numbers that are there. */
function obstacles({parts, graph}) {
  const boxes = graph.nodes.map(({x, y, width, height}) => (
    {x: x - width / 2, y: y - height / 2, width, height, weight: 4}
  ))
  const numbers = parts.numbers.filter(({text}) => text.textContent).map(({text}) => {
    const {x, y, width, height} = text.getBBox()
    return {x, y, width, height, weight: 8}
  })
  return [...boxes, ...numbers]
}

/** The wire itself is better seen, too. */
function samples(line) {
  const length = line.getTotalLength()
  return Array.from({length: Math.ceil(length / 8)}, (_, step) => {
    const {x, y} = line.getPointAtLength(8 * step)
    return {x: x - 4, y: y - 4, width: 8, height: 8, weight: 1}
  })
}

/** Write words on a chip near a point, where it covers little. */
function place({flow, seen}, words, taken, {x, y}) {
  const text = shape("text", {class: "words"}, ...words.map(([kind, word]) => shape("tspan", {class: kind}, word)))
  const back = shape("rect", {class: "back", height: FLOW_HEIGHT, rx: 8})
  const chip = shape("g", {class: "chip"}, back, text)
  flow.append(chip)
  const width = text.getComputedTextLength() + 2 * FLOW_PAD
  let best = null
  for (let dy = -FARTHEST; dy <= FARTHEST; dy += 6) {
    for (let dx = -0.5; dx <= 0.5; dx += 0.125) {
      const box = {
        x: between(x + dx * width - width / 2, seen.left + MARGIN, seen.right - width - MARGIN),
        y: between(y + dy - FLOW_HEIGHT / 2, seen.top + 2, seen.bottom - FLOW_HEIGHT - 2),
        width, height: FLOW_HEIGHT,
      }
      const covered = taken.reduce((sum, other) => sum + other.weight * common(box, other), 0)
      const cost = covered + 2 * Math.abs(dy) + 80 * Math.abs(dx)
      if (!best || cost < best.cost) best = {box, cost}
    }
  }
  back.setAttribute("width", width)
  text.setAttribute("x", FLOW_PAD)
  text.setAttribute("y", FLOW_HEIGHT / 2)
  chip.setAttribute("transform", `translate(${best.box.x} ${best.box.y})`)
  return best.box
}

function between(from, least, most) {
  return Math.max(least, Math.min(most, from))
}

/** The area that two boxes share. */
function common(a, b) {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return Math.max(0, width) * Math.max(0, height)
}
