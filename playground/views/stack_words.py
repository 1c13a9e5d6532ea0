"""What has just happened in a stack: a sentence, the formula, and the numbers in it."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class StackWords(Component):
    """A card of explanation; it says nothing to the outside."""

    words = param.Dict(
        default={},
        doc="""
        `title`; `phase`, forward, backward or none; `sentence`; `formula`, MathML made by us and trusted; `lines`,
        dicts of `name` and `text`.""",
    )

    _esm = module("component", "stack_words")
    _stylesheets: ClassVar[list[str]] = stylesheets("stack_words")
