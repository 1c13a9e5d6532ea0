/* The diagram as a picture to keep: its canvases and its texts in one PNG. */

function savePicture(scene) {
  const {layout, canvases, model} = scene
  if (!layout) return
  draw(scene)
  const ratio = canvases.edges.width / layout.width
  const margin = 16
  const canvas = document.createElement("canvas")
  canvas.width = Math.ceil((layout.width + 2 * margin) * ratio)
  canvas.height = Math.ceil((layout.height + 2 * margin) * ratio)
  const context = canvas.getContext("2d")
  context.scale(ratio, ratio)
  context.fillStyle = scene.colors.page
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.translate(margin, margin)
  for (const layer of [canvases.edges, canvases.pictures]) context.drawImage(layer, 0, 0, layout.width, layout.height)
  drawFrames(context, scene)
  if (scene.gradients) context.drawImage(canvases.gradients, 0, 0, layout.width, layout.height)
  drawTexts(context, scene)
  canvas.toBlob((blob) => {
    const address = URL.createObjectURL(blob)
    element("a", {href: address, download: model.save_name}).click()
    setTimeout(() => URL.revokeObjectURL(address), 10_000)
  }, "image/png")
}

function drawFrames(context, {layout, colors, model}) {
  for (const {id, x, y, on} of layout.units) {
    const chosen = id === model.selected
    context.strokeStyle = chosen ? colors.ink : colors.muted
    context.lineWidth = chosen ? 2.5 : 1.5
    context.setLineDash(on ? [] : [4, 3])
    const out = chosen ? 3 : 0
    context.beginPath()
    context.roundRect(x - out, y - out, layout.side + 2 * out, layout.side + 2 * out, 5)
    context.stroke()
  }
  context.setLineDash([])
}

/** Write the page's texts where they stand in the page. */
function drawTexts(context, {stage, controls, layout}) {
  const origin = stage.getBoundingClientRect()
  context.textBaseline = "middle"
  for (const node of controls.querySelectorAll(".text, .title select, .label")) {
    const box = node.getBoundingClientRect()
    const style = getComputedStyle(node)
    const text = node.tagName === "SELECT" ? node.selectedOptions[0]?.textContent ?? "" : node.textContent
    context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
    context.fillStyle = style.color
    // A chosen activation follows its number of neurons, without the field around it.
    const beside = node.tagName === "SELECT" && !layout.stacked
    context.textAlign = beside ? "left" : "center"
    const x = box.left - origin.left + (beside ? 0 : box.width / 2)
    context.fillText(shorten(context, text, box.width + 1), x, box.top - origin.top + box.height / 2)
  }
}

function shorten(context, text, width) {
  let kept = text
  while (kept && context.measureText(kept === text ? text : `${kept}…`).width > width) kept = kept.slice(0, -1)
  return kept === text ? text : `${kept}…`
}
