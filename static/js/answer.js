/* The card of a student who computes by hand. */

const MARKS = {
  right: "M9 16.2 4.8 12l-1.4 1.4L9 19 21 7l-1.4-1.4z",
  wrong: "M19 6.4 17.6 5 12 10.6 6.4 5 5 6.4 10.6 12 5 17.6 6.4 19 12 13.4 17.6 19 19 17.6 13.4 12z",
  shown: "M12 5C7 5 2.7 8.1 1 12.5 2.7 16.9 7 20 12 20s9.3-3.1 11-7.5C21.3 8.1 17 5 12 5zm0 12.5a5 5 0 1 1 0-10 5 5 0 "
    + "0 1 0 10zm0-8a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  unreadable: "M11 15h2v2h-2zm0-8h2v6h-2zm1-5a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 18a8 8 0 1 1 0-16 8 8 0 0 1 0 16z",
}

export function render(context) {
  return component(context, "answer", (ui) => {
    const {model} = context
    const parts = build(ui)
    listen(ui, model, parts)
    let key = null
    let serial = null
    ui.watch(["card"], () => {
      const {card} = model
      ui.root.hidden = card.key == null
      if (ui.root.hidden) return
      showHead(parts, card)
      showVerdict(parts, card, serial)
      serial = card.verdict?.serial ?? null
      if (key === card.key) return
      // The focus stays on the card from the first question to the button under the summary, and to the next one.
      const focused = ui.root.contains(ui.root.getRootNode().activeElement)
      key = card.key
      if (card.summary) showSummary(parts, card.summary)
      else showQuestion(parts, card)
      parts.question.hidden = Boolean(card.summary)
      parts.summary.hidden = !card.summary
      if (focused) (card.summary ? parts.next : parts.field).focus({preventScroll: true})
    })
  })
}

function build(ui) {
  const button = (label, kind) => element("button", {type: "button", class: kind}, label)
  const parts = {
    source: element("select", {"aria-label": "Practise on"}),
    locals: element("input", {type: "checkbox"}),
    streak: element("span", {class: "streak"}),
    stop: button("Stop practicing", "plain"),
    progress: element("span", {class: "progress"}),
    bar: element("progress", {"aria-label": "Questions answered"}),
    title: element("h3", {}),
    formula: element("span", {class: "formula"}),
    sentence: element("p", {class: "sentence", id: "sentence"}),
    // The pads of digits that telephones show have neither sign; two keys beside the field bring them.
    field: element("input", {
      type: "text", class: "field", inputmode: "decimal", enterkeyhint: "done", autocomplete: "off",
      autocapitalize: "off", spellcheck: "false", size: 9, maxlength: 40, "aria-describedby": "sentence verdict",
    }),
    minus: button("−", "key"),
    slash: button("/", "key"),
    check: button("Check", "main"),
    reveal: button("Show me", "plain"),
    verdict: element("div", {class: "verdict", id: "verdict", role: "status"}),
    headline: element("h3", {}),
    told: element("p", {class: "sentence"}),
    rows: element("ul", {class: "rows"}),
    next: button("Next expression", "main"),
  }
  parts.minus.setAttribute("aria-label", "Minus sign")
  parts.slash.setAttribute("aria-label", "Slash")
  parts.question = element(
    "div", {class: "question"},
    element("div", {class: "count"}, parts.progress, parts.bar),
    parts.title,
    element(
      "div", {class: "ask"}, parts.formula, element("span", {class: "equals", "aria-hidden": "true"}, "="), parts.field,
      parts.minus, parts.slash, element("span", {class: "break"}), parts.check, parts.reveal,
    ),
    parts.sentence,
  )
  parts.summary = element("div", {class: "summary"}, parts.headline, parts.told, parts.rows, parts.next)
  ui.root.setAttribute("role", "region")
  ui.root.setAttribute("aria-label", "You do it")
  ui.root.append(
    element(
      "div", {class: "head"}, element("h2", {}, "You do it"), parts.source,
      element("label", {class: "switch"}, parts.locals, "Ask for local derivatives too"), parts.streak, parts.stop,
    ),
    parts.question, parts.summary, parts.verdict,
  )
  return parts
}

function listen(ui, model, parts) {
  const {field} = parts
  const submit = () => {
    if (field.value.trim()) ui.send({type: "answer", text: field.value, key: model.card.key})
    field.focus({preventScroll: true})
  }
  ui.listen(field, "keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return
    event.preventDefault()
    if (!event.repeat) submit()
  })
  ui.listen(field, "input", () => field.removeAttribute("aria-invalid"))
  // After the component's own listener, which takes the focus away from what was clicked.
  const click = (button, act) => ui.listen(button, "click", () => setTimeout(act))
  click(parts.check, submit)
  click(parts.reveal, () => {
    ui.send({type: "reveal", key: model.card.key})
    field.focus({preventScroll: true})
  })
  click(parts.next, () => {
    parts.next.focus({preventScroll: true})
    ui.send({type: "next"})
  })
  click(parts.stop, () => ui.send({type: "stop"}))
  for (const key of [parts.minus, parts.slash]) {
    click(key, () => {
      field.setRangeText(key.textContent, field.selectionStart, field.selectionEnd, "end")
      field.focus({preventScroll: true})
    })
  }
  ui.listen(parts.source, "change", () => ui.send({type: "source", source: parts.source.value}))
  ui.listen(parts.locals, "change", () => ui.send({type: "locals", on: parts.locals.checked}))
}

function showHead(parts, card) {
  const titles = JSON.stringify(card.sources)
  if (parts.source.dataset.titles !== titles) {
    parts.source.dataset.titles = titles
    parts.source.replaceChildren(...card.sources.map(([value, title]) => element("option", {value}, title)))
  }
  parts.source.value = card.source
  parts.locals.checked = card.locals
  setText(parts.streak, card.streak)
  setText(parts.progress, card.progress)
  Object.assign(parts.bar, {max: Math.max(1, card.total), value: card.done})
}

function showQuestion(parts, card) {
  setText(parts.title, card.title)
  parts.formula.innerHTML = card.formula
  setText(parts.sentence, card.sentence)
  parts.field.setAttribute("aria-label", card.label)
  parts.field.value = ""
  parts.field.removeAttribute("aria-invalid")
}

function showSummary(parts, {headline, sentence, rows}) {
  setText(parts.headline, headline)
  setText(parts.told, sentence)
  parts.rows.replaceChildren(...rows.map(([formula, text]) => {
    const symbol = element("span", {class: "formula"})
    symbol.innerHTML = formula
    return element("li", {}, symbol, element("span", {class: "number"}, ` = ${text}`))
  }))
}

/** Show the verdict anew where it is a new one, though it may read the same: then it is said again. */
function showVerdict({verdict, field}, card, serial) {
  const shown = card.verdict
  if (shown && shown.serial === serial) return
  verdict.hidden = !shown
  if (!shown) {
    verdict.replaceChildren()
    return
  }
  verdict.dataset.kind = shown.kind
  verdict.replaceChildren(icon(MARKS[shown.kind]), element("p", {}, shown.text))
  requestAnimationFrame(() => verdict.scrollIntoView({block: "nearest"}))
  if (shown.kind === "wrong" || shown.kind === "unreadable") field.setAttribute("aria-invalid", "true")
}
