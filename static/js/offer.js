/* A part of a network as a formula: its text, its numbers beside the network's, and the link to its graph. */

const HEAD = ["", "in the network", "on the graph", "difference"]

export function render(context) {
  const {model} = context
  return component(context, "offer", (ui) => {
    const trouble = element("p", {class: "trouble", role: "status"})
    const formula = element("p", {class: "formula", tabindex: 0, "aria-label": "The formula"})
    const table = element("table")
    const link = element("a", {target: "_blank", rel: "noopener"}, "Open the graph in a new tab")
    const found = element("div", {}, formula, link, element("div", {class: "numbers", tabindex: 0}, table))
    ui.root.append(trouble, found)

    ui.watch(["trouble", "href", "rows", "formula", "title"], ui.frame(() => {
      setText(trouble, model.trouble)
      found.hidden = !model.href
      if (!model.href) return
      setText(formula, model.formula)
      link.href = model.href
      const cells = (tag, texts) => element("tr", {}, ...texts.map((text) => element(tag, {}, text)))
      table.replaceChildren(
        element("caption", {}, model.title),
        cells("th", HEAD),
        ...model.rows.map((row) => cells("td", row)),
      )
    }))
  })
}
