/* A window that slides: the input, the kernel and the output as grids of numbers, and what comes back through them. */

const HINTS = {
  both: (map) => `Click a number twice to change it, a number of ${map} once to go there.`,
  fixed: (map) => `Click a number of ${map} to go there.`,
}

export function render(context) {
  const {model} = context
  return component(context, "sliding", (ui) => {
    const parts = {
      board: element("div", {class: "board"}), grids: element("div", {class: "grids"}), links: new Links(ui),
      reading: element("p", {class: "reading"}), legend: buildLegend(),
    }
    const scene = {ui, model, parts, stale: new Set(), key: "", width: 0, pointed: null}
    scene.field = new CellField(scene, (cell, value) => sendNumber(scene, cell, value))
    parts.board.append(parts.links.under, parts.grids, parts.links.over, scene.field.node)
    ui.root.setAttribute("role", "region")
    ui.root.append(parts.board, element("div", {class: "beneath"}, parts.reading, parts.legend.node))

    const drawSoon = ui.frame(() => draw(scene))
    const mark = (what) => () => {
      scene.stale.add(what)
      drawSoon()
    }
    ui.watch(["label"], () => ui.root.setAttribute("aria-label", model.label))
    ui.watch(["content"], mark("content"))
    ui.watch(["lut", "dark"], mark("lut"))
    ui.watch(["editable"], mark("content"))
    const observer = new ResizeObserver(() => parts.grids.clientWidth !== scene.width && mark("size")())
    observer.observe(parts.grids)
    ui.onRemove(() => observer.disconnect())
    listenToBoard(scene, mark("pointed"))
    // Numbers are measured with their typeface, which may come late.
    const measureAnew = mark("size")
    ui.listen(document.fonts, "loadingdone", () => {
      knownWidths.clear()
      measureAnew()
    })
  })
}

function buildLegend() {
  const bar = element("span", {class: "bar"})
  const words = "above 0; strongest: the largest of its grid"
  return {node: element("span", {class: "legend"}, "below 0", bar, words), bar}
}

/** Bring the board up to what is known now; then tell Python that its newest frame is on the screen. */
function draw(scene) {
  const {model, parts, stale, ui} = scene
  const {content} = model
  ui.root.hidden = !content.operation
  if (content.operation && parts.grids.clientWidth) {
    const {operation, phase, space, positions, window, channels, filters, relu} = content
    const key = JSON.stringify([operation, phase === "forward", space, positions, window, channels, filters, relu])
    const fresh = key !== scene.key
    if (fresh) rebuild(scene, key)
    if (stale.has("lut") || !scene.shades) {
      scene.shades = shadesOf(bytesOf(model.lut))
      const colors = [0, 64, 128, 191, 255].map((k) => scene.shades[k].fill)
      parts.legend.bar.style.background = `linear-gradient(to right, ${colors.join(", ")})`
    }
    if (fresh || stale.has("size")) layOut(scene)
    if (fresh || stale.has("content") || stale.has("lut") || stale.has("size")) fill(scene)
    mark(scene)
    link(scene, !fresh && stale.has("content"))
    tell(scene)
  }
  stale.clear()
  const {sequence} = content
  if (sequence == null || sequence === scene.acknowledged) return
  scene.acknowledged = sequence
  ui.send({type: "ack", sequence})
}

/** Build the grids anew; who walks through one by keys stays in it. */
function rebuild(scene, key) {
  const focused = scene.ui.root.getRootNode().activeElement?.cell
  scene.key = key
  scene.field.close(false)
  scene.pointed = null
  buildGrids(scene)
  buildTabs(scene, "x", "channel")
  buildTabs(scene, scene.backward ? "dy" : "y", "filter")
  const again = focused && Object.values(scene.grids).find(({role}) => role === focused.grid.role)
  if (again) again.focus(again.cells[again.numbered(focused.number)] ?? again.cells[again.active])
}
