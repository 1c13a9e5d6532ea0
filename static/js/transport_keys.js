/* The keys of the transport bar, which work anywhere on the page except where keys already mean something. */

const TYPING = "input:not([type=checkbox]), select, textarea, [contenteditable], [role=slider], [role=textbox], [role=combobox], "
  + "[role=listbox], [role=option], [role=spinbutton]"
const ARROWS_ARE_TAKEN = "[role=tab], [role=radio], [role=menu], [role=menuitem], [role=menuitemradio], "
  + "[role=tree], [role=grid]"
const SPACE_IS_TAKEN = "button, summary, input, a[href], [role=button], [role=switch], [role=checkbox], " + ARROWS_ARE_TAKEN
const OPENED = "[role=menu], [role=tree], [role=grid], [role=dialog]"  // where a click has led into something
const REPEAT_MS = 60

// A page may hold several bars, in tabs or side by side. The one last touched has the keys, if it is visible.
const bars = []

function ownsKeys(bar) {
  return bars.find(({root}) => root.checkVisibility({visibilityProperty: true}))?.root === bar
}

/** Listen on the whole document; `commands` holds a function for each thing a key can ask for. */
function listenToKeys(ui, commands) {
  const entry = {root: ui.root}
  bars.push(entry)
  ui.onRemove(() => bars.splice(bars.indexOf(entry), 1))
  ui.listen(ui.root, "pointerdown", () => {
    bars.splice(bars.indexOf(entry), 1)
    bars.unshift(entry)
  })

  let last = -Infinity
  const handle = (event, isClicked) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return
    const run = command(event, commands, isClicked)
    if (!run || !ownsKeys(ui.root)) return
    event.preventDefault()
    // A held arrow keeps stepping, no faster than can be watched; a held space does not flutter.
    if (event.repeat && (event.key === " " || event.timeStamp - last < REPEAT_MS)) return
    last = event.timeStamp
    run()
  }
  ui.listen(document, "keydown", (event) => handle(event, false))
  // A button keeps the focus after a click, but not the keys: Material's groups would take the arrows before us.
  let clicked = null
  ui.listen(document, "pointerdown", (event) => {
    clicked = event.composedPath().find((node) => node instanceof HTMLButtonElement) ?? null
  }, {capture: true})
  ui.listen(document, "keydown", (event) => {
    if (event.key === "Tab") clicked = null
    if (event.composedPath()[0] !== clicked) return
    handle(event, true)
    if (event.defaultPrevented) event.stopImmediatePropagation()
  }, {capture: true})
}

function command(event, commands, isClicked) {
  // The focus of a component lies behind its shadow root: only the path of the event knows it.
  const within = (selector) => event.composedPath().some((node) => node instanceof Element && node.matches(selector))
  if (within(TYPING)) return null
  const arrows = isClicked ? OPENED : ARROWS_ARE_TAKEN
  const space = isClicked ? OPENED : SPACE_IS_TAKEN
  switch (event.key) {
    case " ": return event.shiftKey || within(space) ? null : commands.toggle
    case "ArrowRight": return within(arrows) ? null : () => commands.step(1, event.shiftKey)
    case "ArrowLeft": return within(arrows) ? null : () => commands.step(-1, event.shiftKey)
    case "Home": return event.shiftKey || within(arrows) ? null : commands.reset
    case "End": return event.shiftKey || within(arrows) ? null : commands.end
    default: return null
  }
}
