// Drawing points on the plane: runs in the browser at every gesture, so that the ring follows the pointer at once.
// Given by Bokeh: cb_obj, the gesture; by Python: plot, tool, points, ghost, said.
// Mouse and finger alike; a finger that rests before it moves is a "press" to Bokeh, and no "pan".

const REACH = 22 // pixels: half the width of a finger's target
const KEPT = 32 // gestures that are said again with the newest, should Python be too busy to hear each by itself
const WAIT = 1500 // ms until a ring that nobody answers goes away

const mode = tool.data.name[0]
const { x, y, event_name: event } = cb_obj
const [left, right] = [plot.x_range.start, plot.x_range.end]
const [bottom, top] = [plot.y_range.start, plot.y_range.end]
const inside = x >= left && x <= right && y >= bottom && y <= top
const state = ghost.data.state[0] ?? "none"

function show(state, x, y, index) {
  ghost.data = { x: [x], y: [y], index: [index], state: [state] }
}

function clear() {
  if (ghost.data.x.length > 0) ghost.data = { x: [], y: [], index: [], state: [] }
}

function nearest() {
  const unit_x = plot.inner_width / (right - left)
  const unit_y = plot.inner_height / (top - bottom)
  let [best, distance] = [-1, REACH]
  for (let k = 0; k < points.data.x.length; k++) {
    const here = Math.hypot((points.data.x[k] - x) * unit_x, (points.data.y[k] - y) * unit_y)
    if (here <= distance) [best, distance] = [k, here]
  }
  return best
}

function say(type, index) {
  const gesture = { number: (said.data.number.at(-1) ?? 0) + 1, type, index, x, y }
  said.data = Object.fromEntries(
    Object.entries(gesture).map(([name, value]) => [name, [...said.data[name].slice(1 - KEPT), value]]),
  )
}

function await_answer(index) {
  show("wait", x, y, index)
  setTimeout(() => { if (ghost.data.state[0] === "wait") clear() }, WAIT)
}

// Whether a finger draws or scrolls, and what the pointer looks like, is the tool's business.
function dress() {
  const events = Bokeh.index.find_one(plot)?.canvas_view?.events_el
  if (events === undefined) return
  const root = events.getRootNode()
  let style = root.querySelector("style.np-tool")
  if (style === null) {
    style = document.createElement("style")
    style.className = "np-tool"
    root.append(style)
  }
  const cursor = { look: "default", add: "copy", move: "grab", erase: "crosshair" }[mode]
  const touch = mode === "look" ? "" : "touch-action: pinch-zoom !important;"
  const text = `.bk-events { cursor: ${cursor} !important; ${touch} }`
  if (style.textContent !== text) style.textContent = text
}

const STARTS = ["panstart", "press"]
const MOVES = ["pan", "mousemove"]
const ENDS = ["panend", "pressup", "tap", "doubletap"]

if (event === undefined) {
  // The tool or the points have changed; new points may come while the next one is on its way.
  if (cb_obj === tool || state !== "held") clear()
  dress()
} else if (event === "mouseenter" || event === "mouseleave") {
  dress()
  if (event === "mouseleave" && state === "hover") clear()
} else if (mode === "look") {
  clear()
} else if (STARTS.includes(event) && inside) {
  const index = mode === "add" ? -1 : nearest()
  if (mode === "add") show("held", x, y, index)
  else if (mode === "move" && index >= 0) show("held", x, y, index)
} else if (MOVES.includes(event)) {
  if (state === "held") {
    show("held", Math.min(right, Math.max(left, x)), Math.min(top, Math.max(bottom, y)), ghost.data.index[0])
  } else if (event === "mousemove" && mode !== "add" && state !== "wait") {
    const index = inside ? nearest() : -1
    if (index < 0) clear()
    else if (state !== "hover" || ghost.data.index[0] !== index) {
      show("hover", points.data.x[index], points.data.y[index], index)
    }
  }
} else if (ENDS.includes(event)) {
  const held = state === "held" ? ghost.data.index[0] : -1
  if (!inside) clear()
  else if (mode === "add") {
    say("add", -1)
    await_answer(-1)
  } else if (mode === "move" && held >= 0) {
    say("move", held)
    await_answer(held)
  } else if (mode === "erase") {
    const index = nearest()
    clear()
    if (index >= 0) say("erase", index)
  }
}
