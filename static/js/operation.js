/* The operation that has just run: lamps, formula, matrices, and the sum behind a cell. */

const COUNTING = "Places count from 0, as in NumPy."

export function render(context) {
  const {model} = context
  return component(context, "operation", (ui) => {
    const parts = buildParts(ui)
    const scene = {model, ui, parts, matrices: [], shown: null, width: 0, stale: new Set()}
    const drawSoon = ui.frame(() => drawOperation(scene))
    const mark = (what) => () => {
      scene.stale.add(what)
      drawSoon()
    }
    ui.watch(["operation", "numbers"], mark("operation"))
    ui.watch(["cell"], mark("cell"))
    ui.watch(["lut", "dark"], mark("numbers"))
    ui.watch(["running"], mark("running"))
    const observer = new ResizeObserver(() => {
      if (parts.body.clientWidth !== scene.width) mark("size")()
    })
    observer.observe(parts.body)
    ui.onRemove(() => observer.disconnect())
    listenToCells(scene)
    ui.listen(parts.examples, "change", () => {
      ui.send({type: "example", example: Number(parts.examples.value)})
      // The next arrow should step the experiment, not the select.
      parts.examples.blur()
    })
  })
}

function buildParts(ui) {
  const lamps = buildLamps(ui)
  const parts = {
    lamps,
    examples: element("select", {"aria-label": "Examples"}),
    note: element("p", {class: "note", role: "status"}),
    name: element("h2", {}),
    phase: element("span", {class: "phase"}),
    formula: element("div", {class: "formula"}),
    shapes: element("div", {class: "shapes"}),
    code: element("code", {class: "code"}),
    scalars: element("div", {class: "scalars"}),
    body: element("div", {class: "body"}),
    reading: element("p", {class: "reading"}),
    sum: element("p", {class: "sum", role: "status"}),
  }
  parts.beneath = element("div", {class: "beneath"}, parts.reading, parts.sum)
  parts.info = element(
    "div", {class: "info"}, element("div", {class: "name"}, parts.name, parts.phase), parts.formula, parts.shapes,
    parts.code, parts.scalars,
  )
  const choice = element("label", {class: "choice"}, parts.examples)
  ui.root.setAttribute("role", "region")
  ui.root.setAttribute("aria-label", "The operation that has just run")
  ui.root.append(element("div", {class: "top-line"}, lamps.node, choice), parts.note, parts.body, parts.beneath)
  return parts
}

function drawOperation(scene) {
  const {model, ui, parts, stale} = scene
  const {operation} = model
  ui.root.classList.toggle("is-running", model.running)
  setText(parts.note, model.running
    ? "It runs too fast to follow. Pause, or choose Slow motion with the step Operation."
    : operation.name ? "" : "Nothing has run yet. Step forward to take the first batch.")
  // While it runs fast all lies still.
  if (model.running && !stale.has("numbers") && !stale.has("size")) return
  if (stale.has("operation") || stale.has("size")) showOperation(scene)
  if (stale.has("operation") || stale.has("size") || stale.has("numbers")) fillMatrices(scene)
  showCell(scene)
  stale.clear()
}

/** Show what is said of an operation, and make room for its matrices. */
function showOperation(scene) {
  const {model: {operation}, ui, parts} = scene
  ui.root.dataset.phase = operation.phase ?? ""
  ui.root.classList.toggle("is-empty", !operation.name)
  parts.lamps.show(operation.lamp)
  showExamples(parts.examples, operation)
  setText(parts.name, operation.name ?? "")
  setText(parts.phase, operation.lamp === "batch" ? "batch" : operation.phase ?? "")
  if (scene.formula !== operation.formula) parts.formula.innerHTML = scene.formula = operation.formula ?? ""
  setText(parts.shapes, operation.shapes ?? "")
  setText(parts.code, operation.code ?? "")
  parts.scalars.replaceChildren(...(operation.scalars ?? []).map(({name, text}) =>
    element("span", {class: "scalar"}, element("b", {}, name), ` = ${text}`)))
  layOutMatrices(scene)
}

function showExamples(select, {examples = [], batch = 0, example = -1}) {
  const words = [`All ${batch} examples`, ...examples.map((name, k) => `Example ${name} (${k + 1} of ${batch})`)]
  if (select.dataset.words !== words.join()) {
    select.dataset.words = words.join()
    select.replaceChildren(...words.map((word, k) => element("option", {value: k - 1}, word)))
  }
  select.value = example
}

/** Build the tables anew where the operation or the room is another; else only their numbers change. */
function layOutMatrices(scene) {
  const {model: {operation}, ui, parts} = scene
  const width = parts.body.clientWidth
  const key = JSON.stringify([operation.name, operation.layout, operation.matrices, operation.axes, width])
  if (key === scene.shown || !width) return
  const focused = parts.body.contains(ui.root.getRootNode().activeElement)
  Object.assign(scene, {shown: key, width})
  const {matrices = [], axes = {}} = operation
  scene.matrices = matrices.map((spec, k) => new Matrix(k, spec, axes[spec.rows], axes[spec.columns]))
  parts.body.className = `body layout-${operation.layout}`
  parts.body.style.gridTemplateColumns = ""
  ui.root.append(parts.beneath)
  if (operation.layout === "row") {
    const lines = fitRow(scene.matrices, width)
    parts.body.replaceChildren(parts.info, ...lines.map((line) => element("div", {class: "line"}, ...nodes(line))))
  } else if (operation.layout) {
    const {narrow, info} = fitProduct(scene.matrices, width)
    const slots = ["top", "left", "right"].map((place) =>
      element("div", {class: `slot ${place}`}, ...nodes(scene.matrices.filter(({spec}) => spec.place === place))))
    parts.body.replaceChildren(parts.info, ...slots)
    parts.body.classList.toggle("narrow", narrow)
    // Beside what stands on top there is room for the sum.
    if (!narrow) parts.info.append(parts.beneath)
    if (!narrow) parts.body.style.gridTemplateColumns = `${info}px minmax(0, 1fr)`
  } else {
    parts.body.replaceChildren()
  }
  // Who walks through the cells by keys stays among them.
  if (focused) scene.refocus = true
}

function nodes(matrices) {
  return matrices.map(({node}) => node)
}

function fillMatrices(scene) {
  const {model, matrices} = scene
  const bytes = bytesOf(model.numbers).slice()
  const numbers = new Float32Array(bytes.buffer, 0, bytes.byteLength >> 2)
  const lut = bytesOf(model.lut)
  model.operation.matrices?.forEach(({shape, offset}, k) => {
    matrices[k]?.fill(numbers.subarray(offset, offset + shape[0] * shape[1]), lut)
  })
  if (!scene.refocus) return
  scene.refocus = false
  const result = matrices.find(({spec}) => spec.written)
  result?.focus(result.active)
}

function showCell(scene) {
  const {model: {cell, operation}, parts, matrices} = scene
  const {sentence, lit = []} = cell
  matrices.forEach((matrix, k) => {
    const own = lit.filter(([index]) => index === k).map(([, ...span]) => span)
    matrix.show(own, sentence && cell.matrix === k ? {row: cell.row, column: cell.column} : null)
  })
  const result = matrices.find(({spec}) => spec.written)
  const hint = result ? `Choose a number of ${result.spec.name} to see how it was computed. ${COUNTING}` : ""
  setText(parts.sum, sentence ?? hint)
  parts.sum.classList.toggle("hint", !sentence)
  const shared = operation.matrices?.find(({note}) => note === "share")
  const whole = operation.batch > operation.examples?.length
    ? `The first ${operation.examples.length} of ${operation.batch} examples are shown; sums run over all.` : ""
  scene.standing = shared
    ? `Share of example ${operation.examples[operation.example]} in ${shared.name}; all shares add up to ${shared.name}.`
    : whole
  if (!scene.pointed) setText(parts.reading, scene.standing)
}

/** All tables share one set of listeners: they come and go with every operation. */
function listenToCells(scene) {
  const {ui, parts: {body, reading}} = scene
  const found = (event) => {
    const matrix = event.target.closest?.(".matrix")?.matrix
    const at = matrix?.at(event.target)
    return at ? {matrix, at} : null
  }
  const explain = ({matrix, at}) => {
    if (!matrix.spec.written) return
    const write = scene.model.operation.results.indexOf(matrix.index)
    const same = matrix.selected?.row === at.row && matrix.selected.column === at.column
    ui.send({type: "cell", write, ...(same ? {row: -1, column: -1} : at)})
  }
  const read = (event) => {
    const hit = found(event)
    scene.pointed = Boolean(hit)
    setText(reading, hit ? hit.matrix.reading(hit.at) : scene.standing ?? "")
  }
  ui.listen(body, "click", (event) => {
    const hit = found(event)
    if (!hit) return
    hit.matrix.focus(hit.at)
    explain(hit)
  })
  ui.listen(body, "pointerover", read)
  ui.listen(body, "focusin", read)
  ui.listen(body, "pointerleave", () => {
    scene.pointed = false
    setText(reading, scene.standing ?? "")
  })
  ui.listen(body, "keydown", (event) => {
    const hit = found(event)
    if (!hit || event.ctrlKey || event.altKey || event.metaKey) return
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault()
      explain(hit)
      return
    }
    hit.matrix.active = hit.at
    const to = hit.matrix.moved(event.key)
    if (!to) return
    event.preventDefault()
    hit.matrix.focus(to)
  })
  // What has the same rows scrolls together: a row reads across.
  ui.listen(body, "scroll", (event) => {
    const matrix = event.target.closest?.(".matrix")?.matrix
    if (!matrix || event.target !== matrix.scroller) return
    matrix.render()
    for (const other of scene.matrices) {
      if (other === matrix || !other.rows || other.spec.rows !== matrix.spec.rows) continue
      if (other.scroller.scrollTop !== matrix.scroller.scrollTop) other.scroller.scrollTop = matrix.scroller.scrollTop
    }
  }, {capture: true, passive: true})
}
