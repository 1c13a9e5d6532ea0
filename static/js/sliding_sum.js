/* One number of a sliding window's output written out: the rule, the products and their sum, and what goes back. */

const PHASES = {forward: "Forward", backward: "Backward"}

export function render(context) {
  const {model} = context
  return component(context, "sliding-sum", (ui) => {
    const phase = element("span", {class: "phase"})
    const title = element("h2")
    const rules = element("div", {class: "rules"})
    const sum = element("div", {class: "sum", "aria-hidden": "true"})
    const name = "What goes back to each tap"
    const table = element("div", {class: "table", role: "region", tabindex: 0, "aria-label": name})
    const sentence = element("p", {class: "sentence", "aria-live": "polite"})
    const size = element("div", {class: "size"})
    ui.root.append(element("div", {class: "head"}, phase, title, rules), sum, sentence, table, size)

    const observer = new ResizeObserver(() => [rules, size].forEach(makeReachable))
    for (const node of [rules, size]) observer.observe(node)
    ui.onRemove(() => observer.disconnect())

    ui.watch(["quiet"], () => sentence.setAttribute("aria-live", model.quiet ? "off" : "polite"))
    ui.watch(["content"], ui.frame(show))
    show()

    function show() {
      const {content} = model
      ui.root.hidden = !content.title
      if (!content.title) return
      ui.root.dataset.phase = content.phase
      setText(phase, PHASES[content.phase] ?? "")
      phase.hidden = !content.phase
      setText(title, content.title)
      setFormulas(rules, content.rules.map((formula) => ({formula})))
      showSum(sum, content)
      showTable(table, content.table)
      setText(sentence, content.sentence)
      // What stands above in colours is said only to those who do not see it.
      sentence.classList.toggle("unseen", content.terms.length > 0)
      setFormulas(size, content.size, "Output size")
    }
  })
}

/** MathML goes in anew only where it differs: setting it costs a layout. */
function setFormulas(node, formulas, name) {
  const key = JSON.stringify(formulas)
  if (node.dataset.key === key) return
  node.dataset.key = key
  const nodes = formulas.map(({axis, formula}) => {
    const holder = element("span", {class: "formula"})
    holder.innerHTML = formula
    return axis ? element("span", {class: "axis"}, `${axis}: `, holder) : holder
  })
  node.replaceChildren(...(name ? [element("span", {class: "name"}, `${name} `)] : []), ...nodes)
  makeReachable(node)
}

/** What is too wide is scrolled; with the keys too, for which it has to be reached. */
function makeReachable(node) {
  const wide = node.scrollWidth > node.clientWidth
  node.toggleAttribute("tabindex", wide)
  if (wide) node.tabIndex = 0
}

function showSum(node, {name, terms, sum, parts, lead, tail, bias, result, relu}) {
  node.hidden = !terms.length
  const between = lead === "max(" ? "," : "+"
  const first = [
    ...(name ? [element("span", {class: "name"}, name)] : []), ...(lead ? [sign(lead)] : []),
    ...terms.map((term, k) => joined(k ? between : "", termOf(term))), ...(tail ? [sign(tail)] : []),
  ]
  const end = []
  if (bias) end.push(joined("+", named("term bias", "b", bias)))
  end.push(joined("=", element("span", {class: "result"}, result)))
  if (relu) end.push(joined("→", element("span", {class: "relu"}, relu)))
  const lines = [first]
  if (parts.length) {
    first.push(joined("=", element("span", {class: "part"}, sum)))
    lines.push([element("span", {class: "name"}, "All channels"), ...parts.map(partOf), ...end])
  } else {
    first.push(...end)
  }
  node.replaceChildren(...lines.map((line) => element("div", {class: "line"}, ...line)))
}

function partOf({name, sum, chosen}, k) {
  return joined(k ? "+" : "", named(chosen ? "term chosen" : "term", name, sum))
}

function termOf({x, w, value, won, more}) {
  if (more) return element("span", {class: "more"}, `… ${more} …`)
  if (w === undefined) return element("span", {class: won ? "term won" : "term"}, element("span", {class: "x"}, x))
  const product = element("span", {}, element("span", {class: "x"}, x), "·", element("span", {class: "w"}, w))
  return element("span", {class: value === "0" ? "term zero" : "term"}, product, element("small", {}, value))
}

/** A number under its name. */
function named(kind, name, value) {
  return element("span", {class: kind}, element("span", {}, name), element("small", {}, value))
}

/** A sign stays on the line of what it stands before. */
function joined(text, node) {
  return text ? element("span", {class: "joined"}, sign(text), node) : node
}

function sign(text) {
  return element("span", {class: "sign"}, text)
}

function showTable(node, {rows = [], note = ""}) {
  node.hidden = !rows.length
  if (!rows.length) return
  const cellOf = (text) => element("td", {class: text.endsWith("▲") ? "won" : null}, text)
  const lines = rows.map(({name, tone, cells}) =>
    element("tr", {class: tone}, element("th", {scope: "row"}, name), ...cells.map(cellOf)))
  node.replaceChildren(element("table", {}, element("tbody", {}, ...lines)))
  if (note) node.append(element("p", {class: "note"}, note))
}
