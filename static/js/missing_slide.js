/* A slide that no step shows yet, with the ways on. */

export function render(context) {
  const {model} = context
  return component(context, "missing", (ui) => {
    ui.watch(["place", "title", "sentence", "ways", "steps", "dark"], () => {
      const lecture = new URLSearchParams(location.search).get("lecture") ?? ""
      ui.root.replaceChildren(
        element("p", {class: "place"}, model.place),
        element("h2", {}, model.title),
        element("p", {class: "sentence"}, model.sentence),
        ...(model.ways.length ? [element("h3", {}, "What is there already"), element("ul", {}, ...model.ways.map(way))] : []),
        element("nav", {class: "steps", "aria-label": "Slides"}, ...model.steps.map(step)),
        element("p", {}, pageLink(`?lecture=${encodeURIComponent(lecture)}`, {}, "All slides of the lecture")),
      )
      followTheme(ui.root, model.dark)
    })
  })
}

function way({title, sentence, href}) {
  return element("li", {}, pageLink(href, {}, title), element("span", {}, sentence))
}

function step({label, title, href}) {
  return pageLink(href, {}, element("strong", {}, label), element("span", {}, title))
}
