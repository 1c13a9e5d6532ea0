/* The card of a lesson: one step of it, and the student's part in it. */

// After a run on a phone, how long the stage stays in sight before what is said of it.
const LOOK_MS = 1200

export function render(context) {
  const {model} = context
  return component(context, "lesson-card", (ui) => {
    const place = (name, tag = "div", attributes = {}) => element(tag, {class: name, ...attributes})
    const places = {
      head: place("head", "header"), text: place("body"), prediction: place("place"), question: place("place"),
      check: place("place"), note: place("place"), waiting: place("waiting-for"), aha: place("aha"), more: place("more-place"),
      foot: place("foot", "nav", {"aria-label": "Back and next"}),
    }
    const message = element("p", {class: "message", role: "alert", hidden: ""})
    const fold = element("button", {type: "button", class: "fold", "aria-expanded": "true"}, "Hide the lesson")
    const scrolled = element("div", {class: "scrolled"},
      message, places.text, places.prediction, places.question, places.check, places.waiting, places.aha,
      places.note, places.more)
    const up = element("button", {type: "button", class: "up"}, "↑ Lesson")
    const terms = addCard(ui, "dfn", (node) => ({title: node.dataset.term, text: node.dataset.text}))
    ui.root.append(places.head, fold, scrolled, places.foot, up, terms)

    const seen = new Map()
    let shownStep = null
    /** Build a part anew where its data has changed; whoever had the keyboard's focus in it keeps it there. */
    const renew = (name, data, build) => {
      const text = JSON.stringify(data ?? null)
      if (seen.get(name) === text) return false
      seen.set(name, text)
      const node = places[name]
      const held = node.contains(ui.root.getRootNode().activeElement)
      node.hidden = !data
      node.replaceChildren(...(data ? [build(data)].flat() : []))
      dress(node, model.dark)
      if (held) (node.querySelector("button.primary, input:checked, input, h3") ?? ui.root.querySelector("h2"))?.focus()
      return true
    }

    ui.watch(["card"], () => {
      const {card} = model
      if (!card.step) return
      const {trouble: missed, ...prediction} = card.prediction ?? {}
      const {trouble: wrong, ...question} = card.question ?? {}
      const isNew = shownStep !== card.step.key
      const first = shownStep === null
      if (isNew) for (const name of ["prediction", "question", "check"]) seen.delete(name)
      const {lesson, followed, steps, step} = card
      const keepStage = stageKept(ui.root)
      const held = isNew && ui.root.contains(ui.root.getRootNode().activeElement)
      renew("head", {lesson, followed, steps, step: {title: step.title}}, (data) => headPart(ui, data))
      if (renew("text", {step}, textPart)) requestAnimationFrame(() => fitFormulas(places.text))
      const ran = renew("prediction", card.prediction && prediction, (data) => predictionPart(ui, data))
      const asked = renew("question", card.question && question, (data) => questionPart(ui, data))
      const checks = renew("check", card.check, (data) => checkPart(ui, data))
      renew("waiting", card.waiting, (text) => text)
      renew("note", step.note, notePart)
      renew("aha", card.aha, (text) => [element("div", {class: "title"}, "To take away"), html("p", {}, text)])
      renew("more", {also: card.also, slides: card.slides, lab: card.lab}, (data) => morePart(ui, data))
      renew("foot", {back: card.back, next: card.next, done: card.done}, (data) => footPart(ui, data))
      if (!isNew) keepStage()
      say(places.prediction, missed)
      say(places.question, wrong)
      if (isNew) {
        scrolled.scrollTop = 0
        shownStep = card.step.key
        if (!first) {
          history.replaceState(history.state, "", themed(card.href, model.dark))
          if (held) places.head.querySelector("h2").focus()
          const scroller = scrollerOf(ui.root)
          if (scroller) scroller.scrollTop = 0
        }
      } else if (history.state !== undefined && card.href && first === false) {
        history.replaceState(history.state, "", themed(card.href, model.dark))
      }
      document.title = `${card.step.title} · Lesson ${card.lesson.number} · Neural Playground`
      if (isNew) return
      if (ran) follow(ui.root, places.prediction, prediction.state)
      else if (asked) follow(ui.root, places.question)
      else if (checks) follow(ui.root, places.check)
    })
    ui.watch(["message"], () => {
      message.hidden = !model.message
      setText(message, model.message)
    })
    ui.watch(["dark"], () => dress(ui.root, model.dark))

    // To a step of the same lesson nothing is loaded.
    ui.listen(ui.root, "click", (event) => {
      const link = event.target.closest("a[data-step]")
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      ui.send({type: "go", step: link.dataset.step, slide: link.dataset.slide})
    })

    ui.listen(fold, "click", () => {
      const open = fold.getAttribute("aria-expanded") !== "true"
      fold.setAttribute("aria-expanded", String(open))
      setText(fold, open ? "Hide the lesson" : "Show the lesson")
      ui.root.classList.toggle("folded", !open)
    })
    wayUp(ui, up)
  })
}

const narrow = () => matchMedia("(max-width: 900px)").matches

/** What has come out is brought into sight; on a phone, where the stage lies beneath the card, so is what runs. */
function follow(root, part, state) {
  const show = (node, block) => node?.scrollIntoView({block, behavior: "smooth"})
  if (!narrow()) {
    requestAnimationFrame(() => within(part.closest(".scrolled"), part))
  } else if (state === "running") {
    show(stageBeside(root), "start")
  } else if (state === "ran") {
    // What stands on the stage now is looked at first.
    setTimeout(() => show(part, "start"), LOOK_MS)
  }
}

/** Scroll a part into sight in the card, and nothing else of the page. */
function within(scrolled, part) {
  const [around, own] = [scrolled.getBoundingClientRect(), part.getBoundingClientRect()]
  const [above, over] = [own.top - around.top - 8, own.bottom - around.bottom + 8]
  // What is higher than the card shows its beginning.
  if (above < 0 || over > 0) scrolled.scrollBy({top: above < 0 ? above : Math.min(above, over), behavior: "smooth"})
}

/** The column of the stage is the neighbour of the card's. */
const stageBeside = (root) => root.getRootNode().host?.getRootNode().host?.nextElementSibling

/** Return what has the stage stand where it stood after the card above it has become longer. */
function stageKept(root) {
  const stage = narrow() ? stageBeside(root) : null
  const top = stage?.getBoundingClientRect().top
  return () => {
    const moved = stage ? stage.getBoundingClientRect().top - top : 0
    // Only where the stage is what is looked at.
    if (!moved || top > innerHeight / 2) return
    const scroller = scrollerOf(stage)
    if (scroller) scroller.scrollTop += moved
  }
}

/** What scrolls the whole page: the nearest thing around that can. */
function scrollerOf(node) {
  let around = node
  while (around && !["auto", "scroll"].includes(getComputedStyle(around).overflowY)) {
    around = around.parentElement ?? around.getRootNode().host
  }
  return around
}

function wayUp(ui, up) {
  // As soon as only its end is left at the window's top.
  const observer = new IntersectionObserver(
    ([entry]) => up.classList.toggle("away", !entry.isIntersecting), {rootMargin: "-40% 0px 0px 0px"})
  observer.observe(ui.root)
  ui.onRemove(() => observer.disconnect())
  ui.listen(up, "click", () => ui.root.scrollIntoView({block: "start", behavior: "smooth"}))
}

function say(place, text) {
  const node = place.querySelector(".trouble")
  if (node) setText(node, text ?? "")
}

/** Links keep the page's theme; terms can be asked what they mean. */
function dress(root, dark) {
  for (const link of root.querySelectorAll('a[href^="?"]')) link.setAttribute("href", themed(link.getAttribute("href"), dark))
  for (const term of root.querySelectorAll("dfn")) term.setAttribute("aria-describedby", "card")
}

/** The next page is a new one: it knows the choice of dark or light from its address only. */
function themed(href, dark) {
  const query = new URLSearchParams(href)
  query.set("theme", dark ? "dark" : "default")
  return `?${query}`
}
