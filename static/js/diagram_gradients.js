/* The backward pass on the diagram: δ at each neuron, and the gradient of each weight as an arrow against the flow. */

const GRADIENT_HEADER = 8
const GRADIENT_LEVELS = 8
const LEAST_SHARE = 0.04  // of the layer's largest gradient; fainter ones are not drawn
const LEAST_HEAD = 0.2
const GRADIENT_SHIFT = 4  // pixels beneath the weight's own line

/** Read the gradients' bytes; `null` if there are none, or if they are of a network of another shape. */
function readGradients(bytes, layout) {
  const last = layout.groups.at(-1)
  if (!bytes?.byteLength || !last) return null
  const buffer = bytesOf(bytes).slice().buffer
  const [nWeights, nUnits] = new Uint32Array(buffer, 0, 2)
  if (nWeights !== last.offset + last.sources.length * last.targets.length) return null
  if (nUnits !== last.biases + last.targets.length) return null
  return {
    weights: new Float32Array(buffer, GRADIENT_HEADER, nWeights),
    units: new Float32Array(buffer, GRADIENT_HEADER + 4 * nWeights, nUnits),
  }
}

/** The weights' gradients of a group, or `null` as long as they are not computed: NaN stands for that. */
function gradientsOf(group, gradients) {
  if (!gradients) return null
  const part = gradients.weights.subarray(group.offset, group.offset + group.sources.length * group.targets.length)
  return part.every(Number.isNaN) ? null : part
}

/** How wide the lines of a group may be: where hundreds cross, each is finer. */
function widestGradient({sources, targets}) {
  return 3.5 * Math.min(1, Math.sqrt(48 / (sources.length * targets.length)))
}

function paintGradients(context, layout, gradients, colors) {
  for (const group of layout.groups) {
    const part = gradientsOf(group, gradients)
    if (part) paintGroupGradients(context, group, part, layout.side, colors)
  }
  paintDeltas(context, layout, gradients, colors)
  context.globalAlpha = 1
}

function paintGroupGradients(context, group, part, side, colors) {
  const largest = part.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0)
  if (!largest) return
  const lines = new Map()
  const heads = new Map()
  group.sources.forEach((source, i) => group.targets.forEach((target, j) => {
    const value = part[i * group.targets.length + j]
    const share = Math.abs(value) / largest
    if (!(share >= LEAST_SHARE)) return
    const level = Math.min(GRADIENT_LEVELS - 1, Math.floor(share * GRADIENT_LEVELS))
    const key = 2 * level + (value < 0 ? 1 : 0)
    if (!lines.has(key)) lines.set(key, new Path2D())
    const [y0, y1] = [source, target].map(({y}) => y + side / 2 + GRADIENT_SHIFT)
    edgePath(lines.get(key), group, y0, y1)
    if (share < LEAST_HEAD) return
    if (!heads.has(level)) heads.set(level, new Path2D())
    // Not all at the same place along the way, or the heads of one neuron's edges would lie on each other.
    const t = 0.3 + 0.4 * ((j + 0.5) / group.targets.length)
    headPath(heads.get(level), curvePoint(group, y0, y1, t), (3 + 3.5 * Math.sqrt(share)) * Math.min(1, side / 30))
  }))
  const widest = widestGradient(group)
  // Broken lines: whole ones are weights.
  context.setLineDash([5, 3])
  for (const [key, path] of [...lines].sort(([a], [b]) => a - b)) {
    const share = ((key >> 1) + 0.5) / GRADIENT_LEVELS
    context.globalAlpha = 0.35 + 0.6 * share
    context.strokeStyle = key & 1 ? colors.negative : colors.positive
    context.lineWidth = 0.8 + share * widest
    context.stroke(path)
  }
  context.setLineDash([])
  context.fillStyle = colors.backward
  for (const [level, path] of heads) {
    context.globalAlpha = 0.45 + (0.55 * (level + 0.5)) / GRADIENT_LEVELS
    context.fill(path)
  }
}

/** A point of an edge's curve, and the direction in which the gradient passes it: towards the inputs. */
function curvePoint({x0, x1}, y0, y1, t) {
  const s = 1 - t
  const [level, across] = [(x1 - x0) / 2, y1 - y0]
  const x = x0 + level * (3 * s * t + 2 * t * t * t)
  const y = y0 + across * t * t * (3 - 2 * t)
  const [dx, dy] = [level * (3 - 6 * t + 6 * t * t), across * 6 * t * s]
  const length = Math.hypot(dx, dy) || 1
  return {x, y, ux: -dx / length, uy: -dy / length}
}

function headPath(path, {x, y, ux, uy}, size) {
  path.moveTo(x + ux * size, y + uy * size)
  path.lineTo(x - ux * size * 0.6 - uy * size * 0.7, y - uy * size * 0.6 + ux * size * 0.7)
  path.lineTo(x - ux * size * 0.6 + uy * size * 0.7, y - uy * size * 0.6 - ux * size * 0.7)
  path.closePath()
}

/** A plate at the foot of each neuron whose δ is known. */
function paintDeltas(context, {groups, side}, {units}, colors) {
  const size = side >= 30 ? 12 : side >= 22 ? 10.5 : 9
  context.font = `${size}px Roboto, system-ui, sans-serif`
  context.textAlign = "center"
  context.textBaseline = "middle"
  context.globalAlpha = 1
  for (const group of groups) {
    group.targets.forEach((target, j) => {
      const value = units[group.biases + j]
      if (Number.isNaN(value)) return
      const number = deltaText(value)
      const whole = `δ ${number}`
      const text = context.measureText(whole).width <= side + 22 ? whole : number
      const [width, height] = [context.measureText(text).width + 8, size + 4]
      const [x, y] = [target.x + side / 2, target.y + side + 2]
      context.fillStyle = colors.surface
      context.strokeStyle = colors.backward
      context.lineWidth = 1.2
      context.beginPath()
      context.roundRect(x - width / 2, y - height / 2, width, height, 4)
      context.fill()
      context.stroke()
      context.fillStyle = colors.backward
      context.fillText(text, x, y + 0.5)
    })
  }
}

/** Two digits that count: more have no room at a neuron. */
function deltaText(value) {
  if (value === 0) return "0"
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞"
  const size = Math.abs(value)
  const text = size >= 1000 || size < 0.001 ? value.toExponential(0) : String(Number(value.toPrecision(2)))
  return text.replaceAll("-", "−")
}
