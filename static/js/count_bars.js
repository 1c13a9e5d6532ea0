/* Counts as bars on a logarithmic axis. */

export function render(context) {
  const {model} = context
  return component(context, "count-bars", (ui) => {
    const title = element("h2", {})
    const rows = element("ul", {})
    const axis = element("div", {class: "axis", "aria-hidden": "true"})
    const words = element("div", {class: "words", "aria-live": "polite"})
    ui.root.append(title, rows, axis, words)
    ui.watch(["content"], () => {
      const {content} = model
      ui.root.hidden = !content.title
      if (ui.root.hidden) return
      setText(title, content.title)
      fit(rows, content.rows.length, makeRow)
      content.rows.forEach((row, k) => show(rows.children[k], row))
      fit(axis, content.ticks.length, () => element("span", {}))
      content.ticks.forEach(([at, text], k) => {
        setText(axis.children[k], text)
        axis.children[k].style.left = `${100 * at}%`
      })
      fit(words, content.words.length, () => element("p", {}))
      content.words.forEach((text, k) => setText(words.children[k], text))
    })
  })
}

function makeRow() {
  return element("li", {},
    element("div", {class: "said"}, element("span", {class: "name"}), element("span", {class: "count"}), element("span", {class: "sum"})),
    element("div", {class: "track", "aria-hidden": "true"}, element("div", {class: "bar"})))
}

function show(node, {name, count, sum, length}) {
  for (const [part, text] of Object.entries({name, count, sum})) setText(node.querySelector(`.${part}`), text)
  node.querySelector(".bar").style.width = `${100 * length}%`
}

/* So many children, no more and no fewer; those that are there stay. */
function fit(parent, count, make) {
  while (parent.children.length > count) parent.lastElementChild.remove()
  while (parent.children.length < count) parent.append(make())
}
