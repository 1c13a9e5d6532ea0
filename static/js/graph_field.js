/* Typing a leaf's value: a field of text over the leaf. */

const TYPED = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** Read what was typed, with either minus and either decimal sign; `null` if it is no number or out of bounds. */
function readTyped(typed) {
  const text = typed.trim().replace("−", "-").replace(",", ".")
  const value = Number(text)
  return TYPED.test(text) && Math.abs(value) <= LARGEST_VALUE ? value : null
}

function buildField(scene) {
  const {ui} = scene
  const input = element("input", {type: "text", inputmode: "text", autocomplete: "off", spellcheck: "false"})
  const problem = element("p", {class: "problem", id: "graph-problem", role: "alert", hidden: ""})
  const node = element("div", {class: "field", hidden: ""}, input, problem)
  scene.field = {node, input, problem, leaf: null}
  scene.stage.append(node)

  const commit = () => {
    const {leaf} = scene.field
    const value = readTyped(input.value)
    if (value == null) {
      const got = input.value.slice(0, 20)
      complain(scene, `${leaf.text} is a number from −1,000,000 to 1,000,000, such as 0.5, got “${got}”.`)
      return false
    }
    scene.setValue(leaf.symbol, value)
    return true
  }
  ui.listen(input, "input", () => complain(scene, ""))
  ui.listen(input, "keydown", (event) => {
    // The keys are the field's own: none of them moves the run.
    event.stopPropagation()
    if (event.key === "Escape") closeField(scene, true)
    if (event.key !== "Enter") return
    event.preventDefault()
    if (commit()) closeField(scene, true)
  })
  // Who goes on elsewhere has either finished a number or given it up.
  ui.listen(input, "blur", () => {
    if (!scene.field.leaf) return
    if (readTyped(input.value) != null) commit()
    closeField(scene, false)
  })
}

function openField(scene, leaf, value) {
  const {field, stage, scale, graph} = scene
  const width = Math.max(96, leaf.width * scale)
  field.leaf = leaf
  complain(scene, "")
  field.input.setAttribute("aria-label", `Value of ${leaf.text}`)
  // Without the dust of binary fractions.
  field.input.value = String(Number(value.toPrecision(12)))
  field.node.hidden = false
  const left = Math.max(4, Math.min(stage.clientWidth - width - 4, leaf.x * scale - width / 2))
  field.node.style.cssText = `left: ${left}px; top: ${leaf.y * scale - 21}px; width: ${width}px`
  field.node.classList.toggle("above", leaf.y > graph.height / 2)
  field.input.focus({preventScroll: true})
  field.input.select()
}

function closeField(scene, giveFocusBack) {
  const {field, parts} = scene
  const {leaf} = field
  if (!leaf) return
  field.leaf = null
  field.node.hidden = true
  if (giveFocusBack) parts.nodes[leaf.id]?.group.focus({preventScroll: true})
}

/** Say what is wrong with a text, or that nothing is. */
function complain({field}, text) {
  const {input, problem} = field
  input.setAttribute("aria-invalid", String(Boolean(text)))
  if (text) input.setAttribute("aria-describedby", problem.id)
  else input.removeAttribute("aria-describedby")
  setText(problem, text)
  problem.hidden = !text
}
