"""The way from page to page: links in the page's head."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class SiteNav(Component):
    """
    Links to all pages, in groups; a dark page leads to dark pages.

    The pages beside the present one stand in the row, and so does one that is alone in its group; every other group is
    a button that opens its list.
    """

    items = param.List(default=[], doc="One dict a page, group by group: `group`, `title`, `href` and `current`.")

    _esm = module("component", "themed", "site_nav")
    _stylesheets: ClassVar[list[str]] = stylesheets("site_nav")
