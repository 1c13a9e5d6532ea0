/* What stands under the row of layers: the settings of one of them, or what can be added behind it. */

const MOVE_LEFT = "M15.4 7.4 14 6l-6 6 6 6 1.4-1.4L10.8 12z"
const MOVE_RIGHT = "M8.6 16.6 10 18l6-6-6-6-1.4 1.4 4.6 4.6z"
const REMOVE = "M6 19a2 2 0 0 0 2 2h8a2 2 0 0 0 2-2V7H6zM19 4h-3.5l-1-1h-5l-1 1H5v2h14z"

/** Build the settings of a card; `send` passes on what is asked for, with the card's id. */
function makeSettings(card, send) {
  const fields = card.settings.map((setting) => makeField(setting, (value) => send({type: "set", name: setting.name, value})))
  const note = element("p", {class: "note"})
  const tools = element("div", {class: "tools"})
  const tool = (label, path, text, message) => {
    const button = element("button", {type: "button", class: "tool", "aria-label": label}, icon(path), text)
    button.addEventListener("click", () => isEnabled(button) && send(message))
    tools.append(button)
    return button
  }
  const moves = card.movable === undefined || !card.removable ? {} : {
    [-1]: tool(`Move ${card.title} forward, towards the input`, MOVE_LEFT, "", {type: "move", direction: -1}),
    [1]: tool(`Move ${card.title} back, towards the output`, MOVE_RIGHT, "", {type: "move", direction: 1}),
  }
  if (card.removable) tool(`Remove ${card.title}`, REMOVE, "Remove", {type: "remove"})
  const heading = element("h3", {}, card.title)
  const root = element(
    "div", {class: "settings", role: "group", "aria-label": `Settings of ${card.title}`},
    heading, ...fields.map(({root}) => root), tools, note,
  )
  return {
    root,
    fill(now) {
      now.settings.forEach((setting, k) => fields[k].fill(setting))
      for (const [direction, button] of Object.entries(moves)) {
        setEnabled(button, now.movable.includes(Number(direction)))
      }
      setText(note, now.note)
      note.hidden = !now.note
    },
  }
}

/** Whether a card has the same controls as another: then they stay, with the focus in them. */
function sameControls(one, other) {
  const controls = ({id, title, removable, settings}) =>
    JSON.stringify([id, title, removable, settings.map(({value, ...rest}) => rest)])
  return controls(one) === controls(other)
}

function makeField(setting, changed) {
  return setting.options ? chooser(setting, changed) : counter(setting, changed)
}

function chooser(setting, changed) {
  const select = element("select", {}, ...setting.options.map(([, text], k) => element("option", {value: k}, text)))
  select.addEventListener("change", () => changed(setting.options[select.value][0]))
  return {
    root: element("label", {class: "field"}, element("span", {class: "name"}, setting.title), select),
    fill: ({value}) => { select.selectedIndex = setting.options.findIndex(([option]) => option === value) },
  }
}

function counter({title, least, most, whole}, changed) {
  const step = whole ? 1 : 0.05
  // A label around them all would name the field after its buttons, too.
  const input = element("input", {
    type: "number", min: least, max: most, step: whole ? 1 : "any", inputmode: "decimal", "aria-label": title,
  })
  const refused = element("span", {class: "refused", role: "status"})
  const button = (sign, direction, text) => {
    const made = element("button", {type: "button", class: "count", "aria-label": text, tabindex: -1}, sign)
    made.addEventListener("click", (event) => {
      event.preventDefault()
      const next = Math.min(most, Math.max(least, Number(input.value) + direction * step))
      input.value = whole ? next : Number(next.toFixed(4))
      take()
    })
    return made
  }
  const take = () => {
    const value = Number(input.value)
    const fine = input.value.trim() !== "" && value >= least && value <= most && (!whole || Number.isInteger(value))
    setText(refused, fine ? "" : `${title}: a ${whole ? "whole " : ""}number from ${least} to ${most}`)
    input.setAttribute("aria-invalid", String(!fine))
    if (fine) changed(value)
  }
  input.addEventListener("change", take)
  const around = element(
    "span", {class: "counter"}, button("−", -1, `Less: ${title}`), input, button("+", 1, `More: ${title}`),
  )
  return {
    root: element("div", {class: "field"}, element("span", {class: "name", "aria-hidden": "true"}, title), around, refused),
    fill({value}) {
      // What is being typed, or was refused, stays to be mended.
      const typing = input.getRootNode().activeElement === input && Number(input.value) !== value
      if (!typing && input.getAttribute("aria-invalid") !== "true") input.value = value
    },
  }
}

/** Build what can be added behind a card. */
function makeAdding(card, kinds, send) {
  const buttons = kinds.map(({kind, title, sentence}) => {
    const button = element(
      "button", {type: "button", class: "kind"}, element("strong", {}, title), element("span", {}, sentence),
    )
    button.addEventListener("click", () => send({type: "add", kind}))
    return button
  })
  const title = `Add a layer behind ${card.title}`
  return element("div", {class: "adding", role: "group", "aria-label": title}, element("h3", {}, title), ...buttons)
}
