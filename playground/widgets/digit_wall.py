"""Small grey pictures in rows, each with a word under it, to choose one of."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class DigitWall(Component):
    """
    Pictures of digits, as buttons: one that is pressed is asked for.

    The arrow keys move among them.

    Messages: `choose` with `key`.
    """

    content = param.Dict(
        default={},
        doc="""
        `title`; `text`, what stands under it; `side`, height and width of a picture; `items`, each with `key`,
        `caption`, what stands under the picture, and `label`, what is read to who cannot see it; `pixels`, the pictures
        one after the other, 0 for paper to 255 for ink; `chosen`, the key of one. Set a new dict.""",
    )
    quiet = param.Boolean(default=False, doc="Whether changes are kept from the screen reader: while it plays.")

    _esm = module("component", "canvas", "digit_wall")
    _stylesheets: ClassVar[list[str]] = stylesheets("digit_wall")
