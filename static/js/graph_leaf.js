/* Changing a leaf: by dragging it to the left or right, by arrow keys, or by typing. */

const LARGEST_VALUE = 1e6
const STILL = 3  // so far a pointer may move and still mean a click, in pixels
const PIXELS = 50  // that a number is dragged to change by its leading digit's place
const WAIT_MS = 600  // how long a number sent is believed before the frame has it

/** The place of a number's leading digit: 1 for 2.5, 10 for 42; small numbers move as 0.1 does. */
function magnitude(value) {
  return 10 ** Math.floor(Math.log10(Math.max(Math.abs(value) || 1, 0.1) + 1e-12))
}

/** A value on a grid, without the dust of binary fractions, within what is allowed. */
function onGrid(value, step) {
  const rounded = Number((Math.round(value / step) * step).toPrecision(12))
  return Math.max(-LARGEST_VALUE, Math.min(LARGEST_VALUE, rounded))
}

function listenToLeaves(scene) {
  const {ui, stage} = scene
  // However fast a leaf is dragged, one message a frame is sent for each name.
  const pending = new Map()
  const flush = ui.frame(() => {
    pending.forEach((value, name) => ui.send({type: "value", name, value}))
    pending.clear()
  })
  const sent = new Map()
  const now = (name) => {
    const last = sent.get(name)
    return last && performance.now() < last.until ? last.value : scene.frame.numbers?.[name] ?? 0
  }
  scene.setValue = (name, value) => {
    if (value === now(name)) return
    sent.set(name, {value, until: performance.now() + WAIT_MS})
    pending.set(name, value)
    flush()
  }

  const touched = (event, selector) => {
    const group = event.target.closest?.(selector)
    return group ? {group, node: scene.graph.nodes[group.dataset.node]} : {}
  }
  let drag = null
  ui.listen(stage, "pointerdown", (event) => {
    const {group, node} = touched(event, ".node.name")
    if (!node || event.button || !scene.model.editable) return
    closeField(scene, true)
    const value = now(node.symbol)
    const {pointerId: id, clientX: x, clientY: y} = event
    drag = {id, group, name: node.symbol, x, y, value, unit: magnitude(value), moved: false}
    group.setPointerCapture(id)
  })
  const move = (event) => {
    if (event.pointerId !== drag?.id) return
    const moved = event.clientX - drag.x
    if (!drag.moved && Math.abs(moved) < Math.max(STILL, Math.abs(event.clientY - drag.y))) return
    drag.moved = true
    drag.group.classList.add("dragged")
    const step = drag.unit / PIXELS / (event.shiftKey ? 10 : 1)
    drag.value += moved * step
    drag.x = event.clientX
    scene.setValue(drag.name, onGrid(drag.value, step))
  }
  ui.listen(stage, "pointermove", move)
  // On a part of a drawing touch-action does nothing: a finger that drags sideways is kept from scrolling here; one
  // that goes up or down scrolls the page, and the browser takes the pointer away.
  ui.listen(stage, "touchmove", (event) => drag?.moved && event.cancelable && event.preventDefault(), {passive: false})
  const end = (event) => {
    if (event.pointerId !== drag?.id) return
    drag.group.classList.remove("dragged")
    // The click that ends a drag selects nothing.
    scene.dragged = drag.moved
    drag = null
  }
  ui.listen(stage, "pointerup", (event) => {
    move(event)
    end(event)
  })
  ui.listen(stage, "pointercancel", end)

  ui.listen(stage, "click", (event) => {
    const {group, node} = touched(event, ".toggle, .node")
    if (node && !scene.dragged) press(scene, group, node)
    scene.dragged = false
    // As of any button here, a pointer leaves the keys to the transport bar.
    if (node && event.detail) group.blur()
  })
  ui.listen(stage, "dblclick", (event) => {
    const {node} = touched(event, ".node.name")
    if (node && scene.model.editable) openField(scene, node, now(node.symbol))
  })
  ui.listen(stage, "keydown", (event) => {
    const {group, node} = touched(event, ".toggle, .node")
    if (!node || event.ctrlKey || event.altKey || event.metaKey) return
    const sliding = group.getAttribute("role") === "slider"
    const direction = sliding && {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1}[event.key]
    if (direction) {
      const value = now(node.symbol)
      const step = (magnitude(value) / 10) * (event.shiftKey ? 10 : 1)
      scene.setValue(node.symbol, onGrid(value + direction * step, magnitude(value) / 100))
    } else if (sliding && event.key === "Enter") {
      openField(scene, node, now(node.symbol))
    } else if (!sliding && ["Enter", " "].includes(event.key)) {
      press(scene, group, node)
    } else {
      return
    }
    event.preventDefault()
  })
}

function press({ui, model}, group, node) {
  if (group.matches(".node")) {
    if (node.kind !== "number") ui.send({type: "select", node: node.id === model.selected ? -1 : node.id})
  } else if (model.editable) {
    ui.send({type: "parameter", name: node.symbol, on: !node.parameter})
  }
}
