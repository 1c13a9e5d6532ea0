/* The four moves of the training loop, of which one is lit. */

const LAMPS = {batch: "Batch", forward: "Forward", backward: "Backward", update: "Update"}

/** Build the lamps; `show` lights one, and none for an empty name. */
function buildLamps(ui) {
  const list = element("ol", {class: "lamps", "aria-label": "The four moves of the training loop"})
  const buttons = new Map()
  for (const [lamp, word] of Object.entries(LAMPS)) {
    const title = `Run to the end of ${word.toLowerCase()}`
    const button = element("button", {type: "button", class: "lamp", "data-lamp": lamp, title})
    button.append(element("span", {class: "bulb"}), word)
    list.append(element("li", {}, button))
    buttons.set(lamp, button)
    ui.listen(button, "click", () => ui.send({type: "lamp", lamp}))
  }
  return {
    node: list,
    show(lit) {
      for (const [lamp, button] of buttons) {
        if (lamp === lit) button.setAttribute("aria-current", "step")
        else button.removeAttribute("aria-current")
      }
    },
  }
}
