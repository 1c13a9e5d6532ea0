/* The picture of a drawing pad, and the soft round brush that paints on it. */

const PAD_SIDE = 28
const SOFT = 0.6  // how far beyond its edge the brush fades out, in cells

/** How far a point lies from a line between two others. */
function distance(x, y, [x0, y0], [x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0]
  const length = dx * dx + dy * dy
  const t = length ? Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / length)) : 0
  return Math.hypot(x - x0 - t * dx, y - y0 - t * dy)
}

/** Paint or erase along a line between two points, given in cells; the brush has a radius in cells. */
function stroke(pixels, from, to, radius, erases) {
  // What a stroke has painted, its soft edge included, the same stroke erases.
  const reach = radius + (erases ? 3 : 1) * SOFT
  const span = (axis) => [
    Math.max(0, Math.floor(Math.min(from[axis], to[axis]) - reach)),
    Math.min(PAD_SIDE - 1, Math.ceil(Math.max(from[axis], to[axis]) + reach)),
  ]
  const [[left, right], [top, bottom]] = [span(0), span(1)]
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const inside = (reach - distance(column + 0.5, row + 0.5, from, to)) / (2 * SOFT)
      const ink = Math.round(255 * Math.max(0, Math.min(1, inside)))
      const at = row * PAD_SIDE + column
      pixels[at] = erases ? Math.min(pixels[at], 255 - ink) : Math.max(pixels[at], ink)
    }
  }
}

/** The picture as text that a message can carry. */
function toBase64(pixels) {
  return btoa(String.fromCharCode(...pixels))
}
