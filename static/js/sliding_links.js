/* What ties the grids together: the window's outline, and the beams from what is read to what is made of it. */

const GLIDE_MS = 160
const STILL_MS = 120  // frames that follow each other faster than this are not glided between

/** The drawing above the grids, with outlines and edges, and the one behind them, with what fills the beams. */
class Links {
  constructor(ui) {
    this.over = svgElement("svg", {class: "links over", "aria-hidden": "true"})
    this.under = svgElement("svg", {class: "links under", "aria-hidden": "true"})
    this.shown = new Map()
    this.request = 0
    this.last = -Infinity
    ui.onRemove(() => cancelAnimationFrame(this.request))
  }

  /**
   * Show shapes: `key`, `kind` (classes: beam, edge, window, halo or preview first; an edge that ends with `plain` has
   * no arrow) and `points`. One whose key was there before glides to its new place, unless it all runs fast or the
   * reader wants no motion.
   */
  show(shapes, glide) {
    const now = performance.now()
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches
    const slow = now - this.last > STILL_MS
    this.last = now
    const wanted = new Set(shapes.map(({key}) => key))
    for (const [key, {node}] of this.shown) {
      if (wanted.has(key)) continue
      node.remove()
      this.shown.delete(key)
    }
    for (const {key, kind, points} of shapes) {
      let link = this.shown.get(key)
      if (!link) {
        link = {node: svgElement("path", {}), now: points}
        this.shown.set(key, link)
        const drawing = kind.startsWith("beam") ? this.under : this.over
        drawing.append(link.node)
      }
      link.node.setAttribute("class", kind)
      Object.assign(link, {kind, from: glide && slow && !calm ? link.now : points, to: points})
    }
    this.begun = now
    cancelAnimationFrame(this.request)
    this.draw(now)
  }

  draw(now) {
    const part = Math.min(1, Math.max(0, (now - this.begun) / GLIDE_MS))
    const eased = 1 - (1 - part) ** 3
    let moving = false
    for (const link of this.shown.values()) {
      link.now = link.to.map((point, k) => point.map((end, axis) => {
        const start = link.from[k][axis]
        return start + (end - start) * eased
      }))
      moving ||= link.from !== link.to
      link.node.setAttribute("d", pathOf(link))
    }
    if (moving && part < 1) this.request = requestAnimationFrame((time) => this.draw(time))
  }
}

function svgElement(tag, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  return node
}

function pathOf({kind, now}) {
  const at = ([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`
  const [a, b, c, d, arrow] = now
  if (!kind.startsWith("edge")) return `M${[a, b, c, d].map(at).join("L")}Z`
  const along = [0, 1].map((axis) => (b[axis] + c[axis] - a[axis] - d[axis]) / 2)
  const length = Math.hypot(...along) || 1
  const [ux, uy] = along.map((step) => step / length)
  const corner = (forward, aside) => at([arrow[0] + forward * ux - aside * uy, arrow[1] + forward * uy + aside * ux])
  const head = kind.endsWith("plain") ? "" : `M${corner(11, 0)}L${corner(-8, 7)}L${corner(-4, 0)}L${corner(-8, -7)}Z`
  return `M${at(a)}L${at(b)}M${at(d)}L${at(c)}${head}`
}

/**
 * A beam from one rectangle to another, from the sides that face each other: its four corners, and where its arrow
 * is: in the gap beside `grid`, the rectangle of all that lies around one of the two.
 */
function beam(from, to, grid) {
  const gaps = {
    right: to.left - from.right, left: from.left - to.right, down: to.top - from.bottom, up: from.top - to.bottom,
  }
  const [side] = Object.entries(gaps).reduce((best, one) => (one[1] > best[1] ? one : best))
  const [start, end] = {
    right: [[[from.right, from.top], [from.right, from.bottom]], [[to.left, to.top], [to.left, to.bottom]]],
    left: [[[from.left, from.top], [from.left, from.bottom]], [[to.right, to.top], [to.right, to.bottom]]],
    down: [[[from.left, from.bottom], [from.right, from.bottom]], [[to.left, to.top], [to.right, to.top]]],
    up: [[[from.left, from.top], [from.right, from.top]], [[to.left, to.bottom], [to.right, to.bottom]]],
  }[side]
  const axis = side === "right" || side === "left" ? 0 : 1
  const middle = ([a, b]) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
  const [first, last] = [middle(start), middle(end)]
  // Where the gap between the two grids is: their cells would lie behind the arrow.
  const inside = (place) => Math.max(axis ? grid.top : grid.left, Math.min(axis ? grid.bottom : grid.right, place))
  const [low, high] = [first[axis], last[axis]].sort((a, b) => a - b)
  const free = (axis ? grid.top : grid.left) <= low + 1 ? [inside(high), high] : [low, inside(low)]
  const goal = (free[0] + free[1]) / 2
  const part = last[axis] === first[axis] ? 0.5 : (goal - first[axis]) / (last[axis] - first[axis])
  const arrow = first.map((place, k) => place + part * (last[k] - place))
  return [start[0], end[0], end[1], start[1], arrow]
}

function outline({left, right, top, bottom}, by = 0) {
  return [[left - by, top - by], [right + by, top - by], [right + by, bottom + by], [left - by, bottom + by]]
}
