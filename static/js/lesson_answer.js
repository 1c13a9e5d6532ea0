/* What a student answers with: choices, a number, an order or a sketch; and what is said to it. */

let groups = 0

/** Return the field of a prediction or a question; `answer()` is what stands in it. */
function answerField(ui, asked, given, submit) {
  switch (asked.kind) {
    case "choice": return choiceField(ui, asked, given)
    case "number": return numberField(ui, given, submit)
    case "order": return orderList(ui, {...asked, order: given ? given.split(",") : asked.order})
    default: return sketchPad(ui, asked.sketch, true)
  }
}

function choiceField(ui, {options, right}, given) {
  const name = `choice-${++groups}`
  const radios = []
  const nodes = options.map((text, place) => {
    const radio = element("input", {type: "radio", name, value: place})
    radio.checked = given === String(place)
    radios.push(radio)
    const words = element("span", {class: "words"})
    words.innerHTML = text
    const node = element("label", {class: "option"}, radio, words)
    // What was found to be wrong stays marked until something else is chosen.
    if (radio.checked && right === false) node.classList.add("wrong")
    return node
  })
  return {nodes: [element("div", {class: "options", role: "radiogroup"}, ...nodes)], answer: () => radios.find((one) => one.checked)?.value ?? ""}
}

function numberField(ui, given, submit) {
  const field = element("input", {
    type: "text", inputmode: "decimal", class: "number", maxlength: 30, autocomplete: "off", "aria-label": "Your answer",
    placeholder: "a number",
  })
  field.value = given ?? ""
  ui.listen(field, "keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) submit()
  })
  return {nodes: [field], answer: () => field.value}
}

/** A paragraph of our own markup. */
function html(tag, attributes, text) {
  const node = element(tag, attributes)
  node.innerHTML = text
  return node
}

/** A part of the card: a kind of headline, and what stands under it. */
function part(name, title, ...children) {
  return element("section", {class: `part ${name}`, "aria-label": title},
    element("h3", {tabindex: "-1"}, title), ...children.filter(Boolean))
}

function button(ui, label, run, kind = "primary") {
  const made = element("button", {type: "button", class: kind}, label)
  ui.listen(made, "click", () => isEnabled(made) && run())
  return made
}

/** The prediction: asked for, committed, run, and beside what happened. */
function predictionPart(ui, asked) {
  const ask = html("p", {class: "ask"}, asked.ask)
  if (asked.state === "open") {
    const commit = () => ui.send({type: "commit", answer: field.answer()})
    const field = answerField(ui, asked, "", commit)
    return part("predict", "Predict first", ask, ...field.nodes,
      element("p", {class: "trouble", role: "alert"}), element("div", {class: "row"}, button(ui, "Commit", commit)))
  }
  const run = (label, kind) => button(ui, label, () => ui.send({type: "run"}), kind)
  if (asked.state !== "ran") {
    const running = asked.state === "running"
    const go = run(running ? "Running …" : "Run", "primary run")
    setEnabled(go, !running)
    return part("predict", "Your prediction", ask, mine(ui, asked),
      asked.stopped && html("p", {class: "help"}, "It was stopped before its end. Run it again to see what happens."),
      element("div", {class: "row"}, go))
  }
  const result = element("div", {class: "result", role: "status"})
  if (asked.sketch) result.append(...sketchPad(ui, asked.sketch, false).nodes)
  else result.append(beside(asked))
  result.append(...[asked.why, asked.after].filter(Boolean).map((text) => html("p", {}, text)))
  return part("predict", "Prediction and result", ask, result, element("div", {class: "row"}, run("Run again", "quiet")))
}

function mine(ui, asked) {
  if (asked.sketch) return element("div", {}, ...sketchPad(ui, {...asked.sketch, truth: []}, false).nodes)
  return element("div", {class: "pair"}, box("You predict", asked.mine, ""))
}

function beside({right, mine, happened}) {
  const mark = right ? "as you predicted" : "not as you predicted"
  return element("div", {class: "pair"},
    box("You predicted", mine, ""), box("What happened", happened || "none of these", right ? "right" : "wrong", mark))
}

function box(title, text, kind, mark = "") {
  const made = element("div", {class: `box ${kind}`}, element("div", {class: "title"}, title), html("div", {class: "what"}, text))
  if (mark) made.append(element("div", {class: "mark"}, mark))
  return made
}

/** The question, what is said to an answer, and the next try. */
function questionPart(ui, asked) {
  const answered = asked.right === true
  const ask = html("p", {class: "ask"}, asked.ask)
  const said = asked.why && html("p", {class: `said ${answered ? "right" : "wrong"}`, role: "status"}, asked.why)
  if (answered) return part("question", "Question", ask, element("div", {class: "pair"}, box("Your answer", asked.mine, "right", "right")), said)
  const check = () => ui.send({type: "answer", answer: field.answer()})
  const field = answerField(ui, asked, asked.given, check)
  const row = element("div", {class: "row"}, button(ui, asked.given ? "Check again" : "Check", check))
  if (asked.tellable) row.append(button(ui, "Tell me", () => ui.send({type: "tell"}), "quiet"))
  return part("question", "Question", ask, ...field.nodes, element("p", {class: "trouble", role: "alert"}), said, row)
}
