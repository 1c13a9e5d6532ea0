/* Numbers that are looked at from the back of the hall: a label above, the value below, neither ever moves. */

export function render(context) {
  return component(context, "readout", (ui) => {
    const {model} = context
    const numbers = element("div", {class: "numbers"})
    const sentences = new Map()
    const card = addCard(ui, "button.label", (label) => {
      return {text: sentences.get(label.dataset.key), beneath: label.closest(".item")}
    })
    ui.root.append(numbers, card)
    const rows = new Map()

    ui.watch(["items"], () => {
      numbers.replaceChildren()
      rows.clear()
      sentences.clear()
      for (const [key, label, tone, sentence] of model.items) {
        const output = element("output", {"aria-label": label, "aria-live": "off"})
        const second = element("span", {class: "second", hidden: ""})
        rows.set(key, {output, second})
        if (sentence) sentences.set(key, sentence)
        numbers.append(element("div", {class: "item", "data-tone": tone || null}, name(key, label, sentence), output, second))
      }
      fill()
      fillSecond()
    })

    function fill() {
      for (const [key, {output}] of rows) setText(output, model.values[key] ?? "–")
    }
    function fillSecond() {
      const any = Object.keys(model.second).length > 0
      for (const [key, {second}] of rows) {
        second.hidden = !any
        setText(second, any ? `${model.second_label} ${model.second[key] ?? "–"}` : "")
      }
    }
    ui.watch(["values"], fill)
    ui.watch(["second", "second_label"], fillSecond)
  })
}

/** The label above a number; with something to say of it, one that can be reached by keys. */
function name(key, label, sentence) {
  if (!sentence) return element("span", {class: "label", "aria-hidden": "true"}, label)
  const about = {"aria-label": `About ${label}`, "aria-describedby": "card"}
  return element("button", {type: "button", class: "label", "data-key": key, ...about}, element("span", {}, label))
}
