/* The search over the course: a field with a list under it, by mouse and by keys. */

const KINDS = {lesson: "Lesson", step: "Step", slide: "Slide", concept: "Concept", term: "Term"}
// Milliseconds after the last key before the server is asked.
const PAUSE = 120

function searchField(ui, model) {
  const input = element("input", {
    type: "search", role: "combobox", autocomplete: "off", "aria-label": "Search the course", "aria-expanded": "false",
    "aria-controls": "results", "aria-autocomplete": "list", placeholder: "Search lessons, slides and terms", maxlength: 200,
  })
  const list = element("div", {id: "results", role: "listbox", "aria-label": "Found", hidden: ""})
  const said = element("p", {class: "found", role: "status"})
  const box = element("div", {class: "search"}, icon(GLASS), input, list, said)
  let timer = 0

  const options = () => [...list.children]
  const mark = (at) => {
    options().forEach((option, place) => option.setAttribute("aria-selected", String(place === at)))
    const marked = options()[at]
    if (!marked) return input.removeAttribute("aria-activedescendant")
    input.setAttribute("aria-activedescendant", marked.id)
    marked.scrollIntoView({block: "nearest"})
  }
  const show = (visible) => {
    list.hidden = !visible
    input.setAttribute("aria-expanded", String(visible))
    if (!visible) mark(-1)
  }
  ui.watch(["results", "query", "dark"], () => {
    const asked = input.value.trim()
    // An answer to what was typed earlier is none to what stands there now.
    if (!asked || model.query !== asked) return asked || show(false)
    list.replaceChildren(...model.results.map(result))
    followTheme(list, model.dark)
    const count = model.results.length
    setText(said, count ? "" : `Nothing was found for “${asked}”. Try another word.`)
    said.dataset.count = count
    show(count > 0)
  })
  ui.listen(input, "input", () => {
    clearTimeout(timer)
    setText(said, "")
    const asked = input.value.trim()
    if (!asked) return show(false)
    timer = setTimeout(() => ui.send({type: "search", text: asked}), PAUSE)
  })
  ui.listen(input, "focus", () => input.value.trim() === model.query && options().length && show(true))
  ui.listen(input, "keydown", (event) => {
    const at = options().findIndex((option) => option.getAttribute("aria-selected") === "true")
    const count = options().length
    if (event.key === "Escape") show(false)
    else if (list.hidden || !count) return
    else if (event.key === "ArrowDown") mark((at + 1) % count)
    else if (event.key === "ArrowUp") mark((at + (at < 0 ? 0 : -1) + count) % count)
    else if (event.key === "Enter") options()[Math.max(at, 0)].click()
    else return
    event.preventDefault()
  })
  ui.listen(box, "focusout", (event) => box.contains(event.relatedTarget) || show(false))
  // A press on an option must not take the focus, which would close the list before the click.
  ui.listen(list, "pointerdown", (event) => event.preventDefault())
  ui.onRemove(() => clearTimeout(timer))
  return box
}

function result({kind, title, place, text, href}, at) {
  return pageLink(href, {id: `result-${at}`, role: "option", tabindex: "-1", "aria-selected": "false"},
    element("span", {class: "kind"}, KINDS[kind]), element("strong", {}, title),
    element("span", {class: "place"}, kind === "term" ? text : place))
}
