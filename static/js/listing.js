/* The listing: operations by phase, the program counter among them, and what the current one says. */

const PHASES = {forward: "Forward", loss: "Loss", backward: "Backward", update: "Update"}
const COUNTER = "M5 4v16l15-8z"
const DONE = "M9 16.2 4.8 12l-1.4 1.4L9 19 21 7l-1.4-1.4z"

export function render(context) {
  const {model} = context
  return component(context, "listing", (ui) => {
    const running = element("span", {class: "running", "aria-live": "polite"})
    const list = element("div", {class: "lines", role: "list", "aria-label": "Operations of this step"})
    const detail = element("section", {class: "detail", "aria-label": "The next operation"})
    ui.root.append(element("div", {class: "head"}, element("span", {class: "progress"}), running), list, detail)
    const progress = ui.root.querySelector(".progress")

    let rows = []
    const place = () => {
      ui.root.classList.toggle("is-playing", model.playing)
      setText(running, model.playing ? "running" : "")
      // While it runs, the counter flies through the list many times a second: nothing could be read from it.
      if (model.playing) {
        setText(progress, `${rows.length} operations a step`)
        return
      }
      const {counter} = model
      setText(progress, counter < rows.length ? `Operation ${counter + 1} of ${rows.length}` : "This step is done")
      rows.forEach((row, i) => {
        setState(row, i < counter ? "done" : i === counter ? "current" : "ahead")
        setRan(row, i === model.ran)
      })
      if (rows.length) scrollIntoList(list, rows[Math.min(counter, rows.length - 1)])
      makeTabStop(rows, Math.min(counter, rows.length - 1))
    }
    const placeSoon = ui.frame(place)

    ui.watch(["lines"], () => {
      rows = fill(list, model.lines)
      place()
    })
    ui.watch(["counter", "ran", "playing"], placeSoon)
    ui.watch(["detail", "playing"], ui.frame(() => {
      if (!model.playing) showDetail(detail, model.detail, model.lines)
    }))
    ui.watch(["list_height"], () => { list.style.maxHeight = `${model.list_height}px` })

    ui.listen(list, "click", (event) => {
      const row = event.target.closest(".line")
      if (row) ui.send({type: "run_to", index: Number(row.dataset.index)})
    })
    ui.listen(list, "keydown", (event) => moveFocus(event, rows))
  })
}

/** Build the rows of the listing under a heading for each run of one phase; returns the rows. */
function fill(list, lines) {
  const rows = []
  let phase = null
  list.replaceChildren()
  for (const line of lines) {
    if (line.phase !== phase) {
      phase = line.phase
      list.append(element("div", {class: "phase", "data-phase": phase, role: "presentation"}, PHASES[phase] ?? phase))
    }
    const formula = element("span", {class: "formula"})
    formula.innerHTML = line.formula
    const row = element(
      "button",
      {type: "button", class: "line", "data-phase": phase, "data-index": line.index, tabindex: -1},
      element("span", {class: "mark"}, icon(COUNTER)),
      formula,
      element("span", {class: "name"}, line.name, element("span", {class: "just"})),
      element("code", {class: "code"}, line.code),
      element("span", {class: "shape"}, line.shape ?? ""),
    )
    row.title = `Run to ${line.name}`
    list.append(element("div", {role: "listitem"}, row))
    rows.push(row)
  }
  return rows
}

function setState(row, state) {
  if (row.dataset.state === state) return
  row.dataset.state = state
  row.querySelector("path").setAttribute("d", state === "done" ? DONE : COUNTER)
  if (state === "current") row.setAttribute("aria-current", "step")
  else row.removeAttribute("aria-current")
}

/** Mark the line that has just run: what is lit on the diagram. */
function setRan(row, ran) {
  if (row.classList.contains("ran") === ran) return
  row.classList.toggle("ran", ran)
  row.querySelector(".just").textContent = ran ? "just ran" : ""
}

/** Scroll the list alone: `scrollIntoView` would move the page under the student's eyes. */
function scrollIntoList(list, row) {
  const box = list.getBoundingClientRect()
  const {top, bottom} = row.getBoundingClientRect()
  const room = list.clientHeight / 4
  if (top < box.top + 40 || bottom > box.bottom - 24) list.scrollTop += top - box.top - room
}

/** One line is in the tab order; the arrows move among the others. */
function makeTabStop(rows, index) {
  rows.forEach((row, i) => { row.tabIndex = i === index ? 0 : -1 })
}

function moveFocus(event, rows) {
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key]
  const at = rows.indexOf(event.target)
  if (!step || at < 0) return
  event.preventDefault()
  const index = Math.min(Math.max(at + step, 0), rows.length - 1)
  makeTabStop(rows, index)
  rows[index].focus()
}

function showDetail(detail, {title, formula, code, note, values = []}, lines) {
  detail.hidden = !title
  detail.parentNode.classList.toggle("has-detail", Boolean(title))
  if (!title) return
  const large = element("div", {class: "formula"})
  large.innerHTML = formula ?? ""
  const table = element("div", {class: "values"})
  for (const {name, shape, text} of values) {
    table.append(
      element("div", {class: "value-name"}, name, element("span", {class: "shape"}, shape ?? "")),
      element("pre", {tabindex: 0, "aria-label": `Value of ${name}`}, text ?? ""),
    )
  }
  detail.replaceChildren(element("h2", {}, title), large)
  // The line itself stands in the list already; another way to write it is worth its place.
  if (code && !lines.some((line) => line.code === code)) detail.append(element("code", {class: "code"}, code))
  if (note) detail.append(element("p", {class: "note"}, note))
  if (values.length) detail.append(element("h2", {class: "just"}, "Just computed"), table)
}
