"""The field in which a student types an expression, answered while it is being typed."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class ExpressionField(Component):
    """
    A line to type an expression into, with a button that takes it.

    It reads nothing by itself: it asks what there is to say of a text, and shows the answer as long as the text is
    still the same.

    Messages: `check` with `text`, a moment after the last key; `take` with `text`, on Enter or the button.
    """

    text = param.String(default="", doc="The expression that is shown now; a new one replaces what was typed.")
    answer = param.Dict(
        default={},
        doc="""
        What there is to say of a text: `text` itself; `formula`, MathML made by us and trusted, if it can be read;
        else `message` and `position`, the index of the character that it speaks of, or None.""",
    )
    label = param.String(default="Expression", doc="What is typed, above the field and for screen readers.")
    action = param.String(default="Draw it", doc="What the button says.")

    _esm = module("component", "expression_field")
    _stylesheets: ClassVar[list[str]] = stylesheets("expression_field")
