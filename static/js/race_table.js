/* The table of a race: a line for each racer, with a tick box, its mark, and its rate to be typed. */

const PARTS = ["place", "arrived", "value", "distance", "step", "path"]
// Who arrives when stands beside the names: a phone shows so much without scrolling.
const HEADS = [
  ["racer", "Optimizer"], ["place", "Place"], ["arrived", "Arrived"], ["rate", "Rate η"], ["value", "J now"],
  ["distance", "Distance"], ["step", "First step"], ["path", "Path"], ["state", "State"],
]

export function render(context) {
  const {model} = context
  return component(context, "race_table", (ui) => {
    const goal = element("p", {class: "goal", id: "goal"})
    const head = element("tr", {}, ...HEADS.map(([part, text]) => element("th", {scope: "col", "data-part": part}, text)))
    const body = element("tbody", {})
    const table = element("table", {"aria-describedby": "goal"}, element("thead", {}, head), body)
    const scroll = element("div", {class: "scroll", tabindex: 0, role: "region", "aria-label": "How the race stands"}, table)
    const select = element("select", {"aria-label": "Another racer"})
    const add = element("button", {type: "button"}, "Add another")
    const note = element("span", {class: "note"}, "A rate counts from where the race stands. Reset begins with the rates of now.")
    ui.root.append(goal, scroll, element("div", {class: "more"}, select, add, note))

    let lines = []
    let acknowledged = null
    const draw = ui.frame(() => {
      const {frame} = model
      if (!frame?.cells || frame.cells.length !== lines.length) return
      setText(goal, frame.goal)
      ui.root.classList.toggle("is-compared", frame.compared)
      ui.root.classList.toggle("has-distance", frame.distance)
      lines.forEach((line, i) => fill(line, frame.cells[i]))
      if (frame.sequence === acknowledged) return
      acknowledged = frame.sequence
      ui.send({type: "ack", sequence: frame.sequence})
    })
    const say = () => lines.forEach((line) => {
      const said = model.refused[line.key]
      setText(line.message, said?.message ?? "")
      line.rate.setAttribute("aria-invalid", String(Boolean(said)))
      if (said) line.rate.value = said.text
    })
    const paint = () => lines.forEach(({mark}, i) => {
      const {light, dark, removable} = model.rows[i]
      const color = model.dark ? dark : light
      // A second one of a kind is hollow, as on the plane.
      Object.assign(mark.style, removable ? {fill: "none", stroke: color, strokeWidth: 3} : {fill: color, stroke: "none"})
    })

    ui.watch(["rows"], () => {
      lines = model.rows.map(buildLine)
      body.replaceChildren(...lines.map(({row}) => row))
      paint()
      draw()
      say()
    })
    ui.watch(["dark"], paint)
    ui.watch(["frame"], draw)
    ui.watch(["refused"], () => {
      say()
      draw()
    })
    ui.watch(["addable"], () => {
      select.replaceChildren(...model.addable.map(([key, title]) => element("option", {value: key}, title)))
      select.parentNode.hidden = !model.addable.length
    })

    ui.listen(body, "change", ({target}) => {
      const key = target.closest("tr").dataset.key
      if (target.type === "checkbox") ui.send({type: "take", key, on: target.checked})
      else ui.send({type: "rate", key, text: target.value})
    })
    ui.listen(body, "keydown", (event) => {
      const field = event.target.closest(".rate")
      if (!field || event.key !== "Escape") return
      const line = lines.find(({key}) => key === field.closest("tr").dataset.key)
      field.value = line.shown
      ui.send({type: "rate", key: line.key, text: line.shown})
    })
    ui.listen(body, "click", (event) => {
      const button = event.target.closest(".remove")
      if (button) ui.send({type: "remove", key: button.closest("tr").dataset.key})
    })
    ui.listen(add, "click", () => ui.send({type: "add", optimizer: select.value}))
  })
}

/** Build the line of one racer; what changes with each frame is filled in later. */
function buildLine({key, title, shape, settings, removable}) {
  const tick = element("input", {type: "checkbox", "aria-label": `${title} takes part`})
  const mark = icon(shape)
  mark.firstChild.setAttribute("fill-rule", "evenodd")
  const rate = element("input", {class: "rate", type: "text", inputmode: "decimal", "aria-label": `Rate of ${title}`, "aria-describedby": `said-${key}`})
  const message = element("div", {class: "message", role: "status", id: `said-${key}`})
  const name = element("th", {scope: "row"}, element("label", {}, tick, mark, element("span", {}, title)))
  if (settings) name.append(element("span", {class: "settings"}, settings))
  if (removable) name.append(element("button", {type: "button", class: "remove", "aria-label": `Remove ${title}`}, "×"))
  const cells = Object.fromEntries(PARTS.map((part) => [part, element("td", {"data-part": part})]))
  const state = element("td", {"data-part": "state"})
  const {place, arrived, ...others} = cells
  const setting = element("td", {}, rate, message)
  const row = element("tr", {"data-key": key}, name, place, arrived, setting, ...Object.values(others), state)
  return {key, row, tick, mark, rate, message, cells, state, shown: null}
}

function fill(line, cell) {
  const {row, tick, rate, message, cells, state} = line
  // A box that is out of step with what is computed would lie.
  if (tick.checked !== cell.on) tick.checked = cell.on
  row.classList.toggle("is-out", !cell.on)
  row.dataset.state = cell.on ? cell.state : ""
  // What is being typed, or was refused, is left alone.
  const typing = rate.getRootNode().activeElement === rate && rate.value !== line.shown
  if (!message.textContent && !typing && rate.value !== cell.rate) rate.value = cell.rate
  line.shown = cell.rate
  for (const [part, node] of Object.entries(cells)) setText(node, cell[part])
  cells.path.dataset.keeps = cell.keeps === true
  setText(state, cell.on ? cell.words : "")
}
