/* One matrix as a table of coloured numbers. Only the rows in sight are elements: a vector may have thousands. */

const ROW_HEIGHT = 22
const SPARE_ROWS = 2
const CELL_FONT = 13
const TIGHT_FONT = 11.5  // before numbers get smaller than this they lose the 0 before the point
const LEAST_FONT = 10  // smaller numbers are left out; the colour stays

const textWidth = (() => {
  const context = document.createElement("canvas").getContext("2d")
  return (text, size) => {
    context.font = `${size}px Roboto, system-ui, sans-serif`
    return context.measureText(text).width
  }
})()

/** How many decimals show three digits of the largest number; `null` where only powers of ten can. */
function decimalsFor(largest) {
  if (largest === 0) return 0
  const power = Math.floor(Math.log10(largest))
  if (power < -4 || power > 4) return null
  return Math.max(0, Math.min(5, power >= -1 && power < 1 ? 3 : 2 - power))
}

function numberText(value, decimals) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value < 0 ? "−∞" : "∞"
  if (value === 0) return "0"
  const text = decimals == null ? value.toExponential(1) : value.toFixed(decimals)
  return (Number(text) === 0 ? value.toExponential(0) : text).replaceAll("-", "−")
}

/** A number as a reader wants it who asks for one alone. */
function fullText(value) {
  if (!Number.isFinite(value)) return numberText(value, 0)
  return String(Number(value.toPrecision(6))).replaceAll("-", "−")
}

/** The channels of an entry of the look-up table, and whether black or white is read better on it. */
function shadeOf(lut, value, largest) {
  const share = Number.isFinite(value) && largest > 0 ? value / largest : 0
  const index = Math.round(127.5 * (1 + Math.max(-1, Math.min(1, share))))
  const channels = [0, 1, 2].map((c) => lut[3 * index + c])
  const linear = channels.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
  const luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  return {fill: `rgb(${channels.join(" ")})`, ink: luminance > 0.179 ? "#000" : "#fff"}
}

/** What stands at a place of an axis: "neuron 2 of dense1". */
function axisName(axis, label) {
  return axis ? `${axis.unit} ${label} ${axis.of}`.trim() : ""
}

/**
 * A table for matrix `index` of an operation. `rows` and `columns` are axes, as `{unit, of, labels}`, or undefined
 * where there is none.
 */
class Matrix {
  constructor(index, spec, rows, columns) {
    Object.assign(this, {index, spec, rows, columns, lit: [], selected: null})
    this.active = {row: 0, column: 0}
    const role = spec.written ? "result" : "operand"
    this.head = element("div", {class: "matrix-head"})
    this.grid = element("div", {class: "table", role: "grid", "aria-label": `${spec.name}, ${spec.size}, ${role}`})
    this.scroller = element("div", {class: "scroller", role: "rowgroup"})
    this.space = element("div", {class: "space", role: "presentation"})
    this.scroller.append(this.space)
    this.node = element("div", {class: `matrix ${role}`, "data-index": index}, this.head, this.grid)
    this.node.matrix = this
    this.buildHead()
  }

  buildHead() {
    const {spec, head} = this
    head.append(element("strong", {}, spec.name), element("span", {class: "size"}, spec.size))
    if (spec.note === "before") head.append(element("span", {class: "tag"}, "before"))
    const written = spec.note === "share" ? "share of one example" : "written"
    if (spec.written) head.append(element("span", {class: "tag written"}, written))
    this.scale = element("span", {class: "scale"})
    head.append(this.scale)
  }

  /** Lay out for a width of cells, a width of row labels (0 for none), and a number of rows in sight. */
  resize(cell, label, sight) {
    const [rows, columns] = this.spec.shape
    Object.assign(this, {cell, label, sight: Math.min(rows, sight)})
    this.grid.setAttribute("aria-rowcount", rows + (this.columns ? 1 : 0))
    this.grid.setAttribute("aria-colcount", columns)
    this.grid.replaceChildren()
    if (this.columns) this.grid.append(this.columnHeads())
    this.grid.append(this.scroller)
    this.scroller.style.height = `${this.sight * ROW_HEIGHT + 2}px`
    this.scroller.classList.toggle("more", rows > this.sight)
    this.space.style.height = `${rows * ROW_HEIGHT}px`
    this.space.style.width = `${label + columns * cell}px`
    this.pool = Array.from({length: Math.min(rows, this.sight + SPARE_ROWS)}, () => this.buildRow())
    this.space.replaceChildren(...this.pool.map(({node}) => node))
  }

  columnHeads() {
    const row = element("div", {class: "columns", role: "row", "aria-rowindex": 1})
    row.style.paddingLeft = `${this.label + 1}px`
    for (const text of this.columns.labels) {
      const name = axisName(this.columns, text)
      const head = element("span", {role: "columnheader", title: name, "aria-label": name}, text)
      head.style.width = `${this.cell}px`
      row.append(head)
    }
    return row
  }

  buildRow() {
    const node = element("div", {class: "row", role: "row"})
    let head = null
    if (this.label) {
      head = element("span", {class: "row-head", role: this.rows ? "rowheader" : "presentation"})
      head.style.width = `${this.label}px`
      node.append(head)
    }
    const cells = Array.from({length: this.spec.shape[1]}, (_, column) => {
      const cell = element("span", {class: "cell", role: "gridcell", tabindex: -1, "data-column": column})
      cell.style.width = `${this.cell}px`
      return cell
    })
    node.append(...cells)
    return {node, head, cells, row: -1}
  }

  /** Take numbers, row by row. */
  fill(values, lut) {
    const largest = values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0)
    const decimals = values.every(Number.isInteger) && largest < 1e4 ? 0 : decimalsFor(largest)
    Object.assign(this, {values, lut, largest, decimals})
    this.texts = Array.from(values, (value) => numberText(value, decimals))
    let font = this.fontFor(this.texts)
    if (font < TIGHT_FONT) {
      this.texts = this.texts.map((text) => text.replace(/^(−?)0\./, "$1."))
      font = this.fontFor(this.texts)
    }
    this.plain = font < LEAST_FONT
    this.grid.style.setProperty("--cell-size", `${Math.floor(2 * font) / 2}px`)
    this.scale.textContent = largest ? `±${numberText(largest, decimals)}` : "all 0"
    this.scale.title = "The darkest colours stand for the largest number of this matrix"
    this.grid.classList.toggle("plain", this.plain)
    this.pool.forEach((line) => { line.row = -1 })
    this.render()
  }

  /** The largest size in which all of these fit into a cell. */
  fontFor(texts) {
    const longest = texts.reduce((a, b) => (b.length > a.length ? b : a), "")
    return Math.min(CELL_FONT, (CELL_FONT * (this.cell - 4)) / Math.max(1, textWidth(longest, CELL_FONT)))
  }

  /** Bring the rows in sight up to what is known now. */
  render() {
    const [rows, columns] = this.spec.shape
    const last = rows - this.pool.length
    const first = Math.max(0, Math.min(last, Math.floor(this.scroller.scrollTop / ROW_HEIGHT)))
    const stop = Math.max(first, Math.min(first + this.pool.length - 1, this.active.row))
    this.pool.forEach((line, k) => {
      const row = first + k
      if (line.row !== row) this.put(line, row, columns)
      line.cells.forEach((cell, column) => {
        cell.tabIndex = row === stop && column === this.active.column ? 0 : -1
        cell.classList.toggle("lit", this.lit.some(([r0, r1, c0, c1]) => row >= r0 && row < r1 && column >= c0 && column < c1))
        if (!this.spec.written) return
        const selected = this.selected?.row === row && this.selected.column === column
        cell.setAttribute("aria-selected", String(selected))
      })
    })
  }

  put(line, row, columns) {
    line.row = row
    line.node.style.transform = `translateY(${row * ROW_HEIGHT}px)`
    line.node.setAttribute("aria-rowindex", row + 1 + (this.columns ? 1 : 0))
    if (line.head && this.rows) {
      setText(line.head, this.rows.labels[row] ?? "")
      line.head.title = this.rowName(row)
    }
    line.cells.forEach((cell, column) => {
      const at = row * columns + column
      const {fill, ink} = shadeOf(this.lut, this.values[at], this.largest)
      cell.style.background = fill
      cell.style.color = ink
      setText(cell, this.plain ? "" : this.texts[at])
      if (this.plain) cell.setAttribute("aria-label", this.texts[at])
      else cell.removeAttribute("aria-label")
    })
  }

  rowName(row) {
    return axisName(this.rows, this.rows?.labels[row])
  }

  /** A cell in words: the matrix, row and column by name, and its number. */
  reading({row, column}) {
    const names = [this.rowName(row), axisName(this.columns, this.columns?.labels[column])]
    const where = names.filter(Boolean).join(", ")
    const value = fullText(this.values[row * this.spec.shape[1] + column])
    return `${this.spec.name} = ${value}${where ? ` at ${where}` : ""}`
  }

  show(lit, selected) {
    Object.assign(this, {lit, selected})
    this.node.classList.toggle("has-lit", lit.length > 0)
    this.render()
  }

  /** Scroll so that a row is in sight. */
  reveal(row) {
    const {scroller, sight} = this
    const [top, bottom] = [row * ROW_HEIGHT, (row + 1 - sight) * ROW_HEIGHT]
    if (scroller.scrollTop > top) scroller.scrollTop = top
    else if (scroller.scrollTop < bottom) scroller.scrollTop = bottom
    this.render()
  }

  /** Which cell an element is; `null` if it is none. */
  at(node) {
    const cell = node.closest?.(".cell")
    const line = cell && this.pool.find(({cells}) => cells.includes(cell))
    return line ? {row: line.row, column: Number(cell.dataset.column)} : null
  }

  focus({row, column}) {
    this.active = {row, column}
    this.reveal(row)
    this.pool.find((line) => line.row === row)?.cells[column].focus({preventScroll: true})
  }

  /** Where a key leads from the active cell; `null` if it leads nowhere. */
  moved(key) {
    const [rows, columns] = this.spec.shape
    const {row, column} = this.active
    const to = {
      ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1], Home: [row, 0], End: [row, columns - 1],
      PageUp: [row - this.sight, column], PageDown: [row + this.sight, column],
    }[key]
    if (!to) return null
    const within = (n, count) => Math.max(0, Math.min(count - 1, n))
    return {row: within(to[0], rows), column: within(to[1], columns)}
  }
}
