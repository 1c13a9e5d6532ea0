/* What a surface looks like: cell by cell from the far to the near, with the path and the points among them. */

const SHADES = 32
const LINES = 10
const DOT = 4

/** Read a frame's bytes; `null` if there is none yet. */
function readSurface(data) {
  const bytes = bytesOf(data).slice()
  if (!bytes.length) return null
  const [n, m, k] = new Uint32Array(bytes.buffer, 0, 3)
  const colorsAt = 12 + 4 * n * n
  const pathAt = colorsAt + 4 * Math.ceil((n * n) / 4)
  return {
    n,
    heights: new Float32Array(bytes.buffer, 12, n * n),
    colors: new Uint8Array(bytes.buffer, colorsAt, n * n),
    path: new Float32Array(bytes.buffer, pathAt, 3 * m),
    points: new Float32Array(bytes.buffer, pathAt + 12 * m, 4 * k),
  }
}

/** The colours of a look-up table, from shade to light; made when first asked for. */
class Shades {
  constructor(lut) {
    this.table = bytesOf(lut)
    this.made = new Array(256 * SHADES)
  }

  /** `light` from 0 (turned away) to 1. */
  get(index, light) {
    const level = clamp(Math.round(light * (SHADES - 1)), 0, SHADES - 1)
    const key = index * SHADES + level
    this.made[key] ??= lutColor(this.table, index, 0.58 + (0.5 * level) / (SHADES - 1))
    return this.made[key]
  }
}

/** Paint all of it. `stride` leaves grid lines out, for as long as it is being turned. */
function paintScene(context, {surface, view, shades, colors, zRange, axes}, width, height, stride) {
  const camera = project(view, width, height)
  context.clearRect(0, 0, width, height)
  context.lineJoin = context.lineCap = "round"
  paintBox(context, camera, colors)
  if (surface) {
    const [low, high] = zRange
    // Heights from 0 to 1 within the box; a little beyond it is rounding, not height.
    const level = (z) => (z - low) / (high - low || 1)
    const marks = gatherMarks(surface, camera, level)
    paintCells(context, camera, surface, {level, shades, colors, stride, marks})
    paintTrail(context, camera, surface, level, colors)
  }
  paintAxes(context, camera, axes, colors)
}

/** Indices of the grid lines that are drawn: every one, or every `stride`-th and the last. */
function gridLines(n, stride) {
  const lines = []
  for (let i = 0; i < n - 1; i += stride) lines.push(i)
  return [...lines, n - 1]
}

/**
 * Paint the cells from the far to the near, each over what it hides. The axis along which the distance grows
 * faster is walked in the outer loop, so that a mark in front of a cell is not covered by the next row's.
 */
function paintCells(context, {at, light, away}, surface, {level, shades, colors, stride, marks}) {
  const {n, heights, colors: indices} = surface
  const lines = gridLines(n, stride)
  const cells = lines.length - 1
  const every = Math.max(1, Math.round(cells / LINES))
  const order = (along) => Array.from({length: cells}, (_, i) => (along > 0 ? cells - 1 - i : i))
  const [overX, overY] = [order(away[0]), order(away[1])]
  const outerIsX = Math.abs(away[0]) > Math.abs(away[1])

  // All corners once: each belongs to four cells.
  const places = new Float32Array(2 * lines.length ** 2)
  const levels = new Float32Array(lines.length ** 2)
  lines.forEach((i, row) => lines.forEach((j, column) => {
    const c = row * lines.length + column
    levels[c] = level(heights[i * n + j])
    const [x, y] = at(j / (n - 1), i / (n - 1), clamp(levels[c], 0, 1))
    places[2 * c] = x
    places[2 * c + 1] = y
  }))
  const bucket = (t) => clamp(Math.floor((t * (n - 1)) / stride), 0, cells - 1)
  const waiting = sortMarks(marks, bucket, cells)
  const length = Math.hypot(...light)

  const side = lines.length
  const go = (from, to) => {
    context.moveTo(places[2 * from], places[2 * from + 1])
    context.lineTo(places[2 * to], places[2 * to + 1])
  }
  const isDrawn = (line) => line % every === 0 && line > 0 && line < cells
  // A line between two cells comes with the nearer one, which would paint over it.
  const [farRow, farColumn] = [away[1] > 0 ? 1 : 0, away[0] > 0 ? 1 : 0]

  const paintCell = (row, column) => {
    const cell = row * cells + column
    waiting.beneath.get(cell)?.forEach((mark) => mark.paint(context, colors))
    const a = row * side + column
    const [z0, z1, z2, z3] = [levels[a], levels[a + 1], levels[a + side + 1], levels[a + side]]
    // NaN fails every comparison, and makes a hole; so does what lies wholly outside the box.
    if (Math.max(z0, z1, z2, z3) >= -1e-6 && Math.min(z0, z1, z2, z3) <= 1 + 1e-6) {
      const [i, j] = [lines[row], lines[column]]
      const slopeX = slope(z1 + z2 - z0 - z3, (lines[column + 1] - j) / (n - 1))
      const slopeY = slope(z2 + z3 - z0 - z1, (lines[row + 1] - i) / (n - 1))
      const facing = (light[2] - slopeX * light[0] - slopeY * light[1]) / length / Math.hypot(slopeX, slopeY, 1)
      context.fillStyle = shades.get(indices[i * n + j], facing)
      paintQuad(context, places, a, a + 1, a + side + 1, a + side)
      const [onRow, onColumn] = [isDrawn(row + farRow), isDrawn(column + farColumn)]
      if (onRow || onColumn) {
        context.strokeStyle = colors.mesh
        context.lineWidth = 1
        context.beginPath()
        if (onRow) go(a + farRow * side, a + farRow * side + 1)
        if (onColumn) go(a + farColumn, a + farColumn + side)
        context.stroke()
      }
    }
    waiting.above.get(cell)?.forEach((mark) => mark.paint(context, colors))
  }
  if (outerIsX) for (const column of overX) for (const row of overY) paintCell(row, column)
  else for (const row of overY) for (const column of overX) paintCell(row, column)
}

/** How steep a cell is; `rise` is the sum over its two edges. What explodes is a wall. */
function slope(rise, run) {
  return clamp(((BOX_HEIGHT / 2) * rise) / run, -50, 50) || 0
}

/** Fill a cell, a little larger than it is: between smooth edges that only touch, the ground would shine through. */
function paintQuad(context, places, ...corners) {
  let mx = 0
  let my = 0
  for (let i = 0; i < 4; i++) {
    mx += places[2 * corners[i]] / 4
    my += places[2 * corners[i] + 1] / 4
  }
  context.beginPath()
  for (let i = 0; i < 4; i++) {
    const dx = places[2 * corners[i]] - mx
    const dy = places[2 * corners[i] + 1] - my
    const grow = Math.min(2, 1 + 0.6 / (Math.abs(dx) + Math.abs(dy) + 0.01))
    context.lineTo(mx + dx * grow, my + dy * grow)
  }
  context.fill()
}

/**
 * The points and the pieces of the path, each with where it takes its turn among the cells: on the surface
 * somewhat nearer to the viewer than it stands, so that the cells in front do not cut it off at its foot; beneath
 * it somewhat farther, so that it does not show at the edge of the cells that hide it.
 */
function gatherMarks({n, heights, path, points}, camera, level) {
  const {at, scale, sinE, away} = camera
  const bias = Math.min(0.1, (1.5 * DOT) / (scale * Math.max(sinE, 0.1)))
  const marks = []
  const add = (x, y, z, paint) => {
    const [i, j] = [Math.round(clamp(y, 0, 1) * (n - 1)), Math.round(clamp(x, 0, 1) * (n - 1))]
    const above = !(level(heights[i * n + j]) > z + 0.03)
    const shift = above ? bias : -bias
    marks.push({x: x - away[0] * shift, y: y - away[1] * shift, above, paint})
  }
  const inside = (...xyz) => xyz.every((t) => t >= -1e-6 && t <= 1 + 1e-6)
  for (let p = 0; p < points.length; p += 4) {
    const [x, y, z, index] = [points[p], points[p + 1], level(points[p + 2]), points[p + 3]]
    if (inside(x, y, z)) add(x, y, z, (context, colors) => paintDot(context, at(x, y, z), DOT, colors.point(index), colors))
  }
  for (const [from, to] of pieces(path, level, 1.5 / (n - 1))) {
    if (!inside(...from) || !inside(...to)) continue
    const [x, y, z] = from.map((t, axis) => (t + to[axis]) / 2)
    add(x, y, z, (context, colors) => paintPiece(context, at(...from), at(...to), colors.ink))
  }
  return marks
}

/** The path as pieces, none longer over the ground than `longest`: a long one passes before and behind hills. */
function* pieces(path, level, longest) {
  for (let p = 3; p + 2 < path.length; p += 3) {
    const from = [path[p - 3], path[p - 2], level(path[p - 1])]
    const to = [path[p], path[p + 1], level(path[p + 2])]
    const parts = clamp(Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / longest) || 1, 1, 100)
    const between = (share) => from.map((t, axis) => t + (to[axis] - t) * share)
    for (let i = 0; i < parts; i++) yield [between(i / parts), between((i + 1) / parts)]
  }
}

function sortMarks(marks, bucket, cells) {
  const [beneath, above] = [new Map(), new Map()]
  for (const mark of marks) {
    const list = mark.above ? above : beneath
    const cell = bucket(mark.y) * cells + bucket(mark.x)
    if (!list.has(cell)) list.set(cell, [])
    list.get(cell).push(mark)
  }
  return {beneath, above}
}

function paintDot(context, [x, y], radius, color, colors) {
  context.fillStyle = color
  context.strokeStyle = colors.surface
  context.lineWidth = 1.5
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.fill()
  context.stroke()
}

function paintPiece(context, from, to, color) {
  context.strokeStyle = color
  context.lineWidth = 3
  context.beginPath()
  context.moveTo(...from)
  context.lineTo(...to)
  context.stroke()
}

/** Over all: where the path began and where it is now, and, faintly, where it passes behind. */
function paintTrail(context, {at}, {path}, level, colors) {
  const spots = []
  for (let p = 0; p < path.length; p += 3) {
    const spot = [path[p], path[p + 1], level(path[p + 2])]
    if (spot.every((t) => t >= -1e-6 && t <= 1 + 1e-6)) spots.push(at(...spot))
    else if (p === 0 || p === path.length - 3) spots.push(null)
  }
  if (!spots.length) return
  context.globalAlpha = 0.35
  context.strokeStyle = colors.ink
  context.lineWidth = 1.5
  context.beginPath()
  for (const spot of spots) if (spot) context.lineTo(...spot)
  context.stroke()
  context.globalAlpha = 1
  if (spots[0]) paintDot(context, spots[0], 5, colors.surface, {surface: colors.ink})
  if (spots.at(-1)) paintDot(context, spots.at(-1), 7, colors.ink, colors)
}
