"""Things to choose one of by their titles, with a sentence about the one that is chosen."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class Choices(Component):
    """
    A row of titles of which one at most is chosen; beneath it stands what there is to say of that one.

    To the keyboard and to screen readers it is one group of radio buttons: the arrows move and choose.

    Messages: `choose` with `key`.
    """

    items = param.List(default=[], doc="One dict an item: `key`; `title`; `sentence`, also shown on a card.")
    value = param.String(default="", doc="Key of the item that is chosen; empty for none.")
    label = param.String(default="Examples", doc="What is chosen, for screen readers.")

    _esm = module("component", "card", "choices")
    _stylesheets: ClassVar[list[str]] = stylesheets("card", "choices")
