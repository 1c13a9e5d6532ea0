/* How wide the cells of an operation's matrices are, and which matrices stand beside each other. */

const BETWEEN = 20
const LEAST_CELL = 38  // where numbers can still be read
const LARGEST_CELL = 54
const LARGEST_ALONE = 84  // of a matrix that has a single column
const SMALLEST_CELL = 9
const LEAST_INFO = 236
const NARROW = 560
const ROWS_IN_SIGHT = 16  // on a low window, of all that stands on each other
const LOW_WINDOW = 800
const FRAME = 2

function labelWidth(labels) {
  if (!labels) return 0
  return Math.ceil(Math.min(110, Math.max(...labels.labels.map((text) => textWidth(text, 12))))) + 8
}

/** How many more rows a higher window has room for. */
function moreRows() {
  return Math.max(0, Math.min(10, Math.floor((window.innerHeight - LOW_WINDOW) / ROW_HEIGHT)))
}

function cellWidth(room, columns) {
  const most = columns === 1 ? LARGEST_ALONE : LARGEST_CELL
  return Math.max(SMALLEST_CELL, Math.min(most, Math.floor(room / columns)))
}

function columnsOf(matrices) {
  return Math.max(1, ...matrices.map(({spec}) => spec.shape[1]))
}

/** Size matrices that stand as in a product: what is like the weights on top, what has a row an example beneath. */
function fitProduct(matrices, width) {
  const at = (place) => matrices.filter(({spec}) => spec.place === place)
  const [top, left, right] = [at("top"), at("left"), at("right")]
  const own = (list) => Math.max(0, ...list.map(({rows}) => labelWidth(rows)))
  const [leftLabel, rightLabel] = [own(left), own([...top, ...right])]
  const narrow = width < NARROW
  const [leftColumns, rightColumns] = [left.length ? columnsOf(left) : 0, columnsOf([...top, ...right])]
  let cell = cellWidth(width - BETWEEN - 2 * FRAME - leftLabel - rightLabel, leftColumns + rightColumns)
  let info = 0
  if (narrow) {
    const room = (label) => width - label - FRAME
    cell = Math.min(cellWidth(room(leftLabel), Math.max(1, leftColumns)), cellWidth(room(rightLabel), rightColumns))
  } else {
    info = Math.max(LEAST_INFO, leftLabel + leftColumns * cell + FRAME)
    cell = Math.min(cell, cellWidth(width - info - BETWEEN - FRAME - rightLabel, rightColumns))
  }
  const above = top.reduce((sum, {spec}) => sum + spec.shape[0], 0)
  const sight = Math.max(6, Math.min(16, ROWS_IN_SIGHT + moreRows() - above))
  for (const matrix of left) matrix.resize(cell, leftLabel, sight)
  for (const matrix of top) matrix.resize(cell, rightLabel, 12 + moreRows())
  for (const matrix of right) matrix.resize(cell, rightLabel, sight)
  return {narrow, info}
}

/** Size matrices that stand in a row; where their numbers could not be read, the result goes beneath. */
function fitRow(matrices, width) {
  const results = matrices.filter(({spec}) => spec.written)
  const reads = matrices.filter(({spec}) => !spec.written)
  const ways = [[matrices], [reads, results].filter((line) => line.length), matrices.map((matrix) => [matrix])]
  const sized = ways.map((lines) => lines.map((line) => sizeLine(line, width)))
  const readable = sized.find((lines) => lines.every(({cell}) => cell >= LEAST_CELL))
  const lines = readable ?? (width < NARROW ? sized[2] : sized[1])
  const sight = {1: 13 + moreRows(), 2: 6 + Math.floor(moreRows() / 2)}[lines.length] ?? 6
  for (const {line, labels, cells} of lines) {
    line.forEach((matrix, k) => matrix.resize(cells[k], labels[k], sight))
  }
  return lines.map(({line}) => line)
}

/** The first of those that share their rows has the labels for all. */
function sizeLine(line, width) {
  const labels = line.map(({rows}, k) => (rows && line[k - 1]?.rows === rows ? 0 : labelWidth(rows)))
  const columns = line.reduce((sum, {spec}) => sum + spec.shape[1], 0)
  const room = width - labels.reduce((a, b) => a + b, 0) - BETWEEN * (line.length - 1) - FRAME * line.length
  const cell = cellWidth(room, columns)
  // A single column may be wider, as far as there is room.
  const most = ({spec}) => (spec.shape[1] === 1 ? LARGEST_ALONE : LARGEST_CELL)
  const cells = line.map((matrix) => Math.max(SMALLEST_CELL, Math.min(most(matrix), Math.floor(room / columns))))
  return {line, labels, cells, cell}
}
