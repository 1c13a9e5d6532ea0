/* One layer of the wall: its heading, its pictures on a canvas, and the filters beneath. */

/** Two look-up tables as whole pixels: of values, and of ink. */
function wallTables(luts, isDark, style) {
  const rgb = bytesOf(luts).subarray(isDark ? 768 : 0)
  const packed = (r, g, b) => (0xff << 24 | b << 16 | g << 8 | r) >>> 0
  const channels = (name) => {
    const hex = style.getPropertyValue(`--np-${name}`).trim()
    return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16))
  }
  const [paper, ink] = [channels("surface"), channels("ink")]
  return {
    values: Uint32Array.from({length: 256}, (_, i) => packed(rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2])),
    ink: Uint32Array.from({length: 256}, (_, i) => packed(...paper.map((c, k) => Math.round(c + ((ink[k] - c) * i) / 255)))),
  }
}

/** A canvas with one pixel a number, from which maps are drawn enlarged. */
class Atlas {
  constructor() {
    this.canvas = element("canvas")
    this.context = this.canvas.getContext("2d")
  }

  /** Colour all numbers: `count` pictures of `w` × `h` in one column. */
  put(bytes, w, h, count, table) {
    const {canvas} = this
    if (canvas.width !== w || canvas.height !== h * count) {
      [canvas.width, canvas.height] = [w, h * count]
      this.data = this.context.createImageData(w, h * count)
      this.target = new Uint32Array(this.data.data.buffer)
    }
    for (let i = 0; i < this.target.length; i++) this.target[i] = table[bytes[i]]
    this.context.putImageData(this.data, 0, 0)
  }
}

class WallLayer {
  constructor(row, index) {
    Object.assign(this, {row, index, mark: row.flat ? [0] : row.side.map((n) => Math.floor(n / 2)).concat(0)})
    this.title = element("strong")
    this.shape = element("span", {class: "shape"})
    this.canvas = element("canvas", {
      role: "slider", "aria-roledescription": "maps", tabindex: 0, "aria-valuemin": 1,
      "aria-keyshortcuts": "ArrowLeft ArrowRight ArrowUp ArrowDown PageUp PageDown",
    })
    this.range = element("span", {class: "range"})
    this.filters = element("canvas", {role: "img"})
    this.filterText = element("span", {class: "range"})
    this.strip = element("div", {class: "strip"}, this.filterText, this.filters)
    this.node = element("section", {class: "layer"},
      element("div", {class: "head"}, this.title, this.shape), this.canvas, this.range, this.strip)
    this.atlas = new Atlas()
    this.filterAtlas = new Atlas()
  }

  get length() {
    return this.row.side[0] * this.row.side[1] * this.row.count
  }

  /** Take the texts of a frame. */
  follow(row) {
    const {canvas} = this
    this.row = row
    setText(this.title, row.title)
    setText(this.shape, row.shape)
    setText(this.range, row.state === "waiting" ? "not yet" : row.range)
    this.node.dataset.state = row.state
    canvas.setAttribute("aria-label", `${row.title}, ${row.shape}`)
    canvas.setAttribute("aria-valuemax", this.length)
    this.strip.hidden = !row.filters
    if (row.filters) {
      setText(this.filterText, row.filters.text)
      this.filters.setAttribute("aria-label", `${row.title}: ${row.filters.text}`)
    }
  }

  resize(fit, width) {
    this.fit = fit
    this.node.style.width = `${width}px`
    this.filterFit = this.row.filters ? fitFilters(this.row.filters, width) : null
  }

  /** Paint the maps. `bytes` are this layer's; `scene` has tables, colours, what is picked, and fields. */
  paint(bytes, scene) {
    const {canvas, fit, row} = this
    const context = fitCanvas(canvas, fit.width + 4, fit.height + 4)
    context.clearRect(0, 0, fit.width + 4, fit.height + 4)
    context.translate(2, 2)
    const isWaiting = row.state === "waiting"
    if (fit.bars) this.paintBars(context, bytes, scene, isWaiting)
    else {
      if (!isWaiting) this.atlas.put(bytes, row.side[1], row.side[0], row.count, row.ink ? scene.tables.ink : scene.tables.values)
      this.paintMaps(context, scene, isWaiting)
    }
    this.paintFields(context, scene)
    this.paintMark(context, scene)
  }

  paintMaps(context, {colors}, isWaiting) {
    const {fit, row} = this
    const [h, w] = row.side
    context.imageSmoothingEnabled = false
    context.strokeStyle = colors.rule
    for (let k = 0; k < row.count; k++) {
      const [x, y] = this.corner(k)
      if (!isWaiting) context.drawImage(this.atlas.canvas, 0, k * h, w, h, x, y, fit.cell * w, fit.cell * h)
      if (isWaiting || !row.flat) context.strokeRect(x - 0.5, y - 0.5, fit.cell * w + 1, fit.cell * h + 1)
    }
  }

  paintBars(context, bytes, {colors}, isWaiting) {
    const {fit, row} = this
    const isSigned = !bytes.every((value) => value >= 127)
    const left = row.labels ? 16 : 0
    const span = fit.width - left
    const zero = left + (isSigned ? span / 2 : 0)
    context.font = "13px Roboto, system-ui, sans-serif"
    context.textBaseline = "middle"
    for (let k = 0; k < row.count; k++) {
      const y = k * BAR_ROW
      context.fillStyle = colors.raised
      context.fillRect(left, y + 3, span, BAR_ROW - 6)
      context.fillStyle = colors.ink
      if (row.labels) context.fillText(row.labels[k], 2, y + BAR_ROW / 2)
      if (isWaiting) continue
      const share = barShare(bytes[k])
      context.fillStyle = share < 0 ? colors.negative : colors.positive
      const length = share * (isSigned ? span / 2 : span)
      context.fillRect(Math.min(zero, zero + length), y + 3, Math.max(1, Math.abs(length)), BAR_ROW - 6)
    }
  }

  /** The boxes that what is picked has seen. */
  paintFields(context, {fields, colors}) {
    const {fit, row} = this
    const own = fields.filter(({layer}) => layer === row.number)
    if (!own.length || fit.bars) return
    for (const {first, last, channel} of own) {
      for (let k = channel ?? 0; k < (channel ?? row.count - 1) + 1; k++) {
        const [x, y] = this.corner(k)
        const [height, width] = row.side
        const [top, left] = row.flat ? [0, 0] : first.map((n) => Math.max(0, n))
        const [bottom, right] = row.flat ? [0, 0] : [Math.min(height - 1, last[0]), Math.min(width - 1, last[1])]
        if (bottom < top || right < left) continue
        const box = [x + left * fit.cell, y + top * fit.cell, (right - left + 1) * fit.cell, (bottom - top + 1) * fit.cell]
        if (!row.flat) twoToned(context, box, colors)
      }
    }
  }

  paintMark(context, {picked, colors}) {
    if (picked?.layer !== this.row.number) return
    const [x, y, width, height] = this.boxOf(picked.place)
    twoToned(context, [x - 1, y - 1, width + 2, height + 2], colors, 2.5)
  }

  paintFilters(bytes, {tables}) {
    const {row: {filters}, filterFit: fit} = this
    const [h, w] = filters.side
    this.filterAtlas.put(bytes, w, h, filters.count * filters.channels, tables.values)
    const context = fitCanvas(this.filters, fit.width, fit.height)
    context.imageSmoothingEnabled = false
    context.clearRect(0, 0, fit.width, fit.height)
    for (let o = 0; o < filters.count; o++) {
      const [x, y] = [(o % fit.columns) * fit.group, Math.floor(o / fit.columns) * fit.rowHeight]
      for (let c = 0; c < filters.channels; c++) {
        context.drawImage(this.filterAtlas.canvas, 0, (o * filters.channels + c) * h, w, h, x + c * fit.sliceWidth, y, fit.cell * w, fit.cell * h)
      }
    }
  }

  /** Where map `k` begins. */
  corner(k) {
    const {columns, rows, tileWidth, tileHeight} = this.fit
    // Maps are read across, the units of a dense layer downwards.
    const [column, row] = this.row.flat ? [Math.floor(k / rows), k % rows] : [k % columns, Math.floor(k / columns)]
    return [column * tileWidth, row * tileHeight]
  }

  boxOf(place) {
    const {fit, row} = this
    if (fit.bars) return [0, place[0] * BAR_ROW + 1, fit.width, BAR_ROW - 2]
    const [x, y] = this.corner(place.at(-1))
    return row.flat ? [x, y, fit.cell, fit.cell] : [x + place[1] * fit.cell, y + place[0] * fit.cell, fit.cell, fit.cell]
  }

  /** Which number lies at a point of the canvas; `null` between maps. */
  at(x, y) {
    const {fit, row} = this
    if (fit.bars) {
      const unit = Math.floor(y / BAR_ROW)
      return unit >= 0 && unit < row.count ? [unit] : null
    }
    const [column, line] = [Math.floor(x / fit.tileWidth), Math.floor(y / fit.tileHeight)]
    const k = row.flat ? column * fit.rows + line : line * fit.columns + column
    if (column < 0 || line < 0 || column >= fit.columns || line >= fit.rows || k >= row.count) return null
    const [left, top] = this.corner(k)
    const [i, j] = [Math.floor((y - top) / fit.cell), Math.floor((x - left) / fit.cell)]
    if (i >= row.side[0] || j >= row.side[1]) return null
    return row.flat ? [k] : [i, j, k]
  }

  /** Where a key leads from a place; `null` if it means nothing here. */
  moved(key, place) {
    const {row, fit} = this
    const within = (n, count) => Math.max(0, Math.min(count - 1, n))
    if (row.flat) {
      const step = {ArrowUp: -1, ArrowDown: 1, ArrowLeft: -fit.rows, ArrowRight: fit.rows, PageUp: -fit.rows, PageDown: fit.rows}[key]
      return step && [within(place[0] + step, row.count)]
    }
    const step = {ArrowUp: [-1, 0, 0], ArrowDown: [1, 0, 0], ArrowLeft: [0, -1, 0], ArrowRight: [0, 1, 0],
      PageUp: [0, 0, -1], PageDown: [0, 0, 1]}[key]
    return step && place.map((n, axis) => within(n + step[axis], [...row.side, row.count][axis]))
  }
}

/** How long a bar is; what is less than one shade is nothing. */
function barShare(byte) {
  return Math.abs(byte - 127.5) < 1 ? 0 : (byte - 127.5) / 127.5
}

/** A frame that is seen on light and on dark. */
function twoToned(context, [x, y, width, height], colors, thick = 1.5) {
  context.lineWidth = thick + 2
  context.strokeStyle = colors.surface
  context.strokeRect(x, y, width, height)
  context.lineWidth = thick
  context.strokeStyle = colors.backward
  context.strokeRect(x, y, width, height)
  context.lineWidth = 1
}

/** Where a number of a layer stands, counted from 1; of units that stand for classes, for which. */
function placeWords({labels}, place) {
  if (place.length === 1) return labels ? `the unit of ${labels[place[0]]}` : `unit ${place[0] + 1}`
  const [row, column, channel] = place
  return `map ${channel + 1}, row ${row + 1}, column ${column + 1}`
}
