// Setting the start on a curve: runs in the browser at every gesture, so that the ring follows the pointer at once.
// Given by Bokeh: cb_obj, the gesture; by Python: plot, curve, start, ghost, said.
// Mouse and finger alike; a finger that rests before it moves is a "press" to Bokeh, and no "pan".

const REACH = 26 // pixels: half the width of a finger's target
const SLIP = 6 // pixels along the axis that a hand at rest, or one that scrolls, may move
const EVERY = 50 // ms between two places of a drag that are told
const KEPT = 16 // gestures that are said again with the newest, should Python be too busy to hear each by itself
const WAIT = 1500 // ms until a ring that nobody answers goes away

const { event_name: event } = cb_obj
const [left, right] = [plot.x_range.start, plot.x_range.end]
const [bottom, top] = [plot.y_range.start, plot.y_range.end]
const inside = cb_obj.x >= left && cb_obj.x <= right && cb_obj.y >= bottom && cb_obj.y <= top
const x = Math.min(right, Math.max(left, cb_obj.x))
const state = ghost.data.state[0] ?? "none"

// The curve is drawn from left to right in equal steps.
function height(at) {
  const { w, value } = curve.data
  const place = Math.round((w.length - 1) * (at - w[0]) / (w[w.length - 1] - w[0]))
  return value[place]
}

function show(state, x, from, sent) {
  ghost.data = { x: [x], y: [height(x)], state: [state], from: [from], sent: [sent] }
}

function clear() {
  if (ghost.data.x.length > 0) ghost.data = { x: [], y: [], state: [], from: [], sent: [] }
}

function say(type, x) {
  const gesture = { number: (said.data.number.at(-1) ?? 0) + 1, type, x }
  said.data = Object.fromEntries(
    Object.entries(gesture).map(([name, value]) => [name, [...said.data[name].slice(1 - KEPT), value]]),
  )
}

function settle(x) {
  say("start", x)
  show("wait", x, x, 0)
  setTimeout(() => { if (ghost.data.state[0] === "wait") clear() }, WAIT)
}

// A finger that moves along the axis draws, one that moves across it scrolls the page.
function dress(grabs) {
  const events = Bokeh.index.find_one(plot)?.canvas_view?.events_el
  events?.style.setProperty("touch-action", "pan-y pinch-zoom", "important")
  events?.style.setProperty("cursor", grabs ? "ew-resize" : "crosshair", "important")
}

const scale = plot.inner_width / (right - left)
const near = start.data.x.some((at) => Math.abs(at - x) * scale <= REACH)

if (event === undefined) {
  // Python has answered; new places may come while the next one is on its way.
  if (state === "wait") clear()
  dress(false)
} else if (event === "mouseenter") {
  dress(near)
} else if (event === "panstart" || event === "press") {
  if (inside && near) show("near", x, x, 0)
  else if (inside && event === "press") show("rest", x, x, 0)
} else if (event === "pan" || event === "mousemove") {
  const [from, sent] = [ghost.data.from[0], ghost.data.sent[0]]
  const moved = Math.abs(from - x) * scale > SLIP
  if (state === "held" || (state === "near" && moved)) {
    const now = Date.now()
    const due = now - sent >= EVERY
    show("held", x, from, due ? now : sent)
    if (due) say("drag", x)
  } else if (state === "rest") {
    // A hand that moves on has not meant this place.
    if (moved) clear()
  } else if (state !== "near") dress(inside && near)
} else if (event === "tap" || event === "doubletap") {
  if (inside) settle(x)
} else if (state === "held" || state === "rest") {
  // A finger that the page takes over for scrolling ends anywhere: what counts is where it was last.
  settle(ghost.data.x[0])
} else if (state === "near") clear()
