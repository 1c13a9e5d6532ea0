/* Links from page to page. */

/** The next page is a new one: it knows the choice of dark or light from its address only. */
function themed(href, dark) {
  const query = new URLSearchParams(href)
  query.set("theme", dark ? "dark" : "default")
  return `?${query}`
}

/** A link within the app, which `followTheme` keeps in step with the page's mode. */
function pageLink(href, attributes, ...children) {
  return element("a", {...attributes, "data-to": href, href}, ...children)
}

/** Have all links of `pageLink` under a node lead to pages of the mode that this one has. */
function followTheme(node, dark) {
  for (const link of node.querySelectorAll("a[data-to]")) link.setAttribute("href", themed(link.dataset.to, dark))
}
