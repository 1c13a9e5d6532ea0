/* The network diagram: canvases for what changes each frame, real buttons over them for what can be pointed at. */

const PLUS = "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z"
const MINUS = "M5 11h14v2H5z"
const MOST_UNITS = 16
const MOST_LAYERS = 8

export function render(context) {
  const {model} = context
  return component(context, "diagram", (ui) => {
    const stage = element("div", {class: "stage", role: "group", "aria-label": "The network"})
    const canvases = {
      edges: element("canvas", {"aria-hidden": "true"}),
      pictures: element("canvas", {"aria-hidden": "true"}),
    }
    const controls = element("div", {class: "controls"})
    const tip = element("div", {class: "tip", role: "status", hidden: ""})
    const layer = buildLayerBar(ui, model)
    stage.append(canvases.edges, canvases.pictures, controls, tip)
    ui.root.append(layer.bar, stage)

    const scene = {model, ui, stage, canvases, controls, tip, pictures: new Pictures(), hover: null, reported: null, stale: new Set()}
    const drawSoon = ui.frame(() => draw(scene))
    // Everything that changes is only marked here; one drawing before the next paint makes good for all of it.
    const mark = (...what) => () => {
      what.forEach((each) => scene.stale.add(each))
      drawSoon()
    }
    scene.mark = mark
    ui.watch(["columns", "editable", "target_height"], mark("layout"))
    ui.watch(["columns", "editable"], () => layer.show())
    ui.watch(["frame"], mark("frame"))
    ui.watch(["dark", "lut", "output_lut"], mark("colors"))
    ui.watch(["active", "selected"], mark("state"))

    const observer = new ResizeObserver(mark("layout"))
    observer.observe(stage)
    ui.onRemove(() => observer.disconnect())
    listenToPointer(scene)
  })
}

/** Bring the drawing up to what is known now; then tell Python that its newest frame is on the screen. */
function draw(scene) {
  const {model, ui, stage, stale} = scene
  const width = stage.clientWidth
  if (width) {
    if (stale.has("layout") || !scene.layout) layOutScene(scene, width)
    if (stale.has("colors") || !scene.colors) readColors(scene)
    if (stale.has("frame")) takeFrame(scene)
    if (stale.has("layout") || stale.has("state")) showState(scene)
    if (stale.has("layout") || stale.has("colors")) drawPictures(scene, 0, Infinity)
    drawEdges(scene)
    showTip(scene)
  }
  reportHover(scene)
  stale.clear()
  if (scene.acknowledged === model.frame || !model.frame?.byteLength) return
  scene.acknowledged = model.frame
  ui.send({type: "ack", sequence: readFrame(model.frame).sequence})
}

function layOutScene(scene, width) {
  const {model, stage, canvases} = scene
  const layout = layOut(model.columns, width, {editable: model.editable, targetHeight: model.target_height})
  const rebuild = scene.columns !== model.columns || scene.editable !== model.editable
    || layout.stacked !== scene.layout?.stacked
  Object.assign(scene, {layout, columns: model.columns, editable: model.editable})
  stage.style.height = `${layout.height}px`
  fitCanvas(canvases.edges, width, layout.height)
  fitCanvas(canvases.pictures, width, layout.height)
  if (rebuild) buildControls(scene)
  placeControls(scene)
  // Weights of another shape are no longer of use; they come with the next frame.
  scene.stale.add("frame")
}

function takeFrame(scene) {
  const {layout, model, pictures} = scene
  const frame = readFrame(model.frame)
  const last = layout.groups.at(-1)
  scene.weights = scene.biases = null
  if (!frame || !last) return
  const {weights, biases, first, count, side} = frame
  if (weights.length === last.offset + last.sources.length * last.targets.length) scene.weights = weights
  if (biases.length === last.biases + last.targets.length) scene.biases = biases
  if (!side) return
  pictures.resize(layout.units.length, side)
  pictures.put(frame)
  drawPictures(scene, first, first + count)
}

function drawPictures({layout, pictures, canvases, luts}, from, to) {
  const outputs = layout.columns.findIndex(({kind}) => kind === "output")
  const isOutput = (i) => layout.units[i]?.column === outputs
  pictures.color(from, to, (i) => (isOutput(i) ? luts.output : luts.inner))
  const context = fitCanvas(canvases.pictures, layout.width, layout.height)
  if (to === Infinity) context.clearRect(0, 0, layout.width, layout.height)
  for (const unit of layout.units.slice(from, to)) pictures.draw(context, unit, layout.side)
}

function drawEdges(scene) {
  const {layout, canvases, model, hover, luts} = scene
  const context = fitCanvas(canvases.edges, layout.width, layout.height)
  context.clearRect(0, 0, layout.width, layout.height)
  const look = {...scene, lut: luts.inner, active: model.active, focus: hover}
  paintFlow(context, layout, look)
  paintEdges(context, layout, look)
  if (scene.biases) paintBiases(context, layout, look)
}

function readColors(scene) {
  const {model, ui} = scene
  const style = getComputedStyle(ui.root)
  const names = ["negative", "positive", "ink", "muted", "forward", "loss", "backward", "update"]
  scene.colors = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--np-${name}`).trim()]))
  const inner = pixels(model.lut)
  scene.luts = {inner, output: model.output_lut?.byteLength ? pixels(model.output_lut) : inner}
}

/** How a unit is called, for those who cannot see where it stands. */
function unitName(layout, {column, row, label}) {
  const {kind, name} = layout.columns[column]
  if (kind === "hidden") return `neuron ${row + 1} of ${name}`
  return `${kind} ${label || row + 1}`
}

function buildControls({layout, controls, model, ui}) {
  const kept = controls.getRootNode().activeElement?.dataset?.key
  const nodes = []
  for (const column of layout.columns) {
    const title = element("div", {class: "title"})
    // Where a column is narrower than its title, "8 × tanh" stands in two lines.
    const [count, activation] = layout.stacked ? column.title.split(" × ") : [column.title]
    title.append(count, ...(activation ? [element("br"), activation] : []))
    nodes.push(title)
    if (model.editable && column.kind === "hidden") nodes.push(sizeButtons(ui, column))
    for (const unit of column.units) {
      const key = `unit-${unit.id}`
      const node = element("button", {type: "button", class: "unit", "data-key": key})
      Object.assign(node.dataset, {picture: unit.picture, column: unit.column})
      node.setAttribute("aria-label", unitName(layout, unit))
      node.tabIndex = unit.row ? -1 : 0
      nodes.push(node)
      if (column.kind !== "hidden" && unit.label) {
        nodes.push(element("span", {class: `label ${column.kind}`, "aria-hidden": "true"}, unit.label))
      }
    }
  }
  controls.replaceChildren(...nodes)
  controls.classList.toggle("stacked", layout.stacked)
  if (kept) [...controls.querySelectorAll("button")].find((node) => node.dataset.key === kept)?.focus()
}

function sizeButtons(ui, {name, index, units}) {
  const box = element("div", {class: "size"})
  for (const [delta, path, label] of [[-1, MINUS, `Remove a neuron from ${name}`], [1, PLUS, `Add a neuron to ${name}`]]) {
    const key = `size-${index}-${delta}`
    const button = element("button", {type: "button", "aria-label": label, title: label, "data-key": key}, icon(path))
    setEnabled(button, delta < 0 ? units.length > 1 : units.length < MOST_UNITS)
    ui.listen(button, "click", () => isEnabled(button) && ui.send({type: "units", column: index, delta}))
    box.append(button)
  }
  return box
}

/** Move the controls to where the layout says; none is made anew for a change of width. */
function placeControls({layout, controls}) {
  const {side, titleHeight, columns, units, narrow} = layout
  const at = (node, x, y) => { node.style.translate = `${Math.round(x * 2) / 2}px ${Math.round(y * 2) / 2}px` }
  controls.classList.toggle("narrow", narrow)
  controls.style.setProperty("--side", `${side}px`)
  controls.style.setProperty("--pitch", `${layout.pitch}px`)
  controls.querySelectorAll(".title").forEach((node, i) => at(node, columns[i].x, 0))
  const hidden = columns.filter(({kind}) => kind === "hidden")
  controls.querySelectorAll(".size").forEach((node, i) => at(node, hidden[i].x, titleHeight + 2))
  controls.querySelectorAll(".unit").forEach((node, i) => at(node, units[i].x, units[i].y))
  const labelled = units.filter(({column, label}) => label && columns[column].kind !== "hidden")
  controls.querySelectorAll(".label").forEach((node, i) => {
    const {x, y} = labelled[i]
    at(node, node.classList.contains("input") ? x - 7 : x + side + 7, y + side / 2)
  })
}

/** What is selected, what is lit, what is on. */
function showState({layout, controls, model, ui}) {
  const {columns, phase} = model.active
  ui.root.dataset.phase = phase
  controls.querySelectorAll(".unit").forEach((node, i) => {
    const unit = layout.units[i]
    const isInput = layout.columns[unit.column].kind === "input"
    node.classList.toggle("off", !unit.on)
    node.classList.toggle("lit", Boolean(phase) && unit.on && columns.includes(unit.column))
    node.classList.toggle("selected", unit.id === model.selected)
    if (isInput && !model.editable) node.removeAttribute("aria-pressed")
    else node.setAttribute("aria-pressed", String(isInput ? unit.on : unit.id === model.selected))
  })
}

/** The bar above: how many hidden layers there are, one fewer, one more. */
function buildLayerBar(ui, model) {
  const change = (delta, path, label) => {
    const button = element("button", {type: "button", "aria-label": label, title: label}, icon(path))
    ui.listen(button, "click", () => isEnabled(button) && ui.send({type: "layers", delta}))
    return button
  }
  const count = element("output", {})
  const fewer = change(-1, MINUS, "Remove a hidden layer")
  const more = change(1, PLUS, "Add a hidden layer")
  const bar = element("div", {class: "layers"}, fewer, count, more)
  return {
    bar,
    show() {
      const n = model.columns.filter(({kind}) => kind === "hidden").length
      bar.hidden = !model.editable
      setText(count, `${n} hidden ${n === 1 ? "layer" : "layers"}`)
      setEnabled(fewer, n > 0)
      setEnabled(more, n < MOST_LAYERS)
    },
  }
}
