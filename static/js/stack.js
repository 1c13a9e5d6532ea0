/* A stack of layers: the large number, the axis, and the layers from left to right or, where it is narrow, one a line. */

const NARROW = 640
// With more layers than these a number of more letters takes two lines.
const CROWDED = 12
const LONG = 5

export function render(context) {
  const {model} = context
  return component(context, "stack", (ui) => {
    const results = element("div", {class: "results"})
    const axis = element("div", {class: "axis", "aria-hidden": "true"})
    const columns = element("div", {class: "columns"})
    const plot = element("div", {class: "plot", role: "group", "aria-label": "Layers"}, axis, columns)
    const note = element("p", {class: "note"})
    ui.root.append(results, plot, element("div", {class: "beneath"}, note, legend()))

    const view = {layers: [], narrow: false}
    const draw = () => {
      const {frame} = model
      if (!frame.layers) return
      const count = Math.max(frame.layers.length, frame.pinned.length)
      if (view.layers.length !== count) {
        view.layers = Array.from({length: count}, (_, i) => makeLayer(i + 1))
        columns.replaceChildren(...view.layers.map(({root}) => root))
      }
      ui.root.style.setProperty("--count", count)
      ui.root.classList.toggle("has-skips", frame.skip)
      ui.root.classList.toggle("is-crowded", count > CROWDED)
      const long = frame.layers.some(({gradient}) => gradient.length > LONG)
      ui.root.classList.toggle("is-breaking", count > CROWDED && long)
      ui.root.classList.toggle("has-pinned", frame.pinned.length > 0)
      ui.root.dataset.flat = frame.flat_name
      setText(note, frame.note)
      showResults(results, frame.results)
      showAxis(axis, frame)
      view.layers.forEach((layer, i) => fillLayer(layer, frame.layers[i], frame.pinned[i], frame))
      paint()
      const at = frame.current ? 2 * frame.current - (frame.phase === "forward" ? 2 : 1) : 0
      makeTabStop(parts(), at)
    }
    const paint = () => {
      const {frame} = model
      const [bytes, table] = [bytesOf(model.tiles), bytesOf(model.lut)]
      if (table.length < 768 || !frame.layers) return
      const size = frame.units * frame.examples
      view.layers.forEach((layer, i) => {
        paintTile(layer, frame.layers[i]?.known, bytes.subarray(i * size, (i + 1) * size), table, frame, view.narrow)
      })
    }
    const parts = () => view.layers.flatMap(({forward, backward}) => [forward, backward]).filter((one) => !one.disabled)
    const drawSoon = ui.frame(() => {
      draw()
      ui.send({type: "ack"})
    })
    ui.watch(["frame", "tiles"], drawSoon)
    ui.watch(["lut"], ui.frame(paint))

    const observer = new ResizeObserver(() => {
      const narrow = ui.root.clientWidth > 0 && ui.root.clientWidth < NARROW
      ui.root.classList.toggle("is-narrow", narrow)
      if (narrow === view.narrow) return
      view.narrow = narrow
      paint()
    })
    observer.observe(ui.root)
    ui.onRemove(() => observer.disconnect())

    ui.listen(columns, "click", (event) => {
      const part = event.target.closest(".part")
      if (part) ui.send({type: "go", layer: Number(part.dataset.layer), phase: part.dataset.phase})
    })
    ui.listen(columns, "keydown", (event) => {
      const step = {ArrowDown: 1, ArrowUp: -1}[event.key]
      const all = parts()
      const at = all.indexOf(event.target)
      if (!step || at < 0) return
      event.preventDefault()
      const next = Math.min(Math.max(at + step, 0), all.length - 1)
      makeTabStop(all, next)
      all[next].focus()
    })
  })
}

/** One part is in the tab order; the arrows up and down move among the others. */
function makeTabStop(parts, index) {
  parts.forEach((part, i) => { part.tabIndex = i === index ? 0 : -1 })
}

function showResults(node, results) {
  while (node.children.length < results.length) node.append(makeResult())
  while (node.children.length > results.length) node.lastChild.remove()
  results.forEach(({title, ratio, verdict, sentence}, i) => {
    const [name, number, text] = node.children[i].children
    node.children[i].dataset.verdict = verdict
    setText(name, title)
    setText(number, ratio)
    setText(text, sentence)
  })
}

function makeResult() {
  const name = element("span", {class: "name"})
  // The summary speaks; what changes with every step of a slider keeps quiet.
  const label = "A layer’s gradient over the last layer’s"
  const number = element("output", {class: "ratio", "aria-label": label, "aria-live": "off"})
  return element("div", {class: "result"}, name, number, element("p", {class: "sentence"}))
}

function showAxis(axis, {ticks, quantity}) {
  const text = JSON.stringify([ticks, quantity])
  if (axis.dataset.shown === text) return
  axis.dataset.shown = text
  const scale = element("div", {class: "scale"})
  for (const {share, power} of ticks) {
    scale.append(element("span", {class: "tick", style: `--share: ${share}`}, "10", element("sup", {}, power)))
  }
  const name = (...children) => element("span", {class: "row"}, ...children)
  axis.replaceChildren(
    element("div", {class: "names"}, name("rms"), name("slope"), element("span", {class: "row flat"})),
    scale,
    element("div", {class: "quantity"}, `‖${quantity}‖`),
  )
}

function legend() {
  const item = (kind, text) => element("span", {class: "item"}, element("span", {class: `key ${kind}`}), text)
  return element(
    "div", {class: "legend", "aria-hidden": "true"},
    element("span", {class: "item"}, "Activations: −1 or less", element("span", {class: "key ramp"}), "1 or more"),
    item("bar", "norm of the gradient"),
    item("bar second", "pinned"),
    element("span", {class: "item"}, element("span", {class: "factor"}, "×0.2"), "gradient against the layer above"),
  )
}
