"""A prediction before the picture: a question, some choices, and what is to be said of the answer."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class StackQuestion(Component):
    """
    A card with a question, which can be left unanswered.

    Messages: `answer` with `choice`, from 0; `skip`, also to close the card after an answer.
    """

    question = param.Dict(
        default={},
        doc="""
        `title`, `text`, `choices`; after the answer `answer` and `right`, the choices taken and right (before, −1),
        and `verdict`. Empty for no question.""",
    )

    _esm = module("component", "stack_question")
    _stylesheets: ClassVar[list[str]] = stylesheets("stack_question")
