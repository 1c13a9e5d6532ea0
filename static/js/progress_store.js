/* What a student has done, in the browser's own store. */

const PROGRESS = "neural-playground/progress"

export function render(context) {
  return component(context, "progress-store", (ui) => {
    const {model} = context
    ui.root.hidden = true
    const tell = () => {
      try {
        ui.send({type: "stored", text: localStorage.getItem(PROGRESS) ?? ""})
      } catch {
        ui.send({type: "failed"})
      }
    }
    // Another tab has written; events of this one do not come here.
    ui.listen(window, "storage", (event) => event.key === PROGRESS && tell())
    // A page that the browser took out of its cache has missed what the others wrote.
    ui.listen(window, "pageshow", (event) => event.persisted && tell())
    ui.watch(["text"], () => {
      if (!model.text) return
      try {
        localStorage.setItem(PROGRESS, model.text)
      } catch {
        ui.send({type: "failed"})
      }
    })
    tell()
  })
}
