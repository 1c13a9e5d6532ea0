/* The wall: a column of pictures a layer, painted anew with each frame, and the hand and keys that pick a number. */

export function render(context) {
  const {model} = context
  return component(context, "map-wall", (ui) => {
    const columns = element("div", {class: "layers", role: "group"})
    const reading = element("p", {class: "reading"})
    ui.root.append(columns, reading)
    const wall = {layers: [], built: "", width: 0, parts: []}
    const style = getComputedStyle(ui.root)

    const paint = () => {
      const {picked, fields = []} = model.content
      if (!wall.width || !wall.layers.length) return
      wall.look ??= lookOf(style, model)
      const scene = {...wall.look, fields, picked}
      wall.layers.forEach((layer, k) => {
        layer.paint(wall.parts[k], scene)
        if (layer.row.filters) layer.paintFilters(wall.filterParts[k], scene)
      })
      const text = picked?.text ?? (model.pickable ? "Pick a number of a map to see where it comes from." : "")
      setText(reading, wall.hover ?? text)
    }
    const paintSoon = ui.frame(paint)
    const layOut = () => {
      const width = ui.root.clientWidth
      if (!width || !wall.layers.length) return
      wall.width = width
      const {stacked, fits} = fitWall(wall.layers.map(({row}) => row), width, model.wall_height, model.wraps)
      ui.root.classList.toggle("stacked", stacked)
      wall.layers.forEach((layer, k) => layer.resize(fits[k], stacked ? width - 4 : columnWidth(layer.row, fits[k])))
      paint()
    }
    const layOutSoon = ui.frame(layOut)

    const follow = () => {
      const {layers = [], pixels} = model.content
      const built = JSON.stringify(layers.map(({number, side, count, flat, filters}) =>
        [number, side, count, flat, filters?.side, filters?.channels, filters?.count]))
      const isNew = built !== wall.built
      if (isNew) {
        wall.built = built
        wall.hover = null
        wall.layers = layers.map((row, index) => new WallLayer(row, index))
        columns.replaceChildren(...wall.layers.map(({node}) => node))
      }
      wall.layers.forEach((layer, k) => layer.follow(layers[k]))
      cut(wall, bytesOf(pixels))
      tellMark(wall, model.content.picked)
      if (isNew) layOutSoon()
      else paintSoon()
    }
    ui.watch(["content"], follow)
    ui.watch(["luts", "dark"], () => {
      wall.look = null
      paintSoon()
    })
    ui.watch(["label"], () => columns.setAttribute("aria-label", model.label))
    ui.watch(["wall_height", "wraps"], () => {
      ui.root.classList.toggle("wraps", model.wraps)
      layOutSoon()
    })
    ui.watch(["pickable"], () => ui.root.classList.toggle("pickable", model.pickable))
    const observer = new ResizeObserver(() => ui.root.clientWidth !== wall.width && layOutSoon())
    observer.observe(ui.root)
    ui.onRemove(() => observer.disconnect())

    const layerOf = ({target}) => wall.layers.find(({canvas}) => canvas === target)
    const pick = (layer, place) => {
      layer.mark = place
      ui.send({type: "pick", layer: layer.row.number, place})
    }
    ui.listen(columns, "click", (event) => {
      const layer = layerOf(event)
      if (!layer || !model.pickable || layer.row.state === "waiting") return
      const place = layer.at(event.offsetX - 2, event.offsetY - 2)
      if (place) pick(layer, place)
    })
    ui.listen(columns, "keydown", (event) => {
      const layer = layerOf(event)
      if (!layer || !model.pickable || event.ctrlKey || event.altKey || event.metaKey) return
      const {picked} = model.content
      const isHere = picked?.layer === layer.row.number
      const place = event.key === "Enter" ? layer.mark : layer.moved(event.key, layer.mark)
      if (!place || layer.row.state === "waiting") return
      event.preventDefault()
      // The first key shows where the mark is, the next ones move it.
      pick(layer, isHere ? place : layer.mark)
    })
    ui.listen(columns, "pointermove", (event) => {
      const layer = event.pointerType === "mouse" ? layerOf(event) : null
      const place = layer && layer.row.state !== "waiting" && layer.at(event.offsetX - 2, event.offsetY - 2)
      hover(place ? `${layer.row.title}, ${placeWords(layer.row, place)}: about ${about(layer, place, wall)}` : null)
    })
    ui.listen(columns, "pointerleave", () => hover(null))
    const hover = (text) => {
      if (wall.hover === text) return
      wall.hover = text
      paintSoon()
    }
  })
}

/** Give each layer, and each layer's filters, their part of the bytes. */
function cut(wall, bytes) {
  let at = 0
  const take = (length) => bytes.subarray(at, at += length)
  wall.parts = wall.layers.map((layer) => take(layer.length))
  wall.filterParts = wall.layers.map(({row: {filters}}) =>
    filters ? take(filters.side[0] * filters.side[1] * filters.channels * filters.count) : null)
}

/** Say to screen readers where the mark of each layer is; what is picked has a number. */
function tellMark(wall, picked) {
  for (const layer of wall.layers) {
    const isPicked = picked?.layer === layer.row.number
    if (isPicked) layer.mark = picked.place
    const [row, column, channel] = layer.row.flat ? [0, 0, layer.mark[0]] : layer.mark
    const at = (channel * layer.row.side[0] + row) * layer.row.side[1] + column
    layer.canvas.setAttribute("aria-valuenow", at + 1)
    layer.canvas.setAttribute("aria-valuetext", isPicked ? picked.text : placeWords(layer.row, layer.mark))
  }
}

/** A number as the picture has it: of 256 shades. */
function about(layer, place, wall) {
  const {row} = layer
  const [i, j, k] = row.flat ? [0, 0, place[0]] : place
  const byte = wall.parts[layer.index][(k * row.side[0] + i) * row.side[1] + j]
  const share = row.ink ? byte / 255 : (byte - 127.5) / 127.5
  const value = Math.abs(share) < 0.006 ? 0 : share * row.limit
  return String(Number(value.toPrecision(2))).replace("-", "−")
}

function lookOf(style, model) {
  const names = ["surface", "raised", "rule", "ink", "backward", "negative", "positive"]
  const colors = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--np-${name}`).trim()]))
  return {colors, tables: wallTables(model.luts, model.dark, style)}
}
