/* The bytes of a frame, and the pictures in them, coloured by a look-up table. */

const HEADER_BYTES = 24
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
