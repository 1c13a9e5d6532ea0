"""The controls of a stack. Sliders act while they are dragged: a whole pass takes a few milliseconds."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from engine.flow import FLOW_INITIALIZERS, FLOW_SETTINGS, FlowSpec
from engine.layers import ACTIVATIONS
from engine.spec import HIDDEN_ACTIVATIONS
from playground.stages.flow.presentation import number
from playground.widgets.about import about

INITIALIZERS = {
    "lecun_normal": "LeCun normal",
    "zeros": "Zeros",
    "constant": "Constant 0.5",
    "uniform": "Uniform ±0.05",
    "glorot_uniform": "Glorot uniform",
    "glorot_normal": "Glorot normal",
    "he_uniform": "He uniform",
    "he_normal": "He normal",
}
OPTIONS = {
    "activation": {ACTIVATIONS[key].title: key for key in HIDDEN_ACTIVATIONS},
    "initializer": {INITIALIZERS[key]: key for key in FLOW_INITIALIZERS},
}


class Settings:
    """The controls, kept in step with the spec.

    Parameters
    ----------
    spec : FlowSpec
    changed : callable
        Called with a name and its new value.
    """

    def __init__(self, spec: FlowSpec, changed: Callable[[str, Any], None]) -> None:
        self._changed = changed
        self._setting = False
        # An answer to an older edit must not move a slider that a hand is on.
        self.edits = 0
        self.widgets = {
            "depth": self._slider("depth", spec.depth),
            "activation": self._select("activation", spec.activation),
            "initializer": self._select("initializer", spec.initializer),
            "skip": pmui.Checkbox(
                label=_title("skip"), value=spec.skip, size="small", css_classes=about("skip"), margin=(4, 6)
            ),
            "scale": pmui.FloatSlider(
                label=_scale_label(spec.scale), start=-2.0, end=2.0, step=0.05, value=math.log10(spec.scale),
                show_value=False, size="small", sizing_mode="stretch_width", css_classes=about("scale"),
            ),
            "width": self._slider("width", spec.width),
        }  # fmt: skip
        for name, widget in self.widgets.items():
            widget.param.watch(lambda event, name=name: self._edited(name, event.new), "value")
        new_draw = pmui.Button(
            label="New draw", variant="outlined", size="small", sizing_mode="stretch_width", css_classes=about("seed")
        )
        new_draw.on_click(lambda _: self.edit("seed", lambda spec: (spec.seed + 1) % 2**31))
        self._seed = pmui.Typography(_seed(spec), variant="body2", margin=(0, 10))
        self.panel = pn.Column(*self.widgets.values(), new_draw, self._seed, sizing_mode="stretch_width", margin=0)

    def _slider(self, name: str, value: int) -> pmui.IntSlider:
        limits = FLOW_SETTINGS[name].metadata
        return pmui.IntSlider(
            label=_title(name), start=limits["low"], end=limits["high"], value=value, size="small",
            sizing_mode="stretch_width", css_classes=about(name),
        )  # fmt: skip

    def _select(self, name: str, value: str) -> pmui.Select:
        return pmui.Select(
            label=_title(name), options=OPTIONS[name], value=value, size="small", sizing_mode="stretch_width",
            css_classes=about(name),
        )  # fmt: skip

    def _edited(self, name: str, value: Any) -> None:
        if not self._setting:
            # Three digits: what the label says is what is set.
            self.edit(name, float(f"{10**value:.3g}") if name == "scale" else value)

    def edit(self, name: str, value: Any) -> None:
        """Ask for a setting to be changed."""
        self.edits += 1
        self._changed(name, value)

    def show(self, spec: FlowSpec, edits: int) -> None:
        """Show the settings of `spec`, unless more has been asked for since it was made."""
        if edits != self.edits:
            return
        self._setting = True
        try:
            for name, widget in self.widgets.items():
                value = getattr(spec, name)
                if name == "scale":
                    self._show_scale(widget, value)
                elif widget.value != value:
                    widget.value = value
        finally:
            self._setting = False
        if self._seed.object != _seed(spec):
            self._seed.object = _seed(spec)

    @staticmethod
    def _show_scale(widget: Any, scale: float) -> None:
        # The slider may stand between two values of three digits.
        if float(f"{10**widget.value:.3g}") != scale:
            widget.value = math.log10(scale)
        if widget.label != _scale_label(scale):
            widget.label = _scale_label(scale)


def _title(name: str) -> str:
    return str(FLOW_SETTINGS[name].metadata["title"])


def _scale_label(scale: float) -> str:
    return f"{_title('scale')}: × {number(scale)}"


def _seed(spec: FlowSpec) -> str:
    return f"Seed {spec.seed}"
