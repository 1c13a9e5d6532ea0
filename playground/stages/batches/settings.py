"""The controls of the lanes and of their data. Sliders act while they are dragged."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from engine.batches import BATCHES_SETTINGS, BatchesSpec
from playground.views.figures import short
from playground.widgets.about import about

COSTS = {"Sum over the batch": "sum", "Mean of the batch": "mean"}
# Beyond these a slider would be too coarse; a link may go further.
_SPANS = {"mean": (0.0, 8.0, 0.25), "variance": (1.0, 60.0, 1.0), "decay": (0.0, 200.0, 5.0), "per_class": (10, 250, 5)}
_LOGS = {"learning_rate": (-5.0, 0.0, 0.05)}


class Settings:
    """The controls, kept in step with the spec.

    Parameters
    ----------
    spec : BatchesSpec
    changed : callable
        Called with a name and its new value.
    draw_anew : callable
        Called when other points are wanted.
    """

    def __init__(self, spec: BatchesSpec, changed: Callable[[str, Any], None], draw_anew: Callable[[], None]) -> None:
        self._changed, self._draw_anew = changed, draw_anew
        self._setting = False
        # An answer to an older edit must not move a slider that a hand is on.
        self.edits = 0
        self.widgets: dict[str, Any] = {
            "learning_rate": self._log_slider("learning_rate", spec.learning_rate),
            "cost": pmui.Select(
                label="Cost", options=COSTS, value=spec.cost, size="small", sizing_mode="stretch_width",
                css_classes=about("cost"),
            ),
            "mini_batch": self._slider("mini_batch", spec, (1, min(200, spec.samples), 1)),
            "decay": self._slider("decay", spec, _SPANS["decay"]),
            "mean": self._slider("mean", spec, _SPANS["mean"]),
            "variance": self._slider("variance", spec, _SPANS["variance"]),
            "per_class": self._slider("per_class", spec, _SPANS["per_class"]),
            "copies": self._slider("copies", spec, (1, 10, 1)),
        }  # fmt: skip
        for name, widget in self.widgets.items():
            widget.param.watch(lambda event, name=name: self._edited(name, event.new), "value")
        again = pmui.Button(
            label="Draw other points", variant="outlined", size="small", sizing_mode="stretch_width",
            css_classes=about("seed"),
        )  # fmt: skip
        again.on_click(lambda _: self._again())
        self.told = pmui.Typography("", variant="body2", margin=(4, 10))
        self.panel = pn.Column(*self.widgets.values(), again, self.told, sizing_mode="stretch_width", margin=0)

    @staticmethod
    def _slider(name: str, spec: BatchesSpec, span: tuple[float, float, float]) -> Any:
        start, end, step = span
        value = getattr(spec, name)
        whole = all(isinstance(number, int) for number in span)
        kind = pmui.IntSlider if whole else pmui.FloatSlider
        return kind(
            label=_title(name), start=min(start, value), end=max(end, value), step=step,
            value=int(value) if whole else value, size="small", sizing_mode="stretch_width", css_classes=about(name),
        )  # fmt: skip

    @staticmethod
    def _log_slider(name: str, value: float) -> Any:
        start, end, step = _LOGS[name]
        at = math.log10(value)
        return pmui.FloatSlider(
            label=_rate_label(value), start=min(start, at), end=max(end, at), step=step, value=at, show_value=False,
            size="small", sizing_mode="stretch_width", css_classes=about(name),
        )  # fmt: skip

    def _edited(self, name: str, value: Any) -> None:
        if not self._setting:
            self.edits += 1
            # Three digits: what the label says is what is set.
            self._changed(name, float(f"{10**value:.3g}") if name in _LOGS else value)

    def _again(self) -> None:
        self.edits += 1
        self._draw_anew()

    def show(self, spec: BatchesSpec, ceiling: float, edits: int) -> None:
        """Show the settings of `spec`, unless more has been asked for since it was made."""
        if edits != self.edits:
            return
        self._setting = True
        try:
            for name, widget in self.widgets.items():
                value = getattr(spec, name)
                if name == "learning_rate":
                    self._show_rate(widget, value)
                elif widget.value != value:
                    if name != "cost":
                        value = type(widget.value)(value)
                        self._reach(widget, value)
                    widget.value = value
            most = max(min(200, spec.samples), spec.mini_batch)
            if self.widgets["mini_batch"].end != most:
                self.widgets["mini_batch"].end = most
        finally:
            self._setting = False
        told = f"Seed {spec.seed}. No line is expected to beat an accuracy of {ceiling:.3f} on new points."
        if self.told.object != told:
            self.told.object = told

    @staticmethod
    def _reach(widget: Any, value: float) -> None:
        """Make the slider long enough for a value that came from elsewhere."""
        if not widget.start <= value <= widget.end:
            widget.param.update(start=min(widget.start, value), end=max(widget.end, value))

    def _show_rate(self, widget: Any, rate: float) -> None:
        # The slider may stand between two values of three digits.
        if float(f"{10**widget.value:.3g}") != rate:
            self._reach(widget, math.log10(rate))
            widget.value = math.log10(rate)
        if widget.label != _rate_label(rate):
            widget.label = _rate_label(rate)


def _title(name: str) -> str:
    # The full title would break into two lines.
    if name == "decay":
        return "Epochs to η/10"
    return str(BATCHES_SETTINGS[name].metadata["title"])


def _rate_label(rate: float) -> str:
    return f"Learning rate η = {short(rate)}"
