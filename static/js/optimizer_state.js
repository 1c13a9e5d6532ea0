/* What an optimizer remembers, as bars for each parameter, and what it does with it, line by line. */

export function render(context) {
  const {model} = context
  return component(context, "optimizer_state", (ui) => {
    const title = element("h2")
    const read = element("div", {class: "read"})
    const blocks = element("div", {class: "blocks"})
    const lines = element("ol", {class: "lines", "aria-label": "Lines of an update"})
    ui.root.setAttribute("role", "group")
    ui.root.setAttribute("aria-label", "Optimizer from the inside")
    ui.root.append(title, read, blocks, lines)

    ui.watch(["content"], ui.frame(show))
    show()
    ui.listen(lines, "click", (event) => {
      const row = event.target.closest(".line")
      if (row) ui.send({type: "run_to", index: Number(row.dataset.index)})
    })

    function show() {
      const {content} = model
      ui.root.hidden = !content.title
      setText(title, content.title ?? "")
      fillRead(read, content.read ?? [])
      fillBlocks(blocks, content.blocks ?? [])
      fillLines(lines, content.lines ?? [])
      markLines(lines, content.ran ?? -1, content.next ?? -1)
    }
  })
}

/** Elements are kept while their shape is the same: as it plays only numbers and bars change. */
function reshape(node, wanted, parts) {
  const shape = JSON.stringify(wanted)
  if (node.dataset.shape === shape) return
  node.dataset.shape = shape
  node.replaceChildren(...parts())
  node.hidden = wanted.length === 0
}

function formula(markup) {
  const node = element("span", {class: "formula"})
  node.innerHTML = markup
  return node
}

function fillRead(read, wanted) {
  reshape(read, wanted.map(({value, ...rest}) => rest), () => wanted.map(({name, title}) => element(
    "div", {class: "number"},
    element("span", {class: "value"}), element("span", {class: "label"}, formula(name), " ", title),
  )))
  const values = read.querySelectorAll(".value")
  wanted.forEach(({value}, place) => setText(values[place], value))
}

function fillBlocks(blocks, wanted) {
  const shapes = wanted.map(({rows, scale, signed, ...rest}) => ({...rest, names: rows.map(({name}) => name)}))
  reshape(blocks, shapes, () => wanted.map((block) => element(
    "section", {class: "block", "data-tone": block.tone, "data-key": block.key},
    element("h3", {}, formula(block.name), " ", element("span", {class: "title"}, block.title)),
    ...block.rows.map(({name, share}) => element(
      "div", {class: "row"},
      element("span", {class: "name"}, name),
      share === null ? "" : element("span", {class: "track", "aria-hidden": "true"}, element("span", {class: "bar"})),
      element("span", {class: "value"}),
    )),
    element("div", {class: "scale", "aria-hidden": "true"}, element("span"), element("span")),
  )))
  wanted.forEach((block, place) => {
    const section = blocks.children[place]
    section.classList.toggle("signed", block.signed)
    section.classList.toggle("plain", block.rows.every(({share}) => share === null))
    const rows = section.querySelectorAll(".row")
    block.rows.forEach(({value, share}, k) => {
      setText(rows[k].querySelector(".value"), value)
      const bar = rows[k].querySelector(".bar")
      if (!bar) return
      bar.classList.toggle("negative", share < 0)
      bar.style.setProperty("--length", Math.abs(share))
    })
    const [low, high] = section.querySelectorAll(".scale span")
    setText(low, block.scale && (block.signed ? `−${block.scale}` : "0"))
    setText(high, block.scale)
  })
}

function fillLines(lines, wanted) {
  reshape(lines, wanted, () => wanted.map((line, index) => element(
    "li", {},
    element(
      "button", {type: "button", class: "line", "data-phase": line.phase, "data-index": index, title: line.code},
      formula(line.formula), element("span", {class: "state"}),
    ),
  )))
}

function markLines(lines, ran, next) {
  [...lines.children].forEach((item, place) => {
    const line = item.firstChild
    const state = place === next ? "next" : place === ran ? "ran" : ""
    if (line.dataset.state === state) return
    line.dataset.state = state
    setText(line.querySelector(".state"), {next: "next", ran: "just ran"}[state] ?? "")
    if (state === "next") line.setAttribute("aria-current", "step")
    else line.removeAttribute("aria-current")
  })
}
