/* A card that says more of what is pointed at or focused. It lies above the page and moves nothing. */

const CARD_GAP = 6
const CARD_LINGER_MS = 120

/**
 * Show a card beside the children of `ui.root` that match `selector`.
 * `describe(node)` gives its `title` and `text`, without which there is no card, and what it must not cover:
 * it stands under `beneath`, or on the right of `aside` where there is room for it.
 */
function addCard(ui, selector, describe) {
  const title = element("strong")
  const text = element("span")
  const card = element("div", {class: "card", id: "card", role: "tooltip", popover: "manual"}, title, text)
  let shown = null
  let pinned = false
  let leaving = 0

  const show = (node) => {
    clearTimeout(leaving)
    const what = node.isConnected && describe(node)
    if (!what?.text) return
    setText(title, what.title ?? "")
    setText(text, what.text)
    if (!card.matches(":popover-open")) card.showPopover()
    place(card, node, what)
    shown = node
  }
  const hide = () => {
    clearTimeout(leaving)
    if (card.matches(":popover-open")) card.hidePopover()
    shown = null
    pinned = false
  }
  const hideSoon = () => {
    clearTimeout(leaving)
    leaving = setTimeout(() => pinned || hide(), CARD_LINGER_MS)
  }

  const anchor = (event) => event.target.closest?.(selector)
  // A finger does not hover: for it a tap shows the card, and the next one anywhere takes it away.
  ui.listen(ui.root, "pointerover", (event) => {
    if (event.pointerType !== "mouse") return
    if (anchor(event)) show(anchor(event))
    else if (card.contains(event.target)) clearTimeout(leaving)
  })
  ui.listen(ui.root, "pointerout", (event) => event.pointerType === "mouse" && hideSoon())
  ui.listen(ui.root, "focusin", (event) => anchor(event)?.matches(":focus-visible") && show(anchor(event)))
  ui.listen(ui.root, "focusout", hideSoon)
  ui.listen(ui.root, "click", (event) => {
    if (!anchor(event) || !["touch", "pen"].includes(event.pointerType)) return
    show(anchor(event))
    pinned = true
  })
  ui.listen(document, "pointerdown", (event) => shown && !event.composedPath().includes(shown) && hide())
  ui.listen(document, "scroll", () => shown && hide(), {capture: true, passive: true})
  ui.listen(document, "keydown", (event) => event.key === "Escape" && shown && hide())
  ui.onRemove(hide)
  return card
}

/** Beneath, or above where there is no room, or aside; always within the window. */
function place(card, node, {beneath = node, aside}) {
  const [width, height] = [card.offsetWidth, card.offsetHeight]
  const {clientWidth, clientHeight} = document.documentElement
  const own = node.getBoundingClientRect()
  const {top, bottom} = beneath.getBoundingClientRect()
  const right = aside ? aside.getBoundingClientRect().right + CARD_GAP : Infinity
  let x = Math.max(8, Math.min(own.left, clientWidth - width - 8))
  let y = bottom + CARD_GAP + height <= clientHeight ? bottom + CARD_GAP : Math.max(0, top - CARD_GAP - height)
  if (right + width <= clientWidth) [x, y] = [right, Math.max(0, Math.min(own.top, clientHeight - height - 8))]
  card.style.left = `${x}px`
  card.style.top = `${y}px`
}
