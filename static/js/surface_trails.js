/* Trails on a surface: lines, arrows and marks that move without the surface being painted again. */

const GAP = 65535
const FINEST = 65534
const MARK = 20 // pixels, of a trail's head
const ARROW_TIP = 15
const LIFT = 0.012 // of the box: what stands on the surface is not hidden by it

/** Read the trails' bytes; each gets its look. */
function readTrails(data, looks) {
  const bytes = bytesOf(data).slice()
  if (!bytes.length) return []
  const [count] = new Uint32Array(bytes.buffer, 0, 1)
  const lengths = new Uint32Array(bytes.buffer, 4, count)
  const places = new Uint16Array(bytes.buffer, 4 + 4 * count)
  const trails = []
  let from = 0
  lengths.forEach((length, k) => {
    if (looks[k]) trails.push({look: looks[k], places: places.subarray(from, from + 3 * length)})
    from += 3 * length
  })
  return trails
}

/** Paint all lines over the surface, and their heads over all lines. */
function paintTrails(context, camera, {surface, trails, colors}, zRange) {
  const hidden = surface ? sight(surface, camera, zRange) : () => false
  const seen = trails.map((trail) => follow(trail, camera, hidden))
  context.lineJoin = context.lineCap = "round"
  seen.forEach((line, k) => paintLine(context, line, trails[k].look, colors))
  seen.forEach((line, k) => paintHead(context, line, trails[k].look, colors))
  context.globalAlpha = 1
  context.setLineDash([])
}

/**
 * Tell whether a point of the box, all coordinates from 0 to 1, lies behind the surface: whether the ground rises
 * above the straight way to the viewer.
 */
function sight({n, heights}, {away: [awayX, awayY], sinE, cosE}, [low, high]) {
  const step = 1 / (n - 1)
  const rise = cosE > 1e-6 ? (step * sinE) / cosE / BOX_HEIGHT : Infinity
  const height = (x, y) => {
    const [u, v] = [x * (n - 1), y * (n - 1)]
    const [j, i] = [Math.min(n - 2, Math.floor(u)), Math.min(n - 2, Math.floor(v))]
    const [a, b, at] = [u - j, v - i, i * n + j]
    const near = heights[at] * (1 - a) + heights[at + 1] * a
    const far = heights[at + n] * (1 - a) + heights[at + n + 1] * a
    return (near * (1 - b) + far * b - low) / (high - low || 1)
  }
  return (x, y, z) => {
    for (let t = z + LIFT; t <= 1; ) {
      x -= step * awayX
      y -= step * awayY
      t += rise
      if (x < 0 || x > 1 || y < 0 || y > 1) return false
      // A hole, NaN, hides nothing.
      if (height(x, y) > t) return true
    }
    return false
  }
}

/** The places of a trail on the screen, `null` for a gap, and which of them are hidden. */
function follow({places}, {at}, hidden) {
  const [spots, behind] = [[], []]
  for (let p = 0; p < places.length; p += 3) {
    if (places[p] === GAP) {
      spots.push(null)
      behind.push(false)
      continue
    }
    const [x, y, z] = [places[p] / FINEST, places[p + 1] / FINEST, places[p + 2] / FINEST]
    spots.push(at(x, y, z))
    behind.push(hidden(x, y, z))
  }
  return {spots, behind}
}

function paintLine(context, {spots, behind}, {color, width = 3.5, dash = []}, colors) {
  const [open, covered] = [new Path2D(), new Path2D()]
  for (let k = 1; k < spots.length; k++) {
    if (!spots[k - 1] || !spots[k]) continue
    const line = behind[k - 1] && behind[k] ? covered : open
    // A run goes on in one line, or its dashes would begin anew with each piece.
    const goesOn = k > 1 && spots[k - 2] && line === (behind[k - 2] && behind[k - 1] ? covered : open)
    if (!goesOn) line.moveTo(...spots[k - 1])
    line.lineTo(...spots[k])
  }
  const stroke = (path, style, size, alpha, pattern) => {
    context.strokeStyle = style
    context.lineWidth = size
    context.globalAlpha = alpha
    context.setLineDash(pattern)
    context.stroke(path)
  }
  stroke(covered, color, 0.6 * width, 0.4, [])
  stroke(open, colors.surface, width + 3, 0.7, [])
  stroke(open, color, width, 1, dash)
}

function paintHead(context, {spots, behind}, {color, shape, hollow, arrow}, colors) {
  const last = spots.findLastIndex((spot) => spot)
  if (last < 0 || (!shape && !arrow)) return
  const [x, y] = spots[last]
  context.save()
  context.translate(x, y)
  context.setLineDash([])
  // Behind a hill it shows through, and where the trail has left the ground it is pale as well.
  context.globalAlpha = behind[last] || last < spots.length - 1 ? 0.55 : 1
  if (arrow) {
    const from = spots.slice(0, last).findLast((spot) => spot && Math.hypot(spot[0] - x, spot[1] - y) > 3)
    if (from) {
      context.rotate(Math.atan2(y - from[1], x - from[0]))
      fillRimmed(context, new Path2D(`M3 0L${-ARROW_TIP} ${ARROW_TIP / 2}V${-ARROW_TIP / 2}z`), color, colors.surface, 1.5)
    }
  } else {
    context.scale(MARK / 24, MARK / 24)
    context.translate(-12, -12)
    if (hollow) fillRimmed(context, new Path2D(shape), colors.surface, color, 4)
    else fillRimmed(context, new Path2D(shape), color, colors.surface, 2)
  }
  context.restore()
}

function fillRimmed(context, path, fill, rim, width) {
  context.lineWidth = width
  context.strokeStyle = rim
  context.fillStyle = fill
  context.stroke(path)
  context.fill(path, "evenodd")
  if (fill === rim) return
  context.lineWidth = width / 2
  context.stroke(path)
}
