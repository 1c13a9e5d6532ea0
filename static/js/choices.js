/* A row of titles to choose from: a radio group, with a sentence about what is chosen. */

export function render(context) {
  const {model} = context
  return component(context, "choices", (ui) => {
    const group = element("div", {class: "row", role: "radiogroup"})
    const sentence = element("p", {class: "sentence"})
    const itemOf = (node) => model.items.find(({key}) => key === node.dataset.key)
    const card = addCard(ui, ".choice", (node) => ({title: itemOf(node)?.title, text: itemOf(node)?.sentence, aside: ui.root}))
    ui.root.append(group, sentence, card)

    const radios = () => [...group.children]
    const mark = () => {
      const chosen = radios().find(({dataset}) => dataset.key === model.value)
      const stop = chosen ?? radios()[0]
      for (const radio of radios()) {
        radio.setAttribute("aria-checked", String(radio === chosen))
        radio.tabIndex = radio === stop ? 0 : -1
      }
      // Where the choice is left by a change of something else, nothing below may jump.
      sentence.style.minHeight = chosen ? "" : `${sentence.offsetHeight}px`
      setText(sentence, chosen ? itemOf(chosen).sentence : "")
    }
    ui.watch(["items"], () => {
      const attributes = {type: "button", class: "choice", role: "radio", "aria-describedby": "card"}
      group.replaceChildren(
        ...model.items.map(({key, title}) => element("button", {...attributes, "data-key": key}, title)),
      )
      mark()
    })
    ui.watch(["value"], mark)
    ui.watch(["label"], () => group.setAttribute("aria-label", model.label))

    const choose = (radio) => {
      model.value = radio.dataset.key
      ui.send({type: "choose", key: radio.dataset.key})
    }
    ui.listen(group, "click", (event) => {
      const radio = event.target.closest(".choice")
      if (radio) choose(radio)
    })
    ui.listen(group, "keydown", (event) => {
      const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key]
      const at = radios().indexOf(event.target)
      if (!step || at < 0 || event.ctrlKey || event.altKey || event.metaKey) return
      event.preventDefault()
      const next = radios()[(at + step + radios().length) % radios().length]
      choose(next)
      next.focus()
    })
  })
}
