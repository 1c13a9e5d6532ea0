/* The course as a map: chapters with lessons as stations on a line, lectures, labs and the search over all of it. */

const GLASS = "M10 3a7 7 0 1 0 4.3 12.5l5.1 5.1 1.4-1.4-5.1-5.1A7 7 0 0 0 10 3m0 2a5 5 0 1 1 0 10 5 5 0 0 1 0-10"
const CHECK = "M9.5 17.5l-5-5 1.6-1.6 3.4 3.4 8.4-8.4 1.6 1.6z"
const RADIUS = 17

export function render(context) {
  const {model} = context
  return component(context, "course-map", (ui) => {
    const message = element("p", {class: "wrong", role: "alert"})
    const problems = element("section", {class: "wrong", "aria-label": "Lesson files with a mistake"})
    const way = element("div", {class: "way"})
    const chapters = element("div", {class: "chapters"})
    const lectures = element("div", {class: "lectures"})
    const labs = element("div", {class: "labs"})
    const part = (id, title, sentence, ...content) => element("section", {"aria-labelledby": id},
      element("h2", {id, tabindex: "-1"}, title), element("p", {class: "lead"}, sentence), ...content)
    ui.root.append(
      message, problems,
      element("div", {class: "hero"},
        element("div", {class: "welcome"},
          element("p", {class: "motto"}, "Watch a network learn. Stop it anywhere, and look inside."),
          element("p", {class: "lead"}, "A lesson goes in small steps: predict what will happen, see it happen, then bring it about yourself."),
          searchField(ui, model),
          jumps(ui)),
        way),
      part("course", "The course", "From one neuron to networks that read digits. The order is a suggestion: every lesson is open.", chapters),
      part("lectures", "Four lectures, slide by slide", "The same lessons in the order of a lecture you may have heard.", legend(), lectures),
      part("labs", "Labs", "The stages of the lessons with every control, free to play with.", labs),
      progressPart(ui, model),
    )
    ui.watch(["message"], () => {
      message.hidden = !model.message
      setText(message, model.message)
    })
    ui.watch(["problems"], () => {
      problems.hidden = !model.problems.length
      problems.replaceChildren(element("strong", {}, "These lesson files cannot be used:"),
        element("ul", {}, ...model.problems.map(({file, line, reason}) =>
          element("li", {}, element("code", {}, `${file}, line ${line}`), `: ${reason}`))))
    })
    ui.watch(["way", "dark"], () => {
      const {label, title, sentence, href} = model.way
      way.hidden = !href
      if (!href) return
      way.replaceChildren(element("span", {class: "place"}, sentence), element("strong", {}, title),
        pageLink(href, {class: "go"}, label))
      followTheme(way, model.dark)
    })
    ui.watch(["chapters", "dark"], () => {
      chapters.replaceChildren(...model.chapters.map(chapter))
      followTheme(chapters, model.dark)
    })
    ui.watch(["lectures", "dark"], () => {
      const open = [...lectures.children].filter((each) => each.open).map(({dataset}) => dataset.key)
      lectures.replaceChildren(...model.lectures.map((each) => lecture(each, open.includes(each.key))))
      followTheme(lectures, model.dark)
    })
    ui.watch(["labs", "dark"], () => {
      labs.replaceChildren(...model.labs.map(lab))
      followTheme(labs, model.dark)
    })
    ui.watch(["lecture"], () => {
      const asked = lectures.querySelector(`[data-key="${model.lecture}"]`)
      if (!asked) return
      asked.open = true
      // Not before the letters have their widths: what stands above would push it away again.
      document.fonts.ready.then(() => lectures.querySelector(`[data-key="${model.lecture}"]`)?.scrollIntoView())
    })
  })
}

const PARTS = {course: "Course", lectures: "Lectures", labs: "Labs", progress: "Your progress"}

/** Ways to the parts of this page: an address with # cannot name what is in a shadow tree. */
function jumps(ui) {
  const list = element("div", {class: "jumps"}, ...Object.entries(PARTS).map(([id, title]) =>
    element("button", {type: "button", "data-part": id}, title)), pageLink("?stage=glossary", {}, "Glossary"))
  ui.watch(["dark"], () => followTheme(list, ui.root.dataset.theme === "dark"))
  ui.listen(list, "click", ({target}) => {
    const heading = target.dataset.part && ui.root.querySelector(`#${target.dataset.part}`)
    heading?.scrollIntoView({behavior: "smooth"})
    heading?.focus({preventScroll: true})
  })
  return list
}

function chapter({number, title, lessons}) {
  return element("section", {class: "chapter", "aria-labelledby": `chapter-${number}`},
    element("h3", {id: `chapter-${number}`}, element("span", {class: "place"}, `Chapter ${number}`), ` ${title}`),
    element("ol", {}, ...lessons.map(station)))
}

/** A lesson: how much of it is done as a ring, and in words. */
function station({number, title, sentence, href, steps, done, after}) {
  const whole = steps > 0 && done === steps
  const words = !href ? "Not written yet" : whole ? "Done" : done ? `${done} of ${steps} steps done` : `${steps} steps`
  const hint = after.length ? ` · after ${after.map((each) => each.number).join(", ")}` : ""
  const text = element("span", {class: "text"}, element("span", {class: "title"}, title),
    ...(sentence ? [element("span", {class: "sentence"}, sentence)] : []),
    element("span", {class: "state"}, words,
      ...(hint ? [element("span", {class: "after", title: after.map((each) => `${each.number} ${each.title}`).join("\n")}, hint)] : [])))
  const content = [ring(number, steps ? done / steps : 0, Boolean(href)), text]
  return element("li", {class: href ? "" : "missing"},
    href ? pageLink(href, {class: "station"}, ...content) : element("div", {class: "station"}, ...content))
}

function ring(number, share, written) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  const add = (name, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name)
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value)
    return svg.appendChild(node)
  }
  svg.setAttribute("viewBox", "-20 -20 40 40")
  add("circle", {class: written ? "track" : "track missing", r: RADIUS})
  const length = 2 * Math.PI * RADIUS
  if (share > 0) add("circle", {class: "arc", r: RADIUS, "stroke-dasharray": `${share * length} ${length}`, transform: "rotate(-90)"})
  add("text", {y: 5, "text-anchor": "middle"}).textContent = String(number)
  svg.setAttribute("aria-hidden", "true")
  const box = element("span", {class: "ring"}, svg)
  if (share >= 1) box.append(icon(CHECK))
  return element("span", {class: "place"}, box, element("span", {class: "unseen"}, `Lesson ${number}: `))
}

function lab({group, title, sentence, href}) {
  return pageLink(href, {class: "lab"}, element("span", {class: "place"}, group), element("strong", {}, title),
    element("span", {class: "sentence"}, sentence))
}
