/* What has just happened: a sentence, the formula, the numbers. */

export function render(context) {
  const {model} = context
  return component(context, "stack_words", (ui) => {
    const title = element("h2", {})
    const sentence = element("p", {class: "sentence"})
    const formula = element("div", {class: "formula", role: "group", "aria-label": "Formula"})
    const lines = element("dl", {})
    ui.root.append(title, sentence, formula, lines)
    let shown = null

    // What has to be scrolled must be reached by keys.
    const makeReachable = ui.frame(() => {
      if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0
      else formula.removeAttribute("tabindex")
    })
    const observer = new ResizeObserver(makeReachable)
    observer.observe(formula)
    ui.onRemove(() => observer.disconnect())

    ui.watch(["words"], () => {
      const {words} = model
      ui.root.dataset.phase = words.phase ?? ""
      setText(title, words.title ?? "")
      setText(sentence, words.sentence ?? "")
      if (shown !== words.formula) formula.innerHTML = shown = words.formula ?? ""
      formula.hidden = !words.formula
      makeReachable()
      lines.replaceChildren(...(words.lines ?? []).flatMap(({name, text}) => [
        element("dt", {}, name), element("dd", {}, text),
      ]))
    })
  })
}
