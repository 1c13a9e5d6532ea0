/* What the student has done, saved to a file, loaded from one, or forgotten. */

const FILE = "neural-playground-progress.json"
const LARGEST_FILE = 1_000_000

function progressPart(ui, model) {
  const words = element("p", {})
  const told = element("p", {class: "told", role: "status"})
  const save = element("button", {type: "button"}, "Save to a file")
  const load = element("button", {type: "button"}, "Load from a file")
  const reset = element("button", {type: "button"}, "Start over")
  const file = element("input", {type: "file", "aria-label": "File of progress", hidden: ""})
  const question = element("p", {id: "question"})
  const yes = element("button", {type: "button", class: "yes"}, "Forget it all")
  const no = element("button", {type: "button"}, "Keep it")
  const sure = element("dialog", {"aria-labelledby": "question"}, question, element("div", {class: "buttons"}, no, yes))

  ui.watch(["finished"], () => {
    const {finished} = model
    const steps = finished === 1 ? "1 step is done" : `${finished || "No"} steps are done`
    setText(words, `${steps}${finished ? "" : " yet"}. This is kept in this browser only, without an account. A file takes it along.`)
    setText(question, finished === 1 ? "Forget the step that is done?" : `Forget the ${finished} steps that are done?`)
  })
  ui.watch(["told", "failed"], () => {
    setText(told, model.told)
    told.classList.toggle("failed", model.failed)
  })
  ui.watch(["progress", "finished"], () => {
    setEnabled(save, Boolean(model.progress))
    setEnabled(reset, Boolean(model.progress))
  })
  ui.listen(save, "click", () => isEnabled(save) && download(model.progress))
  ui.listen(load, "click", () => file.click())
  ui.listen(file, "change", async () => {
    const [chosen] = file.files
    // The same file again is a choice, too.
    file.value = ""
    if (!chosen) return
    if (chosen.size > LARGEST_FILE) {
      ui.send({type: "load", why: "The file is too large to be one of progress."})
    } else {
      ui.send({type: "load", text: await chosen.text()})
    }
  })
  ui.listen(reset, "click", () => isEnabled(reset) && sure.showModal())
  ui.listen(no, "click", () => sure.close())
  ui.listen(yes, "click", () => {
    sure.close()
    ui.send({type: "reset"})
  })
  return element("section", {class: "progress", "aria-labelledby": "progress"},
    element("h2", {id: "progress"}, "Your progress"), words,
    element("div", {class: "buttons"}, save, load, reset), file, told, sure)
}

function download(text) {
  const address = URL.createObjectURL(new Blob([text], {type: "application/json"}))
  element("a", {href: address, download: FILE}).click()
  URL.revokeObjectURL(address)
}
