"""A few lines of code beside the picture that they compute; the line that the picture has come to is lit."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class CodeLines(Component):
    """Lines of code with what each has made."""

    lines = param.List(default=[], doc="One dict a line: `text`; `state` (done, now, ahead); `result`, or empty.")
    label = param.String(default="NumPy", doc="What the lines are, as the heading.")

    _esm = module("component", "code_lines")
    _stylesheets: ClassVar[list[str]] = stylesheets("code_lines")
