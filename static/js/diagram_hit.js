/* What of the drawing lies under a point: what is painted on a canvas cannot be asked by the browser. */

/** The edge under a point, among those within `reach` pixels. All edges of a group share one shape in x. */
function edgeAt({groups, side}, x, y, reach = 6) {
  const index = groups.findIndex(({x0, x1}) => x > x0 + 2 && x < x1 - 2)
  if (index < 0) return null
  const {sources, targets, x0, x1} = groups[index]
  const t = solveBezier((x - x0) / (x1 - x0))
  const rise = t * t * (3 - 2 * t)
  const slope = (6 * t * (1 - t)) / (1.5 * (1 - 2 * t + 2 * t * t) * (x1 - x0))
  let nearest = null
  let best = reach
  sources.forEach((source, i) => targets.forEach((target, j) => {
    const climb = target.y - source.y
    const distance = Math.abs(source.y + side / 2 + climb * rise - y) / Math.hypot(1, climb * slope)
    if (distance < best) {
      best = distance
      nearest = {group: index, source: i, target: j, t}
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

/** The point of an edge at its curve's parameter t. */
function edgePoint({x0, x1}, source, target, side, t) {
  const rise = t * t * (3 - 2 * t)
  return {
    x: x0 + (x1 - x0) * (1.5 * t * (1 - t) + t ** 3),
    y: source.y + side / 2 + (target.y - source.y) * rise,
  }
}

/** The neuron whose bias's dot lies under a point. */
function biasAt({groups, side}, x, y) {
  const radius = biasRadius(side)
  for (const {targets} of groups) {
    for (const target of targets) {
      const dot = biasDot(target, side)
      if (Math.hypot(dot.x - x, dot.y - y) <= radius + 3) return target
    }
  }
  return null
}

function biasRadius(side) {
  return Math.max(2.5, side * 0.085)
}

function biasDot({x, y}, side) {
  const radius = biasRadius(side)
  return {x: x - radius - 1.5, y: y + side - radius}
}

/** The skip connection under a point, as the index of the column it ends at. */
function skipAt({skips}, x, y) {
  const hit = skips.find((arc) => skipPoints(arc).some((point) => Math.hypot(point.x - x, point.y - y) < 7))
  return hit ? hit.column : null
}

function skipPoints({x0, y0, x1, y1, crest}) {
  return Array.from({length: 25}, (_, i) => {
    const t = i / 24
    const s = 1 - t
    const blend = (a, b, c, d) => s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d
    return {x: blend(x0, x0, x1, x1), y: blend(y0, crest, crest, y1)}
  })
}
