"""Stacks to choose from, each with the number that it leads to."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class StackPresets(Component):
    """
    A row of buttons.

    Messages: `choose` with `key`.
    """

    items = param.List(default=[], doc="Dicts of `key`, `title` and `number`.")
    value = param.String(default="", doc="Key of the one that is on the stage; empty for none.")

    _esm = module("component", "stack_presets")
    _stylesheets: ClassVar[list[str]] = stylesheets("stack_presets")
