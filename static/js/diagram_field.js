/* A number to be edited while it changes by itself: a field of text and, if wanted, a slider beside it. */

const LARGEST_NUMBER = 1000
const HOLD_MS = 600  // how long an edited number waits for the network to have it
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const UNFINISHED = /^[+-]?(\.?|[\d.]+e[+-]?)$/i  // what a number begins with, and is none yet

function fieldText(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : String(value).replace("Infinity", "∞")
  const text = Math.abs(value) < LARGEST_NUMBER ? value.toFixed(3) : value.toPrecision(4)
  return Number(text) === 0 ? "0.000" : text
}

function plain(typed) {
  return typed.trim().replace("−", "-").replace(",", ".")
}

/** Read what was typed, with either minus and either decimal sign; `null` if it is no number or out of bounds. */
function parseNumber(typed) {
  const text = plain(typed)
  const value = Number(text)
  return NUMBER.test(text) && Math.abs(value) <= LARGEST_NUMBER ? value : null
}

/**
 * Make the field of a number. `read` gives its value now, `write` takes a new one, `complain` shows what is wrong
 * with the text ("" when nothing is). The value follows the network except while it is being edited.
 */
function numberField(ui, {name, label = name, sliding = false, read, write, complain, later}) {
  const attributes = {type: "text", "aria-label": label, autocomplete: "off", spellcheck: "false", size: 7}
  const input = element("input", attributes)
  const slider = sliding ? element("input", {type: "range", "aria-label": `${label} slider`}) : null
  const state = {edited: false, sliding: false, held: 0, heldUntil: 0, limit: 0}

  const setRange = (value) => {
    state.limit = Number.isFinite(value) ? Math.max(1, Math.ceil(20 * Math.abs(value)) / 10) : 1
    if (state.limit > 5) state.limit = Math.ceil(state.limit)
    const step = state.limit > 50 ? 1 : state.limit > 5 ? 0.1 : 0.01
    Object.assign(slider, {min: -state.limit, max: state.limit, step})
  }
  const show = (value, except) => {
    if (slider && !(Math.abs(value) <= state.limit)) setRange(value)
    if (slider && slider !== except) slider.value = Number.isFinite(value) ? value : 0
    if (input === except || input.value === fieldText(value)) return
    // Who has come here by the tab key replaces all by typing; that must hold after each new value.
    const focused = input.getRootNode().activeElement === input
    input.value = fieldText(value)
    if (focused) input.select()
  }
  const judge = (problem) => {
    input.setAttribute("aria-invalid", String(Boolean(problem)))
    complain(problem, input)
  }
  const take = (value, except) => {
    Object.assign(state, {held: value, heldUntil: performance.now() + HOLD_MS})
    judge("")
    show(value, except)
    write(value)
    later(HOLD_MS + 20)
  }
  const typed = (finished) => {
    const value = parseNumber(input.value)
    if (value != null) {
      if (value !== state.held || performance.now() > state.heldUntil) take(value, input)
    } else if (finished || !UNFINISHED.test(plain(input.value))) {
      judge(`${name} is a number from −1,000 to 1,000, such as 0.5, got “${input.value.slice(0, 20)}”.`)
    }
    return value != null
  }

  ui.listen(input, "input", () => {
    state.edited = true
    typed(false)
  })
  // A caret put into the text is the beginning of an edit: the text must not change under it.
  ui.listen(input, "pointerup", () => { state.edited ||= input.selectionStart === input.selectionEnd })
  ui.listen(input, "focus", () => input.select())
  ui.listen(input, "blur", () => {
    if (parseNumber(input.value) != null) state.edited = false
    else if (state.edited) typed(true)
  })
  ui.listen(input, "keydown", (event) => {
    const step = {ArrowUp: 0.1, ArrowDown: -0.1}[event.key]
    const from = parseNumber(input.value)
    if (!step || from == null) return
    event.preventDefault()
    const to = Math.round(1000 * (from + step * (event.shiftKey ? 10 : 1))) / 1000
    state.edited = false
    take(Math.max(-LARGEST_NUMBER, Math.min(LARGEST_NUMBER, to)))
  })
  if (slider) {
    setRange(read())
    ui.listen(slider, "input", () => {
      Object.assign(state, {sliding: true, edited: false})
      take(Number(slider.value), slider)
    })
    ui.listen(slider, "change", () => {
      state.sliding = false
      setRange(Number(slider.value))
      slider.value = state.held
    })
    ui.listen(slider, "blur", () => { state.sliding = false })
  }
  return {
    input,
    slider,
    /** Whether the text is a number, once its writer is done with it. */
    finish: () => !state.edited || typed(true),
    follow() {
      const value = read()
      if (state.edited || state.sliding || value == null) return
      const waits = performance.now() < state.heldUntil && Math.abs(value - state.held) > 5e-4
      if (!waits) show(value)
    },
  }
}
