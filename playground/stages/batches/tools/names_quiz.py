"""Three sentences about batches: which of them contradict themselves?"""

from __future__ import annotations

from dataclasses import dataclass

import panel as pn
import panel_material_ui as pmui


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that somebody says.

    Attributes
    ----------
    text : str
    consistent : bool
    why : str
    """

    text: str
    consistent: bool
    why: str


CLAIMS = (
    Claim(
        "“On our 200 points we use batch gradient descent with batch size 32.”", False,
        "Batch gradient descent sees all 200 points in an update. With 32 of them it is mini-batch gradient descent.",
    ),
    Claim(
        "“We train with SGD and a batch size of 32.”", True,
        "In everyday speech SGD means mini-batches, and the batch size is that of a mini-batch.",
    ),
    Claim(
        "“Strictly stochastic descent: 5 updates an epoch on 200 points.”", False,
        "One point an update makes 200 updates an epoch. Five updates are mini-batches of 40.",
    ),
)  # fmt: skip
_LABELS = {True: "Makes sense", False: "Contradicts itself"}


class NamesQuiz:
    """The sentences with two buttons each; what is answered is explained."""

    def __init__(self) -> None:
        self.answers: list[bool | None] = [None] * len(CLAIMS)
        self._buttons = [{says: self._button(place, says) for says in (True, False)} for place in range(len(CLAIMS))]
        rows = []
        for claim, buttons in zip(CLAIMS, self._buttons, strict=True):
            rows += [
                pmui.Typography(claim.text, variant="body1", margin=(12, 0, 4, 0)),
                pn.FlexBox(*buttons.values(), margin=0, gap="8px"),
                pmui.Typography("", variant="body2", margin=(4, 0, 0, 0)),
            ]
        self.told = rows[2::3]
        self.score = pmui.Typography("", variant="subtitle1", margin=(8, 0, 0, 0))
        self.panel = pn.Column(*rows, self.score, visible=False, sizing_mode="stretch_width", margin=(6, 10))

    def _button(self, place: int, says: bool) -> pmui.Button:
        button = pmui.Button(label=_LABELS[says], variant="outlined", size="small", margin=0)
        button.on_click(lambda _: self.answer(place, says))
        return button

    def answer(self, place: int, says: bool) -> None:
        """Take an answer, and say whether it is right and why."""
        claim = CLAIMS[place]
        self.answers[place] = says
        for each, button in self._buttons[place].items():
            button.variant = "contained" if each == says else "outlined"
        right = says == claim.consistent
        self.told[place].object = f"{'Right.' if right else 'Not quite.'} {claim.why}"
        done = [one for one in self.answers if one is not None]
        if len(done) == len(CLAIMS):
            hits = sum(one == claim.consistent for one, claim in zip(self.answers, CLAIMS, strict=True))
            self.score.object = f"{hits} of {len(CLAIMS)} right"
