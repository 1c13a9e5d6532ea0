"""A text to take along: a link, a line of code."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class CopyBox(Component):
    """
    A text that can be read but not changed, with a button that copies it.

    Where the browser forbids copying, the text is selected for the student's own Ctrl+C.
    """

    text = param.String(default="", doc="What is copied.")
    label = param.String(default="Link", doc="What the text is, above the field and for screen readers.")

    _esm = module("component", "clipboard")
    _stylesheets: ClassVar[list[str]] = stylesheets("clipboard")
