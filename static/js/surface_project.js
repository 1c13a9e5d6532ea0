/* Where a point of the box stands on the screen. The box is a square of side 1 and lower than it is wide. */

const BOX_HEIGHT = 0.68
const LOWEST = 0.08
const HIGHEST = Math.PI / 2
const ZOOMS = [0.6, 3]

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high)
}

/** A view, within what can be looked at: from beneath there is nothing to see. */
function within({azimuth, elevation, zoom, tall}) {
  return {azimuth, elevation: clamp(elevation, LOWEST, HIGHEST), zoom: clamp(zoom, ...ZOOMS), tall}
}

/** The view that one begins with; the box, so many sides `tall` on the screen, fits into the drawing. */
function firstView([azimuth, elevation]) {
  return {azimuth, elevation, zoom: 1, tall: Math.max(1.3, Math.SQRT2 * Math.sin(elevation) + BOX_HEIGHT * Math.cos(elevation))}
}

/**
 * The projection of a view: parallel, so that equal heights stay equal wherever they stand.
 * `at(x, y, z)` gives the place of a point with all coordinates from 0 to 1; `away` says how fast the distance to
 * the viewer grows along x and along y; `light` is the direction of the light, which stays with the viewer.
 */
function project({azimuth, elevation, zoom, tall}, width, height) {
  const [sinA, cosA] = [Math.sin(azimuth), Math.cos(azimuth)]
  const [sinE, cosE] = [Math.sin(elevation), Math.cos(elevation)]
  // The diagonal has room whichever way it is turned, so that turning does not change the size.
  const scale = zoom * Math.max(40, Math.min((width - 96) / Math.SQRT2, (height - 60) / tall))
  // More is written beneath it than above, and to its left than to its right.
  const [cx, cy] = [width / 2 + 8, height / 2 - 14]
  const at = (x, y, z) => {
    const [u, v, w] = [x - 0.5, y - 0.5, (z - 0.5) * BOX_HEIGHT]
    return [cx + scale * (u * cosA - v * sinA), cy - scale * (w * cosE + (u * sinA + v * cosA) * sinE)]
  }
  // From above the viewer's left shoulder, turned back into the box.
  const [right, away, up] = [-0.5, -0.45, 0.74]
  const light = [right * cosA + away * sinA, -right * sinA + away * cosA, up]
  return {at, scale, light, sinE, cosE, away: [sinA, cosA]}
}
