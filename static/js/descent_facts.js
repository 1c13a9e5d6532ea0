/* What holds where a descent stands: titles with a sentence each. It says when a picture has been painted. */

export function render(context) {
  const {model} = context
  return component(context, "descent_facts", (ui) => {
    const list = element("dl", {})
    ui.root.append(list)
    const rows = new Map()

    ui.watch(["facts"], () => {
      const wanted = model.facts.map(({key}) => key)
      for (const [key, row] of rows) {
        if (wanted.includes(key)) continue
        row.remove()
        rows.delete(key)
      }
      model.facts.forEach(({key, title, text}, place) => {
        const row = rows.get(key) ?? element("div", {"data-key": key}, element("dt", {}), element("dd", {}))
        rows.set(key, row)
        setText(row.children[0], title)
        setText(row.children[1], text)
        if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null)
      })
      ui.root.hidden = !wanted.length
    })
    ui.watch(["sequence"], ui.frame(() => ui.send({type: "ack"})))
  })
}
