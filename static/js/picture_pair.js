/* Pictures side by side. */

export function render(context) {
  const {model} = context
  return component(context, "picture-pair", (ui) => {
    const title = element("h2", {})
    const row = element("div", {class: "row"})
    const words = element("div", {class: "words"})
    ui.root.append(title, row, words)
    ui.watch(["content"], () => {
      const {content} = model
      ui.root.hidden = !content.title
      if (ui.root.hidden) return
      setText(title, content.title)
      row.replaceChildren(...content.pictures.map(({source, title: caption, alt}) =>
        element("figure", {}, element("img", {src: source, alt}), element("figcaption", {}, caption))))
      words.replaceChildren(...content.words.map((text) => element("p", {}, text)))
    })
  })
}
