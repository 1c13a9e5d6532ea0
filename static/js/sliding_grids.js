/* The blocks of a window's board: which grids there are, what stands over and under them, and how they are laid out. */

/** Sizes as three axes, slices, rows and columns, whatever the dimensions. */
function threeAxes(values, fill) {
  return [...Array(3 - values.length).fill(fill), ...values]
}

/** The geometry of a window, on three axes, and what follows from it. */
class Geometry {
  constructor({space, positions, window}) {
    this.dimensions = space.length
    this.space = threeAxes(space, 1)
    this.positions = threeAxes(positions, 1)
    for (const name of ["size", "stride", "dilation"]) this[name] = threeAxes(window[name], 1)
    this.before = threeAxes(window.before, 0)
    this.after = threeAxes(window.after, 0)
    this.flip = window.flip
    this.extent = this.size.map((n, axis) => this.dilation[axis] * (n - 1) + 1)
    this.ring = this.before.map((n, axis) => [n, this.after[axis]])
    this.taps = this.size.reduce((a, b) => a * b, 1)
  }

  /** What a tap reads at a position, padding included. */
  place(position, tap) {
    return position.map((i, axis) => {
      const step = this.flip ? this.size[axis] - 1 - tap[axis] : tap[axis]
      return i * this.stride[axis] + this.dilation[axis] * step
    })
  }

  /** Where a tap lies in the kernel, by its number. */
  tapPlace(number) {
    const [, rows, columns] = this.size
    return [Math.floor(number / (rows * columns)), Math.floor(number / columns) % rows, number % columns]
  }

  /** The first and the last place that a window spans. */
  box(position) {
    const first = position.map((i, axis) => i * this.stride[axis])
    return [first, first.map((k, axis) => k + this.extent[axis] - 1)]
  }

  /** The positions whose windows read a place, padding included. */
  readers(at) {
    const along = at.map((k, axis) => {
      const found = []
      for (let tap = 0; tap < this.size[axis]; tap++) {
        const first = k - this.dilation[axis] * tap
        const i = first / this.stride[axis]
        if (Number.isInteger(i) && i >= 0 && i < this.positions[axis]) found.push(i)
      }
      return found
    })
    return along[0].flatMap((a) => along[1].flatMap((b) => along[2].map((c) => [a, b, c])))
  }
}

/** Build everything that does not change from frame to frame. */
function buildGrids(scene) {
  const {model, parts} = scene
  const {content} = model
  const geometry = new Geometry(content)
  const pools = content.operation !== "convolution"
  const backward = content.phase !== "forward"
  const {dimensions} = geometry
  const none = [[0, 0], [0, 0], [0, 0]]
  const make = (role, symbol, name, shape, options = {}) =>
    new CellGrid({role, symbol, name, shape, ring: none, dimensions, ...options})
  const few = geometry.space.reduce((a, b) => a * b, 1) <= 200
  const grids = {
    x: make("x", "x", "Input x", geometry.space, {ring: geometry.ring, editable: true}),
    w: pools
      ? make("window", "the window", "Window", geometry.size, {rich: true})
      : make("w", "w", "Kernel w", geometry.size, {rich: true, editable: true, flip: geometry.flip}),
  }
  if (backward) {
    grids.dy = make("dy", "∂L/∂y", "Gradient ∂L/∂y", geometry.positions, {editable: true, pickable: true})
    const kernel = {rich: true, flip: geometry.flip}
    if (!pools) grids.dw = make("dw", "∂L/∂w", "Gradient ∂L/∂w so far", geometry.size, kernel)
    grids.dx = make("dx", "∂L/∂x", "Gradient ∂L/∂x so far", geometry.space, {ring: geometry.ring, rich: few})
  } else {
    grids.y = make("y", "y", "Output y", geometry.positions, {pickable: true})
  }
  if (!pools) grids.b = make("b", "b", "Bias b", [1, 1, 1], {editable: true})
  for (const grid of [grids.x, grids.dx]) grid?.node.classList.toggle("spread", geometry.dilation.some((n) => n > 1))
  Object.assign(scene, {geometry, grids, pools, backward})
  const roles = Object.keys(grids).filter((role) => role !== "b")
  scene.blocks = Object.fromEntries(roles.map((role) => [role, buildBlock(scene, role)]))
  scene.foot = buildFoot(scene)
  const order = ["x", ...(backward && !pools ? ["dw", "dy", "w"] : ["w", backward ? "dy" : "y"]), "dx"]
  parts.grids.replaceChildren(...order.filter((role) => scene.blocks[role]).map((role) => scene.blocks[role].node))
  parts.grids.append(scene.foot.node)
  parts.grids.classList.toggle("backward", backward)
  parts.grids.classList.toggle("pools", pools)
}

function buildBlock({grids, model: {content}, backward}, role) {
  const {title, note} = wordsOf(role, content, backward)
  const head = element(
    "div", {class: "head"},
    element("span", {class: "symbol"}, role === "w" && content.operation !== "convolution" ? "" : grids[role].symbol),
    element("span", {class: "title"}, title), element("span", {class: "note"}, note),
  )
  const tabs = element("div", {class: "tabs", role: "radiogroup"})
  const node = element("div", {class: `block block-${role}`}, head, tabs, grids[role].node)
  return {node, tabs, buttons: []}
}

/** What is said over a grid. */
function wordsOf(role, {operation, space, positions, window, relu}, backward) {
  const by = (sizes) => sizes.join(" × ")
  const padded = [...window.before, ...window.after]
  const pads = new Set(padded)
  const padding = pads.size === 1 ? (padded[0] ? ` + padding ${padded[0]}` : "") : " + padding"
  const pools = operation !== "convolution"
  const arrives = relu ? "∂L/∂z" : "∂L/∂y"
  switch (role) {
    case "x": return {title: "Input", note: by(space) + padding}
    case "w":
      if (pools) {
        const forward = operation === "max" ? "The largest of" : "The mean of"
        return {title: backward ? "Window" : forward, note: by(window.size)}
      }
      if (backward) return {title: "Kernel", note: `to x: ${arrives} · w`}
      return {title: "Kernel", note: by(window.size) + (window.flip ? ", flipped" : "")}
    case "y": return {title: "Output", note: `${relu ? "ReLU(z), " : ""}${by(positions)}`}
    case "dy": return {title: "arrives", note: by(positions)}
    case "dw": return {title: "so far", note: `to w: + ${arrives} · x`}
    default: return {title: "so far", note: by(space)}
  }
}

/** Under the kernel: what its products add up to, and the bias. */
function buildFoot({grids, pools, backward, model: {content}}) {
  const chip = (kind, ...inner) => element("span", {class: `chip ${kind}`}, ...inner)
  const sign = (text) => element("span", {class: "sign"}, text)
  const foot = {node: element("div", {class: "foot"}), parts: []}
  if (backward) {
    foot.arrives = chip("sum")
    foot.node.append(foot.arrives)
    if (!pools) {
      foot.bias = chip("gradient")
      foot.node.append(foot.bias)
    }
    return foot
  }
  if (content.channels.length > 1 && !pools) {
    foot.parts = content.channels.map(() => chip("part"))
    foot.parts.forEach((node, k) => foot.node.append(...(k ? [sign("+")] : []), node))
  } else {
    foot.sum = chip("sum")
    foot.node.append(foot.sum)
  }
  // A sign stays with what it stands before.
  const joined = (text, node) => foot.node.append(element("span", {class: "joined"}, sign(text), node))
  if (!pools) joined("+", chip("bias", "b", grids.b.node))
  foot.result = chip("result")
  joined("=", foot.result)
  return foot
}

/** Give every grid its cells' width, and the grids their places. */
function layOut(scene) {
  const {parts, grids, geometry, backward, pools} = scene
  const width = parts.grids.clientWidth
  scene.width = width
  const counts = {x: grids.x.counts, w: grids.w.counts, y: (grids.y ?? grids.dy).counts}
  const {kind, cell, tap, lines, gap} = arrange({dimensions: geometry.dimensions, counts, backward, pools}, width)
  parts.grids.dataset.kind = kind
  parts.grids.style.setProperty("--gap", `${gap}px`)
  scene.kind = kind
  for (const [role, grid] of Object.entries(grids)) {
    if (role === "b") grid.size(36)
    else if (role === "w" || role === "dw") grid.size(tap, lines.w)
    else grid.size(cell, lines[role.endsWith("x") ? "x" : "y"])
    Object.assign(grid, {pitch: grid.cell, height: grid.cell, shift: 0})
  }
  if (geometry.dimensions === 1) alignSignal(scene, cell)
  for (const [role, {tabs}] of Object.entries(scene.blocks)) {
    const [across] = CellGrid.extent(grids[role].counts, grids[role].cell, lines[role.endsWith("x") ? "x" : "y"])
    tabs.style.maxWidth = kind === "wide" ? "" : `${Math.max(150, across)}px`
  }
  // Its lines break as its numbers change; the grids stay where they are.
  const under = kind === "wide" ? Math.max(FOOT, CellGrid.extent(grids.w.counts, tap, lines.w)[0]) : width
  scene.foot.node.style.width = `${under}px`
}

/** Of a signal each output stands under the middle of what it was made from, and the kernel under what it reads. */
function alignSignal({grids, geometry}, cell) {
  const [extent, stride, dilation] = [geometry.extent[2], geometry.stride[2], geometry.dilation[2]]
  const line = Math.min(cell, 44)
  for (const [role, grid] of Object.entries(grids)) {
    if (role === "b") continue
    const [height, pitch, start] = {
      x: [line, cell, 0], dx: [line, cell, 0],
      w: [cell >= 44 ? 58 : line, dilation * cell, 0], dw: [cell >= 44 ? 58 : line, dilation * cell, 0],
      y: [line, stride * cell, ((extent - 1) / 2) * cell], dy: [line, stride * cell, ((extent - 1) / 2) * cell],
    }[role]
    Object.assign(grid, {height, pitch})
    grid.node.style.setProperty("--height", `${height}px`)
    grid.node.style.setProperty("--space", `${pitch - cell}px`)
    grid.node.style.paddingLeft = `${start}px`
  }
}

/** Where cells lie on the board, from one to another of the same slice, without any motion that is under way. */
function rectangle(grid, first, last) {
  const plane = grid.planes[first[0]].grid
  const left = plane.offsetLeft + grid.shift + first[2] * grid.pitch
  const top = plane.offsetTop + first[1] * grid.height
  return {
    left, top, right: left + (last[2] - first[2]) * grid.pitch + grid.cell,
    bottom: top + (last[1] - first[1] + 1) * grid.height,
  }
}

/** Where a whole plane lies. */
function planeRectangle(grid, slice) {
  const [, rows, columns] = grid.counts
  return rectangle(grid, [slice, 0, 0], [slice, rows - 1, columns - 1])
}

/** Where all planes of a grid lie. */
function around(grid) {
  const all = grid.planes.map((_, k) => planeRectangle(grid, k))
  return {
    left: Math.min(...all.map(({left}) => left)), right: Math.max(...all.map(({right}) => right)),
    top: Math.min(...all.map(({top}) => top)), bottom: Math.max(...all.map(({bottom}) => bottom)),
  }
}
