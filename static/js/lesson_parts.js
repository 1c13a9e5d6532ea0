/* The parts of a lesson's card that are not answers: its head, its text, what is to be done, and the way on. */

// Whoever has looked at it for so long without an idea is helped.
const SHOW_ME_MS = 30000
const SMALLEST_FORMULA = 0.65

function headPart(ui, {lesson, followed, steps, step}) {
  const dots = element("ol", {class: "dots"}, ...steps.map((each, place) => dot(each, place, steps.length)))
  const nav = element("nav", {"aria-label": "Steps of this lesson"}, dots)
  return [
    followed && element("div", {class: "followed"}, followed),
    element("div", {class: "lesson"}, element("span", {class: "number"}, `Lesson ${lesson.number}`), ` ${lesson.title}`),
    nav,
    element("h2", {tabindex: "-1"}, step.title),
  ].filter(Boolean)
}

/** A formula that is wider than the card is set smaller, as far as it can still be read; beyond that it is scrolled. */
function fitFormulas(place) {
  for (const line of place.querySelectorAll(".formulas > div")) {
    line.style.fontSize = ""
    const share = line.clientWidth / line.scrollWidth
    if (share < 1) line.style.fontSize = `${Math.max(SMALLEST_FORMULA, share * 0.98)}em`
  }
}

function dot({key, title, href, done, current}, place, count) {
  const state = done ? ", done" : ""
  const link = element("a", {
    href, class: done ? "done" : "", "aria-current": current ? "step" : null, title: `${place + 1}. ${title}`,
    "aria-label": `Step ${place + 1} of ${count}: ${title}${state}`, "data-step": key, "data-slide": "",
  }, element("span", {"aria-hidden": "true"}))
  return element("li", {}, link)
}

function textPart({step}) {
  const text = html("div", {class: "text"}, step.text)
  const formulas = element("div", {class: "formulas"}, ...step.formulas.map((one) => html("div", {}, one)))
  return [text, step.formulas.length ? formulas : null].filter(Boolean)
}

/** What is to be said of the slide: after what is to be done, which it must not push out of sight. */
function notePart(note) {
  return element("aside", {class: "note"}, element("div", {class: "title"}, "About the slide"), html("p", {}, note))
}

/** What is to be brought about on the stage. Help is offered after a try, or after a while. */
function checkPart(ui, check) {
  const task = html("p", {class: "ask"}, check.do)
  if (check.done) {
    const said = html("p", {class: "said right", role: "status"}, check.said)
    return part("check done", "Done", task, said)
  }
  const hint = html("p", {class: "hint", hidden: ""}, check.hint)
  const row = element("div", {class: "row"})
  const showMe = button(ui, check.showing ? "Showing …" : "Show me", () => ui.send({type: "show"}), "quiet")
  showMe.hidden = !check.tried && !check.showing
  setEnabled(showMe, !check.showing)
  const offer = () => { showMe.hidden = false }
  const timer = setTimeout(offer, SHOW_ME_MS)
  ui.onRemove(() => clearTimeout(timer))
  if (check.hint) {
    const ask = button(ui, "Hint", () => {
      hint.hidden = false
      ask.hidden = true
      offer()
    }, "quiet")
    row.append(ask)
  }
  row.append(showMe)
  return part("check", "Now you", task, element("p", {class: "waiting"}, "Not yet: the page sees it when it is done."), hint, row)
}

/** Back, Next or Skip, and where else this can be seen. */
function footPart(ui, {back, next, done}) {
  const way = ({label, href, step, slide}, word, kind) => element("a", {
    href, class: kind, "data-step": step || null, "data-slide": slide, "aria-label": `${word}: ${label}`,
  }, element("span", {class: "word"}, word), element("span", {class: "where"}, label))
  return [way(back, "Back", "way back"), way(next, done ? "Next" : "Skip", `way next ${done ? "ready" : ""}`)]
}

function morePart(ui, {also, slides, lab}) {
  const list = (title, places) => places.length
    ? [element("div", {class: "title"}, title), element("ul", {}, ...places.map(({label, title: words, href}) =>
      element("li", {}, element("a", {href}, label), words ? ` ${words}` : "")))]
    : []
  const made = element("details", {class: "more"}, element("summary", {}, "More"),
    element("div", {class: "links"},
      element("a", {href: lab}, "Open in the lab: the same with all its controls"),
      button(ui, "Set the stage up again", () => ui.send({type: "again"}), "quiet")),
    ...list("This step is", slides), ...list("Also used in", also))
  return [made]
}
