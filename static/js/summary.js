/* The picture in words. */

export function render(context) {
  return component(context, "summary", (ui) => {
    const {model} = context
    const text = element("p", {"aria-live": "polite", "aria-label": "The picture in words"})
    ui.root.append(text)
    ui.watch(["quiet"], () => text.setAttribute("aria-live", model.quiet ? "off" : "polite"))
    ui.watch(["text"], () => setText(text, model.text))
  })
}
