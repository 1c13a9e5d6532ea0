"""The card of a lesson: a step's text, and what a student predicts, answers and does."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class LessonCard(Component):
    """
    Shows a step and takes a student's answers.

    Messages: `go` with `step` and `slide` to another step of the lesson; `commit` with `answer`; `run`; `answer` with
    `answer`, to the question; `tell`, its right answer; `show`, how the check is done; `again`, the stage as the step
    opens it.
    """

    card = param.Dict(default={}, doc="As `playground.course.step_view.card` makes it; its HTML is ours, and trusted.")
    message = param.String(default="", doc="What the page has to say, plain; empty for nothing.")

    _esm = module("component", "card", "lesson_order", "sketch_pad", "lesson_answer", "lesson_parts", "lesson_card")
    _stylesheets: ClassVar[list[str]] = stylesheets("card", "sketch_pad", "lesson_answer", "lesson_card")
