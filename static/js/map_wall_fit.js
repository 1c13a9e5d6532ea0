/* How large the pictures of each layer are drawn, so that all layers stand side by side where there is room for it. */

const MAP_GAP = 4
const UNIT_GAP = 1
const LAYER_GAP = 14
const WRAP_GAP = 18
const BAR_ROW = 20
const MOST_BARS = 12
const STACK_BELOW = 560  // a narrower wall has its layers one beneath the other
const FILTER_CELLS = [10, 8, 7, 6, 5, 4, 3, 2]
const MOST_STRIP = 130
const CLEAR_CELL = 7  // a filter whose cells are so large is clearly seen: one line of them is better than two
// On a projector there is room: a wall so wide may be so much higher.
const [WIDE_FROM, WIDE_HEIGHT] = [1300, 1.35]
// In the smallest of them a wall that is too wide scrolls.
const SCALES = [2, 1.75, 1.5, 1.25, 1.1, 1, 0.93, 0.85, 0.78, 0.7, 0.62]

/** Whether a layer is drawn as labelled bars. */
function isBars({flat, count}) {
  return flat && count <= MOST_BARS
}

/**
 * The picture of one layer: `cell` pixels a number, `columns` × `rows` maps, all of it `width` × `height`.
 * Larger maps get more room, but not in proportion: a map of 5 × 5 must still be seen.
 */
function fitLayer(layer, scale, height, width = Infinity) {
  if (isBars(layer)) {
    const barWidth = Math.min(width, Math.round(110 * Math.max(0.8, Math.min(1, scale))))
    return {bars: true, width: barWidth, height: layer.count * BAR_ROW, columns: 1, rows: layer.count}
  }
  const [h, w] = layer.side
  const single = layer.count === 1 ? 1.4 : 1
  const target = layer.flat ? (layer.count > 128 ? 6 : 10) * Math.min(1, scale) : 16 * Math.sqrt(Math.max(h, w)) * scale * single
  const cell = Math.max(layer.flat ? 3 : 1, Math.round(target / Math.max(h, w)))
  const gap = layer.flat ? UNIT_GAP : MAP_GAP
  const [tileWidth, tileHeight] = [cell * w + gap, cell * h + gap]
  const fits = Math.max(1, Math.floor((height + gap) / tileHeight))
  const across = Math.max(1, Math.floor((width + gap) / tileWidth))
  const columns = width < Infinity ? Math.min(layer.count, across) : evenly(layer.count, Math.ceil(layer.count / fits))
  const rows = Math.ceil(layer.count / columns)
  return {
    cell, gap, columns, rows, tileWidth, tileHeight,
    width: columns * tileWidth - gap, height: rows * tileHeight - gap,
  }
}

/** As many columns, or one more where then all rows are full. */
function evenly(count, columns) {
  return count % columns && count % (columns + 1) === 0 ? columns + 1 : columns
}

function fitWrapped(layer, width, height) {
  const fits = SCALES.map((scale) => fitLayer(layer, scale, height))
  return fits.find((fit) => fit.height <= height && fit.width + 4 <= width) ?? fits.at(-1)
}

/** All pictures in one line, in the largest scale that fits; nothing where the smallest does not. */
function fitLine(layers, width, height, gap) {
  for (const scale of SCALES) {
    const fits = layers.map((layer) => fitLayer(layer, scale, height))
    const total = fits.reduce((sum, fit, k) => sum + columnWidth(layers[k], fit) + gap, 4 - gap)
    if (total <= width && fits.every((fit) => fit.height <= height + 1)) return fits
  }
  return null
}

/** How wide a layer's column is: never narrower than its heading. */
function columnWidth(layer, fit) {
  return Math.max(layer.flat && !fit.bars ? 62 : 84, fit.width + 4)
}

/**
 * The pictures of all layers for a width and a height: side by side in the largest scale that fits, or stacked; where
 * they wrap, in one line, or else each as large as it may be.
 */
function fitWall(layers, width, height, wraps) {
  if (wraps) {
    const fits = fitLine(layers, width, height, WRAP_GAP) ?? layers.map((layer) => fitWrapped(layer, width, height))
    return {stacked: false, fits}
  }
  if (width < STACK_BELOW) return {stacked: true, fits: layers.map((layer) => fitLayer(layer, 1, height, width - 8))}
  const most = width < WIDE_FROM ? height : Math.round(WIDE_HEIGHT * height)
  const fits = fitLine(layers, width, most, LAYER_GAP) ?? layers.map((layer) => fitLayer(layer, SCALES.at(-1), most))
  return {stacked: false, fits}
}

/** The strip of a layer's filters, each a row of slices, in a width: smaller where it would grow too high or too long. */
function fitFilters(filters, width) {
  const fits = FILTER_CELLS.map((cell) => filterFit(filters, width, cell))
  const large = fits.filter(({cell, height}) => cell >= CLEAR_CELL && height <= MOST_STRIP)
  const fewest = Math.min(...large.map(({rows}) => rows))
  return large.find(({rows}) => rows === fewest) ?? fits.find(({height}) => height <= MOST_STRIP) ?? fits.at(-1)
}

function filterFit({side: [h, w], channels, count}, width, cell) {
  const [sliceWidth, filterGap] = [cell * w + 1, 5]
  const group = channels * sliceWidth + filterGap
  const columns = Math.max(1, Math.min(count, Math.floor((width + filterGap) / group)))
  const rows = Math.ceil(count / columns)
  const rowHeight = cell * h + filterGap
  return {cell, rows, columns, group, sliceWidth, rowHeight, width: columns * group - filterGap, height: rows * rowHeight - filterGap}
}
