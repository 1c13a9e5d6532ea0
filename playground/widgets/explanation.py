"""What the operation that has just run did: its rule, its numbers set out large, a sentence, and what comes next."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class Explanation(Component):
    """
    One operation, explained; without any content it takes no room.

    Values are green, gradients red, and each number says under it what it is: the colour is not needed to read it.
    """

    content = param.Dict(
        default={},
        doc="""
        `title`; `phase` (forward, loss, backward, update, or empty); `rule`, the rule as MathML made by us and trusted;
        `sentence`; `rows`, each a list of signs (`sign`) and numbers (`name` and `formula`, both MathML, `value`,
        `role`, and `tone`: value, gradient or local); `next` with `title` and `rule`. All but `title` may be left
        out.""",
    )
    quiet = param.Boolean(default=False, doc="Whether changes are kept from the screen reader: while it plays.")

    _esm = module("component", "explanation")
    _stylesheets: ClassVar[list[str]] = stylesheets("explanation")
