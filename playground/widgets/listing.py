"""The listing of recorded operations, with a program counter: what the network does, line by line."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class Listing(Component):
    """
    The recorded operations of one step, in order, by phase.

    Lines before the counter are done, the line at the counter runs next; the one that has just run is marked. A click
    on a line asks to run to it.

    Messages: `run_to` with `index`, the line that is to become the next one.
    """

    lines = param.List(
        default=[],
        doc="""
        One dict an operation: `index`; `phase` (forward, loss, backward or update); `layer`; `name`
        ("dense1.dW"); `formula`, MathML made by us and trusted; `code`, its NumPy line; `shape`.""",
    )
    counter = param.Integer(default=0, doc="Index of the line that runs next; `len(lines)` after the last.")
    ran = param.Integer(default=-1, doc="Index of the line that has just run; -1 for none.")
    playing = param.Boolean(default=False, doc="Whether the experiment runs; the list then lies still.")
    detail = param.Dict(
        default={},
        doc="""
        What there is to say of the current line: `title`, `formula` (MathML), `code`, `note`, and
        `values`, dicts of `name`, `shape` and `text`. Empty for none.""",
    )
    list_height = param.Integer(default=360, doc="Height of the scrolling list, in pixels.")

    _esm = module("component", "listing")
    _stylesheets: ClassVar[list[str]] = stylesheets("listing")
