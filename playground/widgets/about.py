"""Cards that say what a control or a view is, when it is pointed at or reached by the keyboard."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component

_PREFIX = "np-about-"


def about(key: str) -> list[str]:
    """Return the `css_classes` by which `About` knows what it is to speak of."""
    return [f"{_PREFIX}{key}"]


class About(Component):
    """
    One card for the whole page, which takes no room.

    It speaks of whatever carries the class `about(key)`, wherever that is: Panel's widgets have no room for a card of
    their own that leaves their names to screen readers as they are.
    """

    cards = param.Dict(default={}, doc="By key: `title` and `text`, plain.")

    _esm = module("component", "about")
    _stylesheets: ClassVar[list[str]] = stylesheets("card", "about")
