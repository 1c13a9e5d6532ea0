/* One card for the whole page: what is under the pointer, or has the keyboard's focus, tells by its class what it is. */

const PREFIX = "np-about-"
// Long enough that a pointer on its way elsewhere leaves no trail of cards.
const WAIT_MS = 550
const GAP = 8

export function render(context) {
  return component(context, "about", (ui) => {
    const {model} = context
    const title = element("strong")
    const text = element("span")
    const card = element("div", {class: "card", role: "status", popover: "manual"}, title, text)
    ui.root.append(card)
    let waiting = 0
    let about = null

    const hide = () => {
      clearTimeout(waiting)
      about = null
      if (card.matches(":popover-open")) card.hidePopover()
    }
    const show = (node) => {
      const said = model.cards[keyOf(node)]
      // While the page is put together anew neither may be in it.
      if (!said || !node.isConnected || !card.isConnected) return
      setText(title, said.title)
      setText(text, said.text)
      card.showPopover()
      placeBeside(card, node.getBoundingClientRect())
    }
    const consider = (node, wait) => {
      if (node === about) return
      hide()
      if (!node) return
      about = node
      waiting = setTimeout(show, wait, node)
    }

    // Not "pointerover" and "focusin": between two parts of one shadow tree these do not leave the tree.
    ui.listen(document, "pointermove", (event) => event.pointerType === "mouse" && consider(owner(event), WAIT_MS))
    // Text fields count as focus-visible after a click, too; then the hand knows where it is.
    ui.listen(document, "keyup", (event) => event.key === "Tab" && consider(owner(event), 0))
    ui.listen(document, "focusout", hide)
    ui.listen(document, "pointerdown", (event) => {
      hide()
      // Whoever has pressed it knows it: no card until the pointer has been elsewhere.
      about = owner(event)
    }, {capture: true})
    ui.listen(document, "keydown", (event) => event.key === "Escape" && hide())
    ui.listen(document, "scroll", hide, {capture: true, passive: true})
    ui.onRemove(hide)
  })
}

/** The nearest part around an event that has something to say. */
function owner(event) {
  return event.composedPath().find((node) => node.classList && keyOf(node)) ?? null
}

function keyOf(node) {
  return [...node.classList].find((name) => name.startsWith(PREFIX))?.slice(PREFIX.length)
}

/** To the right of the part where there is room, else above it or beneath; never over it if that can be. */
function placeBeside(card, own) {
  const [width, height] = [card.offsetWidth, card.offsetHeight]
  const {clientWidth, clientHeight} = document.documentElement
  const within = (value, most) => Math.max(8, Math.min(value, most - 8))
  let x = own.right + GAP
  let y = within(own.top, clientHeight - height)
  if (x + width > clientWidth - 8) {
    x = within(own.left, clientWidth - width)
    y = own.top - GAP - height >= 8 ? own.top - GAP - height : within(own.bottom + GAP, clientHeight - height)
  }
  card.style.left = `${x}px`
  card.style.top = `${y}px`
}
