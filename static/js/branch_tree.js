/* The tree of history: a line for each branch, and a button at the end of each. */

const LANE = 24
// Half a thumb of the scrubber above: there its first and last moment stand.
const INSET = 10
const BEND = 16

export function render(context) {
  const {model, view} = context
  return component(context, "branch_tree", (ui) => {
    const lines = shape("svg", {class: "lines", "aria-hidden": "true"})
    const leaves = element("div", {class: "leaves"})
    const scroll = element("div", {class: "scroll", role: "group", "aria-label": "Branches of history"}, lines, leaves)
    const card = addCard(ui, ".leaf", ({dataset}) => {
      const segment = model.segments.find(({leaf}) => String(leaf) === dataset.leaf)
      return {title: branchName(segment), text: segment?.label, beneath: scroll}
    })
    const here = shape("g", {class: "here"}, shape("line", {}), shape("circle", {r: 6}))
    ui.root.append(scroll, card)

    const tree = {model, ui, lines, leaves, here, scroll, parts: new Map(), lanes: new Map(), width: 0}
    const drawSoon = ui.frame(() => draw(tree))
    ui.watch(["segments"], () => {
      // The element around it has margins of its own, which would stay.
      view.el.classList.toggle("is-empty", model.segments.length < 2)
      drawSoon()
    })
    ui.watch(["position", "length"], drawSoon)
    const observer = new ResizeObserver(drawSoon)
    observer.observe(scroll)
    ui.onRemove(() => observer.disconnect())

    ui.listen(leaves, "click", (event) => {
      const leaf = event.target.closest(".leaf")
      if (leaf) ui.send({type: "stand", leaf: Number(leaf.dataset.leaf)})
    })
    ui.listen(leaves, "keydown", (event) => moveAmongLeaves(event, leaves))
    ui.listen(lines, "click", (event) => {
      const segment = model.segments.find(({id}) => String(id) === event.target.dataset?.id)
      if (segment) ui.send({type: "stand", ...momentAt(tree, segment, event.clientX)})
    })
  })
}

function shape(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  node.append(...children)
  return node
}

function branchName(segment) {
  return segment ? `Branch ${segment.leaf + 1}` : ""
}

/** Where a number of updates stands: as on the scrubber, and no further. */
function across({model, width}, step) {
  const share = Math.min(1, step / Math.max(1, model.length))
  return INSET + share * Math.max(0, width - 2 * INSET)
}

/**
 * The lane of each segment: what goes on where its parent ends stays in the parent's lane; what leaves it
 * earlier, or second, opens the next.
 */
function layLanes(segments) {
  const lanes = new Map()
  const goesOn = new Set()
  let next = 0
  for (const {id, parent, start} of segments) {
    const before = segments.find((segment) => segment.id === parent)
    if (before && start >= before.end && before.leaf == null && !goesOn.has(parent)) {
      goesOn.add(parent)
      lanes.set(id, lanes.get(parent))
    } else {
      lanes.set(id, next)
      next += 1
    }
  }
  return lanes
}

function draw(tree) {
  const {model, lines, scroll, leaves} = tree
  const {segments} = model
  tree.width = scroll.clientWidth
  if (!tree.width || segments.length < 2) return
  tree.lanes = layLanes(segments)
  const height = LANE * (Math.max(...tree.lanes.values()) + 1)
  lines.setAttribute("width", tree.width)
  lines.setAttribute("height", height)
  leaves.style.height = `${height}px`
  keepParts(tree)
  for (const segment of segments) placeSegment(tree, segment)
  placeHere(tree, height)
  showCurrent(tree)
}

/** Make what is new and take away what is gone; what stays keeps its focus. */
function keepParts({model, parts, lines, leaves, here}) {
  const known = new Map(model.segments.map((segment) => [segment.id, segment]))
  for (const [id, {line, hit, button}] of parts) {
    if (known.has(id) && (known.get(id).leaf != null) === Boolean(button)) continue
    for (const node of [line, hit, button]) node?.remove()
    parts.delete(id)
  }
  for (const [id, {leaf}] of known) {
    if (parts.has(id)) continue
    const button = leaf == null ? null : element("button", {type: "button", class: "leaf"}, element("span", {}))
    parts.set(id, {line: shape("path", {class: "line"}), hit: shape("path", {class: "hit", "data-id": id}), button})
  }
  // What is stood on lies over the others, and all lines under what can be clicked on.
  const ordered = [...known.values()].sort((a, b) => a.current - b.current).map(({id}) => parts.get(id))
  const wanted = [...ordered.map(({line}) => line), here, ...ordered.map(({hit}) => hit)]
  if (wanted.some((node, i) => lines.children[i] !== node)) lines.replaceChildren(...wanted)
  for (const {button} of parts.values()) if (button && !button.isConnected) leaves.append(button)
}

function placeSegment(tree, segment) {
  const {line, hit, button} = tree.parts.get(segment.id)
  const y = middle(tree, segment.id)
  const from = across(tree, segment.start)
  const forks = tree.lanes.has(segment.parent) && tree.lanes.get(segment.parent) !== tree.lanes.get(segment.id)
  const furthest = tree.width - INSET
  // A branch that has just begun has no length yet: its button still stands beside the one it left.
  const to = Math.max(across(tree, segment.end), forks || segment.leaf != null ? Math.min(furthest, from + BEND) : from)
  const bend = Math.min(from + BEND, furthest)
  const above = forks ? middle(tree, segment.parent) : y
  const curve = forks ? `M${from} ${above} C${from} ${y} ${from} ${y} ${bend} ${y}` : `M${from} ${y}`
  const path = `${curve} H${to}`
  line.setAttribute("d", path)
  hit.setAttribute("d", path)
  line.classList.toggle("current", segment.current)
  if (!button) return
  const name = branchName(segment)
  button.dataset.leaf = segment.leaf
  button.setAttribute("aria-label", segment.label ? `${name}: ${segment.label}` : name)
  setText(button.firstChild, String(segment.leaf + 1))
  button.classList.toggle("beyond", segment.end > tree.model.length)
  button.style.translate = `${Math.min(to, tree.width - LANE / 2) - LANE / 2}px ${y - LANE / 2}px`
}

function middle({lanes}, id) {
  return LANE * (lanes.get(id) + 0.5)
}

/** The dot stands where the scrubber's thumb stands, on the lane of the current line that runs there. */
function placeHere(tree, height) {
  const {model, here} = tree
  const reached = model.segments.filter(({current, start}) => current && start <= model.position)
  const [bar, dot] = here.children
  here.style.display = reached.length ? "" : "none"
  if (!reached.length) return
  const x = across(tree, model.position)
  for (const [name, value] of Object.entries({x1: x, x2: x, y1: 0, y2: height})) bar.setAttribute(name, value)
  dot.setAttribute("cx", x)
  dot.setAttribute("cy", middle(tree, reached.at(-1).id))
}

/** The branch that is stood on is pressed; it is the one stop of the tab key, and in sight when it becomes another. */
function showCurrent(tree) {
  const {model, parts, scroll} = tree
  const leaf = model.segments.findLast((segment) => segment.current && segment.leaf != null)
  const focused = scroll.getRootNode().activeElement?.closest?.(".leaf")
  for (const {id} of model.segments) {
    const button = parts.get(id).button
    if (!button) continue
    button.setAttribute("aria-pressed", String(id === leaf?.id))
    button.tabIndex = button === focused || (!focused && id === leaf?.id) ? 0 : -1
  }
  if (!scroll.querySelector('.leaf[tabindex="0"]')) scroll.querySelector(".leaf")?.setAttribute("tabindex", 0)
  if (leaf?.id === tree.seen) return
  tree.seen = leaf?.id
  if (leaf) scroll.scrollTop = middle(tree, leaf.id) - scroll.clientHeight / 2
}

/** Up and down lead from leaf to leaf, lane by lane; left and right belong to the transport bar. */
function moveAmongLeaves(event, leaves) {
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key]
  const at = event.target.closest(".leaf")
  if (!step || !at) return
  event.preventDefault()
  const ordered = [...leaves.children].sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
  const next = ordered[ordered.indexOf(at) + step]
  if (!next) return
  at.tabIndex = -1
  next.tabIndex = 0
  next.focus()
}

/** The moment under the pointer on a segment's line, and a branch that runs through it. */
function momentAt(tree, segment, clientX) {
  const {model, width, lines} = tree
  const share = (clientX - lines.getBoundingClientRect().left - INSET) / Math.max(1, width - 2 * INSET)
  const step = Math.round(Math.min(Math.max(share * model.length, segment.start), segment.end))
  return {leaf: leafThrough(model.segments, segment), step}
}

/** The branch that is stood on, if it runs through a segment; else the first that does. */
function leafThrough(segments, segment) {
  const through = new Set([segment.id])
  const leaves = []
  // Parents stand before their children.
  for (const each of segments) {
    if (through.has(each.parent)) through.add(each.id)
    if (through.has(each.id) && each.leaf != null) leaves.push(each)
  }
  return (leaves.findLast(({current}) => current) ?? leaves[0])?.leaf ?? 0
}
