/* A small table of texts, with what there is to see in words. */

export function render(context) {
  const {model} = context
  return component(context, "fact-table", (ui) => {
    const title = element("h2", {})
    const head = element("tr", {})
    const body = element("tbody", {})
    const table = element("table", {}, element("thead", {}, head), body)
    const scroll = element("div", {class: "scroll", tabindex: 0, role: "group"}, table)
    const words = element("div", {class: "words"})
    ui.root.append(title, scroll, words)
    ui.watch(["quiet"], () => words.setAttribute("aria-live", model.quiet ? "off" : "polite"))
    ui.watch(["content"], () => {
      const {content} = model
      ui.root.hidden = !content.title
      if (ui.root.hidden) return
      setText(title, content.title)
      table.setAttribute("aria-label", content.title)
      scroll.setAttribute("aria-label", content.title)
      scroll.hidden = content.rows.length === 0
      fill(head, content.head, (k) => element("th", {scope: "col"}))
      fillRows(body, content)
      fill(words, content.words, () => element("p", {}))
    })
  })
}

/* Only texts that differ are written: the rest stays as it is, selection and all. */
function fill(parent, texts, make) {
  while (parent.children.length > texts.length) parent.lastElementChild.remove()
  texts.forEach((text, k) => {
    if (!parent.children[k]) parent.append(make(k))
    setText(parent.children[k], text)
  })
}

function fillRows(body, {rows, strong}) {
  while (body.children.length > rows.length) body.lastElementChild.remove()
  rows.forEach((texts, place) => {
    if (!body.children[place]) body.append(element("tr", {}))
    const row = body.children[place]
    row.classList.toggle("is-strong", place === strong)
    fill(row, texts, (k) => (k === 0 ? element("th", {scope: "row"}) : element("td", {})))
  })
}
