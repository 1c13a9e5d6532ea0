/* A few lines of code; the one that the picture has come to is lit, and says what it has made. */

export function render(context) {
  const {model} = context
  return component(context, "code-lines", (ui) => {
    const title = element("h2", {})
    const list = element("ol", {})
    const scroll = element("div", {class: "scroll", tabindex: 0, role: "group"}, list)
    ui.root.append(title, scroll)
    ui.watch(["label"], () => {
      setText(title, model.label)
      scroll.setAttribute("aria-label", model.label)
    })
    ui.watch(["lines"], () => {
      const {lines} = model
      while (list.children.length > lines.length) list.lastElementChild.remove()
      lines.forEach((line, k) => {
        if (!list.children[k]) list.append(element("li", {}, element("code", {}), element("span", {class: "result"})))
        const item = list.children[k]
        item.dataset.state = line.state
        if (line.state === "now") item.setAttribute("aria-current", "step")
        else item.removeAttribute("aria-current")
        setText(item.firstElementChild, line.text)
        setText(item.lastElementChild, line.result && `# ${line.result}`)
      })
    })
  })
}
