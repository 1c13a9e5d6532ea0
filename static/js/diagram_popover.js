/* Editing weights and biases: a small window beside the edge or the neuron that was clicked. */

function buildPopover(scene) {
  const {ui} = scene
  const close = element("button", {type: "button", class: "close", "aria-label": "Close", title: "Close"}, icon(CROSS))
  const parts = {
    title: element("strong", {}),
    body: element("div", {class: "fields"}),
    problem: element("p", {class: "problem", id: "problem", role: "alert", hidden: ""}),
    text: element("p", {}),
    formula: element("div", {class: "formula"}),
  }
  const node = element(
    "div", {class: "popover", role: "dialog", tabindex: -1, hidden: ""},
    element("div", {class: "head"}, parts.title, close), parts.body, parts.problem, parts.text, parts.formula,
  )
  // However fast a slider is moved, one message a frame is sent for each number.
  const pending = new Map()
  const flush = ui.frame(() => {
    pending.forEach((message) => ui.send(message))
    pending.clear()
  })
  const popover = {node, ...parts, target: null, fields: [], side: null, opener: null}
  scene.popover = popover
  popover.write = (key, message) => {
    pending.set(key, message)
    flush()
  }

  // Who dismisses the window is done with the neuron too; Enter, and a click elsewhere, leave it on the big plane.
  const dismiss = () => {
    // The dot of a bias opens the window of a neuron that is not the selected one.
    if (popover.target.unit && popover.target.unit === scene.model.selected) ui.send({type: "select", unit: ""})
    closePopover(scene, true)
    // The focus goes back to the neuron, which would count as pointing at it.
    setHover(scene, null)
  }
  ui.listen(close, "click", dismiss)
  ui.listen(node, "keydown", (event) => {
    if (event.key !== "Enter" || event.target === close) return
    event.preventDefault()
    if (popover.fields.every((field) => field.finish())) closePopover(scene, true)
  })
  ui.listen(document, "keydown", (event) => {
    if (event.key !== "Escape" || !popover.target) return
    event.preventDefault()
    dismiss()
  })
  ui.listen(document, "pointerdown", (event) => {
    if (popover.target && !event.composedPath().includes(node)) closePopover(scene, false)
  }, {capture: true})
}

function isOpenOn({popover, layout}, hover) {
  const {target} = popover
  if (!target) return false
  if (!hover.edge) return target.unit === (hover.bias ?? hover.unit) && target.unit != null
  const ends = edgeEnds(layout, hover.edge)
  return ends?.source.id === target.source && ends.target.id === target.target
}

/** The edge whose window is open, if one is. */
function openedEdge({popover, layout}) {
  return popover.target?.source ? findEdge(layout, popover.target) : null
}

/** Open the window on an edge; `edge` holds its group and the rows of its ends, and where on the curve it was hit. */
function openEdge(scene, edge, focus) {
  const ends = edgeEnds(scene.layout, edge)
  if (!ends || !scene.weights) return
  // Neurons are known by their ids: when an input goes off, the rows of the others change.
  const target = {group: edge.group, source: ends.source.id, target: ends.target.id, t: edge.t}
  openOn(scene, target, capitalName(edgeName(scene.layout, ends)), scene.model.cards.edge)
  const field = addField(scene, weightField(scene, "Weight", target, true), "Weight")
  if (focus) field.input.focus({preventScroll: true})
}

/** Open the window on a neuron: its bias, and a table of the weights that lead to it. */
function openUnit(scene, unit, focus) {
  const {layout, popover, biases, ui} = scene
  const group = layout.groups[unit.column - 1]
  if (!group || !biases) return
  const {kind} = layout.columns[unit.column]
  const name = capital(unitName(layout, unit))
  openOn(scene, {unit: unit.id}, name, scene.model.cards[kind === "hidden" ? `hidden:${unit.column}` : "output"])
  popover.opener = unit.id
  const read = () => scene.biases?.[scene.layout.groups[unit.column - 1]?.biases + unit.row]
  const message = (value) => ({type: "bias", column: unit.column, unit: unit.row, value})
  const bias = addField(scene, numberField(ui, {
    name: "Bias", sliding: true, read, complain: complain(scene), later: later(scene),
    write: (value) => popover.write("bias", message(value)),
  }), "Bias")
  popover.body.append(weightTable(scene, unit, group))
  if (focus) bias.input.focus({preventScroll: true})
}

function openOn(scene, target, title, card) {
  const {popover} = scene
  closePopover(scene, false)
  Object.assign(popover, {target, side: null})
  popover.body.replaceChildren()
  setText(popover.title, title)
  popover.node.setAttribute("aria-label", title)
  fillExplanation(popover, card)
  complain(scene)("")
  popover.node.hidden = false
  scene.mark("popover")()
}

function closePopover(scene, giveFocusBack) {
  const {popover, controls} = scene
  if (!popover.target) return
  const inside = popover.node.contains(popover.node.getRootNode().activeElement)
  const key = `unit-${popover.opener}`
  const opener = [...controls.querySelectorAll(".unit")].find((node) => node.dataset.key === key)
  Object.assign(popover, {target: null, fields: [], opener: null})
  if (giveFocusBack && inside) opener?.focus()
  popover.node.hidden = true
  scene.mark("popover")()
}

/** Keep the numbers those of the network, and the window beside what it is about; called once a frame. */
function showPopover(scene) {
  const {popover, layout, model} = scene
  const {target} = popover
  if (!target) return
  const place = canEditWeights(model) ? anchor(layout, target) : null
  if (!place) {
    closePopover(scene, true)
    return
  }
  popover.fields.forEach((field) => field.follow())
  if (!hasMoved(scene)) return
  popover.side = placeBeside(scene, popover.node, place.box, [popover.side, ...place.sides])
}

/** The box that the window must not cover, and the sides of it in the order of their choice. */
function anchor(layout, target) {
  const {side} = layout
  if (target.unit) {
    const unit = layout.units.find(({id}) => id === target.unit)
    return unit ? {box: unitBox(unit, side), sides: ["right", "left", "below", "above"]} : null
  }
  const edge = findEdge(layout, target)
  if (!edge) return null
  const ends = edgeEnds(layout, edge)
  const {x, y} = edgePoint(layout.groups[edge.group], ends.source, ends.target, side, target.t)
  return {box: {x, y: y - 2, width: 0, height: 4}, sides: [...freeCorners(ends), "below", "above", "right", "left"]}
}

/** The rows of an edge's neurons among those that take part now; `null` if one does not. */
function findEdge({groups}, {group, source, target}) {
  const row = (units, id) => units?.findIndex((unit) => unit.id === id) ?? -1
  const edge = {group, source: row(groups[group]?.sources, source), target: row(groups[group]?.targets, target)}
  return edge.source < 0 || edge.target < 0 ? null : edge
}

function weightField(scene, label, target, sliding) {
  const {ui, popover} = scene
  return numberField(ui, {
    name: "Weight", label, sliding, complain: complain(scene), later: later(scene),
    read() {
      const edge = scene.weights && findEdge(scene.layout, target)
      return edge ? scene.weights[weightIndex(scene.layout, edge)] : null
    },
    write(value) {
      const edge = findEdge(scene.layout, target)
      if (edge) popover.write(`${target.source} ${target.target}`, {type: "weight", ...edge, value})
    },
  })
}

function addField({popover}, field, label) {
  const name = element("span", {"aria-hidden": "true"}, label)
  popover.body.append(element("div", {class: "field"}, name, field.input, field.slider))
  popover.fields.push(field)
  field.follow()
  return field
}

function weightTable(scene, unit, group) {
  const rows = group.sources.map((source) => {
    const name = sourceName(scene.layout, source)
    const target = {group: unit.column - 1, source: source.id, target: unit.id}
    const field = weightField(scene, `Weight from ${name}`, target, false)
    scene.popover.fields.push(field)
    field.follow()
    const head = element("th", {scope: "row", title: name}, capitalName(name))
    return element("tr", {}, head, element("td", {}, field.input))
  })
  if (!rows.length) return element("p", {}, "No weight leads here: all inputs are off.")
  const head = element("tr", {}, element("th", {scope: "col"}, "From"), element("th", {scope: "col"}, "Weight"))
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows))
  return element("div", {class: "weights", role: "group", "aria-label": "Incoming weights"}, table)
}

/** Show what is wrong with a text, or that nothing is. */
function complain({popover, mark}) {
  return (text, input = null) => {
    const {problem} = popover
    if (problem.textContent !== text) mark("popover")()
    if (text) {
      input.setAttribute("aria-describedby", problem.id)
    } else {
      input?.removeAttribute("aria-describedby")
    }
    setText(problem, text)
    problem.hidden = !text
  }
}

/** Look again after a while: by then the network has the number, or has refused it. */
function later(scene) {
  return (milliseconds) => setTimeout(() => scene.mark("popover")(), milliseconds)
}

/** A name at the beginning of a line; a symbol such as x₁ stays small. */
function capitalName(name) {
  return name.startsWith("neuron ") || name.startsWith("input ") ? capital(name) : name
}
