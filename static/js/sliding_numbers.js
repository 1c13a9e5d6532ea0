/* A frame of a sliding window: its numbers go into the grids, and what stands around them. */

/** The arrays of a frame, by role. */
function unpack({model: {content}, grids, geometry, pools, backward}) {
  const bytes = bytesOf(content.numbers).slice()
  const all = new Float32Array(bytes.buffer, 0, bytes.byteLength >> 2)
  const count = (shape) => shape.reduce((a, b) => a * b, 1)
  const {space, size, positions} = geometry
  const order = [["x", space], ["w", size], ["y", positions]]
  if (backward) order.push(["dx", space], ["dw", size], ["dy", positions])
  const values = {}
  let at = 0
  for (const [role, shape] of order) {
    if (pools && ["w", "dw"].includes(role)) continue
    values[role] = all.subarray(at, at + count(shape))
    at += count(shape)
  }
  if (pools) values.w = content.now?.read ?? Array(geometry.taps).fill(NaN)
  if (grids.b) values.b = [content.bias]
  return values
}

function fill(scene) {
  const {model: {content}, grids, shades, backward} = scene
  scene.values = unpack(scene)
  for (const [role, grid] of Object.entries(grids)) grid.fill(scene.values[role], shades, content.grey && role === "x")
  showTabs(scene, "x", content.channel, content.thumbs.x, content.grey ? GREYS : shades)
  showTabs(scene, backward ? "dy" : "y", content.filter, content.thumbs.y, shades)
  annotate(scene)
  showFoot(scene)
}

/** In the kernel's cells stands what they do now. */
function annotate({model: {content}, grids, pools, backward}) {
  const {now} = content
  const texts = (values, write) => values?.map(write)
  const equals = (value) => `= ${cellText(value)}`
  const plus = (value) => `${value < 0 ? "" : "+"}${cellText(value)}`
  if (pools) {
    const below = backward
      ? texts(now?.to_x, (share, k) => `${k === now.winner ? "▲ " : ""}→ ${cellText(share)}`)
      : texts(now?.read, (_, k) => pooled(content.operation, now, k))
    grids.w.annotate(null, below)
  } else if (backward) {
    grids.w.annotate(texts(now?.to_x, () => `${cellText(now.delta)} ×`), texts(now?.to_x, equals))
    grids.dw.annotate(texts(now?.to_w, plus))
  } else {
    grids.w.annotate(texts(now?.read, (x) => `${cellText(x)} ×`), texts(now?.products, equals))
  }
  if (backward) {
    const added = {}
    now?.to_x?.forEach((share, k) => { if (now.inside[k] >= 0) added[now.inside[k]] = share ? plus(share) : "" })
    grids.dx.annotate(null, added)
  }
}

/** What happens to one number of a pooling window. */
function pooled(operation, {winner, divisor}, tap) {
  if (operation === "average") return `/ ${divisor}`
  return tap === winner ? "▲ largest" : ""
}

function showFoot({foot, backward, model: {content}}) {
  const {now, channel, channels, relu} = content
  foot.node.classList.toggle("empty", !now?.known)
  if (backward) {
    setText(foot.arrives, now?.known ? arriving(now, relu) : "")
    if (foot.bias) setText(foot.bias, `∂L/∂b so far ${cellText(content.bias_gradient)}`)
    return
  }
  foot.parts.forEach((node, k) => {
    setText(node, now?.known ? `${channels[k]}: ${cellText(now.parts[k])}` : channels[k])
    node.classList.toggle("chosen", k === channel)
  })
  const {known} = now ?? {}
  if (foot.sum) {
    const sum = known ? `sum ${cellText(now.sum)}` : "sum"
    const mean = `${sum} / ${known ? now.divisor : "count"}`
    setText(foot.sum, {max: "the largest", average: mean}[content.operation] ?? sum)
  }
  const before = relu && known ? `z ${cellText(now.total)} → ReLU → ` : ""
  setText(foot.result, known ? `${before}${cellText(now.value)}` : relu ? "z" : "y")
}

function arriving({upstream, total}, relu) {
  if (!relu) return `arrives: ${cellText(upstream)}`
  return `arrives: ${cellText(upstream)}, ReLU ${total > 0 ? "lets it through" : "stops it: z is not above 0"}`
}

/** Several channels or filters: one is in front, all are seen small. */
function buildTabs({ui, model, blocks, pools, geometry}, role, choose) {
  const {content} = model
  const names = choose === "channel" ? content.channels : Array.from({length: content.filters}, (_, k) => String(k))
  const block = blocks[role]
  if (names.length < 2 || (pools && choose === "filter")) return
  const shape = choose === "channel" ? geometry.space : geometry.positions
  block.tabs.setAttribute("aria-label", choose === "channel" ? "Channel of the input" : "Filter")
  block.buttons = names.map((name, index) => {
    const canvas = element("canvas", {width: shape[2], height: shape[0] * shape[1], "aria-hidden": "true"})
    const label = `${choose} ${name}`
    const word = element("span", {}, name)
    const button = element("button", {type: "button", role: "radio", "aria-label": label}, canvas, word)
    ui.listen(button, "click", () => ui.send({type: choose, index}))
    ui.listen(button, "keydown", (event) => {
      const by = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key]
      if (!by) return
      event.preventDefault()
      const to = (index + by + names.length) % names.length
      block.buttons[to].button.focus()
      ui.send({type: choose, index: to})
    })
    return {button, canvas}
  })
  block.tabs.append(...block.buttons.map(({button}) => button))
}

function showTabs({blocks}, role, chosen, thumbs, shades) {
  const {buttons} = blocks[role]
  if (!buttons.length) return
  const bytes = bytesOf(thumbs)
  buttons.forEach(({button, canvas}, index) => {
    button.setAttribute("aria-checked", String(index === chosen))
    button.tabIndex = index === chosen ? 0 : -1
    const count = canvas.width * canvas.height
    const context = canvas.getContext("2d")
    const image = context.createImageData(canvas.width, canvas.height)
    for (let k = 0; k < count; k++) {
      const {channels} = shades[bytes[index * count + k] ?? 128]
      image.data.set(channels, 4 * k)
      image.data[4 * k + 3] = 255
    }
    context.putImageData(image, 0, 0)
  })
}

/** What is pointed at, in words; else what can be done here. */
function tell({pointed, parts, model, geometry, backward}) {
  if (!pointed) {
    const hint = model.editable ? HINTS.both : HINTS.fixed
    setText(parts.reading, hint(backward ? "∂L/∂y" : "y"))
    return
  }
  const {grid, number, inside} = pointed
  const value = inside ? grid.values[number] : 0
  const known = Number.isNaN(value) ? "is not made yet" : `= ${fullText(value)}`
  let more = ""
  if (grid.role === "x") {
    const count = geometry.readers(pointed.at).length
    more = `; read by ${count} output${count === 1 ? "" : "s"}`
  }
  setText(parts.reading, inside ? `${nameOf(pointed)} ${known}${more}` : `Padding: 0${more}`)
}
