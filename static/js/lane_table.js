/* The lanes beside one another: a table whose rows are filled anew with every frame. */

const COLUMNS = [
  ["size", "Points an update"],
  ["each", "Updates an epoch"],
  ["updates", "Updates so far"],
  ["cost", "Cost"],
  ["accuracy", "Accuracy"],
  ["expected", "Accuracy on new points"],
]

export function render(context) {
  const {model} = context
  return component(context, "lane-table", (ui) => {
    const seen = element("p", {class: "seen"})
    const head = element("tr", {})
    const body = element("tbody", {})
    const table = element("table", {"aria-label": "The lanes"}, element("thead", {}, head), body)
    // Where there is no room for all columns, what is missing is told of the chosen row.
    const more = element("p", {class: "more"})
    const told = ["title", "weights", "accuracy", "expected"].map((part) => element("span", {class: part}))
    more.append(...told)
    const scroll = element("div", {class: "scroll", tabindex: 0, role: "group", "aria-label": "The lanes"}, table)
    ui.root.append(seen, scroll, more)
    const rows = new Map()
    const name = `lane-${Math.random().toString(36).slice(2)}`
    const paint = ui.frame(() => ui.send({type: "ack"}))

    head.append(
      element("th", {scope: "col"}, "Shade"),
      element("th", {scope: "col"}, "Lane"),
      ...COLUMNS.map(([key, title]) => element("th", {scope: "col", class: key}, title)),
      element("th", {scope: "col", class: "weights"}, "w₁, w₂, b"),
    )
    ui.watch(["frame"], () => {
      const {frame} = model
      if (!frame.rows) return
      setText(seen, frame.seen)
      setText(head.querySelector(".cost"), frame.cost)
      frame.rows.forEach((row) => {
        if (!rows.has(row.key)) {
          rows.set(row.key, makeRow(row, name))
          body.append(rows.get(row.key).root)
        }
        fillRow(rows.get(row.key), row, frame.chosen)
      })
      const {title, weights, accuracy, expected} = frame.rows.find(({key}) => key === frame.chosen) ?? frame.rows[0]
      const texts = [title, `w₁, w₂, b = ${weights}`, `accuracy ${accuracy}`, `on new points ${expected}`]
      told.forEach((part, place) => setText(part, texts[place]))
      for (const [key, {root}] of rows) root.hidden = !frame.rows.some((row) => row.key === key)
      paint()
    })
    ui.listen(body, "change", (event) => ui.send({type: "choose", key: event.target.value}))
  })
}

function makeRow({key, title}, name) {
  const radio = element("input", {type: "radio", name, value: key, "aria-label": `Shade by ${title}`})
  const line = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  line.setAttribute("viewBox", "0 0 40 12")
  line.setAttribute("aria-hidden", "true")
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path")
  path.setAttribute("d", "M0 6h40")
  line.append(path)
  const label = element("label", {}, line, element("span", {}, title))
  const cells = Object.fromEntries([...COLUMNS.map(([column]) => column), "weights"].map(
    (column) => [column, element("td", {class: column})],
  ))
  const root = element("tr", {"data-key": key},
    element("td", {class: "shade"}, radio), element("th", {scope: "row"}, label), ...Object.values(cells))
  label.addEventListener("click", () => radio.click())
  return {root, radio, path, cells}
}

function fillRow({root, radio, path, cells}, row, chosen) {
  path.setAttribute("stroke", row.color)
  path.setAttribute("stroke-dasharray", row.dash)
  radio.checked = row.key === chosen
  root.classList.toggle("is-chosen", radio.checked)
  for (const [column, cell] of Object.entries(cells)) setText(cell, row[column])
}
