"""The branches of history, drawn beneath the scrubber."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class BranchTree(Component):
    """
    The history as a tree: each branch a line of its own, which leaves the one it began on.

    With less than two segments there is nothing to see, and it takes no room.

    Messages: `stand` with `leaf`, the branch that is to be stood on; also with `step`, the number of updates,
    where a line was clicked on.
    """

    segments = param.List(
        default=[],
        doc="""
        One dict a stretch of history, parents before children: `id`; `parent`, an id or None; `start` and `end`
        in updates; `leaf`, the index of the branch that ends here, or None; `label`, what sets that branch
        apart ("to epoch 40, learning rate 0.1 from epoch 12"); `current`, whether the line that is stood on
        runs through it.""",
    )
    position = param.Number(default=0, doc="Where on the current line is stood, in updates.")
    length = param.Number(default=0, doc="Length of the scrubber above, in updates; it sets the scale.")

    _esm = module("component", "card", "branch_tree")
    _stylesheets: ClassVar[list[str]] = stylesheets("card", "branch_tree")
