"""The controls of the probability page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from engine import SpecError
from playground.batches_link import read_point
from playground.stages.probability.presets import LEAST_CLASSES, MOST_CLASSES, Begin
from playground.stages.sheets.controls import Control, Controls, button, number_slider, power_slider, switch
from playground.stages.sheets.numbers import exact
from playground.widgets.about import about

if TYPE_CHECKING:
    from playground.stages.probability.dispatch import Dispatch

_WEIGHTS = ("w1", "w2", "b")


class Settings:
    """The controls, kept in step with the state.

    Parameters
    ----------
    begin : Begin
    dispatch : Dispatch
    """

    def __init__(self, begin: Begin, dispatch: Dispatch) -> None:
        self._dispatch = dispatch
        weights = [_weight(index, label, begin) for index, label in enumerate(("w₁", "w₂", "b"))]
        self.controls = Controls(
            [
                _classes(begin),
                power_slider("temperature", "Temperature T", 0.05, 20, begin.temperature, "softmax"),
                switch("shifted", "Subtract the largest score", begin.shifted, "softmax"),
                *weights,
                number_slider("factor", "Factor", (0.1, 4, 0.001), begin.factor, "line"),
                number_slider("threshold", "Threshold of the confidence", (0.5, 1, 0.01), begin.threshold, "abstain"),
                power_slider("sharpness", "Certainty of the model", 0.2, 5, begin.sharpness, "abstain"),
                number_slider("flip", "Flipped labels", (0.02, 0.45, 0.01), begin.flip, "abstain"),
            ],
            self._edited,
        )
        self._rows: dict[str, tuple[str, Any]] = {
            "add": ("softmax", self._add_row()),
            "note": ("sigmoid", self._row(("Note this value", "note", "note"), ("Clear", "forget", ""))),
            "anew": ("abstain", self._row(("Draw other labels", "draw_anew", "seed"))),
        }
        self.point = pmui.TextInput(
            label="Point x₁, x₂", value=_point(begin), size="small", width=170, margin=(10, 6),
            css_classes=about("point"),
        )  # fmt: skip
        self.point.param.watch(lambda event: self._ask(event.new), "value")
        self._setting = False
        self.panel = pn.Column(
            self.controls.panel, *(row for _, row in self._rows.values()), self.point, sizing_mode="stretch_width",
            margin=0,
        )  # fmt: skip

    def _add_row(self) -> Any:
        words = pmui.Typography("Add to all scores", variant="body2", margin=(4, 10, 0, 10))
        buttons = [
            button(f"+{constant}", self._adding(constant), "add") for constant in (1, 100, 1000)
        ]
        return pn.Column(
            words, pn.FlexBox(*buttons, margin=(4, 10), gap="8px"), sizing_mode="stretch_width", margin=0
        )

    def _adding(self, constant: int) -> Callable[[], None]:
        return lambda: self._dispatch.do("add", float(constant))

    def _row(self, *buttons: tuple[str, str, str]) -> Any:
        made = [
            button(label, lambda command=command: self._dispatch.do(command), key) for label, command, key in buttons
        ]
        return pn.FlexBox(*made, margin=(8, 10), gap="8px")

    def _edited(self, name: str, value: Any, edits: int) -> None:
        if name in _WEIGHTS:
            self._dispatch.edit_weight(_WEIGHTS.index(name), value, edits)
        elif name == "classes":
            self._dispatch.do("count", value)
        else:
            self._dispatch.edit(name, value, edits)

    def _ask(self, text: str) -> None:
        if self._setting:
            return
        try:
            x1, x2 = read_point(text.replace("−", "-"))
        except SpecError as error:
            self.point.param.update(error_state=True, helper_text=str(error))
            return
        self.point.param.update(error_state=False, helper_text="")
        self._dispatch.on_point(x1, x2)

    def show(self, state: Begin, edits: int) -> None:
        """Show the controls of what is looked at, and what they stand at."""
        self.controls.show(_Shown(state), edits)
        for look, row in self._rows.values():
            row.visible = look == state.look
        self.point.visible = state.look == "line"
        self._setting = True
        try:
            if self.point.value != _point(state) and not self.point.error_state:
                self.point.value = _point(state)
        finally:
            self._setting = False


class _Shown:
    """The state with each weight, and the number of classes, by a name of its own."""

    def __init__(self, state: Begin) -> None:
        self._state = state
        self.w1, self.w2, self.b = state.weights
        self.classes = len(state.scores)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._state, name)


def _classes(begin: Begin) -> Control:
    span = (LEAST_CLASSES, MOST_CLASSES, 1)
    return number_slider("classes", "Classes", span, len(begin.scores), "softmax", whole=True)


def _weight(index: int, label: str, begin: Begin) -> Control:
    return number_slider(_WEIGHTS[index], label, (-3.0, 3.0, 0.01), begin.weights[index], "line")


def _point(state: Begin) -> str:
    return f"{exact(state.point[0])}, {exact(state.point[1])}"
