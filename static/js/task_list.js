/* Things to try. */

export function render(context) {
  const {model} = context
  return component(context, "task-list", (ui) => {
    const title = element("h2", {}, "Try it")
    const list = element("ul", {})
    ui.root.append(title, list)
    ui.watch(["quiet"], () => list.setAttribute("aria-live", model.quiet ? "off" : "polite"))
    ui.watch(["tasks"], () => {
      const {tasks} = model
      ui.root.hidden = tasks.length === 0
      while (list.children.length > tasks.length) list.lastElementChild.remove()
      while (list.children.length < tasks.length) list.append(makeTask())
      tasks.forEach((task, k) => show(list.children[k], task))
    })
  })
}

function makeTask() {
  return element("li", {}, element("span", {class: "mark", role: "img"}),
    element("div", {}, element("p", {class: "text"}), element("p", {class: "seen"})))
}

function show(node, {text, done, seen}) {
  const mark = node.querySelector(".mark")
  node.classList.toggle("is-done", done)
  setText(mark, done ? "✓" : "○")
  mark.setAttribute("aria-label", done ? "Done" : "Not done yet")
  setText(node.querySelector(".text"), text)
  setText(node.querySelector(".seen"), seen)
}
