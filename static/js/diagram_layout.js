/* Where everything in the diagram lies: numbers only, no drawing. */

const LARGEST_UNIT = 54
const SMALLEST_UNIT = 18
const FOOT = 26  // room for the arrows of the flow
const BUTTON = 34
const SIDE_BY_SIDE = 84  // pitch from which "8 × tanh" stands in one line
const SELECT_BESIDE = 136  // pitch from which an activation's field stands beside the number of neurons
// Closer than this the two buttons of a column cannot be told from its neighbours': the diagram scrolls instead.
const LEAST_PITCH = 56
const LEAST_PITCH_SELECT = 64

/** How wide the widest of these texts is. */
const measure = (() => {
  const context = document.createElement("canvas").getContext("2d")
  return (texts, font) => {
    context.font = font
    return Math.max(0, ...texts.map((text) => context.measureText(text).width))
  }
})()

/**
 * Lay out the columns in a given width; where they do not fit, the layout is wider than that.
 * Returns its width and height, the side of a picture, and for each column its centre and its units' boxes.
 * `editable` makes room for buttons, `selects` for fields of activations, `canAdd` for a button under the inputs.
 */
function layOut(columns, width, {editable, targetHeight, selects, canAdd}) {
  const narrow = width < 560
  const font = `${narrow ? 12 : 15}px Roboto, system-ui, sans-serif`
  const texts = (kind) => columns.filter((column) => column.kind === kind).flatMap(({units}) => units.map((u) => u.label ?? ""))
  // A label may be a long formula: it gets its share, and is cut off there.
  const left = room(Math.min(measure(texts("input"), font), narrow ? 64 : Math.max(96, 0.16 * width)))
  const right = room(measure(texts("output"), font))

  const most = Math.max(1, ...columns.map(({units}) => units.length))
  const gaps = Math.max(1, columns.length - 1)
  const least = selects ? LEAST_PITCH_SELECT : LEAST_PITCH
  const given = Math.max(120, width - left - right - 4)
  const available = Math.max(given, least * gaps + Math.min(least / 2, given / (columns.length + 0.7 * gaps)))
  const fits = Math.min(LARGEST_UNIT, available / (columns.length + 0.7 * gaps), targetHeight / (most * 1.22))
  const side = Math.max(SMALLEST_UNIT, Math.floor(Math.min(fits, available > given ? least / 2 : fits)))
  // Far apart, two columns no longer look joined.
  const pitch = Math.min((available - side) / gaps, 240)
  const start = left + 2 + side / 2 + (available - side - pitch * gaps) / 2
  const gap = Math.min(14, Math.max(5, 0.25 * side))

  const stacked = pitch < (selects ? SELECT_BESIDE : SIDE_BY_SIDE)
  const dropsOut = columns.some(({dropout}) => dropout > 0)
  const titleHeight = (selects ? (stacked ? 52 : 36) : (stacked ? 36 : 24)) + (dropsOut ? 18 : 0)
  const skips = columns.some(({skip}) => skip)
  const top = titleHeight + (editable ? BUTTON + 4 : 0) + (skips ? 26 : 0) + 8
  const inner = most * (side + gap) - gap

  let picture = 0
  const laid = columns.map((column, i) => {
    const x = start + i * pitch
    const offset = top + (inner - column.units.length * (side + gap) + gap) / 2
    const units = column.units.map((unit, row) => ({
      ...unit,
      column: i,
      row,
      on: unit.on !== false,
      picture: picture++,
      x: x - side / 2,
      y: offset + row * (side + gap),
    }))
    return {...column, index: i, x, units, bottom: offset + column.units.length * (side + gap) - gap}
  })
  const foot = top + inner + FOOT
  const addAt = canAdd && laid[0] ? laid[0].bottom + 10 : null
  return {
    columns: laid,
    groups: joinColumns(laid, side),
    skips: laid.filter(({skip, index}) => skip && index).map((to) => skipArc(laid[to.index - 1], to, side)),
    units: laid.flatMap(({units}) => units),
    height: Math.ceil(Math.max(foot, (addAt ?? 0) + BUTTON + 6)),
    width: Math.ceil(width + available - given),
    button: Math.min(BUTTON, Math.floor(pitch / 2) - 3),
    side, pitch, top, inner, foot, addAt, selects, stacked, narrow, left, right, titleHeight,
  }
}

function room(textWidth) {
  return textWidth ? Math.ceil(textWidth) + 8 : 0
}

/** The edges between each column and the next, with the place of their weights in the frame. */
function joinColumns(columns, side) {
  let offset = 0
  let biases = 0
  return columns.slice(1).map((to, i) => {
    const sources = columns[i].units.filter((unit) => unit.on)
    const group = {
      sources,
      targets: to.units,
      offset,
      biases,
      x0: columns[i].x + side / 2,
      x1: to.x - side / 2,
    }
    offset += sources.length * to.units.length
    biases += to.units.length
    return group
  })
}

/** The arc over the edges by which a column's inputs are added to its outputs; it ends at the "+" over the column. */
function skipArc(from, to, side) {
  const shift = Math.min(0.28 * side, 12)
  const y0 = from.units[0].y - 5
  const y1 = to.units[0].y - 13
  return {column: to.index, x0: from.x + shift, y0, x1: to.x - shift, y1, crest: Math.min(y0, y1) - 20}
}
