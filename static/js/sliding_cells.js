/* A grid of numbers: one plane of cells, or one for each slice of a volume, with a ring of padding around it. */

const MAIN_FONT = 17  // what a number is set in at most, in pixels
const LEAST_FONT = 10  // smaller ones are left out: the shade stays
const LEAST_CELL = 13  // narrower ones hold no number
const NOTE_FONT = 13  // what stands above and below a number
const LEAST_NOTE = 9.5
const APART = 16  // from this width on cells stand a little apart
const PLANE_GAP = 12

const knownWidths = new Map()

/** How wide a text is, in its own height; to be forgotten when another typeface has been loaded. */
const widthOf = (() => {
  const context = document.createElement("canvas").getContext("2d")
  return (text) => {
    if (knownWidths.size > 5000) knownWidths.clear()
    let width = knownWidths.get(text)
    if (width === undefined) {
      context.font = "600 100px Roboto, system-ui, sans-serif"
      width = context.measureText(text).width / 100
      knownWidths.set(text, width)
    }
    return width
  }
})()

/** A number as short as a cell wants it: at most three digits that count, and no zeros at the end. */
function cellText(value, digits = 3) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "" : value < 0 ? "−∞" : "∞"
  const size = Math.abs(value)
  let text
  if (Number.isInteger(value) && size < 1e5) text = String(value)
  else if (size !== 0 && (size < 10 ** -digits || size >= 1e5)) text = value.toExponential(0).replace("e+", "e")
  else text = String(Number(value.toPrecision(size >= 1000 ? 4 : digits)))
  return text.replaceAll("-", "−")
}

/** A number for reading alone: six digits. */
function fullText(value) {
  if (!Number.isFinite(value)) return cellText(value)
  return String(Number(value.toPrecision(6))).replaceAll("-", "−")
}

/** The colours that 256 entries of a table stand for, and whether black or white is read better on each. */
function shadesOf(table) {
  return Array.from({length: 256}, (_, index) => {
    const channels = [0, 1, 2].map((c) => table[3 * index + c])
    const linear = channels.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
    const luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return {channels, fill: `rgb(${channels.join(" ")})`, ink: luminance > 0.179 ? "#000" : "#fff"}
  })
}

/** Black to white: what a picture looks like. */
const GREYS = shadesOf(Uint8Array.from({length: 768}, (_, k) => Math.floor(k / 3)))

/**
 * The numbers of one role, as the ARIA grids of its planes.
 * `spec`: `role` (x, w, y, dx, dw, dy, window or b), `name`, `shape` (slices, rows, columns), `ring` (padding before
 * and after along each of these), `rich` (whether a cell has a line above its number and one below), `editable`,
 * `pickable`. Places are given among slices, rows and columns, padding included.
 */
class CellGrid {
  constructor(spec) {
    Object.assign(this, spec)
    this.counts = spec.shape.map((n, axis) => n + spec.ring[axis][0] + spec.ring[axis][1])
    this.node = element("div", {class: `cells role-${spec.role}${spec.rich ? " rich" : ""}`})
    this.cells = []
    this.planes = []
    const [slices] = this.counts
    for (let slice = 0; slice < slices; slice++) this.planes.push(this.buildPlane(slice))
    this.node.append(...this.planes.map(({node}) => node))
    this.active = this.numbered(0)
    this.cells[this.active].node.tabIndex = 0
    this.values = []
    this.font = null
  }

  buildPlane(slice) {
    const [, rows, columns] = this.counts
    const label = this.counts[0] > 1 ? `${this.name}, slice ${slice - this.ring[0][0]}` : this.name
    const grid = element("div", {role: "grid", class: "plane", "aria-label": label})
    for (let row = 0; row < rows; row++) {
      const line = element("div", {role: "row", class: "line"})
      for (let column = 0; column < columns; column++) line.append(this.buildCell([slice, row, column]))
      grid.append(line)
    }
    const node = element("div", {class: "slice"}, grid)
    if (this.counts[0] > 1) {
      const number = slice - this.ring[0][0]
      const words = number >= 0 && number < this.shape[0] ? `slice ${number}` : "padding"
      node.append(element("span", {class: "slice-name", "aria-hidden": "true"}, words))
    }
    return {node, grid}
  }

  buildCell(at) {
    // A flipped kernel is shown as it lies on the input: the last weight first.
    const inner = at.map((k, axis) => (this.flip ? this.shape[axis] - 1 - k : k - this.ring[axis][0]))
    const inside = inner.every((k, axis) => k >= 0 && k < this.shape[axis])
    const node = element("div", {role: "gridcell", class: inside ? "cell" : "cell ring", tabindex: -1})
    const cell = {node, at, inner, inside, value: null, text: "", shade: null, marks: "", above: "", below: ""}
    cell.number = inside ? (inner[0] * this.shape[1] + inner[1]) * this.shape[2] + inner[2] : -1
    if (this.rich) {
      cell.parts = ["above", "main", "below"].map((kind) => element("span", {class: kind}))
      node.append(...cell.parts)
    }
    node.cell = cell
    cell.grid = this
    this.cells.push(cell)
    return node
  }

  /** Which of all cells is the one with a number. */
  numbered(number) {
    return this.cells.findIndex((cell) => cell.number === number)
  }

  /** The cell at a place among slices, rows and columns. */
  cellAt([slice, row, column]) {
    const [slices, rows, columns] = this.counts
    if (![slice, row, column].every((k, axis) => k >= 0 && k < this.counts[axis])) return null
    return this.cells[(slice * rows + row) * columns + column]
  }

  /** Give cells a width, and so many planes a line. */
  size(cell, perLine = this.counts[0]) {
    this.cell = cell
    this.node.style.setProperty("--cell", `${cell}px`)
    this.node.style.setProperty("--per-line", perLine)
    this.node.classList.toggle("apart", cell >= APART)
    this.node.classList.toggle("tall", cell >= 28)
    this.node.classList.toggle("roomy", cell >= 44)
    this.font = null
  }

  /** The width and height of all planes with cells of this width. */
  static extent([slices, rows, columns], cell, perLine) {
    const lines = Math.ceil(slices / perLine)
    const caption = slices > 1 ? 18 : 0
    return [
      Math.min(slices, perLine) * (columns * cell + PLANE_GAP) - PLANE_GAP,
      lines * (rows * cell + caption + PLANE_GAP) - PLANE_GAP,
    ]
  }

  /** Take numbers, in order of their places; NaN where nothing has been computed yet. */
  fill(values, shades, grey) {
    let low = 0, high = 0
    for (const value of values) {
      if (value < low) low = value
      if (value > high) high = value
    }
    const largest = Math.max(-low, high)
    const scale = largest > 0 ? 127.5 / largest : 0
    this.values = values
    const {font, digits, text} = this.fitted(values)
    if (font !== this.font) {
      this.font = font
      this.node.style.setProperty("--font", `${font}px`)
      this.node.classList.toggle("plain", font === 0)
    }
    const shadeOf = grey
      ? (value) => GREYS[high > low ? Math.round((255 * (value - low)) / (high - low)) : 0]
      : (value) => shades[Math.max(0, Math.min(255, Math.round(127.5 + (Number.isFinite(value) ? value * scale : 0))))]
    // From frame to frame few numbers change: the others are passed over.
    const way = [low, high, font, digits, grey].join()
    const same = way === this.way && shades === this.shades
    Object.assign(this, {way, shades})
    for (const cell of this.cells) {
      const value = cell.inside ? values[cell.number] : 0
      if (same && Object.is(value, cell.value)) continue
      const known = !Number.isNaN(value)
      if (!Object.is(value, cell.value)) cell.node.setAttribute("aria-label", labelOf(cell, value, known))
      cell.value = value
      const shade = cell.inside && known ? shadeOf(value) : null
      if (shade !== cell.shade) {
        cell.shade = shade
        cell.node.style.background = shade?.fill ?? ""
        cell.node.style.color = shade?.ink ?? ""
      }
      const written = known && font ? text(value) : ""
      if (written !== cell.text) {
        cell.text = written
        const holder = cell.parts?.[1] ?? cell.node
        holder.textContent = written
      }
    }
  }

  /** How to write these numbers so that all fit into a cell; a font of 0 where none does. */
  fitted(values) {
    const none = {font: 0, digits: 0, text: () => ""}
    if (this.cell < LEAST_CELL) return none
    const room = this.cell - (this.cell >= 24 ? 6 : 4)
    const most = Math.min(MAIN_FONT, Math.max(11, (this.rich ? 0.34 : 0.42) * this.cell))
    const writers = [
      (value) => cellText(value),
      (value) => cellText(value, 2),
      (value) => cellText(value, 2).replace(/^(−?)0\./, "$1."),
    ]
    for (const [k, text] of writers.entries()) {
      let widest = 0.6
      for (const value of values) widest = Math.max(widest, widthOf(text(value)))
      const font = Math.min(most, room / widest)
      if (font >= LEAST_FONT) return {font: Math.floor(2 * font) / 2, digits: k + 1, text}
    }
    return none
  }

  /** Set classes of cells: those of a map from cells to names, and of no others. */
  mark(marks) {
    for (const cell of this.marked ?? []) {
      if (!marks.has(cell)) setMarks(cell, "")
    }
    for (const [cell, names] of marks) setMarks(cell, names)
    this.marked = new Set(marks.keys())
  }

  /** Write above and below the numbers of a rich grid, by number, as large as the longest of these texts allows. */
  annotate(above, below) {
    let widest = 0.1
    for (const cell of this.cells) {
      if (!cell.inside || !cell.parts) continue
      const [top, bottom] = [above?.[cell.number] ?? "", below?.[cell.number] ?? ""]
      widest = Math.max(widest, widthOf(top), widthOf(bottom))
      if (top !== cell.above) cell.parts[0].textContent = cell.above = top
      if (bottom !== cell.below) cell.parts[2].textContent = cell.below = bottom
    }
    const font = Math.max(LEAST_NOTE, Math.min(NOTE_FONT, 0.24 * this.height, (this.cell - 6) / widest))
    this.node.style.setProperty("--note", `${Math.floor(2 * font) / 2}px`)
  }

  focus(cell) {
    this.cells[this.active].node.tabIndex = -1
    this.active = this.cells.indexOf(cell)
    cell.node.tabIndex = 0
    cell.node.focus({preventScroll: false})
  }

  /** The cell that a key leads to; `null` if it leads nowhere. Padding is passed through: it can be read, too. */
  moved(cell, key) {
    const [slice, row, column] = cell.at
    const [slices, rows, columns] = this.counts
    const to = {
      ArrowUp: [slice, row - 1, column], ArrowDown: [slice, row + 1, column],
      ArrowLeft: [slice, row, column - 1], ArrowRight: [slice, row, column + 1],
      Home: [slice, row, 0], End: [slice, row, columns - 1],
      PageUp: slices > 1 ? [slice - 1, row, column] : [slice, 0, column],
      PageDown: slices > 1 ? [slice + 1, row, column] : [slice, rows - 1, column],
    }[key]
    if (!to) return null
    // Beyond the right edge of a slice lies the left one of the next.
    if (to[2] >= columns && slice + 1 < slices) return this.cellAt([slice + 1, row, 0])
    if (to[2] < 0 && slice > 0) return this.cellAt([slice - 1, row, columns - 1])
    return this.cellAt(to) ?? cell
  }
}

function labelOf(cell, value, known) {
  if (!cell.inside) return "0, padding"
  return known ? fullText(value) : "not made yet"
}

function setMarks(cell, names) {
  if (cell.marks === names) return
  if (cell.marks) cell.node.classList.remove(...cell.marks.split(" "))
  if (names) cell.node.classList.add(...names.split(" "))
  cell.marks = names
}
