"""Counts that are far apart, as bars on a logarithmic axis."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class CountBars(Component):
    """Bars with their counts written beside them; without a title it takes no room."""

    content = param.Dict(
        default={},
        doc="""
        `title`; `rows`, one dict a bar: `name`, `count` and `sum` (how it is counted), texts, and `length` from 0 to 1;
        `ticks`, pairs of a place from 0 to 1 and a text; `words`, paragraphs.""",
    )

    _esm = module("component", "count_bars")
    _stylesheets: ClassVar[list[str]] = stylesheets("count_bars")
