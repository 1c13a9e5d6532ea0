/* The picture of what a layer hands on: a stack of maps, or a column of numbers. */

const SHAPE_WIDTH = 62
const SHAPE_HEIGHT = 38
// More maps than these are drawn as so many: the text tells how many there are.
const MOST_SHEETS = 6
// Sides and lengths are drawn as their logarithm: 1 and 28 both are to be seen.
const LARGEST_SIDE = 32
const LONGEST_ROW = 2048

/** Return an SVG of a shape [height, width, channels], [numbers], or of none: crossed out where it is impossible. */
function shapePicture(shape, isImpossible) {
  const svg = svgNode("svg", {
    viewBox: `0 0 ${SHAPE_WIDTH} ${SHAPE_HEIGHT}`, width: SHAPE_WIDTH, height: SHAPE_HEIGHT, "aria-hidden": "true",
  })
  if (isImpossible) {
    svg.append(svgNode("path", {class: "impossible", d: "M23 11 L39 27 M39 11 L23 27"}))
  } else if (shape?.length === 1) {
    svg.append(...row(shape[0]))
  } else if (shape) {
    svg.append(...sheets(shape))
  }
  return svg
}

function svgNode(tag, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  return node
}

function share(count, most) {
  return Math.min(1, Math.log2(count + 1) / Math.log2(most + 1))
}

function row(count) {
  const height = 8 + 28 * share(count, LONGEST_ROW)
  const cells = Math.max(1, Math.min(count, 10))
  const top = (SHAPE_HEIGHT - height) / 2
  return Array.from({length: cells}, (_, k) => svgNode("rect", {
    class: "cell", x: SHAPE_WIDTH / 2 - 4, y: top + (k * height) / cells, width: 8, height: height / cells,
  }))
}

function sheets(shape) {
  const [high, wide, channels] = shape.length === 3 ? shape : [1, ...shape.slice(-2)]
  const count = Math.min(channels, MOST_SHEETS)
  const height = 5 + 15 * share(high, LARGEST_SIDE)
  const width = 5 + 15 * share(wide, LARGEST_SIDE)
  const shift = 3
  const left = (SHAPE_WIDTH - width - shift * (count - 1)) / 2
  const bottom = (SHAPE_HEIGHT + height + shift * (count - 1)) / 2
  return Array.from({length: count}, (_, k) => {
    // The first map lies in front.
    const behind = count - 1 - k
    return svgNode("rect", {
      class: "sheet", x: left + shift * behind, y: bottom - height - shift * behind, width, height, rx: 1.5,
    })
  })
}
