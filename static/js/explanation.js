/* What an operation did: a title, its rule, the numbers in rows, a sentence, and what comes next. */

const PHASES = {forward: "Forward", loss: "Loss", backward: "Backward", update: "Update"}

export function render(context) {
  const {model} = context
  return component(context, "explanation", (ui) => {
    const phase = element("span", {class: "phase"})
    const title = element("h2")
    const rule = element("div", {class: "rule"})
    const rows = element("div", {class: "rows", "aria-hidden": "true"})
    const sentence = element("p", {class: "sentence", "aria-live": "polite"})
    const next = element("p", {class: "next"})
    ui.root.append(element("div", {class: "head"}, phase, title), rule, rows, sentence, next)

    ui.watch(["quiet"], () => sentence.setAttribute("aria-live", model.quiet ? "off" : "polite"))
    ui.watch(["content"], ui.frame(show))
    show()

    function show() {
      const {content} = model
      ui.root.hidden = !content.title
      ui.root.dataset.phase = content.phase ?? ""
      setText(phase, PHASES[content.phase] ?? "")
      phase.hidden = !content.phase
      setText(title, content.title ?? "")
      setFormula(rule, content.rule)
      makeReachable(rule)
      fillRows(rows, content.rows ?? [])
      setText(sentence, content.sentence ?? "")
      const words = element("span", {}, content.next?.title ?? "")
      const formula = element("span", {class: "formula"})
      setFormula(formula, content.next?.rule)
      next.replaceChildren(words, formula)
    }
  })
}

/** What is too wide is scrolled; with the keys too, for which it has to be reached. */
function makeReachable(node) {
  const wide = node.scrollWidth > node.clientWidth
  node.toggleAttribute("tabindex", wide)
  if (wide) node.tabIndex = 0
}

/** MathML goes in anew only where it differs: setting it costs a layout. */
function setFormula(node, formula = "") {
  if (node.dataset.formula === formula) return
  node.dataset.formula = formula
  node.innerHTML = formula
  node.hidden = !formula
}

/** Rows of one shape keep their elements: while a leaf is dragged only numbers change. */
function fillRows(rows, wanted) {
  const shape = JSON.stringify(wanted.map((row) => row.map(({value, ...rest}) => rest)))
  if (rows.dataset.shape !== shape) {
    rows.dataset.shape = shape
    rows.replaceChildren(...wanted.map((row) => element("div", {class: "row"}, ...row.map(part))))
  }
  rows.hidden = wanted.length === 0
  const values = rows.querySelectorAll(".value")
  wanted.flat().filter((each) => "value" in each).forEach(({value}, place) => setText(values[place], value))
}

function part({sign, name, formula, role, tone}) {
  if (sign !== undefined) return element("span", {class: "sign"}, sign)
  const top = element("span", {class: "name"})
  top.innerHTML = name
  if (formula) {
    const rule = element("span", {class: "formula"})
    rule.innerHTML = formula
    top.append(" = ", rule)
  }
  return element(
    "span", {class: "number", "data-tone": tone},
    top, element("span", {class: "value"}), element("span", {class: "role"}, role ?? ""),
  )
}
