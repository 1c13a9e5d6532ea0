/* What each optimizer would do next: a row for each, its parts in the order of the update. */

export function render(context) {
  const {model} = context
  return component(context, "fan", (ui) => {
    const table = element("table")
    // A region that scrolls is reached by the keyboard too.
    const scroll = element("div", {class: "scroll", role: "region", tabindex: 0, "aria-label": "The table of the fan"}, table)
    const note = element("p", {class: "note"})
    ui.root.append(note, scroll)

    ui.watch(["content"], ui.frame(() => {
      const {caption = "", head = [], rows = [], note: said = ""} = model.content
      ui.root.hidden = !rows.length
      setText(note, said)
      note.hidden = !said
      table.replaceChildren(
        element("caption", {}, caption),
        element("thead", {}, element("tr", {}, element("th", {scope: "col"}, "Optimizer"), ...head.map(headOf))),
        element("tbody", {}, ...rows.map(rowOf)),
      )
    }))
  })
}

function headOf({title, symbol}) {
  return element("th", {scope: "col"}, element("span", {class: "title"}, title), mathOf(symbol))
}

function rowOf(row) {
  const mark = icon(row.shape)
  mark.setAttribute("class", "mark")
  mark.style.setProperty("--light", row.light)
  mark.style.setProperty("--dark", row.dark)
  const words = element("span", {class: "name"}, row.title)
  for (const [kind, text] of [["own", row.tag], ["best", row.best]]) {
    if (text) words.append(element("small", {class: kind}, text))
  }
  const name = element("th", {scope: "row"}, element("span", {class: "who"}, mark, words))
  return element("tr", {"data-key": row.key, class: row.best ? "best" : null}, name, ...row.cells.map(cellOf))
}

function cellOf(lines) {
  if (!lines.length) return element("td", {class: "none"}, "–")
  const spans = lines.flatMap(({symbol, name, text, exact}, at) => {
    // The parameters of one part follow each other: its symbol stands at the first of them.
    const follows = at > 0 && symbol && lines[at - 1].symbol === symbol
    const sign = element("span", {class: "sign"}, follows ? "" : mathOf(symbol))
    return [sign, element("span", {class: "of"}, name), element("span", {class: "number", title: exact}, text)]
  })
  return element("td", {}, element("div", {class: "lines"}, ...spans))
}

/** MathML comes from us; a symbol may be missing. */
function mathOf(symbol) {
  const holder = element("span", {class: "symbol"})
  holder.innerHTML = symbol
  return holder
}
