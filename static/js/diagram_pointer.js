/* Pointing at the diagram: what a neuron or an edge says of itself, and what a click asks for. */

function listenToPointer(scene) {
  const {ui, stage, controls, model} = scene
  const unitOf = (event) => {
    const node = event.target.closest?.(".unit")
    return node ? scene.layout.units[node.dataset.picture] : null
  }

  ui.listen(stage, "pointermove", (event) => {
    const unit = unitOf(event)
    if (unit) {
      setHover(scene, {unit: unit.id})
      return
    }
    const box = stage.getBoundingClientRect()
    const [x, y] = [event.clientX - box.left, event.clientY - box.top]
    const overButton = event.target.closest?.("button")
    const edge = scene.layout && !overButton ? edgeAt(scene.layout, x, y) : null
    setHover(scene, edge && {edge, x, y})
  })
  ui.listen(stage, "pointerleave", () => setHover(scene, null))
  ui.listen(controls, "focusin", (event) => {
    const unit = unitOf(event)
    if (unit) setHover(scene, {unit: unit.id})
  })
  ui.listen(controls, "focusout", (event) => {
    if (!event.target.matches(":hover")) setHover(scene, null)
  })

  ui.listen(controls, "click", (event) => {
    const unit = unitOf(event)
    if (!unit) return
    if (scene.layout.columns[unit.column].kind !== "input") {
      ui.send({type: "select", unit: unit.id === model.selected ? "" : unit.id})
    } else if (model.editable) {
      ui.send({type: "toggle_input", unit: unit.id})
    }
  })
  ui.listen(controls, "keydown", (event) => moveInColumn(event, unitOf(event), controls))
}

/** Up and down move within a column, which is one stop of the tab key; left and right belong to the transport bar. */
function moveInColumn(event, unit, controls) {
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key]
  if (!step || !unit) return
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
  const unit = scene.hover?.unit ?? null
  if (unit === scene.reported) return
  scene.reported = unit
  scene.ui.send(unit ? {type: "hover", unit} : {type: "leave"})
}

function formatValue(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : "infinite"
  return value.toFixed(3).replace("-", "−")
}

function showTip({layout, hover, tip, weights, biases}) {
  if (!hover) {
    tip.hidden = true
    return
  }
  const [text, x, y] = hover.unit ? describeUnit(layout, hover, biases) : describeEdge(layout, hover, weights)
  tip.hidden = !text
  if (!text) return
  setText(tip, text)
  const room = layout.width - tip.offsetWidth - 4
  tip.style.translate = `${Math.max(4, Math.min(x - tip.offsetWidth / 2, room))}px ${Math.max(0, y - tip.offsetHeight - 8)}px`
}

function describeUnit(layout, hover, biases) {
  const unit = layout.units.find(({id}) => id === hover.unit)
  if (!unit) return []
  const name = unitName(layout, unit)
  const group = layout.groups[unit.column - 1]
  const bias = group && biases ? ` · bias ${formatValue(biases[group.biases + unit.row])}` : ""
  const off = unit.on ? "" : " · off"
  return [name[0].toUpperCase() + name.slice(1) + bias + off, unit.x + layout.side / 2, unit.y]
}

function describeEdge(layout, {edge, x, y}, weights) {
  const group = layout.groups[edge.group]
  const [source, target] = [group?.sources[edge.source], group?.targets[edge.target]]
  if (!source || !target || !weights) return []
  const weight = weights[group.offset + edge.source * group.targets.length + edge.target]
  const from = layout.columns[source.column].kind === "input" ? source.label : unitName(layout, source)
  return [`${from} → ${unitName(layout, target)} · weight ${formatValue(weight)}`, x, y]
}
