/* Numbers that are looked at from the back of the hall: a label above, the value below, neither ever moves. */

export function render(context) {
  return component(context, "readout", (ui) => {
    const {model} = context
    const outputs = new Map()

    ui.watch(["items"], () => {
      ui.root.replaceChildren()
      outputs.clear()
      for (const [key, label, tone] of model.items) {
        const output = element("output", {"aria-label": label, "aria-live": "off"})
        outputs.set(key, output)
        const name = element("span", {class: "label", "aria-hidden": "true"}, label)
        ui.root.append(element("div", {class: "item", "data-tone": tone || null}, name, output))
      }
      fill()
    })

    function fill() {
      for (const [key, output] of outputs) setText(output, model.values[key] ?? "–")
    }
    ui.watch(["values"], fill)
  })
}
