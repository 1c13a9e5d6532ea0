/* A line to type an expression into: answered while it is typed, taken on Enter. */

const ANSWER_AFTER_MS = 150
// Far more than is ever read; a whole file pasted by mistake need not travel.
const LONGEST_SENT = 20000
// Around the character that is wrong, so much of the text is shown.
const SHOWN_AROUND = 24

export function render(context) {
  const {model} = context
  return component(context, "expression_field", (ui) => {
    const name = element("span", {class: "label"})
    const input = element("input", {
      type: "text", spellcheck: "false", autocomplete: "off", autocapitalize: "off", "aria-describedby": "answer",
    })
    const button = element("button", {type: "button"})
    const answer = element("div", {class: "answer", id: "answer", "aria-live": "polite"})
    ui.root.append(element("label", {}, name, input), button, answer)

    let timer = 0
    const check = () => ui.send({type: "check", text: input.value.slice(0, LONGEST_SENT)})
    const take = () => {
      clearTimeout(timer)
      ui.send({type: "take", text: input.value.slice(0, LONGEST_SENT)})
    }
    const show = () => {
      const said = model.answer.text === input.value.slice(0, LONGEST_SENT) ? model.answer : null
      const wrong = Boolean(said?.message)
      input.setAttribute("aria-invalid", String(wrong))
      ui.root.dataset.state = wrong ? "wrong" : said ? "right" : "waiting"
      // While an answer is under way the old one would be about another text.
      if (said) answer.replaceChildren(...(wrong ? complaint(said) : reading(said)))
    }

    ui.watch(["label"], () => setText(name, model.label))
    ui.watch(["action"], () => setText(button, model.action))
    ui.watch(["text"], () => {
      input.value = model.text
      show()
    })
    ui.watch(["answer"], show)

    ui.listen(input, "input", () => {
      clearTimeout(timer)
      timer = setTimeout(check, ANSWER_AFTER_MS)
      show()
    })
    ui.listen(input, "keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) take()
      if (event.key !== "Escape") return
      // Back to what is drawn.
      input.value = model.text
      check()
    })
    ui.listen(button, "click", take)
    ui.onRemove(() => clearTimeout(timer))
  })
}

/** The expression as it was read, typeset. */
function reading({formula}) {
  const shown = element("span", {class: "formula"})
  shown.innerHTML = formula
  return [element("span", {class: "tick", "aria-hidden": "true"}, "✓"), element("span", {class: "unseen"}, "Read as "), shown]
}

/** The message, and under it the text with the character that is wrong; as text, for a student has typed it. */
function complaint({message, text, position}) {
  const said = element("div", {class: "message"}, message)
  if (position == null) return [said]
  // A character of two halves is marked whole.
  const at = [...text.slice(0, position)].length
  const characters = [...text]
  const before = characters.slice(Math.max(0, at - SHOWN_AROUND), at).join("")
  const after = characters.slice(at + 1, at + 1 + SHOWN_AROUND).join("")
  const cut = (holds) => (holds ? "…" : "")
  const line = element(
    "code", {class: "where", "aria-hidden": "true"},
    cut(at > SHOWN_AROUND) + before,
    element("mark", {}, characters[at] ?? " "),
    after + cut(characters.length > at + 1 + SHOWN_AROUND),
  )
  return [said, line]
}
