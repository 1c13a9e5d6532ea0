/* Links to the pages, in the page's head; where it is narrow, a list to choose from.
   The pages beside the present one and one that is alone in its group stand in the row; others are in menus. */

const DOWN = "M6 9l6 6 6-6z"

export function render(context) {
  const {model} = context
  return component(context, "site-nav", (ui) => {
    const links = element("nav", {"aria-label": "Pages"})
    const list = element("select", {"aria-label": "Page"})
    ui.root.append(links, list)
    ui.watch(["items", "dark"], () => {
      const items = model.items.map((item) => ({...item, href: themed(item.href, model.dark)}))
      const groups = grouped(items)
      links.replaceChildren(...groups.map(([title, pages]) =>
        pages.length === 1 || pages.some(({current}) => current) ? row(title, pages) : menu(title, pages)))
      list.replaceChildren(...groups.map(([title, pages]) =>
        element("optgroup", {label: title}, ...pages.map((page) => element("option", {value: page.href}, page.title)))))
      list.selectedIndex = items.findIndex(({current}) => current)
      // A page that is none of these, such as a lesson: choosing any of them leads away.
      if (list.selectedIndex < 0) {
        list.prepend(element("option", {hidden: "", selected: ""}, "Go to …"))
        list.selectedIndex = 0
      }
    })
    ui.listen(list, "change", () => { location.href = list.value })

    ui.listen(links, "click", (event) => {
      const button = event.target.closest("button")
      if (button) open(links, button.getAttribute("aria-expanded") === "true" ? null : button)
    })
    ui.listen(links, "keydown", (event) => {
      if (event.key !== "Escape") return
      const opened = links.querySelector('[aria-expanded="true"]')
      open(links, null)
      opened?.focus()
    })
    ui.listen(links, "focusout", (event) => {
      // To nowhere: a button that was clicked lets the focus go.
      if (event.relatedTarget && !event.relatedTarget.closest(".menu")) open(links, null)
    })
    ui.listen(window, "resize", () => open(links, null))
    ui.listen(document, "pointerdown", (event) => {
      if (!event.composedPath().includes(links)) open(links, null)
    })
  })
}

/** Pairs of a group's title and its pages, in the order in which they first come. */
function grouped(items) {
  const groups = new Map()
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item])
  return [...groups]
}

function link({title, href, current}) {
  return element("a", {href, "aria-current": current ? "page" : null}, title)
}

function row(title, pages) {
  return element("div", {class: "row", role: "group", "aria-label": title}, ...pages.map(link))
}

function menu(title, pages) {
  const button = element("button", {type: "button", "aria-expanded": "false"}, title, icon(DOWN))
  return element("div", {class: "menu", role: "group", "aria-label": title}, button,
    element("div", {class: "pages"}, ...pages.map(link)))
}

/** Open the list of one button, and close all others. */
function open(links, button) {
  for (const each of links.querySelectorAll("button")) each.setAttribute("aria-expanded", String(each === button))
  if (!button) return
  // The page's head would cut off what hangs out of it: the list is placed in the window.
  const {left, bottom} = button.getBoundingClientRect()
  Object.assign(button.nextElementSibling.style, {left: `${left}px`, top: `${bottom + 4}px`})
}
