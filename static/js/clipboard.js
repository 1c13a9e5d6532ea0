/* A text and a button that copies it. */

const COPY = "M16 1H4a2 2 0 0 0-2 2v14h2V3h12zm3 4H8a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2V7a2 2 0 0 0-2-2zm0 16H8V7h11z"
const COPIED = "M9 16.2 4.8 12l-1.4 1.4L9 19 21 7l-1.4-1.4z"
const SAY_MS = 2500

export function render(context) {
  const {model} = context
  return component(context, "clipboard", (ui) => {
    const name = element("span", {class: "label"})
    const field = element("input", {type: "text", readonly: "", spellcheck: "false"})
    const word = element("span", {class: "word"}, "Copy")
    const button = element("button", {type: "button"}, icon(COPY), word)
    const said = element("div", {class: "said", role: "status"})
    ui.root.append(element("label", {}, name, field), button, said)

    ui.watch(["label"], () => {
      setText(name, model.label)
      button.setAttribute("aria-label", `Copy ${model.label.toLowerCase()}`)
    })

    let done = 0
    const say = (copied, message) => {
      setText(word, copied ? "Copied" : "Copy")
      button.querySelector("path").setAttribute("d", copied ? COPIED : COPY)
      setText(said, message)
      said.classList.toggle("failed", !copied && message !== "")
    }
    ui.watch(["text"], () => {
      field.value = model.text
      say(false, "")
    })
    ui.onRemove(() => clearTimeout(done))

    ui.listen(field, "focus", () => field.select())
    ui.listen(button, "click", async () => {
      const copied = await copy(field)
      clearTimeout(done)
      if (copied) {
        say(true, "Copied")
        done = setTimeout(() => say(false, ""), SAY_MS)
      } else {
        field.focus()
        field.select()
        say(false, "The browser does not allow it. The text is selected: copy it with Ctrl+C or ⌘C.")
      }
    })
  })
}

/** Copy a field's text; over plain http on a network there is only the old way. */
async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value)
    return true
  } catch {
    field.focus()
    field.select()
    return document.execCommand("copy")
  }
}
