/* The scores of the classes: lines that are built once, and then follow their numbers. */

export function render(context) {
  const {model} = context
  return component(context, "score-bars", (ui) => {
    const title = element("h3")
    const verdict = element("p", {class: "verdict", role: "status"})
    const list = element("ol")
    ui.root.append(title, verdict, list)
    ui.watch(["title"], () => {
      setText(title, model.title)
      title.hidden = !model.title
      list.setAttribute("aria-label", model.title || "Scores")
    })
    ui.watch(["quiet"], () => verdict.setAttribute("aria-live", model.quiet ? "off" : "polite"))
    ui.watch(["content"], () => {
      const {rows = [], zero = 0} = model.content
      setText(verdict, model.content.verdict ?? "")
      verdict.hidden = !model.content.verdict
      if (list.children.length !== rows.length) list.replaceChildren(...rows.map(scoreLine))
      list.style.setProperty("--zero", `${100 * zero}%`)
      rows.forEach((row, k) => fillLine(list.children[k], row))
    })
  })
}

function scoreLine() {
  const part = (name) => element("span", {class: name})
  const bar = element("span", {class: "bar", "aria-hidden": "true"}, part("fill"))
  return element("li", {}, part("pointer"), part("label"), bar, part("number"), part("mark"))
}

function fillLine(line, {label, text, from, to, best, true: isTrue}) {
  const [pointer, name, bar, number, mark] = line.children
  setText(pointer, best ? "▸" : "")
  setText(name, label)
  setText(number, text)
  setText(mark, isTrue ? "✓ true" : "")
  bar.firstChild.style.left = `${100 * Math.min(from, to)}%`
  bar.firstChild.style.width = `${100 * Math.abs(to - from)}%`
  line.classList.toggle("best", Boolean(best))
  line.classList.toggle("below", to < from)
}
