/* A gradient beside the difference of values that it is checked by. */

export function render(context) {
  return component(context, "check", (ui) => {
    const {model} = context
    const parts = build(ui)
    ui.listen(parts.node, "change", () => ui.send({type: "node", node: Number(parts.node.value)}))
    // The thumb follows the hand at once; Python hears of it once a frame, and what it answers late moves nothing.
    let place = null
    const send = ui.frame(() => ui.send({type: "place", place}))
    ui.listen(parts.step, "input", () => {
      place = Number(parts.step.value)
      showStep(parts, model.card.steps, place)
      send()
    })
    let rendered = false
    ui.watch(["card"], () => {
      const opened = ui.root.hidden && model.card.steps && rendered
      ui.root.hidden = !model.card.steps
      rendered = true
      if (ui.root.hidden) return
      // The panel opens under the graph: on a small screen it would not be seen.
      if (opened) requestAnimationFrame(() => ui.root.scrollIntoView({block: "nearest"}))
      if (place === model.card.place) place = null
      show(parts, model.card, place)
    })
  })
}

function build(ui) {
  const parts = {
    node: element("select", {"aria-label": "Gradient with respect to"}),
    step: element("input", {type: "range", min: 0, step: 1, "aria-label": "Step h"}),
    value: element("output", {class: "h", "aria-hidden": "true"}),
    formula: element("div", {class: "formula"}),
    rows: element("table", {"aria-label": "The numbers of the difference"}),
    note: element("p", {class: "note"}, "Pale digits are the same in both values: they cancel."),
    words: element("p", {class: "words", "aria-live": "polite"}),
  }
  ui.root.setAttribute("role", "region")
  ui.root.setAttribute("aria-label", "Check by differences")
  ui.root.append(
    element("h2", {}, "Check by differences"),
    element("div", {class: "controls"},
      element("label", {class: "choice"}, element("span", {"aria-hidden": "true"}, "Gradient with respect to"),
        parts.node),
      element("div", {class: "slide"}, parts.value, parts.step),
    ),
    parts.formula, parts.rows, parts.note, parts.words,
  )
  return parts
}

function show(parts, card, waiting) {
  const nodes = JSON.stringify(card.nodes)
  if (parts.node.dataset.nodes !== nodes) {
    parts.node.dataset.nodes = nodes
    parts.node.replaceChildren(...(card.nodes).map(([id, text]) => element("option", {value: id}, text)))
  }
  parts.node.value = card.node
  parts.step.max = card.steps.length - 1
  if (waiting === null) parts.step.value = card.place
  showStep(parts, card.steps, Number(parts.step.value))
  parts.formula.replaceChildren(...card.formula.map((piece) => {
    const node = element("span", {})
    node.innerHTML = piece
    return node
  }))
  parts.rows.replaceChildren(element("tbody", {}, ...card.rows.map(([symbol, same, other]) => {
    const head = element("th", {scope: "row"})
    head.innerHTML = symbol
    return element("tr", {}, head, element("td", {}, element("span", {class: "same"}, same), other))
  })))
  parts.note.hidden = !card.rows.some(([, same]) => same)
  // No line ends between h and its value.
  setText(parts.words, card.words.replaceAll("h = ", "h\u00a0=\u00a0"))
}

function showStep({step, value}, steps, place) {
  setText(value, `h = ${steps[place]}`)
  step.setAttribute("aria-valuetext", steps[place])
  step.style.setProperty("--done", `${(100 * place) / Math.max(1, steps.length - 1)}%`)
}
