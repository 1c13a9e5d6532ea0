"""Predictions of output sizes, one after the other: which shape comes out of a random window?"""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from playground.stages.convolution.geometry import ROUND, Geometry, geometry


class SizeQuiz:
    """A question with four buttons, what there is to say of the answer, and the score.

    Parameters
    ----------
    first : int
        Number of the first question; the others follow it.
    """

    def __init__(self, first: int = 0) -> None:
        self._number = first
        self.right = self.answered = 0
        self.text = pmui.Typography("", variant="body1", margin=(4, 0, 8, 0))
        self.buttons = [pmui.Button(label="", variant="outlined", size="small", margin=0) for _ in range(4)]
        for place, button in enumerate(self.buttons):
            button.on_click(lambda _, place=place: self.answer(place))
        self.told = pmui.Typography("", variant="body2", margin=(8, 0, 0, 0))
        self.again = pmui.Button(label="Another one", size="small", margin=(8, 0, 0, 0), visible=False)
        self.again.on_click(lambda _: self._next())
        self.panel = pn.Column(
            self.text, pn.FlexBox(*self.buttons, margin=0, gap="8px"), self.told, self.again, visible=False,
            sizing_mode="stretch_width", margin=(6, 10),
        )  # fmt: skip
        self._ask()

    def _ask(self) -> None:
        self.asked: Geometry = geometry(self._number)
        self.done = False
        self.text.object = self.asked.text
        for width, button in zip(self.asked.choices, self.buttons, strict=True):
            button.param.update(label=self.asked.shape(width), variant="outlined")
        self.told.object = ""
        self.again.visible = False

    def _next(self) -> None:
        self._number += 1
        self._ask()

    def answer(self, place: int) -> None:
        """Take an answer, the first one of a question, and say whether it is right and why."""
        if self.done:
            return
        self.done = True
        right = self.asked.choices[place] == self.asked.result
        self.right += right
        self.answered += 1
        self.buttons[place].variant = "contained"
        said = f"{'Right' if right else 'Not quite'}: {self.asked.why}, so {self.asked.shape(self.asked.result)}."
        score = f"{self.right} of {self.answered} right."
        if self.answered >= ROUND:
            score += " You can predict it." if self.right == self.answered else ""
        self.told.object = f"{said} {score}"
        self.again.visible = True
