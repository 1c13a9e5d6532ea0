/* Things to be put in order: dragged, or moved by their buttons. */

const UP = "M12 8l6 6-1.4 1.4L12 10.8l-4.6 4.6L6 14z"
const DOWN_ONE = "M12 15.4l-6-6L7.4 8l4.6 4.6L16.6 8 18 9.4z"

/** Return a list of the places in `order`; `answer()` says how it stands. */
function orderList(ui, {items, names, order}) {
  const list = element("ol", {class: "order"})
  const said = element("div", {class: "unseen", role: "status"})
  for (const place of order) list.append(item(place))

  function item(place) {
    const words = element("span", {class: "words"})
    words.innerHTML = items[place]
    const button = (name, path, direction) => {
      const made = element("button", {type: "button", "aria-label": `${name}: ${names[place]}`, title: name})
      made.append(icon(path))
      ui.listen(made, "click", (event) => {
        move(node, direction)
        // The button moves along under the keyboard's hand.
        if (!event.detail) made.focus()
      })
      return made
    }
    const node = element("li", {"data-place": place}, words, button("Move up", UP, -1), button("Move down", DOWN_ONE, 1))
    return node
  }

  function move(node, direction) {
    const other = direction < 0 ? node.previousElementSibling : node.nextElementSibling
    if (!other) return
    if (direction < 0) other.before(node)
    else other.after(node)
    tell(node)
  }
  const tell = (node) => {
    const at = [...list.children].indexOf(node) + 1
    setText(said, `${names[node.dataset.place]}: now ${at} of ${list.children.length}`)
  }

  let held = null
  ui.listen(list, "pointerdown", (event) => {
    if (event.button || event.target.closest("button")) return
    held = event.target.closest("li")
    if (!held) return
    list.setPointerCapture(event.pointerId)
    held.classList.add("held")
    event.preventDefault()
  })
  ui.listen(list, "pointermove", (event) => {
    if (!held) return
    const others = [...list.children].filter((node) => node !== held)
    const after = others.find((node) => {
      const {top, height} = node.getBoundingClientRect()
      return event.clientY < top + height / 2
    })
    if (after ? after.previousElementSibling !== held : list.lastElementChild !== held) list.insertBefore(held, after ?? null)
  })
  const drop = () => {
    if (!held) return
    held.classList.remove("held")
    tell(held)
    held = null
  }
  ui.listen(list, "pointerup", drop)
  ui.listen(list, "pointercancel", drop)

  return {nodes: [list, said], answer: () => [...list.children].map((node) => node.dataset.place).join(",")}
}
