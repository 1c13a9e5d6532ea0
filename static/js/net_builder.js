/* A network as a row of cards, with what is to be set of one of them beneath. */

export function render(context) {
  const {model} = context
  return component(context, "net-builder", (ui) => {
    const list = element("ol", {class: "layers", "aria-label": "Layers of the network"})
    const total = element("span", {class: "total"})
    const problem = element("p", {class: "problem", role: "status"})
    const restore = element("button", {type: "button", class: "restore"}, "Back to the network that runs")
    const editor = element("div", {class: "editor"})
    ui.root.append(list, element("div", {class: "beneath"}, total, problem, restore), editor)

    // What is open beneath the row: a card, or the plus behind one.
    let opened = {what: "", id: ""}
    // Behind which card a layer was asked for: the one that comes is opened.
    let awaited = null
    let settings = null
    let shown = null

    const cards = () => model.content.cards ?? []
    const cardOf = (id) => cards().find((card) => card.id === id)

    const draw = () => {
      const all = cards()
      // What comes along by itself is not what was asked for.
      const isNew = awaited && all.find(({id, removable}) => removable && !awaited.includes(id))
      if (isNew) {
        opened = {what: "card", id: isNew.id}
        awaited = null
      }
      if (!cardOf(opened.id)) opened = {what: "", id: ""}
      fillCards(list, all, opened)
      setText(total, model.content.total ?? "")
      setText(problem, model.content.problem ?? "")
      problem.hidden = restore.hidden = !model.content.problem
      drawEditor()
      if (isNew) focusPart(stops().find(({dataset}) => dataset.what === "card" && dataset.id === isNew.id))
      keepOneStop()
    }
    const drawEditor = () => {
      const card = cardOf(opened.id)
      editor.hidden = !card
      if (!card) {
        editor.replaceChildren()
        settings = shown = null
      } else if (opened.what === "add") {
        settings = shown = null
        editor.replaceChildren(makeAdding(card, model.kinds, (message) => {
          awaited = cards().map(({id}) => id)
          ui.send({...message, id: card.id})
        }))
      } else {
        if (!settings || !sameControls(shown, card)) {
          settings = makeSettings(card, (message) => ui.send({...message, id: card.id}))
          editor.replaceChildren(settings.root)
        }
        shown = card
        settings.fill(card)
      }
    }
    // One of all cards and pluses is in the tab order.
    const stops = () => [...list.querySelectorAll("button")].filter((button) => !button.hidden)
    let stop = 0
    const keepOneStop = () => {
      const all = stops()
      stop = Math.min(stop, all.length - 1)
      all.forEach((button, k) => { button.tabIndex = k === stop ? 0 : -1 })
    }
    const focusPart = (button) => {
      if (!button) return
      stop = stops().indexOf(button)
      keepOneStop()
      button.focus({preventScroll: true})
      button.scrollIntoView({block: "nearest", inline: "nearest"})
    }
    ui.watch(["content", "kinds"], draw)
    ui.listen(list, "click", (event) => {
      const button = event.target.closest("button")
      if (!button) return
      // Whoever opens another one meanwhile is not taken away from it.
      awaited = null
      const {what, id} = button.dataset
      opened = opened.what === what && opened.id === id ? {what: "", id: ""} : {what, id}
      stop = stops().indexOf(button)
      draw()
    })
    ui.listen(list, "keydown", (event) => {
      const all = stops()
      const at = all.indexOf(event.target)
      if (at < 0 || event.ctrlKey || event.altKey || event.metaKey) return
      const next = {
        ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: all.length - 1,
      }[event.key]
      const card = cardOf(event.target.dataset.id)
      if (next !== undefined) {
        event.preventDefault()
        event.stopPropagation()
        focusPart(all[Math.min(Math.max(next, 0), all.length - 1)])
      } else if (event.key === "Delete" && event.target.dataset.what === "card" && card?.removable) {
        event.preventDefault()
        ui.send({type: "remove", id: card.id})
      }
    })
    ui.listen(restore, "click", () => ui.send({type: "restore"}))
  })
}

/** Bring the cards in line with what is to be shown; those that stay keep the focus. */
function fillCards(list, cards, opened) {
  const known = new Map([...list.children].map((item) => [item.dataset.id, item]))
  const items = cards.map((card) => known.get(card.id) ?? makeCard(card))
  for (const item of known.values()) if (!items.includes(item)) item.remove()
  items.forEach((item, k) => {
    if (list.children[k] !== item) list.insertBefore(item, list.children[k] ?? null)
  })
  items.forEach((item, k) => fillCard(item, cards[k], opened))
}

function makeCard({id}) {
  const part = (name) => element("span", {class: name})
  const card = element(
    "button", {type: "button", class: "card", "data-what": "card", "data-id": id},
    part("title"), part("picture"), part("shape"), part("detail"), part("parameters"),
  )
  const add = element("button", {type: "button", class: "add", "data-what": "add", "data-id": id}, "+")
  return element("li", {"data-id": id}, card, add)
}

function fillCard(item, card, opened) {
  const [button, add] = item.children
  const [title, picture, shape, detail, parameters] = button.children
  const written = card.shape ? card.shape.join(" × ") : "impossible"
  setText(title, card.title)
  setText(shape, card.refusal ? "does not fit" : card.shape ? written : "–")
  setText(detail, card.detail)
  setText(parameters, card.parameters)
  const key = JSON.stringify([card.shape, card.refusal === ""])
  if (picture.dataset.shape !== key) {
    picture.dataset.shape = key
    picture.replaceChildren(shapePicture(card.shape, card.refusal !== ""))
  }
  item.classList.toggle("is-refused", Boolean(card.refusal))
  item.classList.toggle("is-fixed", !card.removable)
  const says = card.refusal ? `does not fit: ${card.refusal}` : card.shape ? `hands on ${written}` : "cannot be reached"
  const about = [card.title, card.detail, says, card.parameters].filter(Boolean).join(", ")
  button.setAttribute("aria-label", about)
  button.setAttribute("aria-expanded", String(opened.what === "card" && opened.id === card.id))
  add.hidden = !card.addable
  add.setAttribute("aria-label", `Add a layer behind ${card.title}`)
  add.setAttribute("aria-expanded", String(opened.what === "add" && opened.id === card.id))
}
