/* The parts of the diagram that are real elements: neurons as buttons, titles, labels, what changes the shape. */

const PLUS = "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z"
const MINUS = "M5 11h14v2H5z"
const CROSS = "M7 5.6 12 10.6 17 5.6 18.4 7 13.4 12 18.4 17 17 18.4 12 13.4 7 18.4 5.6 17 10.6 12 5.6 7z"
const MOST_UNITS = 16
const MOST_LAYERS = 8

/** Whether the network's shape can be changed here. */
function canEdit(model) {
  return model.editable && !model.frozen
}

function canEditWeights(model) {
  return model.weights_editable && !model.frozen
}

function hasSelects(model) {
  return canEdit(model) && model.activations.length > 0 && model.columns.some(({activation}) => activation)
}

/** How a unit is called, for those who cannot see where it stands. */
function unitName(layout, {column, row, label}) {
  const {kind, name} = layout.columns[column]
  if (kind === "hidden") return `neuron ${row + 1} of ${name}`
  return `${kind} ${label || row + 1}`
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1)
}

/** Make all controls anew, in the order the tab key takes them; what had the focus has it again. */
function buildControls(scene) {
  const {layout, controls, model, ui} = scene
  const kept = controls.getRootNode().activeElement?.dataset?.key
  const editable = canEdit(model)
  const nodes = scene.nodes = {titles: [], sizes: [], skips: [], units: [], labels: [], removers: [], adder: null}
  const all = []
  const keep = (list, node, place) => {
    list.push({node, ...place})
    all.push(node)
  }
  for (const column of layout.columns) {
    keep(nodes.titles, columnTitle(scene, column), {column: column.index})
    if (editable && column.kind === "hidden") keep(nodes.sizes, sizeButtons(ui, column), {column: column.index})
    if (layout.skips.some((arc) => arc.column === column.index)) {
      keep(nodes.skips, skipMark(layout, column), {column: column.index})
    }
    for (const unit of column.units) {
      const place = {unit: unit.picture}
      keep(nodes.units, unitButton(layout, unit), place)
      if (column.kind !== "hidden" && unit.label) {
        keep(nodes.labels, element("span", {class: `label ${column.kind}`, "aria-hidden": "true"}, unit.label), place)
      }
      if (editable && unit.removable) keep(nodes.removers, removeButton(ui, unit), place)
    }
    if (column.kind === "input" && editable && model.can_add_input) {
      nodes.adder = addButton(ui)
      all.push(nodes.adder)
    }
  }
  controls.replaceChildren(...all)
  if (kept) [...controls.querySelectorAll("[data-key]")].find((node) => node.dataset.key === kept)?.focus()
}

/** What stands over a column: its size and activation, and what of it is dropped. */
function columnTitle({layout, model, ui}, column) {
  const title = element("div", {class: "title"})
  if (column.activation && hasSelects(model)) {
    title.append(
      element("span", {class: "text"}, `${column.units.length} ×`),
      activationSelect(ui, model, column),
    )
    title.classList.add("with-select")
  } else {
    // Where a column is narrower than its title, "8 × tanh" stands in two lines.
    const lines = layout.stacked ? column.title.split(" × ") : [column.title]
    lines.forEach((line) => title.append(element("span", {class: "text"}, line)))
  }
  if (column.dropout > 0) {
    const percent = Number((100 * column.dropout).toFixed(1))
    title.append(element("span", {class: "text dropout"}, `drops ${percent}\u00a0%`))
  }
  return title
}

function activationSelect(ui, model, {index, name, activation}) {
  const label = `Activation of ${name}`
  const select = element("select", {"aria-label": label, title: label, "data-key": `activation-${index}`})
  for (const [key, title] of model.activations) select.append(element("option", {value: key}, title))
  select.value = activation
  ui.listen(select, "change", () => {
    ui.send({type: "activation", column: index, activation: select.value})
  })
  return select
}

function unitButton(layout, unit) {
  const node = element("button", {type: "button", class: "unit", "data-key": `unit-${unit.id}`})
  Object.assign(node.dataset, {picture: unit.picture, column: unit.column})
  node.setAttribute("aria-label", unitName(layout, unit))
  node.tabIndex = unit.row ? -1 : 0
  return node
}

/** The "+" where a skip connection ends is drawn; this is it for keys and screen readers. */
function skipMark(layout, column) {
  const label = skipName(layout.columns[column.index - 1], column)
  return element("span", {class: "skip", role: "img", tabindex: 0, "aria-label": label, "data-skip": column.index})
}

function sizeButtons(ui, {name, index, units}) {
  const box = element("div", {class: "size"})
  const changes = [[-1, MINUS, `Remove a neuron from ${name}`], [1, PLUS, `Add a neuron to ${name}`]]
  for (const [delta, path, label] of changes) {
    const button = actionButton("", label, `size-${index}-${delta}`, icon(path))
    setEnabled(button, delta < 0 ? units.length > 1 : units.length < MOST_UNITS)
    ui.listen(button, "click", () => isEnabled(button) && ui.send({type: "units", column: index, delta}))
    box.append(button)
  }
  return box
}

/** A button that says what it does to those who see only its sign, and keeps its focus by its key. */
function actionButton(name, label, key, content) {
  const attributes = {type: "button", class: name || null, "aria-label": label, title: label, "data-key": key}
  return element("button", attributes, content)
}

function removeButton(ui, unit) {
  const label = `Remove input ${unit.label || unit.row + 1}`
  const button = actionButton("remove", label, `remove-${unit.id}`, icon(CROSS))
  ui.listen(button, "click", () => ui.send({type: "remove_input", unit: unit.id}))
  return button
}

function addButton(ui) {
  const button = actionButton("add", "Add your own formula as an input", "add", "+ f(x)")
  ui.listen(button, "click", () => ui.send({type: "add_input"}))
  return button
}

/** Move the controls to where the layout says; none is made anew for a change of width. */
function placeControls({layout, controls, nodes}) {
  const {side, titleHeight, columns, units} = layout
  const at = (node, x, y) => { node.style.translate = `${Math.round(x * 2) / 2}px ${Math.round(y * 2) / 2}px` }
  controls.classList.toggle("stacked", layout.stacked)
  controls.classList.toggle("narrow", layout.narrow)
  controls.classList.toggle("selects", layout.selects)
  for (const [name, value] of Object.entries({
    side, pitch: layout.pitch, button: layout.button, left: layout.left - 8, "title-height": titleHeight,
  })) controls.style.setProperty(`--${name}`, `${value}px`)
  nodes.titles.forEach(({node, column}) => at(node, columns[column].x, 0))
  nodes.sizes.forEach(({node, column}) => at(node, columns[column].x, titleHeight + 2))
  nodes.skips.forEach(({node, column}) => {
    const {x1, y1} = layout.skips.find((arc) => arc.column === column)
    at(node, x1, y1)
  })
  nodes.units.forEach(({node, unit}) => at(node, units[unit].x, units[unit].y))
  nodes.removers.forEach(({node, unit}) => at(node, units[unit].x - 3, units[unit].y + 1))
  nodes.labels.forEach(({node, unit}) => {
    const {x, y} = units[unit]
    at(node, node.classList.contains("input") ? x - 7 : x + side + 7, y + side / 2)
  })
  if (nodes.adder) at(nodes.adder, Math.max(columns[0].x, nodes.adder.offsetWidth / 2 + 2), layout.addAt)
}

/** What is selected, what is lit, what is on. */
function showState({layout, nodes, model, ui}) {
  const {columns, phase} = model.active
  ui.root.dataset.phase = phase
  nodes.units.forEach(({node}, i) => {
    const unit = layout.units[i]
    const isInput = layout.columns[unit.column].kind === "input"
    node.classList.toggle("off", !unit.on)
    node.classList.toggle("lit", Boolean(phase) && unit.on && columns.includes(unit.column))
    node.classList.toggle("selected", unit.id === model.selected)
    if (isInput && !canEdit(model)) node.removeAttribute("aria-pressed")
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
      bar.hidden = !canEdit(model)
      setText(count, `${n} hidden ${n === 1 ? "layer" : "layers"}`)
      setEnabled(fewer, n > 0)
      setEnabled(more, n < MOST_LAYERS)
    },
  }
}
