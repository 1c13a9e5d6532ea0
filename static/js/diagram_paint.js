/* What the diagram draws: edges by weight, pictures by look-up table. */

const HEADER_BYTES = 24
const LEVELS = 12
const ATLAS_COLUMNS = 16

/** Read a frame's bytes; `null` if there is none yet. */
function readFrame(bytes) {
  if (!bytes?.byteLength) return null
  // Panel hands over either a buffer or a view into one, and a view may begin anywhere.
  const buffer = bytes instanceof ArrayBuffer ? bytes : bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  const [sequence, nWeights, nBiases, side, first, count] = new Uint32Array(buffer, 0, 6)
  const biasesAt = HEADER_BYTES + 4 * nWeights
  return {
    sequence, side, first, count,
    weights: new Float32Array(buffer, HEADER_BYTES, nWeights),
    biases: new Float32Array(buffer, biasesAt, nBiases),
    pictures: new Uint8Array(buffer, biasesAt + 4 * nBiases, count * side * side),
  }
}

/** A look-up table as whole pixels. */
function pixels(lut) {
  const rgb = lut instanceof ArrayBuffer ? new Uint8Array(lut) : lut
  return Uint32Array.from({length: 256}, (_, i) =>
    (0xff << 24 | rgb[3 * i + 2] << 16 | rgb[3 * i + 1] << 8 | rgb[3 * i]) >>> 0)
}

/** The last picture of every unit: its values, and its colours in a canvas that is drawn from. */
class Pictures {
  constructor() {
    this.canvas = document.createElement("canvas")
    this.context = this.canvas.getContext("2d")
    this.side = 0
    this.count = 0
  }

  /** Make room; what was there is forgotten if the size changes. */
  resize(count, side) {
    if (count === this.count && side === this.side) return
    Object.assign(this, {count, side})
    this.canvas.width = Math.max(1, side * ATLAS_COLUMNS)
    this.canvas.height = Math.max(1, side * Math.ceil(count / ATLAS_COLUMNS))
    this.values = new Uint8Array(count * side * side)
    this.known = new Uint8Array(count)
    this.tile = side ? this.context.createImageData(side, side) : null
  }

  put({first, count, side, pictures}) {
    const last = Math.min(first + count, this.count)
    if (last <= first) return
    this.values.set(pictures.subarray(0, (last - first) * side * side), first * side * side)
    this.known.fill(1, first, last)
  }

  /** Colour pictures `from` to `to` by the table that `table(i)` gives for each. */
  color(from, to, table) {
    const {side, tile, values} = this
    if (!tile) return
    const target = new Uint32Array(tile.data.buffer)
    for (let i = from; i < Math.min(to, this.count); i++) {
      const lut = table(i)
      const start = i * side * side
      for (let p = 0; p < target.length; p++) target[p] = lut[values[start + p]]
      this.context.putImageData(tile, (i % ATLAS_COLUMNS) * side, Math.floor(i / ATLAS_COLUMNS) * side)
    }
  }

  draw(context, {picture, x, y, on}, size) {
    const {side, canvas} = this
    context.save()
    context.beginPath()
    context.roundRect(x, y, size, size, 4)
    context.clip()
    context.clearRect(x, y, size, size)
    if (this.known?.[picture]) {
      context.globalAlpha = on ? 1 : 0.3
      const sx = (picture % ATLAS_COLUMNS) * side
      const sy = Math.floor(picture / ATLAS_COLUMNS) * side
      context.drawImage(canvas, sx, sy, side, side, x, y, size, size)
    }
    context.restore()
  }
}

/** Fit a canvas to a size in CSS pixels; returns its context, in those pixels. */
function fitCanvas(canvas, width, height) {
  const ratio = Math.min(2, window.devicePixelRatio || 1)
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w
    canvas.height = h
    canvas.style.width = `${width}px`
    canvas.style.height = `${height}px`
  }
  const context = canvas.getContext("2d")
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  return context
}

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
function paintEdges(context, layout, {weights, colors, active, focus}) {
  const {groups, side} = layout
  const anyActive = active.phase && active.edges.length > 0
  groups.forEach((group, g) => {
    const dimGroup = anyActive && !active.edges.includes(g) && !focus
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
      context.lineWidth = broken ? 1.5 : 0.8 + share * Math.min(6, side / 8)
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
function paintFlow(context, {groups, top, inner, height}, {active, colors}) {
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
    if (direction) paintArrows(context, (x0 + x1) / 2, height - 11, Math.min(9, (x1 - x0) / 5), direction, color)
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
  const radius = Math.max(2.5, side * 0.085)
  context.lineWidth = 1
  context.strokeStyle = colors.muted
  for (const group of groups) {
    group.targets.forEach(({x, y}, j) => {
      const value = Math.tanh(biases[group.biases + j])
      const pixel = lut[Math.round(127.5 * (1 + (Number.isNaN(value) ? 0 : value)))]
      context.fillStyle = `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`
      context.beginPath()
      context.arc(x - radius - 1.5, y + side - radius, radius, 0, 2 * Math.PI)
      context.fill()
      context.stroke()
    })
  }
}
