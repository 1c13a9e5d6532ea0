/* What every widget shares: it follows its parameters, and takes its listeners away when it goes. */

// Panel may render a view again without telling the old rendering; its listeners end here.
const renderings = new WeakMap()

/**
 * Build a widget's element once, and keep it in step with its parameters.
 * `build` gets `ui`: `listen` adds an event listener, `watch` runs a function now and at each change of the
 * parameters named, `frame` wraps a function to run at most once per animation frame, `onRemove` tidies up.
 */
function component({model, view}, name, build) {
  renderings.get(view)?.abort()
  const controller = new AbortController()
  renderings.set(view, controller)
  model.on("remove", () => controller.abort())

  const {signal} = controller
  const root = element("div", {class: `np np-${name}`})
  const ui = {
    root,
    send: (message) => model.send_msg(message),
    listen: (target, type, handle, options = {}) => target.addEventListener(type, handle, {...options, signal}),
    onRemove: (tidy) => signal.addEventListener("abort", tidy),
    watch(names, follow) {
      follow()
      model.on(names, () => signal.aborted || follow())
    },
    frame(draw) {
      let request = 0
      signal.addEventListener("abort", () => cancelAnimationFrame(request))
      return () => {
        if (request || signal.aborted) return
        request = requestAnimationFrame(() => {
          request = 0
          draw()
        })
      }
    },
  }
  ui.watch(["dark"], () => { root.dataset.theme = model.dark ? "dark" : "light" })
  build(ui)
  // Whoever clicks with a pointer means the next Space for the transport bar, not for the same button again.
  // A key's click has no detail, and keeps its focus.
  ui.listen(root, "click", (event) => event.detail && event.target.closest("button")?.blur())
  return root
}

/** Make an element from its attributes and children; an attribute of `null` is left out. */
function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value != null) node.setAttribute(name, value)
  }
  node.append(...children)
  return node
}

/** Set a text only where it differs: writing the same text again would still cost a layout. */
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text
}

/** Make an icon from the data of an SVG path on a grid of 24. */
function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  svg.setAttribute("viewBox", "0 0 24 24")
  svg.setAttribute("aria-hidden", "true")
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path")
  shape.setAttribute("d", path)
  svg.append(shape)
  return svg
}

/** Switch a button without the loss of focus that `disabled` would bring. */
function setEnabled(button, enabled) {
  button.setAttribute("aria-disabled", String(!enabled))
}

function isEnabled(button) {
  return button.getAttribute("aria-disabled") !== "true"
}
