/* The box that a surface stands in: floor, walls behind, and axes with their numbers. */

const FONT = "15px Roboto, system-ui, sans-serif"
const LABEL_FONT = "italic 600 17px Roboto, system-ui, sans-serif"

/** The floor and the two walls behind, with their lines. */
function paintBox(context, camera, colors) {
  const {at, away: [alongX, alongY]} = camera
  const [farX, farY] = [alongX > 0 ? 1 : 0, alongY > 0 ? 1 : 0]
  const faces = [(a, b) => at(a, b, 0), (a, b) => at(farX, a, b), (a, b) => at(a, farY, b)]
  for (const face of faces) {
    context.fillStyle = colors.raised
    context.beginPath()
    for (const [a, b] of [[0, 0], [1, 0], [1, 1], [0, 1]]) context.lineTo(...face(a, b))
    context.fill()
    context.strokeStyle = colors.rule
    context.lineWidth = 1
    context.beginPath()
    for (const t of [0, 0.25, 0.5, 0.75, 1]) {
      for (const [from, to] of [[face(t, 0), face(t, 1)], [face(0, t), face(1, t)]]) {
        context.moveTo(...from)
        context.lineTo(...to)
      }
    }
    context.stroke()
  }
}

/** Ticks and labels, outside the box along the edges nearest to the viewer. */
function paintAxes(context, camera, {labels, ranges, zRange, zTicks}, colors) {
  const {at, away: [alongX, alongY], cosE} = camera
  const [nearX, nearY] = [alongX > 0 ? 0 : 1, alongY > 0 ? 0 : 1]
  const middle = at(0.5, 0.5, 0)
  const corners = [[0, 0], [1, 0], [0, 1], [1, 1]]
  const [zx, zy] = corners.reduce((best, corner) => (at(...corner, 0)[0] < at(...best, 0)[0] ? corner : best))
  const axes = [
    {edge: (t) => at(t, nearY, 0), range: ranges[0], label: labels[0], reach: [22, 48]},
    {edge: (t) => at(nearX, t, 0), range: ranges[1], label: labels[1], reach: [22, 48]},
  ]
  // Seen from above, the third axis has no length.
  if (cosE > 0.25) {
    axes.push({edge: (t) => at(zx, zy, t), range: zRange, label: labels[2], upright: true, reach: [12, 0], ticks: zTicks})
  }
  for (const axis of axes) paintAxis(context, axis, middle, colors)
}

function paintAxis(context, {edge, range, label, upright, reach, ticks}, middle, colors) {
  const centre = edge(0.5)
  const [ox, oy] = upright ? [-1, 0] : outward(edge, middle)
  context.strokeStyle = colors.muted
  context.lineWidth = 1.5
  context.beginPath()
  context.moveTo(...edge(0))
  context.lineTo(...edge(1))
  context.font = FONT
  context.fillStyle = colors.ink
  context.textBaseline = "middle"
  context.textAlign = upright ? "right" : "center"
  const written = ticks?.length ? ticks : [0, 0.5, 1].map((t) => [t, tickText(range[0] + (range[1] - range[0]) * t, range)])
  for (const [t, text] of written) {
    const [x, y] = edge(t)
    context.moveTo(x, y)
    context.lineTo(x + 5 * ox, y + 5 * oy)
    // Two axes meet in a corner: their numbers keep apart.
    const [tx, ty] = upright ? [x, y] : inwards(edge, t)
    context.fillText(text, tx + reach[0] * ox, ty + reach[0] * oy)
  }
  context.stroke()
  context.font = LABEL_FONT
  if (upright) {
    const [x, y] = edge(1)
    context.textAlign = "center"
    context.fillText(label, x, y - 20)
  } else {
    context.fillText(label, centre[0] + reach[1] * ox, centre[1] + reach[1] * oy)
  }
}

/** A place on an edge, a little way from its ends. */
function inwards(edge, t) {
  const [[x0, y0], [x1, y1]] = [edge(0), edge(1)]
  const share = Math.min(0.2, 13 / (Math.hypot(x1 - x0, y1 - y0) || 1))
  return edge(clamp(t, share, 1 - share))
}

/** The direction on the screen that leads away from the box, at a right angle to an edge of its floor. */
function outward(edge, [mx, my]) {
  const [[x0, y0], [x1, y1], [x, y]] = [edge(0), edge(1), edge(0.5)]
  const length = Math.hypot(x1 - x0, y1 - y0) || 1
  const normal = [(y1 - y0) / length, (x0 - x1) / length]
  const side = (x - mx) * normal[0] + (y - my) * normal[1] < 0 ? -1 : 1
  return [side * normal[0], side * normal[1]]
}

/** A number as short as its range allows. */
function tickText(value, [low, high]) {
  const span = Math.abs(high - low)
  const size = Math.max(Math.abs(low), Math.abs(high))
  if (!(span > 0) || size >= 1e5 || size < 1e-3) return Number(value.toPrecision(3)).toString().replace("-", "−")
  const digits = clamp(Math.ceil(2 - Math.log10(span)), 0, 4)
  return String(Number(value.toFixed(digits))).replace("-", "−")
}
