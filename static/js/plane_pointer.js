/* The hand over a plane. The handle follows it at once; Python hears of it at most twenty times a second. */

const WAIT_MS = 50 // between two messages of one drag
const KEYS_END_MS = 400 // after the last arrow key the start stays where it is
const ANSWER_MS = 1500 // until a start that Python does not confirm goes back
const STEP = 0.02 // of the plane's width, for each arrow key; a tenth of it with Shift

export function render(context) {
  const {model, view} = context
  return component(context, "plane-pointer", (ui) => {
    const handle = element("div", {
      class: "handle", tabindex: 0, role: "slider", "aria-roledescription": "two-dimensional handle",
      "aria-keyshortcuts": "ArrowLeft ArrowRight ArrowUp ArrowDown",
    })
    const plane = element("div", {class: "plane"}, handle)
    ui.root.append(plane)

    const figure = view.model.document?.get_model_by_id(model.figure)
    if (!figure) return
    const [spanX, spanY] = [figure.x_range, figure.y_range]
    // `at`: where the handle is shown. `held`: by a pointer, by the keys, or until Python has answered.
    const state = {at: [...model.start], held: null, answered: 0, keys: 0, last: 0, later: 0}
    ui.onRemove(() => [state.answered, state.keys, state.later].forEach(clearTimeout))

    const layOut = ui.frame(() => {
      const drawn = window.Bokeh.index.find_one(figure)
      const canvas = drawn?.canvas_view?.el.getBoundingClientRect()
      if (!canvas?.width) return
      const [own, {bbox}] = [ui.root.getBoundingClientRect(), drawn.frame]
      const box = {left: canvas.x - own.x + bbox.x, top: canvas.y - own.y + bbox.y, width: bbox.width, height: bbox.height}
      for (const [side, pixels] of Object.entries(box)) plane.style[side] = `${pixels}px`
      const [x, y] = state.at
      handle.style.left = `${(100 * (x - spanX.start)) / (spanX.end - spanX.start)}%`
      handle.style.top = `${(100 * (spanY.end - y)) / (spanY.end - spanY.start)}%`
      handle.classList.toggle("held", state.held === "pointer" || state.held === "keys")
      tell()
    })
    const tell = () => {
      const [x, y] = state.at.map(number)
      const attributes = {
        "aria-label": model.label, "aria-valuemin": spanX.start, "aria-valuemax": spanX.end,
        "aria-valuenow": state.at[0], "aria-valuetext": `${model.names[0]} = ${x}, ${model.names[1]} = ${y}`,
      }
      for (const [name, value] of Object.entries(attributes)) {
        if (handle.getAttribute(name) !== String(value)) handle.setAttribute(name, value)
      }
    }
    const say = (type) => {
      clearTimeout(state.later)
      state.later = 0
      state.last = performance.now()
      ui.send({type, x: state.at[0], y: state.at[1]})
    }
    const saySoon = () => {
      if (state.later) return
      const wait = state.last + WAIT_MS - performance.now()
      if (wait <= 0) say("drag")
      else state.later = setTimeout(() => say("drag"), wait)
    }
    const move = (x, y) => {
      state.at = [limit(x, spanX), limit(y, spanY)]
      layOut()
    }
    const settle = () => {
      clearTimeout(state.keys)
      state.held = "asked"
      say("start")
      clearTimeout(state.answered)
      state.answered = setTimeout(() => release(), ANSWER_MS)
      layOut()
    }
    const release = () => {
      state.held = null
      state.at = [...model.start]
      layOut()
    }

    ui.watch(["start"], () => {
      if (state.held === "pointer" || state.held === "keys") return
      // A frame that was on its way before the hand let go still knows the old start.
      if (state.held === "asked" && !near(state.at, model.start, [spanX, spanY])) return
      clearTimeout(state.answered)
      release()
    })
    ui.watch(["names", "label"], tell)
    // The frame moves inside the figure when the numbers at its axes grow.
    const laidOut = [figure.properties.inner_width, figure.properties.inner_height, spanX.properties.start,
      spanX.properties.end, spanY.properties.start, spanY.properties.end].map(({change}) => change)
    for (const change of laidOut) change.connect(layOut)
    ui.onRemove(() => laidOut.forEach((change) => change.disconnect(layOut)))
    const observer = new ResizeObserver(layOut)
    observer.observe(ui.root)
    ui.onRemove(() => observer.disconnect())

    const follow = (event) => {
      const box = plane.getBoundingClientRect()
      const x = spanX.start + ((event.clientX - box.x) / box.width) * (spanX.end - spanX.start)
      const y = spanY.end - ((event.clientY - box.y) / box.height) * (spanY.end - spanY.start)
      move(x, y)
    }
    let [hand, kind, grip, moved] = [null, "", [0, 0], false]
    ui.listen(plane, "pointerdown", (event) => {
      kind = event.pointerType
      const onHandle = event.target === handle
      // A finger beside the handle may be about to scroll: its tap is a click.
      if (event.button || hand !== null || (!onHandle && kind !== "mouse")) return
      clearTimeout(state.keys)
      const box = handle.getBoundingClientRect()
      // Who takes the handle at its edge does not move it by that.
      grip = onHandle ? [event.clientX - box.x - box.width / 2, event.clientY - box.y - box.height / 2] : [0, 0]
      hand = event.pointerId
      moved = !onHandle
      state.held = "pointer"
      plane.setPointerCapture(hand)
      if (!onHandle) follow(event)
      layOut()
    })
    ui.listen(plane, "pointermove", (event) => {
      if (event.pointerId !== hand) return
      if (!event.movementX && !event.movementY) return
      moved = true
      follow({clientX: event.clientX - grip[0], clientY: event.clientY - grip[1]})
      saySoon()
    })
    const letGo = (event) => {
      if (event.pointerId !== hand) return
      hand = null
      // A busy browser may have kept the last moves to itself.
      if (moved && event.type === "pointerup") {
        follow({clientX: event.clientX - grip[0], clientY: event.clientY - grip[1]})
      }
      if (moved) settle()
      else release()
    }
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) ui.listen(plane, type, letGo)
    ui.listen(plane, "click", (event) => {
      if (event.target === handle || kind === "mouse") return
      follow(event)
      settle()
    })

    const endKeys = () => state.held === "keys" && settle()
    ui.listen(handle, "keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return
      const way = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[event.key]
      if (!way) return
      event.preventDefault()
      const part = event.shiftKey ? STEP / 10 : STEP
      state.held = "keys"
      move(...[spanX, spanY].map(({start, end}, axis) => state.at[axis] + way[axis] * part * (end - start)))
      saySoon()
      clearTimeout(state.keys)
      state.keys = setTimeout(endKeys, KEYS_END_MS)
    })
    ui.listen(handle, "blur", endKeys)
    layOut()
  })
}

function limit(value, {start, end}) {
  return Math.min(Math.max(value, start), end)
}

/** Whether two points are the same but for rounding. */
function near(a, b, spans) {
  return spans.every(({start, end}, axis) => Math.abs(a[axis] - b[axis]) <= 1e-3 * Math.abs(end - start))
}

/** A coordinate as it is read out. */
function number(value) {
  return String(Number(value.toPrecision(3))).replace("-", "−")
}
