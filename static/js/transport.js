/* The transport bar: buttons, scrubber, grain and speed. */

const PLAY = "M8 5v14l11-7z"
const PAUSE = "M6 5h4v14H6zM14 5h4v14h-4z"
const FORWARD = "M6 5v14l9-7zM16 5h3v14h-3z"
const BACK = "M18 5v14l-9-7zM5 5h3v14H5z"
const RESET = "M12 5V1L7 6l5 5V7a6 6 0 1 1-6 6H4a8 8 0 1 0 8-8z"
const END = "M4 5v14l7-7zM11 5v14l7-7zM18 5h2v14h-2z"

// A lesson waits for a prediction: what would show the answer does nothing, and says why.
const LOCKED = "Predict first: this unlocks when you have committed to a prediction."
// After the last touch of the scrubber, how long it stays where it was put: the answer to it is under way.
const SETTLE_MS = 250

export function render(context) {
  const {model} = context
  return component(context, "transport", (ui) => {
    const parts = build(ui)
    const commands = makeCommands(ui, model)

    const press = (button, run) => ui.listen(button, "click", () => isEnabled(button) && run())
    press(parts.play, commands.toggle)
    press(parts.forward, () => commands.step(1))
    press(parts.back, () => commands.step(-1))
    press(parts.reset, commands.reset)
    press(parts.end, commands.end)
    listenToKeys(ui, commands)

    follow(ui, model, parts)
    scrub(ui, model, parts)
    choose(ui, model, parts.grain, "grain")
    choose(ui, model, parts.speed, "speed")
    choose(ui, model, parts.branch, "branch", "branches")
    tellWhereTheTrackIs(ui, parts.range)
  })
}

/** What lies beneath the bar and has the same scale, as the tree of branches, reads from the page where the track is. */
function tellWhereTheTrackIs(ui, range) {
  const page = document.documentElement.style
  const tell = () => {
    const [bar, track] = [ui.root.getBoundingClientRect(), range.getBoundingClientRect()]
    if (!track.width) return
    page.setProperty("--np-track-left", `${Math.round(track.left - bar.left)}px`)
    page.setProperty("--np-track-right", `${Math.round(bar.right - track.right)}px`)
  }
  const observer = new ResizeObserver(tell)
  observer.observe(range)
  ui.onRemove(() => observer.disconnect())
}

function build(ui) {
  const button = (name, path, key, title = `${name} (${key})`) => {
    const node = element("button", {type: "button", "aria-label": name, title})
    node.append(icon(path))
    return node
  }
  const parts = {
    reset: button("Reset", RESET, "Home"),
    back: button("Step back", BACK, "←"),
    play: button("Play", PLAY, "Space"),
    forward: button("Step forward", FORWARD, "→"),
    end: button("To the newest moment", END, "End", "To the newest moment (End)"),
    word: element("span", {class: "word"}),
    range: element("input", {type: "range", min: 0, step: 1, "aria-label": "Position in history"}),
    text: element("div", {class: "text"}),
    grain: element("select", {"aria-label": "Grain"}),
    speed: element("select", {"aria-label": "Speed"}),
    branch: element("select", {"aria-label": "Branch", class: "branch"}),
  }
  parts.play.classList.add("play")
  parts.play.append(parts.word)

  const key = (name) => element("kbd", {}, name)
  const hint = element("div", {class: "hint", "aria-hidden": "true"})
  hint.append(key("space"), " · ", key("←"), " ", key("→"), " · ", key("shift"), " larger step")
  const labelled = (label, select) =>
    element("label", {class: "choice"}, element("span", {"aria-hidden": "true"}, label), select)

  ui.root.setAttribute("role", "group")
  ui.root.setAttribute("aria-label", "Transport")
  ui.root.append(
    element("div", {class: "buttons"}, parts.reset, parts.back, parts.play, parts.forward),
    labelled("Step", parts.grain),
    element("div", {class: "track"}, parts.range, element("div", {class: "beneath"}, parts.text, parts.branch, hint)),
    parts.end,
    labelled("Speed", parts.speed),
  )
  parts.end.classList.add("end")
  return parts
}

function makeCommands(ui, model) {
  // A locked bar has the keys all the same: they must not scroll the page instead.
  const send = (message) => model.locked || ui.send(message)
  return {
    toggle: () => send({type: model.playing ? "pause" : "play"}),
    reset: () => send({type: "reset"}),
    end: () => send({type: "end"}),
    step(direction, larger = false) {
      if (direction < 0 && !model.status.can_back) return
      const keys = model.grains.map(([key]) => key)
      const grain = keys[Math.min(keys.indexOf(model.grain) + (larger ? 1 : 0), keys.length - 1)]
      send({type: "step", direction, grain})
    },
  }
}

/** Show what Python says: whether it plays, and where it stands. */
function follow(ui, model, {play, word, back, forward, reset, end, range, text}) {
  const shape = play.querySelector("path")
  ui.watch(["playing"], () => {
    const name = model.playing ? "Pause" : "Play"
    setText(word, name)
    play.setAttribute("aria-label", name)
    play.setAttribute("title", `${name} (Space)`)
    shape.setAttribute("d", model.playing ? PAUSE : PLAY)
    // A screen reader says where a step has led, and keeps quiet while positions fly by.
    text.setAttribute("aria-live", model.playing ? "off" : "polite")
  })
  ui.watch(["status", "locked"], () => {
    const {status, locked} = model
    ui.root.classList.toggle("locked", locked)
    setText(text, locked ? LOCKED : status.text || " ")
    setEnabled(play, !locked)
    setEnabled(forward, !locked)
    setEnabled(back, !locked && status.can_back)
    setEnabled(reset, !locked && (status.can_back || status.length > 0 || status.can_reset))
    setEnabled(end, !locked && !status.at_end)
    range.disabled = locked
  })
}

/** The scrubber follows Python, except while a hand is on it. */
function scrub(ui, model, {range}) {
  let held = false
  let settling = 0
  let sent = null
  const show = () => {
    const length = Math.max(1, model.status.length)
    if (Number(range.max) !== length) range.max = length
    if (!held && !settling && Number(range.value) !== model.status.step) {
      range.value = model.status.step
      sent = null
    }
    range.style.setProperty("--done", `${(100 * range.value) / length}%`)
    if (!model.playing) range.setAttribute("aria-valuetext", model.status.text)
  }
  const settle = () => {
    clearTimeout(settling)
    settling = setTimeout(() => {
      settling = 0
      show()
    }, SETTLE_MS)
  }

  const seek = () => {
    const step = Number(range.value)
    if (step === sent) return
    sent = step
    ui.send({type: "seek", step})
  }
  const seekSoon = ui.frame(seek)

  ui.listen(range, "pointerdown", () => { held = true })
  ui.listen(window, "pointerup", () => { held = false })
  ui.listen(window, "pointercancel", () => { held = false })
  ui.listen(range, "input", () => { settle(); show(); seekSoon() })
  ui.listen(range, "change", () => { held = false; settle(); seek() })
  ui.onRemove(() => clearTimeout(settling))
  ui.watch(["status"], show)
}

/** A select whose options are the pairs in parameter `names`, and whose value is parameter `name`. */
function choose(ui, model, select, name, names = `${name}s`) {
  ui.watch([names], () => {
    select.replaceChildren(...model[names].map(([key, label]) => element("option", {value: key}, label)))
    select.value = model[name]
    // Where there is nothing to choose there is nothing to see.
    select.hidden = model[names].length < 2
  })
  ui.watch([name], () => { select.value = model[name] })
  ui.listen(select, "change", () => {
    // At once, not after the answer: the next step may be asked for before that.
    model[name] = select.value
    ui.send({type: name, [name]: select.value})
    // The next arrow should step the experiment, not the select.
    select.blur()
  })
}
