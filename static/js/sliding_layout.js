/* How large cells are and how the grids of a window's board stand, from the room that there is. */

const WIDE = 640  // from this width on the grids stand beside each other
const LARGEST_CELL = 46
const TALL_CELL = 46  // a kernel's cell with a line above and one below its number
const LARGEST_TAP = {forward: 64, backward: 54}
const TALLEST = {forward: 330, backward: 216, chain: 250, volume: 350}  // of one grid, in pixels
const FOOT = 236  // the least width of what stands under the kernel
const CHAIN = 800  // from this width on all grids of the way back may stand in one row
const CHAIN_SHARE = 0.7  // unless their cells get so much smaller
const LEAST_PAIR = 20  // cells that are at least so wide let two grids stand beside each other on a phone
const NARROW_GAP = 18
const LEAST_BLOCK = {wide: 150, narrow: 112}  // of a grid with its heading
const LINE_HEAD = 190  // the names beside the rows of a signal

/**
 * Return `{kind, cell, tap, lines}`: which arrangement; the width of the cells of maps and of the kernel; and how many
 * slices stand beside each other in a map of the input, of the kernel, and of the output.
 * `counts` are slices, rows and columns of each, padding included.
 */
function arrange({dimensions, counts, backward, pools}, width) {
  const {x, w, y} = counts
  if (dimensions === 1) return signal(x, width)
  const wide = width >= WIDE
  const gap = wide ? Math.max(40, Math.min(76, 0.07 * width)) : NARROW_GAP
  const phase = backward ? "backward" : "forward"
  const room = dimensions === 3 ? TALLEST.volume / (backward ? 1.6 : 1) : TALLEST[phase]
  const share = backward ? 0.05 : 0.07
  const most = wide ? Math.min(LARGEST_TAP[phase], Math.max(TALL_CELL, share * width)) : LARGEST_TAP.backward
  const tap = Math.min(most, tapSize(w, room, (wide ? 0.3 : 0.45) * width, dimensions))
  const least = LEAST_BLOCK[wide ? "wide" : "narrow"]
  const [kernel] = CellGrid.extent(w, tap, 1)
  const [taps, narrow] = [Math.max(kernel, wide ? FOOT : least), Math.max(kernel, LEAST_BLOCK.narrow)]
  const close = Math.max(28, 0.036 * width)
  const found = {wide: {cell: 0}, chain: {cell: 0}, pair: {cell: 0}, column: {cell: 0}}
  for (let px = 1; px <= x[0]; px++) {
    for (let py = 1; py <= y[0]; py++) {
      const across = (grids, taken) => fitAcross(grids, width - taken, least)
      const [own, other] = [[x, px], [y, py]]
      const alone = Math.min(across([own], 0), across([other], 0))
      const within = (height) => Math.min(fitDown(x, px, height), fitDown(y, py, height))
      const [down, low] = [within(room), within(TALLEST[dimensions === 3 ? "volume" : "chain"])]
      const cells = {
        wide: Math.min(across([own, other], taps + 2 * gap), down),
        // On the way back: what arrives in the middle, the weights at its left, the inputs at its right.
        chain: Math.min(across([own, own, other], (pools ? 1 : 2) * narrow + (pools ? 3 : 4) * close), low),
        // A phone: the kernel stands beside the output, or on the way back beside the input.
        pair: Math.min(across([backward ? own : other], taps + gap), alone, 1.1 * down),
        column: Math.min(alone, 1.2 * down),
      }
      for (const [kind, cell] of Object.entries(cells)) {
        if (cell > found[kind].cell) found[kind] = {cell, lines: {x: px, w: 1, y: py}}
      }
    }
  }
  const chain = backward && width >= CHAIN && found.chain.cell >= CHAIN_SHARE * found.wide.cell
  const kind = chain ? "chain" : wide ? "wide" : found.pair.cell >= LEAST_PAIR ? "pair" : "column"
  const {cell, lines = {x: 1, w: 1, y: 1}} = found[kind]
  return {kind, cell: Math.max(4, Math.floor(Math.min(cell, LARGEST_CELL))), tap, lines, gap: chain ? close : gap}
}

/** A signal: its rows one under the other, the kernel beneath what it reads. */
function signal(x, width) {
  const beside = width >= WIDE
  const room = width - (beside ? LINE_HEAD : 0) - 4
  const cell = Math.max(6, Math.floor(Math.min(64, room / x[2])))
  return {kind: beside ? "lines" : "signal", cell, tap: cell, lines: {x: 1, w: 1, y: 1}, gap: 16}
}

/** The kernel's cells: tall ones with the products in them, unless there are too many for that. */
function tapSize([slices, rows, columns], room, across, dimensions) {
  const down = (room - 18 * (slices > 1 ? slices : 0)) / (slices * rows)
  const most = Math.min(64, Math.max(down, dimensions === 3 ? 0 : TALL_CELL * (rows <= 5)), across / columns)
  return Math.max(12, Math.floor(most >= TALL_CELL ? most : Math.min(most, 38)))
}

/** The widest cells with which grids stand beside each other; each takes at least the room of its heading. */
function fitAcross(grids, width, least) {
  const gaps = grids.reduce((sum, [, per]) => sum + (per - 1) * PLANE_GAP, 0)
  const cell = (width - gaps) / grids.reduce((sum, [counts, per]) => sum + per * counts[2], 0)
  const small = ([counts, per]) => per * counts[2] * cell + (per - 1) * PLANE_GAP < least
  const others = grids.filter((grid) => !small(grid))
  if (others.length === grids.length || !others.length) return cell
  return fitAcross(others, width - (grids.length - others.length) * least, least)
}

function fitDown([slices, rows], per, room) {
  const lines = Math.ceil(slices / per)
  return (room - (slices > 1 ? 30 * lines - PLANE_GAP : 0)) / (lines * rows)
}
