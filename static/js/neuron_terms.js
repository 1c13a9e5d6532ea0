/* One neuron as a drawing, and its sum as bars, each of which begins where the last one ends. */

export function render(context) {
  const {model} = context
  return component(context, "neuron-terms", (ui) => {
    const told = element("p", {class: "told", "aria-live": "polite"})
    const svg = svgElement("svg", {class: "drawing", "aria-hidden": "true"})
    const body = element("tbody", {})
    const head = element("tr", {}, ...["Input", "Weight", "Product", "Running sum"].map((text) => element("th", {scope: "col"}, text)))
    const last = head.lastElementChild
    const table = element("table", {"aria-label": "The terms of the sum"}, element("thead", {}, head), body)
    ui.root.append(told, svg, table)
    const acknowledge = ui.frame(() => ui.send({type: "ack"}))
    const draw = () => { if (model.frame.rows) drawNeuron(svg, model.frame, table.clientWidth) }
    const observer = new ResizeObserver(ui.frame(draw))
    observer.observe(ui.root)
    ui.onRemove(() => observer.disconnect())
    ui.watch(["frame"], () => {
      const {frame} = model
      if (!frame.rows) return
      setText(told, frame.told)
      setText(last, frame.updated ? "Change" : "Running sum")
      draw()
      const rows = frame.bias ? [...frame.rows, frame.bias] : frame.rows
      body.replaceChildren(...rows.map((row) => termRow(row, frame.zero)), sumRow(frame))
      acknowledge()
    })
  })
}

function termRow(row, zero) {
  const known = row.state !== "ahead"
  return element("tr", {"data-state": row.state},
    element("th", {scope: "row"}, row.input === "1" ? "1" : `${row.input} = ${row.value}`),
    element("td", {}, `${row.weight} = ${row.by}`),
    element("td", {class: "term"}, known ? row.term : "·"),
    // After an update there are no terms yet: what it has added stands in their place.
    element("td", {class: "axis"}, row.change ? element("span", {class: "change"}, row.change) : bar(known ? row : null, row.termSign, zero)),
  )
}

function sumRow(frame) {
  const known = frame.sumState !== "ahead"
  return element("tr", {class: "total", "data-state": frame.sumState},
    element("th", {scope: "row", colspan: 2}, "Sum v"),
    element("td", {class: "term"}, known ? frame.sum : "·"),
    element("td", {class: "axis"}, bar(known ? {from: frame.zero, to: frame.sumTo} : null, frame.sumSign, frame.zero)),
  )
}

/** A bar from one share of the axis to another, and the line of zero. */
function bar(span, sign, zero) {
  const axis = element("div", {class: "track"}, element("i", {class: "zero", style: `left:${100 * zero}%`}))
  if (span) {
    const [left, right] = [Math.min(span.from, span.to), Math.max(span.from, span.to)]
    axis.append(element("i", {class: "bar", "data-sign": sign, style: `left:${100 * left}%;width:${100 * (right - left)}%`}))
  }
  return axis
}
