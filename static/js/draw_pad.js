/* A surface to draw on: it paints at once, and tells Python what it holds about ten times a second. */

const TELL_MS = 100
const TOUCH_SIDE = 240
const BRUSHES = [["Thin", 0.7], ["Medium", 1.1], ["Thick", 1.7]]
const KEYS = "ArrowLeft ArrowRight ArrowUp ArrowDown Space Enter E Delete"

export function render(context) {
  const {model} = context
  return component(context, "draw-pad", (ui) => {
    const canvas = element("canvas", {
      tabindex: 0, role: "slider", "aria-roledescription": "drawing surface", "aria-keyshortcuts": KEYS,
      "aria-valuemin": 0, "aria-valuemax": PAD_SIDE * PAD_SIDE - 1, "aria-describedby": "keys",
    })
    const hint = element("span", {class: "hint", "aria-hidden": "true"})
    const surface = element("div", {class: "surface"}, canvas, hint)
    const tools = ["Draw", "Erase"].map((name) => element("button", {type: "button", "aria-pressed": "false"}, name))
    const brushes = BRUSHES.map(([name], k) => {
      const dot = element("span", {class: "dot", style: `--size: ${5 + 5 * k}px`})
      return element("button", {type: "button", role: "radio", "aria-label": `${name} brush`, title: `${name} brush`}, dot)
    })
    const clear = element("button", {type: "button"}, "Clear")
    const keys = element("p", {id: "keys", class: "keys"},
      "Keys: arrows move, Space paints, Shift with an arrow draws, E erases, Delete clears.")
    ui.root.append(
      surface,
      element("div", {class: "below"},
        element("div", {class: "tools"}, ...tools,
          element("div", {class: "brushes", role: "radiogroup", "aria-label": "Brush"}, ...brushes), clear),
        keys),
    )

    const state = {pixels: new Uint8Array(PAD_SIDE * PAD_SIDE), brush: 1, erases: false, mark: [14, 14], side: 0}
    const style = getComputedStyle(ui.root)
    const draw = ui.frame(() => {
      const side = state.side
      if (side) paintPad(canvas, side, state, style, canvas.matches(":focus-visible"))
    })
    const follow = () => {
      const [column, row] = state.mark
      const ink = Math.round(state.pixels[row * PAD_SIDE + column] / 2.55)
      canvas.setAttribute("aria-valuenow", row * PAD_SIDE + column)
      canvas.setAttribute("aria-valuetext", `row ${row + 1}, column ${column + 1}, ink ${ink} %`)
      hint.hidden = state.pixels.some((value) => value)
      draw()
    }
    const measure = () => {
      const width = ui.root.clientWidth
      // A finger on a phone needs more room than a mouse beside other things.
      const side = Math.min(Math.max(model.pad_size, Math.min(TOUCH_SIDE, 0.62 * width)), width - 4)
      // Whole pixels a cell: else seams show between them.
      state.side = PAD_SIDE * Math.floor(side / PAD_SIDE)
      surface.style.width = surface.style.height = `${state.side + 4}px`
      draw()
    }

    ui.watch(["turn"], () => {
      const image = bytesOf(model.image)
      if (image.length === state.pixels.length) state.pixels.set(image)
      follow()
    })
    ui.watch(["label"], () => canvas.setAttribute("aria-label", model.label))
    ui.watch(["hint"], () => setText(hint, model.hint))
    ui.watch(["dark"], draw)
    ui.watch(["pad_size"], measure)
    const observer = new ResizeObserver(measure)
    observer.observe(ui.root)
    ui.onRemove(() => observer.disconnect())

    let [told, later] = [0, 0]
    ui.onRemove(() => clearTimeout(later))
    const tell = () => {
      clearTimeout(later)
      later = 0
      told = performance.now()
      ui.send({type: "drawn", pixels: toBase64(state.pixels)})
    }
    const tellSoon = () => {
      if (later) return
      const wait = told + TELL_MS - performance.now()
      if (wait <= 0) tell()
      else later = setTimeout(tell, wait)
    }
    const paint = (from, to, erases = state.erases) => {
      stroke(state.pixels, from, to, BRUSHES[state.brush][1], erases)
      follow()
      tellSoon()
    }
    const wipe = () => {
      state.pixels.fill(0)
      follow()
      tell()
    }

    const mark = () => {
      tools.forEach((tool, k) => tool.setAttribute("aria-pressed", String(state.erases === (k === 1))))
      brushes.forEach((brush, k) => {
        brush.setAttribute("aria-checked", String(k === state.brush))
        brush.tabIndex = k === state.brush ? 0 : -1
      })
    }
    tools.forEach((tool, k) => ui.listen(tool, "click", () => {
      state.erases = k === 1
      mark()
    }))
    const take = (k) => {
      state.brush = k
      mark()
    }
    brushes.forEach((brush, k) => ui.listen(brush, "click", () => take(k)))
    ui.listen(brushes[0].parentElement, "keydown", (event) => {
      const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key]
      if (!step || event.ctrlKey || event.altKey || event.metaKey) return
      event.preventDefault()
      take((state.brush + step + BRUSHES.length) % BRUSHES.length)
      brushes[state.brush].focus()
    })
    ui.listen(clear, "click", wipe)
    mark()

    listenToPen(ui, canvas, paint, () => later && tell())
    ui.listen(canvas, "keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return
      const run = padKey(event, state, {paint, wipe, follow})
      if (!run) return
      event.preventDefault()
      run()
    })
    for (const type of ["focus", "blur"]) ui.listen(canvas, type, draw)
  })
}

/** What a key does on the surface; `null` for a key that means nothing to it. */
function padKey({key, shiftKey}, state, {paint, wipe, follow}) {
  const middle = ([column, row]) => [column + 0.5, row + 0.5]
  const dot = (erases) => () => paint(middle(state.mark), middle(state.mark), erases)
  const way = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[key]
  if (way) {
    return () => {
      const before = state.mark
      state.mark = before.map((k, axis) => Math.max(0, Math.min(PAD_SIDE - 1, k + way[axis])))
      if (shiftKey) paint(middle(before), middle(state.mark))
      else follow()
    }
  }
  if (key === " " || key === "Enter") return dot(state.erases)
  if (key === "e" || key === "E") return dot(true)
  return key === "Delete" || key === "Backspace" ? wipe : null
}

/** Mouse, finger or pen: one at a time draws. */
function listenToPen(ui, canvas, paint, finish) {
  let [hand, last] = [null, null]
  const place = (event) => {
    const box = canvas.getBoundingClientRect()
    return [((event.clientX - box.x) / box.width) * PAD_SIDE, ((event.clientY - box.y) / box.height) * PAD_SIDE]
  }
  ui.listen(canvas, "pointerdown", (event) => {
    if (event.button || hand !== null) return
    hand = event.pointerId
    canvas.setPointerCapture(hand)
    last = place(event)
    paint(last, last)
  })
  ui.listen(canvas, "pointermove", (event) => {
    if (event.pointerId !== hand) return
    // A quick hand moves several times within a frame.
    for (const move of event.getCoalescedEvents?.() ?? [event]) {
      const next = place(move)
      paint(last, next)
      last = next
    }
  })
  const letGo = (event) => {
    if (event.pointerId !== hand) return
    hand = null
    finish()
  }
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) ui.listen(canvas, type, letGo)
}

/** The picture in shades of ink, a faint frame for the middle, and the mark of the keyboard. */
function paintPad(canvas, side, {pixels, mark}, style, marked) {
  const context = fitCanvas(canvas, side, side)
  const cell = side / PAD_SIDE
  const [ink, rule, focus] = ["ink", "rule", "primary"].map((name) => style.getPropertyValue(`--np-${name}`).trim())
  context.clearRect(0, 0, side, side)
  context.strokeStyle = rule
  // The digits of the data set lie in a box of 20 × 20.
  context.strokeRect(4 * cell + 0.5, 4 * cell + 0.5, 20 * cell - 1, 20 * cell - 1)
  context.fillStyle = ink
  pixels.forEach((value, at) => {
    if (!value) return
    context.globalAlpha = value / 255
    context.fillRect((at % PAD_SIDE) * cell, Math.floor(at / PAD_SIDE) * cell, cell, cell)
  })
  context.globalAlpha = 1
  if (!marked) return
  context.strokeStyle = focus
  context.lineWidth = 2
  context.strokeRect(mark[0] * cell - 1, mark[1] * cell - 1, cell + 2, cell + 2)
}
