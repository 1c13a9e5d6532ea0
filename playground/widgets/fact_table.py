"""A small table of texts, with a sentence about it."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class FactTable(Component):
    """A table of plain texts under a title; beneath it what there is to see. Without a title it takes no room."""

    content = param.Dict(
        default={},
        doc="""
        `title`; `head`, the titles of the columns; `rows`, a list of texts each, of which the first names the row;
        `strong`, the index of a row to be stressed, or -1; `words`, paragraphs.""",
    )
    quiet = param.Boolean(default=False, doc="Whether changes are kept from the screen reader: while it plays.")

    _esm = module("component", "fact_table")
    _stylesheets: ClassVar[list[str]] = stylesheets("fact_table")
