/* The glossary: a field that narrows the terms down, and the terms. */

export function render(context) {
  const {model} = context
  return component(context, "glossary", (ui) => {
    const back = element("nav", {"aria-label": "Course"}, pageLink(model.back, {}, "← The course"))
    const message = element("p", {class: "wrong", role: "alert"})
    const field = element("input", {type: "search", "aria-label": "Find a term", placeholder: "Find a term", maxlength: 100})
    const count = element("p", {class: "count", role: "status"})
    const list = element("dl", {})
    ui.root.append(back, element("h2", {}, "Glossary"), message, field, count, list)

    const narrow = () => {
      const asked = plain(field.value.trim())
      const shown = [...list.children].filter((entry) => {
        entry.hidden = !plain(entry.dataset.words).includes(asked)
        return !entry.hidden
      })
      setText(count, shown.length ? `${shown.length} ${shown.length === 1 ? "term" : "terms"}` : "No term is like this.")
    }
    ui.watch(["message"], () => {
      message.hidden = !model.message
      setText(message, model.message)
    })
    ui.watch(["terms"], () => {
      list.replaceChildren(...model.terms.map(entry))
      narrow()
    })
    ui.watch(["dark", "terms"], () => followTheme(ui.root, model.dark))
    ui.watch(["term"], () => {
      const asked = list.querySelector(`[data-key="${model.term}"]`)
      if (!asked) return
      asked.classList.add("asked")
      requestAnimationFrame(() => asked.scrollIntoView({block: "center"}))
    })
    ui.listen(field, "input", narrow)
  })
}

function entry({key, name, forms, text, href}) {
  return element("div", {"data-key": key, "data-words": [name, ...forms].join(" ")},
    element("dt", {}, pageLink(href, {}, name)), element("dd", {}, text))
}

/** A text without capitals, accents and hyphens. */
function plain(text) {
  return text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f-]/g, "")
}
