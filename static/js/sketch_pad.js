/* Empty axes on which a curve is drawn, by pointer or by keys; and later the true curve over it. */

const PAD = {width: 312, height: 210, left: 44, right: 10, top: 10, bottom: 26}
// So many columns have a height; the keys go from column to column in larger steps.
const COLUMNS = 61
const KEY_COLUMNS = 3
const KEY_HEIGHTS = 40

function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  node.append(...children)
  return node
}

/** Return the pad: its nodes, and `answer()`, the points as `x:y;x:y`. */
function sketchPad(ui, sketch, editable) {
  const axes = makeAxes(sketch)
  const heights = Array(COLUMNS).fill(null)
  const drawn = svg("path", {class: "drawn"})
  const cursor = svg("circle", {class: "cursor", r: 5})
  axes.inside.append(drawn)
  if (editable) axes.picture.append(cursor)
  const show = () => {
    const points = editable
      ? heights.map((y, k) => [axes.valueOf(k), y])
      : sketch.drawn
    drawn.setAttribute("d", path(points, axes))
  }

  const nodes = [axes.frame]
  if (editable) {
    const clear = element("button", {type: "button", class: "quiet"}, "Clear")
    const help = element("p", {class: "help"}, "Draw with the pointer, or with the arrow keys.")
    nodes.push(element("div", {class: "beneath"}, help, clear))
    const pen = drawing(ui, axes, heights, cursor, sketch, () => show())
    ui.listen(clear, "click", pen.clear)
  } else if (sketch.truth.length) {
    axes.inside.append(svg("path", {class: "truth", d: path(sketch.truth, axes)}))
    nodes.push(legend())
  }
  show()
  const answer = () => heights
    .map((y, k) => (y === null ? null : `${Number(axes.valueOf(k).toPrecision(6))}:${Number(y.toPrecision(6))}`))
    .filter(Boolean).join(";")
  return {nodes, answer}
}

function makeAxes({x, y, names, frame, points}) {
  const [left, right, bottom, top] = frame
  const inner = {width: PAD.width - PAD.left - PAD.right, height: PAD.height - PAD.top - PAD.bottom}
  const px = (value) => PAD.left + ((value - left) / (right - left)) * inner.width
  const py = (value) => PAD.top + ((top - value) / (top - bottom)) * inner.height
  const picture = svg("svg", {viewBox: `0 0 ${PAD.width} ${PAD.height}`})
  const clip = `pad-${++pads}`
  picture.append(svg("clipPath", {id: clip}, svg("rect", {
    x: PAD.left, y: PAD.top - 2, width: inner.width, height: inner.height + 4,
  })))
  for (const tick of ticks(left, right)) {
    picture.append(
      svg("line", {class: "grid", x1: px(tick), x2: px(tick), y1: PAD.top, y2: PAD.height - PAD.bottom}),
      svg("text", {x: px(tick), y: PAD.height - 8, "text-anchor": "middle"}, shortNumber(tick)),
    )
  }
  for (const tick of ticks(bottom, top)) {
    picture.append(
      svg("line", {class: "grid", x1: PAD.left, x2: PAD.width - PAD.right, y1: py(tick), y2: py(tick)}),
      svg("text", {x: PAD.left - 6, y: py(tick) + 4, "text-anchor": "end"}, shortNumber(tick)),
    )
  }
  const inside = svg("g", {"clip-path": `url(#${clip})`})
  picture.append(
    svg("path", {class: "axis", d: `M${PAD.left} ${PAD.top}V${PAD.height - PAD.bottom}H${PAD.width - PAD.right}`}), inside,
  )
  for (const [at, height] of points) {
    inside.append(svg("circle", {class: "given", cx: px(at), cy: py(height), r: 3}))
  }
  const title = (name, text) => {
    const node = element("div", {class: name})
    node.innerHTML = text
    return node
  }
  const box = element("div", {class: "axes"}, picture)
  const made = element("div", {class: "pad"}, title("y-title", y), box, title("x-title", x))
  return {
    frame: made, box, picture, inside, px, py, names, limits: frame,
    valueOf: (column) => left + ((right - left) * column) / (COLUMNS - 1),
    columnAt: (clientX) => {
      const own = picture.getBoundingClientRect()
      const share = (((clientX - own.left) / own.width) * PAD.width - PAD.left) / inner.width
      return Math.max(0, Math.min(COLUMNS - 1, Math.round(share * (COLUMNS - 1))))
    },
    heightAt: (clientY) => {
      const own = picture.getBoundingClientRect()
      const share = (((clientY - own.top) / own.height) * PAD.height - PAD.top) / inner.height
      return top - Math.max(0, Math.min(1, share)) * (top - bottom)
    },
  }
}

let pads = 0

/** Let a hand draw, and keys: left and right go on, up and down set the height. */
function drawing(ui, axes, heights, cursor, sketch, changed) {
  const {box, names} = axes
  const [left, right, bottom, top] = sketch.frame
  let column = 0
  let height = (bottom + top) / 2
  let last = null
  box.tabIndex = 0
  box.setAttribute("role", "slider")
  box.setAttribute("aria-label", `Sketch of ${names[1]} over ${names[0]}: left and right go on, up and down set the height`)
  box.setAttribute("aria-valuemin", left)
  box.setAttribute("aria-valuemax", right)

  const show = () => {
    cursor.setAttribute("cx", axes.px(axes.valueOf(column)))
    cursor.setAttribute("cy", axes.py(heights[column] ?? height))
    box.setAttribute("aria-valuenow", axes.valueOf(column))
    const at = heights[column] === null ? "nothing drawn" : shortNumber(heights[column])
    box.setAttribute("aria-valuetext", `${names[0]} ${shortNumber(axes.valueOf(column))}: ${at}`)
    changed()
  }
  /** Draw a straight line from the last column to this one. */
  const drawTo = (to, y) => {
    const from = last ?? {column: to, y}
    const steps = Math.max(1, Math.abs(to - from.column))
    for (let k = 0; k <= steps; k++) {
      heights[Math.round(from.column + ((to - from.column) * k) / steps)] = from.y + ((y - from.y) * k) / steps
    }
    last = {column: to, y}
    column = to
    height = y
    show()
  }

  let held = false
  ui.listen(box, "pointerdown", (event) => {
    if (event.button) return
    held = true
    last = null
    box.setPointerCapture(event.pointerId)
    drawTo(axes.columnAt(event.clientX), axes.heightAt(event.clientY))
  })
  ui.listen(box, "pointermove", (event) => held && drawTo(axes.columnAt(event.clientX), axes.heightAt(event.clientY)))
  const drop = () => { held = false }
  ui.listen(box, "pointerup", drop)
  ui.listen(box, "pointercancel", drop)

  ui.listen(box, "keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const large = event.shiftKey ? 5 : 1
    const along = {ArrowRight: KEY_COLUMNS, ArrowLeft: -KEY_COLUMNS, Home: -COLUMNS, End: COLUMNS}[event.key]
    const up = {ArrowUp: 1, ArrowDown: -1, PageUp: 5, PageDown: -5}[event.key]
    if (!along && !up && event.key !== "Delete") return
    event.preventDefault()
    if (event.key === "Delete") return clear()
    const here = heights[column] ?? height
    last = heights[column] === null ? null : {column, y: here}
    if (up) {
      last = null
      const y = Math.max(bottom, Math.min(top, here + (up * large * (top - bottom)) / KEY_HEIGHTS))
      // What lies between this column and the one before follows the hand.
      const before = column - KEY_COLUMNS
      if (before >= 0 && heights[before] !== null) last = {column: before, y: heights[before]}
      drawTo(column, y)
    } else {
      const to = Math.max(0, Math.min(COLUMNS - 1, column + along * large))
      if (to > column) {
        last ??= {column, y: here}
        drawTo(to, here)
      } else {
        // Backwards nothing is drawn: there is a line already.
        column = to
        height = heights[to] ?? here
        show()
      }
    }
  })
  const clear = () => {
    heights.fill(null)
    last = null
    column = 0
    height = (bottom + top) / 2
    show()
  }
  show()
  return {clear}
}

/** The data of a path through points; it is broken where one has no height. */
function path(points, {px, py}) {
  let pen = "M"
  return points.map(([x, y]) => {
    if (y === null || !Number.isFinite(y)) {
      pen = "M"
      return ""
    }
    const piece = `${pen}${px(x).toFixed(1)} ${py(y).toFixed(1)}`
    pen = "L"
    return piece
  }).join("")
}

function legend() {
  const entry = (name, text) => {
    const sample = svg("svg", {viewBox: "0 0 28 8", class: "sample", "aria-hidden": "true"})
    sample.append(svg("path", {class: name, d: "M1 4H27"}))
    return element("span", {}, sample, text)
  }
  return element("div", {class: "beneath key"}, entry("drawn", "your line"), entry("truth", "what happened"))
}

/** Up to six round numbers between two. */
function ticks(low, high) {
  const raw = (high - low) / 5
  const size = 10 ** Math.floor(Math.log10(raw))
  const step = size * [1, 2, 2.5, 5, 10].find((one) => one * size >= raw * 0.999)
  const found = []
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(k * step)
  return found
}

function shortNumber(value) {
  const text = Math.abs(value) < 1e-12 ? "0" : String(Number(value.toPrecision(3)))
  return text.replace("-", "−")
}
