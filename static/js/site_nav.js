/* Links to the pages, in the page's head; where it is narrow, a list to choose from. */

export function render(context) {
  const {model} = context
  return component(context, "site-nav", (ui) => {
    const links = element("nav", {"aria-label": "Pages"})
    const list = element("select", {"aria-label": "Page"})
    ui.root.append(links, list)
    ui.watch(["items", "dark"], () => {
      const items = model.items.map((item) => ({...item, href: themed(item.href, model.dark)}))
      links.replaceChildren(...items.map(({title, href, current}) =>
        element("a", {href, "aria-current": current ? "page" : null}, title)))
      list.replaceChildren(...items.map(({title, href}) => element("option", {value: href}, title)))
      list.selectedIndex = items.findIndex(({current}) => current)
    })
    ui.listen(list, "change", () => { location.href = list.value })
  })
}

/** The next page is a new one: it knows the choice of dark or light from its address only. */
function themed(href, dark) {
  const query = new URLSearchParams(href)
  query.set("theme", dark ? "dark" : "default")
  return `?${query}`
}
