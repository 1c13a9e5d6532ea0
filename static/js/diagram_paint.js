/* What the diagram draws between the pictures: edges by weight, biases, skip connections, the flow. */

const LEVELS = 12
const SKIP_MARK = 7.5  // radius of the "+" where a skip connection ends

function edgePath(path, {x0, x1}, y0, y1) {
  const middle = (x0 + x1) / 2
  path.moveTo(x0, y0)
  path.bezierCurveTo(middle, y0, middle, y1, x1, y1)
}

/** Strength of a weight from 0 to 1: differences among small ones show, large ones saturate. */
function strength(weight) {
  return Math.tanh(Math.abs(weight) / 1.3)
}

/**
 * Draw all edges. They are gathered by sign and strength into a few paths: a stroke each for two thousand edges
 * would not be done within a frame.
 */
function paintEdges(context, layout, {weights, gradients, colors, active, focus}) {
  const {groups, side} = layout
  const anyActive = active.phase && active.edges.length > 0
  groups.forEach((group, g) => {
    // Where gradients are drawn over the weights, the weights step back.
    const dimGroup = !focus && (gradientsOf(group, gradients) || (anyActive && !active.edges.includes(g)))
    // Where hundreds of edges cross, each is drawn finer.
    const widest = Math.min(6, side / 8) * Math.min(1, Math.sqrt(128 / (group.sources.length * group.targets.length)))
    const paths = new Map()
    group.sources.forEach((source, i) => group.targets.forEach((target, j) => {
      const weight = weights ? weights[group.offset + i * group.targets.length + j] : 0
      const dim = focus ? !touches(focus, g, i, j, source, target) : dimGroup
      const level = Math.min(LEVELS - 1, Math.floor(strength(weight) * LEVELS))
      const key = (dim ? 1 : 0) + (weight < 0 ? 2 : 0) + 4 * (Number.isFinite(weight) ? level : LEVELS)
      if (!paths.has(key)) paths.set(key, new Path2D())
      edgePath(paths.get(key), group, source.y + side / 2, target.y + side / 2)
    }))
    for (const [key, path] of [...paths].sort(([a], [b]) => a - b)) {
      const level = key >> 2
      const share = (level + 0.5) / LEVELS
      // A weight that is no longer a number is drawn as a broken line in the colour of the text.
      const broken = level === LEVELS
      context.setLineDash(broken ? [4, 4] : [])
      context.strokeStyle = broken ? colors.ink : key & 2 ? colors.negative : colors.positive
      context.globalAlpha = (broken ? 0.7 : 0.16 + 0.78 * share) * (key & 1 ? 0.25 : 1)
      context.lineWidth = broken ? 1.5 : 0.8 + share * widest
      context.stroke(path)
    }
  })
  context.setLineDash([])
  context.globalAlpha = 1
}

function touches(focus, group, i, j, source, target) {
  if (focus.edge) return focus.edge.group === group && focus.edge.source === i && focus.edge.target === j
  return focus.unit === source.id || focus.unit === target.id
}

/** Tint the gaps that the current operation works on, stronger towards where the values go, and arrows at the foot. */
function paintFlow(context, {groups, top, inner, foot}, {active, colors}) {
  const color = colors[active.phase]
  if (!color) return
  const direction = {forward: 1, backward: -1}[active.phase] ?? 0
  for (const {x0, x1} of active.edges.map((index) => groups[index]).filter(Boolean)) {
    const tint = context.createLinearGradient(x0, 0, x1, 0)
    const [start, end] = {1: ["08", "3a"], "-1": ["3a", "08"], 0: ["22", "22"]}[direction]
    tint.addColorStop(0, color + start)
    tint.addColorStop(1, color + end)
    context.fillStyle = tint
    context.beginPath()
    context.roundRect(x0 + 1, top - 4, x1 - x0 - 2, inner + 8, 6)
    context.fill()
    if (direction) paintArrows(context, (x0 + x1) / 2, foot - 11, Math.min(9, (x1 - x0) / 5), direction, color)
  }
}

function paintArrows(context, x, y, size, direction, color) {
  context.strokeStyle = color
  context.lineWidth = Math.max(1.5, size / 3)
  context.lineCap = "round"
  context.lineJoin = "round"
  for (const k of [-1, 0, 1]) {
    const at = x + k * size * 1.3
    context.globalAlpha = 0.55 + 0.4 * k * direction
    context.beginPath()
    context.moveTo(at - (direction * size) / 3, y - size * 0.7)
    context.lineTo(at + (direction * size) / 3, y)
    context.lineTo(at - (direction * size) / 3, y + size * 0.7)
    context.stroke()
  }
  context.globalAlpha = 1
  context.lineCap = "butt"
}

/** A dot at the foot of each neuron, in the colour of its bias. */
function paintBiases(context, {groups, side}, {biases, lut, colors}) {
  const radius = biasRadius(side)
  context.lineWidth = 1
  context.strokeStyle = colors.muted
  for (const group of groups) {
    group.targets.forEach((target, j) => {
      const value = Math.tanh(biases[group.biases + j])
      const pixel = lut[Math.round(127.5 * (1 + (Number.isNaN(value) ? 0 : value)))]
      const {x, y} = biasDot(target, side)
      context.fillStyle = `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`
      context.beginPath()
      context.arc(x, y, radius, 0, 2 * Math.PI)
      context.fill()
      context.stroke()
    })
  }
}

/** The edge pointed at: a seam in the colour of the text, so that even a weight of nearly zero is seen. */
function paintSeam(context, {groups, side}, {colors, edge}) {
  const group = groups[edge.group]
  const [source, target] = [group?.sources[edge.source], group?.targets[edge.target]]
  if (!source || !target) return
  const path = new Path2D()
  edgePath(path, group, source.y + side / 2, target.y + side / 2)
  context.strokeStyle = colors.ink
  context.globalAlpha = 0.35
  context.lineWidth = 3 + Math.min(4, side / 10)
  context.stroke(path)
  context.globalAlpha = 1
}

/** Arcs over the columns, from a column's inputs to its outputs, to which they are added. */
function paintSkips(context, {skips}, {colors, skip}) {
  context.lineCap = "round"
  for (const arc of skips) {
    const {x0, y0, x1, y1, crest} = arc
    context.strokeStyle = arc.column === skip ? colors.ink : colors.muted
    context.lineWidth = arc.column === skip ? 3 : 2
    context.beginPath()
    context.moveTo(x0, y0)
    context.bezierCurveTo(x0, crest, x1, crest, x1, y1)
    context.stroke()
    context.beginPath()
    context.arc(x0, y0, 1.5, 0, 2 * Math.PI)
    context.stroke()
    paintPlus(context, x1, y1, colors)
  }
  context.lineCap = "butt"
}

function paintPlus(context, x, y, colors) {
  context.fillStyle = colors.page
  context.lineWidth = 1.5
  context.beginPath()
  context.arc(x, y, SKIP_MARK, 0, 2 * Math.PI)
  context.fill()
  context.stroke()
  context.beginPath()
  context.moveTo(x - 4, y)
  context.lineTo(x + 4, y)
  context.moveTo(x, y - 4)
  context.lineTo(x, y + 4)
  context.stroke()
}
