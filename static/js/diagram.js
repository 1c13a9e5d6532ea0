/* The network diagram: canvases for what changes each frame, real buttons over them for what can be pointed at. */

export function render(context) {
  const {model} = context
  return component(context, "diagram", (ui) => {
    const stage = element("div", {class: "stage", role: "group", "aria-label": "The network"})
    const viewport = element("div", {class: "viewport"}, stage)
    const canvases = {
      edges: element("canvas", {"aria-hidden": "true"}),
      pictures: element("canvas", {"aria-hidden": "true"}),
      gradients: element("canvas", {"aria-hidden": "true", hidden: ""}),
    }
    const key = element("p", {class: "gradient-key", hidden: ""})
    const controls = element("div", {class: "controls"})
    const card = buildCard()
    const layer = buildLayerBar(ui, model)
    stage.append(canvases.edges, canvases.pictures, controls, canvases.gradients)

    const scene = {
      model, ui, stage, viewport, canvases, controls, card, key,
      pictures: new Pictures(), hover: null, reported: null, stale: new Set(),
    }
    buildPopover(scene)
    // What floats lies outside of what scrolls, or it would be cut off there.
    ui.root.append(layer.bar, viewport, key, scene.popover.node, card.node)

    const drawSoon = ui.frame(() => draw(scene))
    // Everything that changes is only marked here; one drawing before the next paint makes good for all of it.
    const mark = (...what) => () => {
      what.forEach((each) => scene.stale.add(each))
      drawSoon()
    }
    scene.mark = mark
    const shape = ["columns", "editable", "frozen", "activations", "can_add_input"]
    ui.watch([...shape, "target_height"], mark("layout"))
    ui.watch(shape, () => layer.show())
    ui.watch(["frame"], mark("frame"))
    ui.watch(["gradients", "gradients_text"], mark("gradients"))
    ui.watch(["dark", "lut", "output_lut"], mark("colors"))
    ui.watch(["active", "selected", "weights_editable", "cards"], mark("state"))
    let saved = model.save
    ui.watch(["save"], () => {
      if (model.save === saved) return
      saved = model.save
      savePicture(scene)
    })

    const observer = new ResizeObserver(mark("layout"))
    observer.observe(viewport)
    ui.onRemove(() => observer.disconnect())
    ui.listen(viewport, "scroll", mark("scroll"), {passive: true})
    listenToPointer(scene)
  })
}

/** Bring the drawing up to what is known now; then tell Python that its newest frame is on the screen. */
function draw(scene) {
  const {model, ui, viewport, stale} = scene
  const width = viewport.clientWidth
  if (width) {
    if (stale.has("layout") || !scene.layout) layOutScene(scene, width)
    if (stale.has("colors") || !scene.colors) readColors(scene)
    if (stale.has("frame")) takeFrame(scene)
    if (stale.has("layout") || stale.has("state")) showState(scene)
    if (stale.has("layout") || stale.has("colors")) drawPictures(scene, 0, Infinity)
    if (["layout", "colors", "gradients"].some((what) => stale.has(what))) drawGradients(scene)
    drawEdges(scene)
    showPopover(scene)
    showCard(scene)
    showOverflow(scene)
  }
  reportHover(scene)
  stale.clear()
  if (scene.acknowledged === model.frame || !model.frame?.byteLength) return
  scene.acknowledged = model.frame
  ui.send({type: "ack", sequence: readFrame(model.frame).sequence})
}

/** Fade the sides on which there is more to scroll to. */
function showOverflow({viewport}) {
  const {scrollLeft, clientWidth, scrollWidth} = viewport
  viewport.classList.toggle("more-left", scrollLeft > 1)
  viewport.classList.toggle("more-right", scrollLeft + clientWidth < scrollWidth - 1)
}

function layOutScene(scene, width) {
  const {model, stage, viewport, canvases} = scene
  const [editable, selects, canAdd] = [canEdit(model), hasSelects(model), canEdit(model) && model.can_add_input]
  const layout = layOut(model.columns, width, {editable, selects, canAdd, targetHeight: model.target_height})
  const {columns, activations} = model
  const built = {columns, activations, editable, selects, canAdd, stacked: layout.stacked}
  const rebuild = Object.entries(built).some(([name, value]) => scene.built?.[name] !== value)
  Object.assign(scene, {layout, built})
  viewport.classList.toggle("scrolls", layout.width > width)
  stage.style.width = `${layout.width}px`
  stage.style.height = `${layout.height}px`
  fitCanvas(canvases.edges, layout.width, layout.height)
  fitCanvas(canvases.pictures, layout.width, layout.height)
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

function drawGradients(scene) {
  const {layout, canvases, model, colors, key} = scene
  const gradients = scene.gradients = readGradients(model.gradients, layout)
  canvases.gradients.hidden = !gradients
  key.hidden = !model.gradients_text
  setText(key, model.gradients_text)
  // The words keep their room while nothing has come back yet: what lies beneath must not move at every step.
  key.classList.toggle("waits", !gradients || gradients.units.every(Number.isNaN))
  if (!gradients) return
  const context = fitCanvas(canvases.gradients, layout.width, layout.height)
  context.clearRect(0, 0, layout.width, layout.height)
  paintGradients(context, layout, gradients, colors)
}

function drawEdges(scene) {
  const {layout, canvases, model, hover, luts} = scene
  const context = fitCanvas(canvases.edges, layout.width, layout.height)
  context.clearRect(0, 0, layout.width, layout.height)
  const edge = hover?.edge ?? openedEdge(scene)
  const focus = edge ? {edge} : hover?.unit ? hover : null
  const look = {...scene, lut: luts.inner, active: model.active, focus, edge, skip: hover?.skip}
  paintFlow(context, layout, look)
  if (edge) paintSeam(context, layout, look)
  paintEdges(context, layout, look)
  if (scene.biases) paintBiases(context, layout, look)
  paintSkips(context, layout, look)
}

function readColors(scene) {
  const {model, ui} = scene
  const style = getComputedStyle(ui.root)
  const names = ["negative", "positive", "ink", "muted", "page", "surface", "forward", "loss", "backward", "update"]
  scene.colors = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--np-${name}`).trim()]))
  const inner = pixels(model.lut)
  scene.luts = {inner, output: model.output_lut?.byteLength ? pixels(model.output_lut) : inner}
}
