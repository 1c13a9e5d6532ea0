/* Pointing at cells, going there, and typing a number into one: a field of text over the cell. */

const TYPED = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const STARTS_A_NUMBER = /^[\d.,+\-−]$/

/** Read what was typed, with either minus and either decimal sign; `null` if it is no number or out of bounds. */
function readTyped(typed, largest) {
  const text = typed.trim().replace("−", "-").replace(",", ".")
  const value = Number(text)
  return TYPED.test(text) && Math.abs(value) <= largest ? value : null
}

class CellField {
  /** `commit(cell, value)` gets the number. */
  constructor({ui, model}, commit) {
    this.input = element("input", {type: "text", inputmode: "text", autocomplete: "off", spellcheck: "false"})
    this.problem = element("p", {class: "problem", id: "sliding-problem", role: "alert", hidden: ""})
    this.node = element("div", {class: "field", hidden: ""}, this.input, this.problem)
    this.cell = null
    const take = () => {
      const value = readTyped(this.input.value, model.largest)
      if (value == null) {
        const most = model.largest.toLocaleString("en-US")
        const got = this.input.value.slice(0, 20)
        this.complain(`A number from −${most} to ${most}, such as −0.5, is expected; got “${got}”.`)
        return false
      }
      commit(this.cell, value)
      return true
    }
    ui.listen(this.input, "input", () => this.complain(""))
    ui.listen(this.input, "keydown", (event) => {
      // The keys are the field's own: none of them moves the run.
      event.stopPropagation()
      if (event.key === "Escape") this.close(true)
      if (event.key !== "Enter") return
      event.preventDefault()
      if (take()) this.close(true)
    })
    // Who goes on elsewhere has either finished a number or given it up.
    ui.listen(this.input, "blur", () => {
      if (!this.cell) return
      if (readTyped(this.input.value, model.largest) != null) take()
      this.close(false)
    })
  }

  /** Open over a cell that lies so on a board of this width; `text` is what a key has typed already. */
  open(cell, {left, right, top, bottom}, board, value, text) {
    this.cell = cell
    this.complain("")
    this.input.setAttribute("aria-label", `Value of ${nameOf(cell)}`)
    // Numbers come as float32: seven digits are true.
    this.input.value = text ?? String(Number(value.toPrecision(7)))
    const wide = Math.max(76, right - left + 8)
    const at = Math.max(0, Math.min(board - wide, (left + right - wide) / 2))
    this.node.style.cssText = `left: ${at}px; top: ${(top + bottom) / 2 - 19}px; width: ${wide}px`
    this.node.classList.toggle("at-right", at > board / 2)
    this.node.hidden = false
    this.input.focus({preventScroll: true})
    if (text == null) this.input.select()
  }

  close(giveFocusBack) {
    const {cell} = this
    if (!cell) return
    this.cell = null
    this.node.hidden = true
    if (giveFocusBack) cell.grid.focus(cell)
  }

  complain(text) {
    this.input.setAttribute("aria-invalid", String(Boolean(text)))
    if (text) this.input.setAttribute("aria-describedby", this.problem.id)
    else this.input.removeAttribute("aria-describedby")
    setText(this.problem, text)
    this.problem.hidden = !text
  }
}

/** A cell in words: "x[1, 2]"; places count from 0, as in NumPy and in the formulas. */
function nameOf({inner, inside, grid}) {
  if (!inside) return `padding of ${grid.symbol}`
  return grid.role === "b" ? "b" : `${grid.symbol}[${inner.slice(3 - grid.dimensions).join(", ")}]`
}

function sendNumber({ui, model: {content}, pools}, {grid, inner, number}, value) {
  if (Math.fround(value) === Math.fround(grid.values[number])) return
  const {channel, filter, space} = content
  const at = inner.slice(3 - space.length)
  const place = {
    x: [...at, channel], w: [...at, channel, filter], b: [filter], dy: [...at, pools ? channel : filter],
  }[grid.role]
  ui.send({type: grid.role === "dy" ? "upstream" : grid.role, place, value})
}

function listenToBoard(scene, changed) {
  const {ui, model, parts: {board}} = scene
  const cellOf = (event) => event.target.closest?.(".cell")?.cell ?? null
  const editable = (cell) => model.editable && cell.grid.editable && cell.inside
  const edit = (cell, text) => {
    const {grid, at, number} = cell
    scene.field.open(cell, rectangle(grid, at, at), board.clientWidth, grid.values[number], text)
  }
  const pick = (cell) => {
    const {channel, filter, space} = model.content
    const place = [...cell.inner.slice(3 - space.length), scene.pools ? channel : filter]
    ui.send({type: "position", place, phase: cell.grid.role === "dy" ? "backward" : "forward"})
  }
  const point = (cell) => {
    if (cell === scene.pointed) return
    scene.pointed = cell
    changed()
  }
  ui.listen(board, "pointerover", (event) => event.pointerType === "mouse" && point(cellOf(event)))
  ui.listen(board, "pointerleave", () => point(null))
  ui.listen(board, "focusin", (event) => point(cellOf(event)))
  ui.listen(board, "focusout", () => point(null))
  // A second click or tap on the same cell means its number: the first one has moved the focus there.
  let focused = null
  ui.listen(board, "pointerdown", () => { focused = board.getRootNode().activeElement }, {capture: true})
  ui.listen(board, "click", (event) => {
    const cell = cellOf(event)
    const again = cell?.node === focused
    if (!cell) return
    if (again && editable(cell)) {
      edit(cell)
      return
    }
    cell.grid.focus(cell)
    if (cell.grid.pickable) pick(cell)
    // A pointer leaves the keys to the transport bar, unless it goes on to type.
    if (event.detail && !editable(cell)) cell.node.blur()
  })
  ui.listen(board, "keydown", (event) => {
    const cell = cellOf(event)
    if (!cell || event.ctrlKey || event.altKey || event.metaKey) return
    if (event.key === "Enter" && editable(cell) && cell.grid.role !== "dy") edit(cell)
    else if (event.key === "Enter" && cell.grid.pickable) pick(cell)
    else if (STARTS_A_NUMBER.test(event.key) && editable(cell)) edit(cell, event.key)
    else if (event.key === "F2" && editable(cell)) edit(cell)
    else {
      const to = cell.grid.moved(cell, event.key)
      if (!to) return
      cell.grid.focus(to)
    }
    event.preventDefault()
  })
}
