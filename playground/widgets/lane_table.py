"""The lanes beside one another: how many updates each has made of the same points, and how good it is."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class LaneTable(Component):
    """
    A table with a row for each lane, and a choice of the row whose probabilities the plane shows.

    Messages: `choose` with `key`; `ack` when a frame has been painted.
    """

    frame = param.Dict(
        default={},
        doc="""
        `seen`, a sentence on the points seen; `cost`, what the cost is called; `chosen`, the key of a row; `rows`, one
        dict each: `key`; `title`; `size`, points an update; `each`, updates an epoch; `updates`; `cost`; `accuracy`;
        `expected`, on new points; `weights`; `color` and `dash` of its line; all of them texts. `sequence` counts the
        frames.""",
    )

    _esm = module("component", "lane_table")
    _stylesheets: ClassVar[list[str]] = stylesheets("lane_table")
