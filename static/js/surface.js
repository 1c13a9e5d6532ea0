/* The surface: it redraws when Python says something new, and turns under the student's hand. */

const MINUS = "M5 11h14v2H5z"
const PLUS = "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z"
const HOME = "M12 5V1L7 6l5 5V7a6 6 0 1 1-6 6H4a8 8 0 1 0 8-8z"
// As many cells a side as can be painted while a hand waits for it, and how long after its last move it may wait.
const CELLS_IN_MOTION = 32
const SETTLE_MS = 150
const TURN = Math.PI / 24
const NEARER = 1.2

export function render(context) {
  const {model} = context
  return component(context, "surface", (ui) => {
    const title = element("h3")
    const canvas = element("canvas", {role: "img", tabindex: 0})
    canvas.setAttribute("aria-keyshortcuts", "ArrowLeft ArrowRight ArrowUp ArrowDown + -")
    const button = (name, path) => element("button", {type: "button", "aria-label": name, title: name}, icon(path))
    const [out, nearer, reset] = [button("Zoom out", MINUS), button("Zoom in", PLUS), button("Reset view", HOME)]
    ui.root.append(element("div", {class: "head"}, title, element("div", {class: "tools"}, out, nearer, reset)), canvas)

    const start = () => firstView(model.viewpoint)
    const layer = element("canvas")
    const scene = {view: start(), moving: false, surface: null, shades: null, colors: null, trails: [], stale: true}
    const drawFrame = ui.frame(() => draw(ui, model, canvas, layer, scene))
    // Trails alone go over the surface as it was painted last.
    const drawSoon = () => {
      scene.stale = true
      drawFrame()
    }
    let settling = 0
    ui.onRemove(() => clearTimeout(settling))
    const turn = (change) => {
      scene.view = within({...scene.view, ...change(scene.view)})
      scene.moving = true
      clearTimeout(settling)
      settling = setTimeout(() => {
        scene.moving = false
        drawSoon()
      }, SETTLE_MS)
      drawSoon()
    }
    const zoom = (factor) => turn((view) => ({zoom: view.zoom * factor}))
    const again = () => turn(start)

    ui.watch(["title"], () => setText(title, model.title))
    ui.watch(["summary"], () => canvas.setAttribute("aria-label", model.summary))
    ui.watch(["frame"], () => {
      scene.surface = readSurface(model.frame)
      drawSoon()
    })
    ui.watch(["lut", "dark"], () => {
      scene.shades = new Shades(model.lut)
      scene.colors = null
      drawSoon()
    })
    ui.watch(["labels", "ranges", "z_range", "z_ticks", "canvas_height"], drawSoon)
    ui.watch(["trails", "looks"], () => {
      scene.trails = readTrails(model.trails, model.looks)
      drawFrame()
    })
    const observer = new ResizeObserver(drawSoon)
    observer.observe(ui.root)
    ui.onRemove(() => observer.disconnect())

    ui.listen(out, "click", () => zoom(1 / NEARER))
    ui.listen(nearer, "click", () => zoom(NEARER))
    ui.listen(reset, "click", again)
    ui.listen(canvas, "dblclick", again)
    ui.listen(canvas, "keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return
      const run = {
        ArrowLeft: () => turn(({azimuth}) => ({azimuth: azimuth + TURN})),
        ArrowRight: () => turn(({azimuth}) => ({azimuth: azimuth - TURN})),
        ArrowUp: () => turn(({elevation}) => ({elevation: elevation + TURN})),
        ArrowDown: () => turn(({elevation}) => ({elevation: elevation - TURN})),
        "+": () => zoom(NEARER),
        "=": () => zoom(NEARER),
        "-": () => zoom(1 / NEARER),
      }[event.key]
      if (!run) return
      event.preventDefault()
      run()
    })
    listenToHand(ui, canvas, turn, zoom)
  })
}

/** One finger or the mouse turns it; two fingers bring it nearer. */
function listenToHand(ui, canvas, turn, zoom) {
  const hands = new Map()
  const apart = () => {
    const [a, b] = [...hands.values()]
    return Math.hypot(a.x - b.x, a.y - b.y)
  }
  ui.listen(canvas, "pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button) return
    canvas.setPointerCapture(event.pointerId)
    hands.set(event.pointerId, {x: event.clientX, y: event.clientY})
  })
  ui.listen(canvas, "pointermove", (event) => {
    const hand = hands.get(event.pointerId)
    if (!hand) return
    const before = hands.size === 2 ? apart() : 0
    const [dx, dy] = [event.clientX - hand.x, event.clientY - hand.y]
    Object.assign(hand, {x: event.clientX, y: event.clientY})
    if (hands.size === 2) zoom(apart() / Math.max(1, before))
    // What is nearest to the viewer follows the hand.
    else turn(({azimuth, elevation}) => ({azimuth: azimuth + dx / 120, elevation: elevation + dy / 150}))
  })
  const letGo = (event) => hands.delete(event.pointerId)
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) ui.listen(canvas, type, letGo)
}

function draw(ui, model, canvas, layer, scene) {
  const [width, height] = [ui.root.clientWidth, model.canvas_height]
  if (!width) return
  scene.colors ??= readColors(ui, scene)
  const cells = (scene.surface?.n ?? 2) - 1
  const stride = scene.moving ? Math.ceil(cells / CELLS_IN_MOTION) : 1
  const axes = {labels: model.labels, ranges: model.ranges, zRange: model.z_range, zTicks: model.z_ticks}
  const paint = (onto) => paintScene(onto, {...scene, axes, zRange: model.z_range}, width, height, stride)
  const context = fitCanvas(canvas, width, height)
  if (!scene.trails.length) {
    paint(context)
    return
  }
  const beneath = fitCanvas(layer, width, height)
  if (scene.stale) paint(beneath)
  scene.stale = false
  context.clearRect(0, 0, width, height)
  context.drawImage(layer, 0, 0, width, height)
  paintTrails(context, project(scene.view, width, height), scene, model.z_range)
}

function readColors({root}, scene) {
  const style = getComputedStyle(root)
  const names = ["surface", "raised", "rule", "muted", "ink"]
  const colors = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--np-${name}`).trim()]))
  return {...colors, mesh: `${colors.ink}50`, point: (index) => lutColor(scene.shades.table, clamp(Math.round(index), 0, 255))}
}
