/* A table of numbers to set, bars, texts and switches; cells are built once, and then follow their content. */

const EVERY_MS = 50

export function render(context) {
  const {model} = context
  return component(context, "bar-table", (ui) => {
    const title = element("h2")
    const head = element("tr", {role: "row"})
    const body = element("tbody", {role: "rowgroup"})
    const table = element("table", {role: "table"}, element("thead", {role: "rowgroup"}, head), body)
    ui.root.append(title, table)
    const moving = new Map()
    ui.watch(["content"], () => {
      const {rows = [], head: titles = []} = model.content
      setText(title, model.content.title ?? "")
      title.hidden = !model.content.title
      table.setAttribute("aria-label", model.content.title || "Table")
      // Another shape is another table; what only changes its numbers stays, and keeps the focus.
      const shape = JSON.stringify(rows.map(({key, cells}) => [key, cells.map(({kind}) => kind)]))
      if (table.dataset.shape !== shape) {
        table.dataset.shape = shape
        head.replaceChildren(...titles.map(() => element("th", {scope: "col", role: "columnheader"})))
        body.replaceChildren(...rows.map(makeRow))
      }
      titles.forEach((text, place) => setText(head.children[place], text))
      rows.forEach((row, place) => fillRow(body.children[place], row, titles, moving))
    })

    ui.listen(body, "click", (event) => {
      const button = event.target.closest("button")
      if (button) ui.send({type: "press", row: rowOf(button), cell: cellOf(button)})
    })
    const say = (input, value) => ui.send({type: "slide", row: rowOf(input), cell: cellOf(input), value})
    const later = new Map()
    const told = (input) => {
      clearTimeout(later.get(input))
      moving.set(input, performance.now())
      say(input, Number(input.value))
    }
    ui.listen(body, "input", ({target}) => {
      if (target.type !== "range") {
        target.dataset.typing = "1"
        return
      }
      follow(target, Number(target.value))
      clearTimeout(later.get(target))
      const wait = (moving.get(target) ?? 0) + EVERY_MS - performance.now()
      if (wait <= 0) told(target)
      else {
        moving.set(target, moving.get(target) ?? 0)
        later.set(target, setTimeout(() => told(target), wait))
      }
    })
    ui.listen(body, "change", ({target}) => {
      if (target.type === "range") {
        told(target)
        // The answer to the last place may be on its way behind older ones.
        setTimeout(() => moving.delete(target), 6 * EVERY_MS)
        return
      }
      delete target.dataset.typing
      const value = Number(target.value.trim().replace("−", "-").replace(",", "."))
      const valid = target.value.trim() !== "" && Number.isFinite(value)
      target.setAttribute("aria-invalid", String(!valid))
      if (valid) say(target, value)
    })
    ui.listen(body, "focusout", ({target}) => { delete target.dataset.typing })
    ui.onRemove(() => later.forEach(clearTimeout))
  })
}

const rowOf = (node) => node.closest("tr").dataset.key
const cellOf = (node) => Number(node.closest("td").dataset.cell)
const written = (value) => String(Number(value.toPrecision(7))).replace("-", "−")

function makeRow({key, cells}) {
  const name = element("th", {scope: "row", role: "rowheader"}, element("span"), element("em"))
  const made = cells.map(({kind}, place) => {
    return element("td", {role: "cell", class: kind, "data-cell": place}, ...parts(kind))
  })
  return element("tr", {role: "row", "data-key": key}, name, ...made)
}

function parts(kind) {
  if (kind === "slider") return [element("input", {type: "range"}), element("input", {type: "text", inputmode: "decimal"})]
  if (kind === "bar") return [element("span", {class: "track", "aria-hidden": "true"}, element("span", {class: "fill"})), element("span", {class: "number"})]
  if (kind === "switch") return [element("button", {type: "button"})]
  return [element("span")]
}

function fillRow(line, {name, mark, cells}, titles, moving) {
  const [title, aside] = line.firstChild.children
  setText(title, name)
  setText(aside, mark ?? "")
  line.classList.toggle("marked", Boolean(mark))
  cells.forEach((cell, place) => {
    const node = line.children[place + 1]
    node.dataset.head = titles[place + 1] ?? ""
    fillers[cell.kind](node, cell, moving)
  })
}

const fillers = {
  text(node, {text, tone}) {
    setText(node.firstChild, text)
    node.classList.toggle("empty", !text)
    node.dataset.tone = tone ?? ""
  },
  bar(node, {share, text, tone}) {
    const [track, number] = node.children
    track.firstChild.style.width = `${100 * Math.min(1, Math.max(0, share ?? 0))}%`
    node.style.setProperty("--tone", `var(--np-${tone || "positive"})`)
    setText(number, text)
  },
  switch(node, {label, text, on}) {
    const button = node.firstChild
    setText(button, text)
    button.setAttribute("aria-label", label)
    button.setAttribute("aria-pressed", String(Boolean(on)))
  },
  slider(node, {label, value, low, high, step}, moving) {
    const [range, field] = node.children
    Object.assign(range, {min: low, max: high, step})
    range.setAttribute("aria-label", label)
    field.setAttribute("aria-label", `${label}, as a number`)
    // What a hand is on is not moved by an older answer.
    if (moving.has(range)) return
    range.value = value
    follow(range, value)
    if (!field.dataset.typing) field.setAttribute("aria-invalid", "false")
  },
}

function follow(range, value) {
  const [low, high] = [Number(range.min), Number(range.max)]
  range.style.setProperty("--done", `${100 * Math.min(1, Math.max(0, (value - low) / (high - low)))}%`)
  range.setAttribute("aria-valuetext", written(value))
  const field = range.nextElementSibling
  // What is being typed stays, whatever else comes meanwhile.
  if (!field.dataset.typing) field.value = written(value)
}
