/* A prediction before the picture. */

export function render(context) {
  const {model, view} = context
  return component(context, "stack_question", (ui) => {
    const title = element("h2", {})
    const text = element("p", {class: "text", id: "text"})
    const choices = element("div", {class: "choices", role: "group", "aria-labelledby": "text"})
    const verdict = element("p", {class: "verdict", role: "status"})
    const skip = element("button", {type: "button", class: "skip"})
    const card = element("section", {"aria-label": "A prediction"}, title, text, element("div", {class: "row"}, choices, skip), verdict)
    ui.root.append(card)

    ui.watch(["question"], () => {
      const {question} = model
      const answered = question.answer >= 0
      card.hidden = !question.title
      // The element around it has margins of its own, which would stay.
      view.el.classList.toggle("is-empty", card.hidden)
      if (card.hidden) return
      setText(title, question.title)
      setText(text, question.text)
      setText(verdict, question.verdict)
      setText(skip, answered ? "Close" : "Skip: show me")
      choices.replaceChildren(...question.choices.map((choice, i) => {
        const mark = answered ? {[question.right]: "✓", [question.answer]: question.answer === question.right ? "✓" : "✗"}[i] : ""
        const button = element("button", {type: "button", "data-choice": i}, mark ? `${mark} ${choice}` : choice)
        if (answered) {
          button.setAttribute("aria-disabled", "true")
          button.dataset.state = i === question.right ? "right" : i === question.answer ? "wrong" : ""
          button.setAttribute("aria-pressed", String(i === question.answer))
        }
        return button
      }))
    })
    ui.listen(choices, "click", (event) => {
      const button = event.target.closest("button")
      if (button && isEnabled(button)) ui.send({type: "answer", choice: Number(button.dataset.choice)})
    })
    ui.listen(skip, "click", () => ui.send({type: "skip"}))
  })
}
