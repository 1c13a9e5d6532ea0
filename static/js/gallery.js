/* The gallery of data sets: a radio group of small pictures under headings. */

const PEN = "M3 17.2V21h3.8L17.8 9.9l-3.7-3.7zM20.7 7a1 1 0 0 0 0-1.4l-2.3-2.3a1 1 0 0 0-1.4 0l-1.8 1.8 3.7 3.7z"
const SIDE = 42

export function render(context) {
  const {model} = context
  return component(context, "gallery", (ui) => {
    const groups = element("div", {class: "groups", role: "radiogroup"})
    const card = addCard(ui, ".choice", ({dataset}) => {
      const {title, sentence} = model.items.find(({key}) => key === dataset.key) ?? {}
      return {title, text: sentence, aside: ui.root}
    })
    ui.root.append(groups, card)

    const radios = () => [...groups.querySelectorAll(".choice")]
    const paintAll = () => {
      for (const radio of radios()) {
        const item = model.items.find(({key}) => key === radio.dataset.key)
        if (item?.points?.byteLength) paint(radio.querySelector("canvas"), item, model)
      }
    }
    ui.watch(["items"], () => {
      const focused = groups.getRootNode().activeElement?.dataset?.key
      fill(groups, model.items)
      mark(groups, radios(), model)
      paintAll()
      radios().find(({dataset}) => dataset.key === focused)?.focus()
    })
    ui.watch(["value"], () => mark(groups, radios(), model))
    ui.watch(["label"], () => groups.setAttribute("aria-label", model.label))
    ui.watch(["colors", "lut", "dark"], ui.frame(paintAll))

    const choose = (radio) => {
      model.value = radio.dataset.key
      ui.send({type: "choose", key: radio.dataset.key})
    }
    ui.listen(groups, "click", (event) => {
      const radio = event.target.closest(".choice")
      if (radio) choose(radio)
    })
    ui.listen(groups, "keydown", (event) => {
      const next = neighbour(event, radios())
      if (!next) return
      event.preventDefault()
      if (next === event.target) return
      choose(next)
      next.focus()
    })
  })
}

function fill(groups, items) {
  const rows = new Map()
  for (const item of items) {
    const name = item.group ?? ""
    if (!rows.has(name)) rows.set(name, element("div", {class: "row"}))
    rows.get(name).append(choice(item))
  }
  groups.replaceChildren()
  for (const [name, row] of rows) {
    const chosen = element("span", {class: "chosen"})
    groups.append(element("div", {class: "heading", "aria-hidden": "true"}, element("span", {}, name), chosen), row)
  }
}

function choice({key, title, points}) {
  const picture = points?.byteLength ? element("canvas", {"aria-hidden": "true"}) : icon(PEN)
  const attributes = {type: "button", class: "choice", role: "radio", "aria-label": title, "aria-describedby": "card"}
  return element("button", {...attributes, "data-key": key}, picture)
}

/** Mark what is chosen, and name it beside its heading: a picture alone cannot be talked about. */
function mark(groups, radios, {items, value}) {
  const chosen = radios.find(({dataset}) => dataset.key === value)
  const stop = chosen ?? radios[0]
  for (const radio of radios) {
    radio.setAttribute("aria-checked", String(radio === chosen))
    radio.tabIndex = radio === stop ? 0 : -1
  }
  for (const heading of groups.querySelectorAll(".heading")) {
    const here = chosen && heading.nextElementSibling.contains(chosen)
    setText(heading.querySelector(".chosen"), here ? items.find(({key}) => key === value).title : "")
  }
}

/** Where an arrow leads: to the next in order, or to the nearest in the next line. `null` for any other key. */
function neighbour({key, target, ctrlKey, altKey, metaKey}, radios) {
  const at = radios.indexOf(target)
  if (at < 0 || ctrlKey || altKey || metaKey) return null
  const along = {ArrowRight: 1, ArrowLeft: -1}[key]
  if (along) return radios[(at + along + radios.length) % radios.length]
  const down = {ArrowDown: 1, ArrowUp: -1}[key]
  if (!down) return null
  const far = (node) => down * (node.offsetTop - target.offsetTop)
  const aside = (node) => Math.abs(node.offsetLeft - target.offsetLeft)
  const ahead = radios.filter((node) => far(node) > 0)
  return ahead.sort((a, b) => far(a) - far(b) || aside(a) - aside(b))[0] ?? target
}

function paint(canvas, item, model) {
  const context = fitCanvas(canvas, SIDE, SIDE)
  const points = bytesOf(item.points)
  const table = bytesOf(model.lut)
  const radius = points.length > 3 * 250 ? 1.2 : 1.7
  // A point on the edge of the square is still drawn whole.
  const scale = (SIDE / 2 - radius - 2.5) / 127
  context.clearRect(0, 0, SIDE, SIDE)
  for (let i = 0; i < points.length; i += 3) {
    const [x, y] = [(points[i] << 24) >> 24, (points[i + 1] << 24) >> 24]
    const index = points[i + 2]
    context.fillStyle = item.real ? lutColor(table, index) : model.colors[index % model.colors.length]
    context.beginPath()
    context.arc(SIDE / 2 + x * scale, SIDE / 2 - y * scale, radius, 0, 2 * Math.PI)
    context.fill()
  }
}
