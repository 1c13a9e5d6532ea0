"""The controls of the losses page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from playground.stages.losses.presets import MOST_COUNT, MOST_OUTCOMES, MOST_SAMPLES, MOST_TARGETS, Begin
from playground.stages.sheets.controls import Control, Controls, button, number_slider, switch
from playground.widgets.about import about

if TYPE_CHECKING:
    from playground.stages.losses.dispatch import Dispatch

_CONVENTIONS = {"Labels −1, +1 and log₂": "signed", "Labels 0, 1 and ln": "binary"}
_COUNTS = ("targets", "samples", "outcomes")


class Settings:
    """The controls, kept in step with the state.

    Parameters
    ----------
    begin : Begin
    dispatch : Dispatch
    """

    def __init__(self, begin: Begin, dispatch: Dispatch) -> None:
        self._dispatch = dispatch
        convention = pmui.Select(
            label="Labels", options=_CONVENTIONS, value=begin.convention, size="small", sizing_mode="stretch_width",
            css_classes=about("convention"),
        )  # fmt: skip
        self.controls = Controls(
            [
                number_slider("output", "Output o", (-10.0, 10.0, 0.01), begin.output, "regression"),
                _count("targets", "Targets", (1, MOST_TARGETS, 1), len(begin.targets), "regression"),
                Control("convention", convention, ("margin",)),
                _count("samples", "Samples", (1, MOST_SAMPLES, 1), begin.samples, "likelihood"),
                number_slider("factor", "Probability p", (0.01, 0.99, 0.01), begin.factor, "product"),
                number_slider("count", "Samples n", (1, MOST_COUNT, 1), begin.count, "product", whole=True),
                _count("outcomes", "Outcomes", (2, MOST_OUTCOMES, 1), begin.outcomes, "entropy"),
                switch("bits", "In bits", begin.bits, "entropy"),
            ],
            self._edited,
        )
        self._rows = [
            (("regression",), self._row(("To the mean", "to_mean", "least"), ("To the median", "to_median", "least"))),
            (("regression",), self._row(("Keep these errors", "keep", "keep"), ("Forget them", "forget", ""))),
            (("notation", "tasks"), self._row(("Clear", "clear", "clear"))),
        ]
        self.panel = pn.Column(
            self.controls.panel, *(row for _, row in self._rows), sizing_mode="stretch_width", margin=0
        )

    def _row(self, *buttons: tuple[str, str, str]) -> Any:
        made = [
            button(label, lambda command=command: self._dispatch.do(command), key) for label, command, key in buttons
        ]
        return pn.FlexBox(*made, margin=(8, 10), gap="8px")

    def _edited(self, name: str, value: Any, edits: int) -> None:
        if name in _COUNTS:
            self._dispatch.recount(name, value, edits)
        else:
            self._dispatch.edit(name, value, edits)

    def show(self, state: Begin, edits: int) -> None:
        """Show the controls of what is looked at, and what they stand at."""
        self.controls.show(_Shown(state), edits)
        for looks, row in self._rows:
            row.visible = state.look in looks


class _Shown:
    """The state with the numbers of its parts in the place of the parts."""

    def __init__(self, state: Begin) -> None:
        self._state = state
        self.targets = len(state.targets)
        self.samples, self.outcomes = state.samples, state.outcomes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._state, name)


def _count(name: str, label: str, span: tuple[int, int, int], value: int, look: str) -> Control:
    return number_slider(name, label, span, value, look, whole=True)
