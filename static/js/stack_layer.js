/* One layer of a stack: its activations as a picture, and the bar of its gradient. */

/** Build a layer; `go` is called with the phase when one of its two parts is pressed. */
function makeLayer(number) {
  const part = (phase, ...children) =>
    element("button", {type: "button", class: `part ${phase}`, "data-layer": number, "data-phase": phase}, ...children)
  const fact = (name) => element("span", {class: `fact ${name}`})
  const layer = {
    canvas: element("canvas", {width: 1, height: 1}),
    rms: fact("rms"),
    slope: fact("slope"),
    flat: fact("flat"),
    bar: element("span", {class: "bar"}),
    second: element("span", {class: "bar second"}),
    gradient: element("span", {class: "gradient"}),
    factor: element("span", {class: "factor"}),
  }
  const arc = element("span", {class: "arc"}, element("span", {class: "plus"}, "+"))
  layer.forward = part(
    "forward",
    element("span", {class: "number"}, String(number)),
    element("span", {class: "tile"}, arc, layer.canvas),
    element("span", {class: "facts"}, layer.rms, layer.slope, layer.flat),
  )
  layer.backward = part("backward", element("span", {class: "track"}, layer.second, layer.bar), layer.gradient)
  layer.root = element("div", {class: "layer", "data-number": number}, layer.forward, layer.backward, layer.factor)
  return layer
}

/** Show a layer's numbers; `flow` is null where only the pinned stack is this deep. */
function fillLayer(layer, flow, pinned, {current, phase}) {
  const {root, forward, backward} = layer
  const here = flow && flow.number === current
  root.dataset.current = here ? phase : ""
  root.classList.toggle("is-known", Boolean(flow?.known))
  root.classList.toggle("is-absent", !flow)
  for (const [node, label, lit] of [
    [forward, flow?.forward, here && phase === "forward"], [backward, flow?.backward, here && phase === "backward"],
  ]) {
    node.setAttribute("aria-label", pinned?.text && node === backward ? `${label}. Pinned: ${pinned.text}` : label ?? "")
    node.disabled = !flow
    if (lit) node.setAttribute("aria-current", "step")
    else node.removeAttribute("aria-current")
  }
  setText(layer.rms, flow?.rms ?? "")
  setText(layer.slope, flow?.slope ?? "")
  setText(layer.flat, flow?.flat ?? "")
  setText(layer.factor, flow?.factor ?? "")
  fillNumber(layer.gradient, flow?.gradient ?? "")
  showBar(layer.bar, flow?.share)
  showBar(layer.second, pinned?.share)
}

/** The power of ten goes into a part of its own: where columns are narrow, into a line of its own. */
function fillNumber(node, text) {
  if (node.dataset.text === text) return
  node.dataset.text = text
  const at = text.indexOf("e")
  if (at < 0) node.replaceChildren(text)
  else node.replaceChildren(text.slice(0, at), element("span", {class: "power"}, text.slice(at)))
}

function showBar(bar, share) {
  bar.hidden = share == null
  if (share != null) bar.style.setProperty("--share", share)
}

/** Paint the activations: a unit each line and an example each column, or the other way round where layers lie flat. */
function paintTile(layer, known, bytes, table, {units, examples}, flat) {
  const {canvas} = layer
  const [width, height] = flat ? [units, examples] : [examples, units]
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height})
  const context = canvas.getContext("2d")
  if (!known || bytes.length < units * examples) {
    context.clearRect(0, 0, width, height)
    return
  }
  const image = context.createImageData(width, height)
  for (let example = 0; example < examples; example++) {
    for (let unit = 0; unit < units; unit++) {
      const to = 4 * (flat ? example * units + unit : unit * examples + example)
      const from = 3 * bytes[example * units + unit]
      image.data.set(table.subarray(from, from + 3), to)
      image.data[to + 3] = 255
    }
  }
  context.putImageData(image, 0, 0)
}
