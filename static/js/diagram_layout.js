/* Where everything in the diagram lies: numbers only, no drawing. */

const LARGEST_UNIT = 54
const SMALLEST_UNIT = 18
const FOOT = 26  // room for the arrows of the flow
const SIDE_BY_SIDE = 84  // pitch from which the two buttons of a column fit beside each other

/** How wide the widest of these texts is. */
const measure = (() => {
  const context = document.createElement("canvas").getContext("2d")
  return (texts, font) => {
    context.font = font
    return Math.max(0, ...texts.map((text) => context.measureText(text).width))
  }
})()

/**
 * Lay out the columns in a given width.
 * Returns the height, the side of a picture, and for each column its centre and its units' boxes.
 */
function layOut(columns, width, {editable, targetHeight}) {
  const narrow = width < 560
  const font = `${narrow ? 12 : 15}px Roboto, system-ui, sans-serif`
  const texts = (kind) => columns.filter((column) => column.kind === kind).flatMap(({units}) => units.map((u) => u.label ?? ""))
  const left = room(measure(texts("input"), font))
  const right = room(measure(texts("output"), font))

  const most = Math.max(1, ...columns.map(({units}) => units.length))
  const available = Math.max(120, width - left - right - 4)
  const gaps = Math.max(1, columns.length - 1)
  const fits = Math.min(LARGEST_UNIT, available / (columns.length + 0.7 * gaps), targetHeight / (most * 1.22))
  const side = Math.max(SMALLEST_UNIT, Math.floor(fits))
  // Far apart, two columns no longer look joined.
  const pitch = Math.min((available - side) / gaps, 240)
  const start = left + 2 + side / 2 + (available - side - pitch * gaps) / 2
  const gap = Math.min(14, Math.max(5, 0.25 * side))

  const stacked = pitch < SIDE_BY_SIDE
  const titleHeight = stacked ? 36 : 24
  const buttons = editable ? (stacked ? 64 : 36) : 0
  const top = titleHeight + buttons + 8
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
    return {...column, index: i, x, units}
  })
  return {
    columns: laid,
    groups: joinColumns(laid, side),
    units: laid.flatMap(({units}) => units),
    height: Math.ceil(top + inner + FOOT),
    width, side, pitch, top, inner, stacked, narrow, left, right, titleHeight,
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

/** The edge under a point, among those within 6 px. All edges of a group share one shape in x. */
function edgeAt({groups, side}, x, y) {
  const index = groups.findIndex(({x0, x1}) => x > x0 + 2 && x < x1 - 2)
  if (index < 0) return null
  const {sources, targets, x0, x1} = groups[index]
  const t = solveBezier((x - x0) / (x1 - x0))
  const rise = t * t * (3 - 2 * t)
  const slope = (6 * t * (1 - t)) / (1.5 * (1 - 2 * t + 2 * t * t) * (x1 - x0))
  let nearest = null
  let best = 6
  sources.forEach((source, i) => targets.forEach((target, j) => {
    const climb = target.y - source.y
    const distance = Math.abs(source.y + side / 2 + climb * rise - y) / Math.hypot(1, climb * slope)
    if (distance < best) {
      best = distance
      nearest = {group: index, source: i, target: j}
    }
  }))
  return nearest
}

/** Find t where the curve with its handles in the middle has come to x, from 0 to 1: x(t) = 1.5 t (1−t) + t³. */
function solveBezier(x) {
  let low = 0
  let high = 1
  for (let i = 0; i < 20; i++) {
    const t = (low + high) / 2
    if (1.5 * t * (1 - t) + t ** 3 < x) low = t
    else high = t
  }
  return (low + high) / 2
}
