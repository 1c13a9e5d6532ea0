"""One number of a sliding window's output, written out: its rule, the products and their sum, what goes back."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class SlidingSum(Component):
    """
    The arithmetic of one position; without any content it takes no room.

    Inputs are teal, weights violet and gradients red, and each says by its place what it is.
    """

    content = param.Dict(
        default={},
        doc="""
        What `playground.views.sliding_sum.sum_content` makes: `phase` (forward, backward or empty); `title`; `rules`,
        MathML made by us and trusted; `name`, of the channel or empty; `terms`, dicts of `x`, `w` (absent in
        pooling), `value`, `won` (in max pooling), or of `more`, a text in the place of those left out; `lead` and
        `tail`, what stands around them; `sum`, of these terms, and `parts`, `name`, `sum` and `chosen` of each
        channel, where there are several; `bias`, `result` and `relu`, texts or empty; `table` with `rows` (`name`,
        `tone`, `cells`) and `note`, or empty; `size`, dicts of `axis` and `formula` (MathML); `sentence`, all of it
        for reading aloud.""",
    )
    quiet = param.Boolean(default=False, doc="Whether changes are kept from the screen reader: while it plays.")

    _esm = module("component", "sliding_sum")
    _stylesheets: ClassVar[list[str]] = stylesheets("sliding_sum")
