/* The nodes of a computation graph: boxes with their signs, and the numbers on the wires that leave them. */

const AWAY = 6  // from a box to its numbers
const ROUND = 18
const TOGGLE = 26  // room for the switch in a name's box; the layout counts with it
const NABLA = "M3 5h18L12 21zM7.2 7.6 12 16.2l4.8-8.6z"

function buildNode(node) {
  const {id, x, y, width, height, kind} = node
  const [left, top] = [x - width / 2, y - height / 2]
  const radius = kind === "operation" ? Math.min(ROUND, height / 2) : 9
  const toggled = kind === "name"
  const signX = toggled ? left + TOGGLE + (width - TOGGLE - 4) / 2 : x
  const long = node.label.length > 2 && kind === "operation"
  const group = shape(
    "g", {class: `node ${kind}${node.loss ? " loss" : ""}`, "data-node": id, "data-key": `node-${id}`},
    shape("rect", {
      class: "ring", x: left - 4, y: top - 4, width: width + 8, height: height + 8, rx: radius + 4,
    }),
    shape("rect", {class: "box", x: left, y: top, width, height, rx: radius}),
    shape("text", {class: long ? "sign long" : "sign", x: signX, y}, node.label),
  )
  if (kind === "operation") {
    group.append(shape("text", {class: "symbol", x, y: top - 13}, node.symbol))
  }
  if (toggled) {
    const middle = left + TOGGLE + (width - TOGGLE - 4) / 2
    group.append(shape("path", {
      class: "grip", d: `M ${middle - 4} ${top - 9} l -5 4 l 5 4 M ${middle + 4} ${top - 9} l 5 4 l -5 4`,
    }))
  }
  group.append(shape("title", {}, kind === "operation" ? `${node.symbol} = ${node.text}` : node.text))
  return group
}

/** The button beside a name that marks it as a parameter. */
function buildToggle({x, y, width, id, parameter, label}) {
  const [left, size] = [x - width / 2, 14]
  const what = parameter ? `${label} is a parameter: training moves it` : `${label} is an input: training leaves it`
  return shape(
    "g", {
      class: "toggle", role: "button", tabindex: 0, "aria-pressed": String(parameter), "data-node": id,
      "data-key": `toggle-${id}`, "aria-label": `Train ${label}`,
    },
    shape("rect", {class: "target", x: left, y: y - 18, width: TOGGLE, height: 36, rx: 9}),
    shape("rect", {class: "key", x: left + 4, y: y - 11, width: 20, height: 22, rx: 6}),
    shape("path", {
      class: "nabla", d: NABLA, transform: `translate(${left + 14 - size / 2} ${y - size / 2}) scale(${size / 24})`,
    }),
    shape("title", {}, what),
  )
}

/** A number that may come, may be asked for, and may be kept from view; on a wire it does not go beyond `farthest`. */
function buildNumber(kind, x, y, farthest = null) {
  const anchor = farthest == null ? "start" : "middle"
  const mark = shape("rect", {class: "mark", x: x - 5, y: y - 9.5, width: 18, height: 19, rx: 6})
  const text = shape("text", {class: "number", x, y, "text-anchor": anchor})
  const group = shape("g", {class: kind, "aria-hidden": "true"}, mark, text)
  return {group, text, mark, x, farthest}
}

/** Clear the wire behind a number that stands on it, and its arrow of the number; measured only when it changes. */
function backNumber({text, mark, x, farthest}, isKept) {
  const [width, height] = isKept ? [18, 19] : [text.getComputedTextLength() + 5, 15]
  const middle = Math.min(x, farthest - width / 2)
  text.setAttribute("x", middle)
  mark.setAttribute("x", middle - width / 2)
  mark.setAttribute("width", width)
  mark.setAttribute("height", height)
  mark.setAttribute("y", text.getAttribute("y") - height / 2)
}

/** Show a number, or a question mark in its place. */
function showNumber(number, value, {asked, hidden}, kind, id) {
  const isAsked = asked?.kind === kind && asked.id === id
  const isHidden = hidden?.[kind === "local" ? "locals" : "gradients"]?.includes(id) ?? false
  const shown = isAsked || isHidden ? "?" : value ?? ""
  const changed = number.text.textContent !== shown
  setText(number.text, shown)
  if (changed && kind === "local") backNumber(number, isAsked || isHidden)
  setClass(number.group, "known", shown !== "")
  setClass(number.group, "asked", isAsked)
  setClass(number.group, "hidden", isHidden && !isAsked)
}

function buildNumbers({x, y, width}) {
  const left = x + width / 2 + AWAY
  return {value: buildNumber("value", left, y - 12), gradient: buildNumber("gradient", left, y + 13)}
}

/** Show what each node has by now. */
function showNodes(scene) {
  const {parts, graph, frame, model} = scene
  const {active, values, gradients} = frame
  const lit = new Set(active.nodes)
  for (const node of graph.nodes) {
    const {id} = node
    const {group, value, gradient} = parts.nodes[id]
    setClass(group, "live", values[id] != null)
    setClass(group, "lit", lit.has(id))
    setClass(group, "selected", id === model.selected)
    // A number says what it is by itself.
    setText(value.text, values[id] === node.label ? "" : values[id] ?? "")
    showNumber(gradient, gradients[id], frame, "gradient", id)
    describe(scene, node, group)
  }
}

/** Tell a screen reader what a node is, and what it has. */
function describe({frame, model}, node, group) {
  const {id, kind} = node
  const value = frame.values[id]
  const {asked, hidden} = frame
  const unknown = hidden?.gradients?.includes(id) || (asked?.kind === "gradient" && asked.id === id)
  const gradient = unknown ? "gradient not answered yet" : frame.gradients[id] && `gradient ${frame.gradients[id]}`
  const numbers = [value && `value ${value}`, gradient].filter(Boolean).join(", ") || "not computed yet"
  const sliding = kind === "name" && model.editable
  const role = kind === "number" ? "img" : sliding ? "slider" : "button"
  const name = {operation: `${node.symbol} = ${node.text}`, number: `constant ${node.label}`, name: node.text}[kind]
  const raw = frame.numbers?.[node.symbol]
  const attributes = {
    role,
    tabindex: kind === "number" ? null : 0,
    "aria-label": role === "button" ? `${name}, ${numbers}` : name,
    "aria-pressed": role === "button" ? String(id === model.selected) : null,
    "aria-valuenow": sliding ? (Number.isFinite(raw) ? raw : 0) : null,
    "aria-valuetext": sliding ? [value, gradient].filter(Boolean).join(", ") : null,
    "aria-valuemin": sliding ? -LARGEST_VALUE : null,
    "aria-valuemax": sliding ? LARGEST_VALUE : null,
  }
  for (const [key, wanted] of Object.entries(attributes)) {
    if (wanted == null) group.removeAttribute(key)
    else if (group.getAttribute(key) !== String(wanted)) group.setAttribute(key, wanted)
  }
}
