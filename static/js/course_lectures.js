/* The lectures of the course map: each opens as the list of its slides. */

const STATES = {
  done: ["✓", "done"],
  there: ["●", "not done yet"],
  missing: ["○", "not a step of a lesson yet"],
}

function lecture({key, title, source, slides}, open) {
  const count = (state) => slides.filter((slide) => slide.state === state).length
  const [done, reachable] = [count("done"), slides.length - count("missing")]
  const box = element("details", {class: "lecture", "data-key": key},
    element("summary", {},
      element("span", {class: "key"}, key),
      element("span", {class: "name"}, element("strong", {}, title), element("span", {class: "source"}, source)),
      element("span", {class: "count"}, `${reachable} of ${slides.length} slides have a step${done ? `, ${done} done` : ""}`),
      bar(done, reachable, slides.length)),
    element("ol", {}, ...slides.map(slide)))
  box.open = open
  return box
}

/** How much of a lecture is there, and how much of that is done; the words beside it say so, too. */
function bar(done, reachable, all) {
  const part = (name, share) => element("span", {class: name, style: `width: ${(100 * share) / all}%`})
  return element("span", {class: "bar", "aria-hidden": "true"}, part("there", reachable), part("done", done))
}

function slide({number, title, href, state}) {
  const [mark, words] = STATES[state]
  return element("li", {"data-state": state}, pageLink(href, {},
    element("span", {class: "mark", role: "img", "aria-label": words, title: words}, mark),
    element("span", {class: "number"}, String(number)), element("span", {class: "title"}, title)))
}

function legend() {
  return element("p", {class: "legend"}, ...Object.values(STATES).map(([mark, words]) =>
    element("span", {}, element("span", {"aria-hidden": "true"}, mark), ` ${words}`)))
}
