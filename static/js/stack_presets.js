/* Stacks to choose from, each with its number. */

export function render(context) {
  const {model} = context
  return component(context, "stack_presets", (ui) => {
    const row = element("div", {class: "row", role: "group", "aria-label": "Stacks to compare"})
    ui.root.append(row)
    const buttons = new Map()
    const mark = () => buttons.forEach((button, key) => button.setAttribute("aria-pressed", String(key === model.value)))

    ui.watch(["items"], () => {
      const known = model.items.every(({key}) => buttons.has(key)) && model.items.length === buttons.size
      if (!known) {
        buttons.clear()
        for (const {key} of model.items) {
          const parts = [element("span", {class: "title"}), element("span", {class: "number"})]
          buttons.set(key, element("button", {type: "button", "data-key": key}, ...parts))
        }
        row.replaceChildren(...buttons.values())
      }
      for (const {key, title, number} of model.items) {
        const [name, value] = buttons.get(key).children
        setText(name, title)
        setText(value, number)
      }
      mark()
    })
    ui.watch(["value"], mark)
    ui.listen(row, "click", (event) => {
      const button = event.target.closest("button")
      if (button) ui.send({type: "choose", key: button.dataset.key})
    })
  })
}
