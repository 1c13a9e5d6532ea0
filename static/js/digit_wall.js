/* Grey pictures as buttons, each on a canvas with one pixel a number, enlarged by the stylesheet. */

export function render(context) {
  const {model} = context
  return component(context, "digit-wall", (ui) => {
    const title = element("h3", {})
    const wall = element("div", {class: "wall", role: "group"})
    const text = element("p", {class: "text"})
    ui.root.append(title, wall, text)

    const buttons = () => [...wall.children]
    const paint = () => {
      const {side, items = [], pixels} = model.content
      const bytes = bytesOf(pixels)
      const ink = channelsOf(getComputedStyle(ui.root).getPropertyValue("--np-ink"))
      if (side) items.forEach((_, k) => paintDigit(wall.children[k].firstChild, bytes, k, side, ink))
    }
    const paintSoon = ui.frame(paint)
    const fill = () => {
      const {items = [], chosen = ""} = model.content
      setText(title, model.content.title ?? "")
      setText(text, model.content.text ?? "")
      wall.setAttribute("aria-label", model.content.title ?? "")
      ui.root.hidden = !model.content.title
      while (wall.children.length < items.length) wall.append(makeDigit())
      while (wall.children.length > items.length) wall.lastChild.remove()
      const stop = Math.max(0, items.findIndex(({key}) => key === chosen))
      items.forEach(({key, caption, label}, k) => {
        const button = wall.children[k]
        button.dataset.key = key
        button.setAttribute("aria-label", label)
        button.setAttribute("aria-pressed", String(key === chosen))
        button.tabIndex = k === stop ? 0 : -1
        setText(button.lastChild, caption)
      })
      paintSoon()
    }
    ui.watch(["content"], fill)
    ui.watch(["dark"], paintSoon)
    ui.watch(["quiet"], () => text.setAttribute("aria-live", model.quiet ? "off" : "polite"))
    ui.listen(wall, "click", (event) => {
      const button = event.target.closest("button")
      if (button) ui.send({type: "choose", key: button.dataset.key})
    })
    ui.listen(wall, "keydown", (event) => {
      const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key]
      const all = buttons()
      const at = all.indexOf(event.target)
      if (!step || at < 0 || event.ctrlKey || event.altKey || event.metaKey) return
      event.preventDefault()
      event.stopPropagation()
      const next = all[Math.min(Math.max(at + step, 0), all.length - 1)]
      all.forEach((button) => { button.tabIndex = button === next ? 0 : -1 })
      next.focus()
    })
  })
}

function makeDigit() {
  return element("button", {type: "button"}, element("canvas", {"aria-hidden": "true"}), element("span", {class: "caption"}))
}

function paintDigit(canvas, bytes, index, [height, width], [red, green, blue]) {
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width
    canvas.height = height
  }
  const context = canvas.getContext("2d")
  const image = context.createImageData(width, height)
  const first = index * width * height
  for (let k = 0; k < width * height; k += 1) {
    // Ink as dense as the number says; the page shows through the rest, light or dark.
    image.data.set([red, green, blue, bytes[first + k] ?? 0], 4 * k)
  }
  context.putImageData(image, 0, 0)
}

function channelsOf(color) {
  const hex = color.trim()
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16))
}
