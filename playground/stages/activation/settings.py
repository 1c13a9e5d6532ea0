"""The controls of the activation page. Sliders act while they are dragged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from engine.activation import ACTIVATION_SETTINGS, BESIDE, FUNCTIONS, ActivationSpec
from playground.stages.activation.presentation import TITLES
from playground.stages.echo import Echo
from playground.widgets.about import about

FUNCTION_NAMES = {TITLES[name]: name for name in FUNCTIONS}
_OTHER = {"none": "Nothing", "scaled": "A scaled sigmoid", "four": "Four together"}
BESIDE_NAMES = {_OTHER.get(name, TITLES.get(name, "")): name for name in BESIDE}
_STEPS = {
    "sigma": 0.1, "x": 0.05, "outer": 0.25, "inner": 0.25, "shift": 0.25, "mean": 0.1, "spread": 0.1, "bias": 0.25,
}  # fmt: skip
_SPANS = {"bias": (-10.0, 10.0)}
# What belongs to the unit with its data set.
_DATA = ("mean", "spread", "bias")
_CARDS = {"outer": "scaled", "inner": "scaled", "shift": "scaled", "mean": "data", "spread": "data"}


class Settings:
    """The controls, kept in step with the spec.

    Parameters
    ----------
    changed : callable
        Called with a name and its new value.
    """

    def __init__(self, changed: Callable[[str, Any], None]) -> None:
        self._changed = changed
        self._setting = False
        # An answer to an older edit must not move a slider that a hand is on.
        self.edits = 0
        # The input moves while it plays, and its slider follows.
        self._echo = Echo()
        self.widgets: dict[str, Any] = {
            "function": self._select("function", FUNCTION_NAMES), "sigma": self._slider("sigma"),
            "x": self._slider("x"), "flat": self._switch("flat"), "beside": self._select("beside", BESIDE_NAMES),
            **{name: self._slider(name) for name in ("outer", "inner", "shift", "mean", "spread", "bias")},
            "spikes": self._switch("spikes"),
        }  # fmt: skip
        for name, widget in self.widgets.items():
            widget.param.watch(lambda event, name=name, of=widget: self._edited(name, of, event.new), "value")
        data = [self.widgets[name] for name in _DATA]
        others = [widget for widget in self.widgets.values() if widget not in data]
        self.panel, self.data_panel = (
            pn.Column(*widgets, sizing_mode="stretch_width", margin=0) for widgets in (others, data)
        )

    @staticmethod
    def _slider(name: str) -> pmui.FloatSlider:
        limits, step = ACTIVATION_SETTINGS[name].metadata, _STEPS[name]
        start, end = _SPANS.get(name, (limits["low"], limits["high"]))
        return pmui.FloatSlider(
            label=limits["title"], start=start, end=end, step=step, value=ACTIVATION_SETTINGS[name].default,
            size="small", sizing_mode="stretch_width", css_classes=about(_CARDS.get(name, name)),
        )  # fmt: skip

    @staticmethod
    def _select(name: str, options: dict[str, str]) -> pmui.Select:
        return pmui.Select(
            label=ACTIVATION_SETTINGS[name].metadata["title"], options=options,
            value=ACTIVATION_SETTINGS[name].default, size="small", sizing_mode="stretch_width", css_classes=about(name),
        )  # fmt: skip

    @staticmethod
    def _switch(name: str) -> pmui.Switch:
        return pmui.Switch(
            label=ACTIVATION_SETTINGS[name].metadata["title"], value=ACTIVATION_SETTINGS[name].default,
            css_classes=about(name), margin=(4, 10),
        )  # fmt: skip

    def _edited(self, name: str, widget: Any, value: Any) -> None:
        if not self._setting and not self._echo.is_one(widget, value):
            self.edits += 1
            self._changed(name, value)

    def show(self, spec: ActivationSpec, edits: int) -> None:
        """Show the settings of `spec`, unless more has been asked for since it was made."""
        if edits != self.edits:
            return
        self._setting = True
        try:
            for name, widget in self.widgets.items():
                value = getattr(spec, name)
                if isinstance(value, float) and not widget.start <= value <= widget.end:
                    widget.param.update(start=min(widget.start, value), end=max(widget.end, value))
                if name == "x":
                    self._echo.put(widget, value)
                elif widget.value != value:
                    widget.value = value
                shown = {"sigma": spec.function == "gaussian"}.get(name, _CARDS.get(name) != "scaled")
                shown = shown or (_CARDS.get(name) == "scaled" and spec.beside == "scaled")
                if widget.visible != shown:
                    widget.visible = shown
        finally:
            self._setting = False
