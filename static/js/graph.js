/* A computation graph: values go forward along its wires, gradients come back. */

const LARGEST_SCALE = 2.4
const TALLEST = 560  // what a graph is enlarged to at most, and what is seen of a taller one, in pixels
const SCROLLBAR = 10
const EMPTY_FRAME = {values: [], gradients: [], locals: [], numbers: {}, active: {nodes: [], edges: [], phase: ""}}

export function render(context) {
  const {model} = context
  return component(context, "graph", (ui) => {
    const stage = element("div", {class: "stage"})
    const viewport = element("div", {class: "viewport"}, stage)
    const scene = {model, ui, stage, viewport, stale: new Set(), frame: EMPTY_FRAME, scale: 1, graph: null, parts: null}
    buildField(scene)
    listenToLeaves(scene)
    ui.root.append(element("div", {class: "card"}, viewport), buildLegend(ui, model))

    const drawSoon = ui.frame(() => draw(scene))
    // Everything that changes is only marked here; one drawing before the next paint makes good for all of it.
    const mark = (what) => () => {
      scene.stale.add(what)
      drawSoon()
    }
    ui.watch(["graph"], mark("graph"))
    ui.watch(["frame", "editable", "selected"], mark("frame"))
    const observer = new ResizeObserver(mark("size"))
    observer.observe(viewport)
    ui.onRemove(() => observer.disconnect())
    ui.listen(viewport, "scroll", () => showOverflow(scene), {passive: true})
    // Numbers are measured with their typeface.
    document.fonts.ready.then(mark("graph"))
  })
}

/** Bring the drawing up to what is known now; then tell Python that its newest frame is on the screen. */
function draw(scene) {
  const {model, ui, stale, viewport} = scene
  scene.frame = {...EMPTY_FRAME, ...model.frame}
  if (model.graph.nodes.length && (stale.has("graph") || !scene.parts)) buildGraph(scene)
  if (viewport.clientWidth && scene.parts) {
    if (stale.has("graph") || stale.has("size")) resize(scene)
    ui.root.dataset.phase = scene.frame.active.phase
    setClass(ui.root, "editable", model.editable)
    showWires(scene)
    showNodes(scene)
    follow(scene)
    showFlow(scene)
    showOverflow(scene)
  }
  stale.clear()
  const {sequence} = model.frame ?? {}
  if (sequence == null || sequence === scene.acknowledged) return
  scene.acknowledged = sequence
  ui.send({type: "ack", sequence})
}

function buildGraph(scene) {
  const {model, stage} = scene
  const focused = stage.getRootNode().activeElement?.dataset?.key
  const {nodes, edges, width, height} = model.graph
  scene.graph = model.graph
  closeField(scene, false)
  const wires = edges.map(buildWire)
  const junctions = buildJunctions(model.graph)
  const locals = edges.map(({label, points}) => buildNumber("local", ...label, points.at(-1)[0] - HEAD - 1))
  const built = nodes.map((node) => ({group: buildNode(node), ...buildNumbers(node)}))
  const flow = shape("g", {class: "flow", "aria-hidden": "true"})
  const numbers = [...built.flatMap(({value, gradient}) => [value, gradient]), ...locals]
  // In forward order, a name's switch after it: so it is read.
  const order = nodes.flatMap((node) => [built[node.id].group, ...(node.kind === "name" ? [buildToggle(node)] : [])])
  const exit = buildExit(nodes.at(-1), width - 24)
  const lines = shape("g", {class: "wires", "aria-hidden": "true"}, exit, ...wires, ...junctions)
  const svg = shape(
    "svg", {role: "group", "aria-label": "The computation graph", viewBox: `0 0 ${width} ${height}`},
    lines, shape("g", {class: "nodes"}, ...order),
    shape("g", {class: "numbers"}, ...numbers.map(({group}) => group)), flow,
  )
  scene.parts?.svg.remove()
  stage.prepend(svg)
  scene.parts = {svg, exit, wires, junctions, locals, nodes: built, numbers, flow, flowKey: "", followed: "", seen: null}
  if (focused) svg.querySelector(`[data-key="${focused}"]`)?.focus({preventScroll: true})
}

/** A small graph is enlarged to fill the room there is; a large one stays readable, and is scrolled. */
function resize(scene) {
  const {graph, stage, viewport, parts} = scene
  const {width, height} = graph
  scene.scale = Math.max(1, Math.min(LARGEST_SCALE, viewport.clientWidth / width, TALLEST / height))
  viewport.style.maxHeight = `${TALLEST + SCROLLBAR}px`
  stage.style.width = `${width * scene.scale}px`
  stage.style.height = `${Math.ceil(height * scene.scale)}px`
  setClass(viewport, "scrolls", width * scene.scale > viewport.clientWidth + 1 || height * scene.scale > TALLEST + 1)
  Object.assign(parts, {followed: "", flowKey: ""})
}

/** Keep in sight what is worked on, once it changes; only the graph scrolls, never the page. */
function follow(scene) {
  const {frame, graph, scale, viewport, parts} = scene
  const {active} = frame
  const key = JSON.stringify([active.nodes, active.edges])
  if (key === parts.followed) return
  parts.followed = key
  const nodes = active.nodes.map((id) => graph.nodes[id]).filter(Boolean)
  const ends = active.edges.map((index) => graph.edges[index]?.points).filter(Boolean)
  const left = aim(viewport.scrollLeft, viewport.clientWidth, graph.width, scale,
    nodes.flatMap(({x, width}) => [x - width / 2 - 24, x + width / 2 + 104]),
    ends.flatMap((points) => [points[0][0] - 24, points.at(-1)[0] + 60]))
  const top = aim(viewport.scrollTop, viewport.clientHeight, graph.height, scale,
    nodes.flatMap(({y}) => [y - 48, y + 48]), ends.flatMap((points) => points.map(([, y]) => y)))
  // What will be in sight once it has been scrolled to, in the units of the graph.
  parts.seen = {
    left: left / scale, right: Math.min(graph.width, (left + viewport.clientWidth) / scale),
    top: top / scale, bottom: Math.min(graph.height, (top + viewport.clientHeight) / scale),
  }
  if (left === viewport.scrollLeft && top === viewport.scrollTop) return
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches
  viewport.scrollTo({left, top, behavior: calm ? "instant" : "smooth"})
}

/** Where to scroll along one axis so that nodes are seen, and their wires too if there is room for them. */
function aim(scrolled, room, length, scale, nodes, wires) {
  const span = (places) => [Math.min(...places) * scale, Math.max(...places) * scale]
  let [from, to] = span([...nodes, ...wires])
  if (to - from > room && nodes.length) [from, to] = span(nodes)
  if (to < from || (from >= scrolled && to <= scrolled + room)) return scrolled
  return Math.max(0, Math.min(length * scale - room, (from + to - room) / 2))
}

/** Fade the sides on which there is more to scroll to. */
function showOverflow({viewport}) {
  const {scrollLeft, clientWidth, scrollWidth} = viewport
  viewport.classList.toggle("more-left", scrollLeft > 1)
  viewport.classList.toggle("more-right", scrollLeft + clientWidth < scrollWidth - 1)
}

/** Colours alone say nothing to everyone: one line says in words what stands where. */
function buildLegend(ui, model) {
  const entry = (kind, ...content) => element("span", {class: kind}, ...content)
  const hint = entry("hint", "Drag a leaf to change it, or double-click and type.")
  const loss = entry("loss", "dashed: the loss")
  const legend = element(
    "p", {class: "legend"},
    entry("value", "value: above the wire"), entry("gradient", "gradient: below the wire"),
    entry("local", "local derivative: on the wire"), entry("parameter", icon(NABLA), "parameter: training moves it"),
    loss, hint,
  )
  ui.watch(["editable"], () => { hint.hidden = !model.editable })
  ui.watch(["graph"], () => { loss.hidden = !model.graph.nodes.some((node) => node.loss) })
  return legend
}
