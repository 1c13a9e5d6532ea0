/* The card beside what is pointed at: what it is, its value now, a sentence and a formula. */

const CARD_GAP = 12

function buildCard() {
  const parts = {
    title: element("strong", {}),
    value: element("div", {class: "value"}),
    text: element("p", {}),
    formula: element("div", {class: "formula"}),
  }
  // Not a live region: while the network learns the value changes thirty times a second.
  const node = element("div", {class: "card", id: "card", role: "tooltip", hidden: ""}, ...Object.values(parts))
  return {node, ...parts, shown: undefined, at: null, side: null}
}

/** Fill the explanation of a card or a popover; formulas are MathML made by us. */
function fillExplanation({text, formula}, card) {
  setText(text, card?.text ?? "")
  formula.innerHTML = card?.formula ?? ""
  text.hidden = !card?.text
  formula.hidden = !card?.formula
}

function showCard(scene) {
  const {hover, card} = scene
  const about = hover && !isOpenOn(scene, hover) ? describe(scene, hover) : null
  card.node.hidden = !about
  if (!about) {
    card.at = null
    return
  }
  const entry = scene.model.cards[about.key] ?? null
  if (card.shown !== entry) {
    card.shown = entry
    setText(card.title, entry?.title ?? "")
    card.title.hidden = !entry?.title
    fillExplanation(card, entry)
  }
  setText(card.value, about.value)
  if (card.at === about.name && !hasMoved(scene)) return
  // While the same thing is pointed at, the card keeps to its side.
  if (card.at !== about.name) Object.assign(card, {at: about.name, side: null})
  const sides = [card.side, ...about.sides ?? [], "above", "below", "right", "left"]
  card.side = placeBeside(scene, card.node, about.box, sides)
}

/** Whether anything but numbers has changed: to ask where a floating node lies costs more than to draw the edges. */
function hasMoved({stale}) {
  return [...stale].some((what) => what !== "frame")
}

/** Put a floating node beside a box of the stage, on the first side where it fits; returns that side. */
function placeBeside({ui, stage}, node, box, sides) {
  const [root, origin] = [ui.root.getBoundingClientRect(), stage.getBoundingClientRect()]
  const {offsetWidth: width, offsetHeight: height} = node
  const x = box.x + origin.left - root.left
  const y = box.y + origin.top - root.top
  const top = Math.max(0, 4 - root.top)
  const bottom = window.innerHeight - root.top - 4
  const right = root.width - 4
  const clamp = (value, low, high) => Math.max(low, Math.min(value, high))
  const acrossX = clamp(x + (box.width - width) / 2, 4, right - width)
  const acrossY = clamp(y + (box.height - height) / 2, top, bottom - height)
  const [above, below] = [y - height - CARD_GAP, y + box.height + CARD_GAP]
  const [roomAbove, roomBelow] = [above >= top, below + height <= bottom]
  const beside = height <= bottom - top
  const [from, to] = [x + box.width / 2, x + box.width / 2 - width]
  const spots = {
    above: {x: acrossX, y: above, fits: roomAbove},
    below: {x: acrossX, y: below, fits: roomBelow},
    right: {x: x + box.width + CARD_GAP, y: acrossY, fits: beside && x + box.width + CARD_GAP + width <= right},
    left: {x: x - width - CARD_GAP, y: acrossY, fits: beside && x - width - CARD_GAP >= 4},
    aboveRight: {x: from, y: above, fits: roomAbove && from + width <= right},
    belowRight: {x: from, y: below, fits: roomBelow && from + width <= right},
    aboveLeft: {x: to, y: above, fits: roomAbove && to >= 4},
    belowLeft: {x: to, y: below, fits: roomBelow && to >= 4},
  }
  const side = sides.find((name) => spots[name]?.fits) ?? "below"
  node.style.translate = `${Math.round(spots[side].x)}px ${Math.round(spots[side].y)}px`
  return side
}

function formatValue(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : "infinite"
  return value.toFixed(3).replace("-", "−")
}

/** What to say of what is pointed at: the key of its card, a line with its value, and the box not to cover. */
function describe(scene, hover) {
  if (hover.edge) return describeEdge(scene, hover)
  if (hover.skip != null) return describeSkip(scene, hover)
  return describeUnit(scene, hover)
}

function describeUnit({layout, biases}, hover) {
  const unit = layout.units.find(({id}) => id === (hover.bias ?? hover.unit))
  if (!unit) return null
  const {kind} = layout.columns[unit.column]
  const group = layout.groups[unit.column - 1]
  const name = capital(unitName(layout, unit))
  const bias = group && biases ? ` · bias ${formatValue(biases[group.biases + unit.row])}` : ""
  const keys = {input: `input:${unit.id}`, hidden: `hidden:${unit.column}`, output: "output"}
  return {
    key: hover.bias ? "bias" : keys[kind],
    name: `${hover.bias ? "bias" : "unit"} ${unit.id}`,
    value: name + bias + (unit.on ? "" : " · off"),
    box: unitBox(unit, layout.side),
  }
}

/** A neuron with the frame around it when it is chosen, and the dot of its bias. */
function unitBox({x, y}, side) {
  return {x: x - 9, y: y - 4, width: side + 13, height: side + 8}
}

function describeEdge(scene, {edge, x, y}) {
  const {layout, weights} = scene
  const ends = edgeEnds(layout, edge)
  if (!ends || !weights) return null
  const value = weights[weightIndex(layout, edge)]
  return {
    key: "edge",
    name: `edge ${ends.source.id} ${ends.target.id}`,
    value: `${edgeName(layout, ends)} · weight ${formatValue(value)}`,
    box: {x: x - 8, y: y - 6, width: 16, height: 20},
    sides: freeCorners(ends),
  }
}

/** The corners beside a point of an edge that the edge itself does not pass through, whether it falls or rises. */
function freeCorners({source, target}) {
  return target.y >= source.y ? ["aboveRight", "belowLeft"] : ["belowRight", "aboveLeft"]
}

function describeSkip({layout}, {skip}) {
  const arc = layout.skips.find(({column}) => column === skip)
  if (!arc) return null
  const [from, to] = [layout.columns[skip - 1], layout.columns[skip]]
  return {
    key: "skip",
    name: `skip ${skip}`,
    value: skipName(from, to),
    box: {x: arc.x0, y: arc.crest, width: arc.x1 - arc.x0 + 10, height: arc.y1 - arc.crest + 14},
  }
}

function skipName(from, to) {
  return `Skip connection: the outputs of ${from.name} are added to those of ${to.name}`
}

/** The neurons an edge joins; `null` if the network has changed under it. */
function edgeEnds({groups}, {group, source, target}) {
  const ends = {source: groups[group]?.sources[source], target: groups[group]?.targets[target]}
  return ends.source && ends.target ? ends : null
}

function weightIndex({groups}, {group, source, target}) {
  return groups[group].offset + source * groups[group].targets.length + target
}

function sourceName(layout, unit) {
  return layout.columns[unit.column].kind === "input" ? unit.label || unitName(layout, unit) : unitName(layout, unit)
}

function edgeName(layout, {source, target}) {
  return `${sourceName(layout, source)} → ${unitName(layout, target)}`
}
