/* Pointing at the diagram: what a neuron or an edge says of itself, and what a click asks for. */

const LINGER_MS = 70  // between two edges the card stays, or it would flicker
const FINGER = 14  // how near a finger comes, in pixels

function listenToPointer(scene) {
  const {ui, stage, controls} = scene
  const unitOf = (event) => {
    const node = event.target.closest?.(".unit")
    return node ? scene.layout.units[node.dataset.picture] : null
  }
  let leaving = 0
  const point = (hover) => {
    clearTimeout(leaving)
    setHover(scene, hover)
  }
  const leave = () => {
    clearTimeout(leaving)
    leaving = setTimeout(() => setHover(scene, null), LINGER_MS)
  }
  ui.onRemove(() => clearTimeout(leaving))

  ui.listen(stage, "pointermove", (event) => {
    const unit = unitOf(event)
    const hover = unit ? {unit: unit.id} : event.pointerType === "touch" ? null : underPointer(scene, event)
    stage.style.cursor = !unit && (hover?.edge || hover?.bias) && canEditWeights(scene.model) ? "pointer" : ""
    if (hover) point(hover)
    else leave()
  })
  ui.listen(stage, "pointerleave", () => point(null))
  ui.listen(controls, "focusin", (event) => {
    const unit = unitOf(event)
    const {skip} = event.target.dataset
    if (!unit && !skip) return
    event.target.setAttribute("aria-describedby", "card")
    point(unit ? {unit: unit.id} : {skip: Number(skip)})
  })
  ui.listen(controls, "focusout", (event) => {
    event.target.removeAttribute("aria-describedby")
    if (!event.target.matches(":hover")) point(null)
  })
  ui.listen(document, "keydown", (event) => event.key === "Escape" && point(null))

  ui.listen(stage, "click", (event) => {
    const unit = unitOf(event)
    if (unit) clickUnit(scene, unit, event)
    else if (canEditWeights(scene.model)) clickDrawing(scene, event)
  })
  ui.listen(controls, "keydown", (event) => keyOnUnit(scene, event, unitOf(event)))
}

/** What of the drawing lies under the pointer; buttons lie over it. */
function underPointer({layout, stage}, event, reach) {
  if (!layout || event.target.closest?.("button, select")) return null
  const box = stage.getBoundingClientRect()
  const [x, y] = [event.clientX - box.left, event.clientY - box.top]
  const skip = skipAt(layout, x, y)
  if (skip != null) return {skip}
  const biased = biasAt(layout, x, y)
  if (biased) return {bias: biased.id}
  const edge = edgeAt(layout, x, y, reach)
  return edge && {edge, x, y}
}

function clickUnit(scene, unit, event) {
  const {ui, model, layout} = scene
  if (layout.columns[unit.column].kind === "input") {
    if (canEdit(model)) ui.send({type: "toggle_input", unit: unit.id})
    return
  }
  const selects = unit.id !== model.selected
  ui.send({type: "select", unit: selects ? unit.id : ""})
  // A key's click has no detail: it takes the focus along, a pointer leaves it to the transport bar.
  if (selects && canEditWeights(model)) openUnit(scene, unit, !event.detail)
  else closePopover(scene, true)
}

function clickDrawing(scene, event) {
  const finger = event.pointerType === "touch"
  const hit = underPointer(scene, event, finger ? FINGER : undefined)
  // On a touch screen the focus would bring a keyboard up over half the page.
  if (hit?.edge) openEdge(scene, hit.edge, !finger)
  if (hit?.bias) openUnit(scene, scene.layout.units.find(({id}) => id === hit.bias), !finger)
}

/** Up and down move within a column, which is one stop of the tab key; left and right belong to the transport bar. */
function keyOnUnit({controls, model, ui}, event, unit) {
  if (!unit) return
  if (event.key === "Delete" && unit.removable && canEdit(model)) {
    event.preventDefault()
    ui.send({type: "remove_input", unit: unit.id})
  }
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key]
  if (!step) return
  event.preventDefault()
  const next = controls.querySelector(`.unit[data-picture="${unit.picture + step}"]`)
  if (!next || next.dataset.column !== event.target.dataset.column) return
  event.target.tabIndex = -1
  next.tabIndex = 0
  next.focus()
}

function setHover(scene, hover) {
  if (!hover && !scene.hover) return
  if (hover?.unit && hover.unit === scene.hover?.unit) return
  scene.hover = hover
  scene.mark("hover")()
}

/** Tell Python which neuron is pointed at, once a frame: what came and went in between, nobody has seen. */
function reportHover(scene) {
  const unit = scene.hover?.unit ?? scene.hover?.bias ?? null
  if (unit === scene.reported) return
  scene.reported = unit
  scene.ui.send(unit ? {type: "hover", unit} : {type: "leave"})
}
