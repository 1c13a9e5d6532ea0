"""The card of a student who computes by hand: a question, a field for the answer, and what there is to say of it."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class AnswerCard(Component):
    """
    Asks one question after the other, and shows the verdict on the last answer beside the next question.

    Messages: `answer` with `text` and `key`, the question that it answers; `reveal` with `key`; `source` with `source`;
    `locals` with `on`; `next`; `stop`.
    """

    card = param.Dict(
        default={},
        doc="""
        What is asked. `key`, a number of its own for each question: with a new one the field is emptied; `sources`,
        pairs of key and title, and `source`, the chosen one; `locals`, whether local derivatives are asked for too;
        `streak`, a text or ""; `progress`, a text, with `done` and `total`; `title`, what kind of number is asked;
        `formula`, MathML made by us and trusted; `label`, both for screen readers; `sentence`; `verdict`, None or a
        dict of `serial`, `kind` (right, wrong, shown or unreadable) and `text`; `summary`, None or, when all is
        answered, a dict of `headline`, `sentence` and `rows`, pairs of MathML and text.""",
    )

    _esm = module("component", "answer")
    _stylesheets: ClassVar[list[str]] = stylesheets("answer")
