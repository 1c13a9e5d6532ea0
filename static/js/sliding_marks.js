/* Which cells of a window's board take part in what is done now, and the beams between them. */

/** Say with classes which cells take part. */
function mark({model: {content}, grids, geometry, pools, backward, pointed}) {
  const {now, next} = content
  const marks = Object.fromEntries(Object.keys(grids).map((role) => [role, new Map()]))
  const add = (role, cell, name) => {
    if (cell) marks[role]?.set(cell, [marks[role].get(cell), name].filter(Boolean).join(" "))
  }
  const position = now ?? next
  if (position) {
    const at = threeAxes(position.position, 0)
    for (let k = 0; k < geometry.taps; k++) {
      const tap = geometry.tapPlace(k)
      const place = geometry.place(at, tap)
      const won = pools && now?.winner === k
      add("x", grids.x.cellAt(place), won ? "tap winner" : "tap")
      if (backward) add("dx", grids.dx.cellAt(place), now?.to_x?.[k] ? "tap added" : "tap")
      const cell = grids.w.cells[grids.w.numbered(k)]
      if (pools && now?.inside && now.inside[k] < 0) add("w", cell, "outside")
      if (won) add("w", cell, "winner")
    }
    for (const role of ["y", "dy"]) if (grids[role]) add(role, grids[role].cellAt(at), now ? "now" : "next")
  }
  if (pointed) {
    const {role} = pointed.grid
    if (["x", "dx"].includes(role)) {
      const to = backward ? "dy" : "y"
      for (const place of geometry.readers(pointed.at)) add(to, grids[to].cellAt(place), "partner")
    }
    // The weight that lies on a number, and the number under a weight.
    if (position) {
      const at = threeAxes(position.position, 0)
      for (let k = 0; k < geometry.taps; k++) {
        const read = geometry.place(at, geometry.tapPlace(k))
        const cell = grids.w.cells[grids.w.numbered(k)]
        if (["x", "dx"].includes(role) && read.join() === pointed.at.join()) add("w", cell, "partner")
        if (["w", "window", "dw"].includes(role) && pointed.number === k) add("x", grids.x.cellAt(read), "partner")
      }
    }
  }
  for (const [role, grid] of Object.entries(grids)) grid.mark(marks[role])
}

/** Draw the window and its beams. */
function link(scene, glide) {
  const {model: {content}, grids, geometry, backward, pointed, parts} = scene
  const shapes = []
  const {now, next} = content
  const boxes = (grid, position) => {
    const [first, last] = geometry.box(position)
    return Array.from({length: geometry.extent[0]}, (_, k) => {
      const slice = first[0] + k
      return [rectangle(grid, [slice, ...first.slice(1)], [slice, ...last.slice(1)]), k]
    })
  }
  const shown = now ?? next
  if (geometry.dimensions === 1) slideKernel(scene, shown ? shown.position[0] : 0)
  if (shown) {
    const at = threeAxes(shown.position, 0)
    const kind = now ? "window" : "window next"
    if (now) shapes.push(...beams(scene, at, boxes))
    // A light line around the dark one: it is seen on every shade.
    for (const [box, k] of boxes(grids.x, at)) {
      shapes.push({key: `halo ${k}`, kind: "halo", points: outline(box, 1)})
      shapes.push({key: `window ${k}`, kind, points: outline(box, 1)})
    }
    if (backward) {
      for (const [box, k] of boxes(grids.dx, at)) {
        shapes.push({key: `back halo ${k}`, kind: "halo", points: outline(box, 1)})
        shapes.push({key: `back ${k}`, kind: "window back", points: outline(box, 1)})
      }
    }
  }
  if (pointed && pointed.grid.pickable) {
    for (const [box, k] of boxes(grids.x, pointed.at)) {
      shapes.push({key: `preview ${k}`, kind: "preview", points: outline(box, 1)})
    }
  }
  parts.links.show(shapes, glide)
}

/** From the window to the kernel, slice by slice, and on to the one number; backward the other way. */
function beams({grids, geometry, backward, pools, kind}, at, boxes) {
  const found = []
  // One under the other the names stand between the grids, where the arrows would be.
  const arrows = ["wide", "chain", "lines"].includes(kind) ? "" : " plain"
  const tie = (key, tone, from, to, around) => {
    const points = beam(from, to, around)
    found.push({key: `beam ${key}`, kind: `beam ${tone}`, points})
    found.push({key: `edge ${key}`, kind: `edge ${tone}${arrows}`, points})
  }
  const dilation = geometry.dilation[0]
  const sliceOf = (k) => (geometry.flip ? geometry.size[0] - 1 - k / dilation : k / dilation)
  const seen = (grid) => boxes(grid, at).filter(([, k]) => k % dilation === 0)
  const output = grids.y ?? grids.dy
  const made = rectangle(output, at, at)
  // What pooling reads stands in its window: only the way back is drawn.
  if (!backward || !pools) {
    const reader = grids.dw ?? grids.w
    for (const [box, k] of seen(grids.x)) tie(`in ${k}`, "in", box, planeRectangle(reader, sliceOf(k)), around(grids.x))
  }
  if (!backward) {
    tie("out", "in", around(grids.w), made, around(output))
    return found
  }
  tie("arrives", "back", made, around(grids.w), around(output))
  if (!pools) tie("arrives too", "back", made, around(grids.dw), around(output))
  for (const [box, k] of seen(grids.dx)) {
    tie(`back ${k}`, "back", planeRectangle(grids.w, sliceOf(k)), box, around(grids.dx))
  }
  return found
}

/** Of a signal the kernel lies under what it reads. */
function slideKernel({grids, geometry}, position) {
  for (const grid of [grids.w, grids.dw]) {
    if (!grid) continue
    grid.shift = position * geometry.stride[2] * grids.x.cell
    grid.node.style.setProperty("--shift", `${grid.shift}px`)
  }
}
