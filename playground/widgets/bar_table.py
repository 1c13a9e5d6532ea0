"""A table whose cells are numbers to set, bars, texts and switches."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class BarTable(Component):
    """
    Rows of cells: numbers that are dragged or typed, bars with their number, texts, and switches.

    Messages: `slide` with `row`, `cell` and `value` while a number is moved, at most 20 a second, and when it is set;
    `press` with `row` and `cell` where a switch is pressed. `row` is the row's key, `cell` the place of the cell.
    """

    content = param.Dict(
        default={},
        doc="""
        `title`; `head`, a text for each column, the rows' names first; `rows`, a dict each: `key`, `name`, `mark` (""
        or what distinguishes the row, such as "now") and `cells`: dicts with a `kind` and, by that,
        "slider": `label`, `value`, `low`, `high`, `step`;
        "bar": `share` of the width from 0 to 1 or None for none yet, `text`, `tone` of the bar;
        "text": `text`, `tone`; "switch": `label`, `text`, `on`.
        A tone is "" or the name of one of the design tokens' colors.""",
    )
    quiet = param.Boolean(default=False, doc="Whether changes are kept from the screen reader: while it plays.")

    _esm = module("component", "bar_table")
    _stylesheets: ClassVar[list[str]] = stylesheets("slider", "bar_table")
