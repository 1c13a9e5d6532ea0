/* A message in the page: said politely to screen readers, closed by a button, and never read as markup. */

const CLOSE = "M19 6.4 17.6 5 12 10.6 6.4 5 5 6.4 10.6 12 5 17.6 6.4 19 12 13.4 17.6 19 19 17.6 13.4 12z"

export function render(context) {
  return component(context, "message", (ui) => {
    const {model} = context
    const lines = element("div", {class: "lines", role: "status"})
    const close = element("button", {type: "button", "aria-label": "Close message"})
    close.append(icon(CLOSE))
    ui.root.append(lines, close)
    ui.listen(close, "click", () => { model.lines = [] })

    ui.watch(["closable"], () => { close.hidden = !model.closable })
    ui.watch(["lines", "kind"], () => {
      ui.root.hidden = model.lines.length === 0
      ui.root.dataset.kind = model.kind
      // As text: part of it may have come from an address or a text field.
      lines.replaceChildren(...model.lines.map((line) => element("p", {}, line)))
    })
  })
}
