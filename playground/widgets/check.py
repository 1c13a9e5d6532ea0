"""A gradient beside the difference of values that it is checked by, with the step to choose."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class CheckCard(Component):
    """
    Shows a central difference with its numbers filled in.

    Messages: `node` with `node`, the value that is to be moved; `place` with `place`, the index of the step.
    """

    card = param.Dict(
        default={},
        doc="""
        `nodes`, pairs of id and text, and `node`, the id of the chosen one; `steps`, their texts, and `place`, the
        index of the chosen one; `formula`, pieces of MathML made by us and trusted; `rows`, lists of a symbol, MathML
        or a word of ours, trusted too, the digits that both values share, and the other digits; `words`, what is to be
        seen.""",
    )

    _esm = module("component", "check")
    _stylesheets: ClassVar[list[str]] = stylesheets("slider", "check")
