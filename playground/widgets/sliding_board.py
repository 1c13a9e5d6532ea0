"""A window that slides, with all its numbers: input, kernel and output, and the gradients that come back."""

from typing import ClassVar

import param

from playground import theme
from playground.assets import module, stylesheets
from playground.widgets.component import Component


class SlidingBoard(Component):
    """
    The grids of a convolution or of pooling, in one, two or three dimensions; without any content it takes no room.

    The window's outline lies on the input, and beams lead from what it reads through the kernel to the number that is
    made; in the backward pass the other way. Places in messages are those of the spec's arrays: [*space, C] for x,
    [*size, C, O] for w, [O] for b, [*positions, O] for the output.

    Messages: `x`, `w`, `b` and `upstream` with `place` and `value`: a number was typed; `position` with `place` and
    `phase` (forward or backward): go there; `channel` and `filter` with `index`: show that one; `ack` with `sequence`
    when a frame that has one is painted.
    """

    content = param.Dict(
        default={},
        doc="""
        What `playground.views.sliding_board.board_content` makes: `operation`; `phase`; `relu`; `space`; `positions`;
        `window` (`size`, `stride`, `dilation`, `before`, `after`, `flip`); `channels`, their names, and the `channel`
        shown; `filters`, how many, and the `filter` shown; `numbers`, float32: x, w unless it is pooling, y, and in
        the backward pass dx, dw unless it is pooling, dL/dy, with NaN for what is not made yet; `bias` and
        `bias_gradient`; `now`, what was done last, or None: `position`, `known` and, where that is so, what each tap
        read and did; `next`, the first position while nothing is done, or None; `thumbs`, the channels of `x` and the
        maps of `y` as entries of the look-up table; `grey`, whether the input is shown as a picture. `sequence`, if
        it is there, counts the frames.""",
    )
    editable = param.Boolean(default=True, doc="Whether numbers can be typed over.")
    largest = param.Number(default=9999, doc="What may be typed at most, either way.")
    lut = param.Bytes(default=theme.diverging_rgb(False), doc="Colours from −1 to +1, 256 × red, green, blue.")
    label = param.String(default="The sliding window", doc="What the whole is called, for screen readers.")

    _esm = module(
        "component", "canvas", "sliding_cells", "sliding_layout", "sliding_links", "sliding_edit", "sliding_grids",
        "sliding_numbers", "sliding_marks", "sliding_board",
    )  # fmt: skip
    _stylesheets: ClassVar[list[str]] = stylesheets("sliding_board")
