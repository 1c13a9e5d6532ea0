"""The controls of the neuron. Sliders act while they are dragged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from engine.neuron import NEURON_ACTIVATIONS, TASKS, NeuronFrame
from playground.stages.echo import Echo
from playground.stages.neuron.presentation import SUBSCRIPTS, TITLES
from playground.widgets.about import about

ACTIVATIONS = {TITLES[name]: name for name in NEURON_ACTIVATIONS}
TASK_NAMES = {task.title: key for key, task in TASKS.items()}
COUNTS = {"2 inputs": "2", "3 inputs": "3"}
# Beyond these a slider would be too coarse; it grows for values that come from elsewhere.
_INPUT, _WEIGHT, _RATE = (-5.0, 5.0, 0.1), (-5.0, 5.0, 0.01), (0.1, 4.0, 0.1)


class Settings:
    """The controls, kept in step with the neuron.

    Parameters
    ----------
    changed : callable
        Called with a name and its new value.
    multiply : callable
        Called with the factor for all weights and the bias.
    """

    def __init__(self, changed: Callable[[str, Any], None], multiply: Callable[[float], None]) -> None:
        self._changed, self._multiply = changed, multiply
        self._setting = False
        # An answer to an older edit must not move a slider that a hand is on.
        self.edits = 0
        # While it learns the sliders follow.
        self._echo = Echo()
        self.inputs = [self._slider(f"x{SUBSCRIPTS[k]}", _INPUT, "inputs") for k in range(3)]
        self.weights = [self._slider(f"w{SUBSCRIPTS[k]}", _WEIGHT, "weights") for k in range(3)]
        self.bias = self._slider("b", _WEIGHT, "bias")
        self.biased = pmui.Switch(label="Bias", value=True, css_classes=about("biased"), margin=(4, 10))
        self.activation = self._select("Activation", ACTIVATIONS, "activation")
        self.task = self._select("Task", TASK_NAMES, "task")
        self.count = self._select("Inputs", COUNTS, "count")
        self.rate = self._slider("Learning rate η", _RATE, "rate")
        named = {
            **{f"x{k + 1}": slider for k, slider in enumerate(self.inputs)},
            **{f"w{k + 1}": slider for k, slider in enumerate(self.weights)},
            "bias": self.bias, "biased": self.biased, "activation": self.activation, "task": self.task,
            "count": self.count, "rate": self.rate,
        }  # fmt: skip
        for name, widget in named.items():
            widget.param.watch(lambda event, name=name, of=widget: self._edited(name, of, event.new), "value")
        factors = pn.FlexBox(
            *(self._factor(label, factor) for label, factor in (("× 2", 2.0), ("÷ 2", 0.5))), gap="8px",
            margin=(2, 10, 10, 10),
        )  # fmt: skip
        # What is moved most comes first.
        self.panel = pn.Column(
            *self.weights, self.bias, self.biased,
            pmui.Typography("All weights and the bias", variant="body2", margin=(4, 10, 0, 10)), factors,
            self.task, self.activation, self.rate, self.count, *self.inputs,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

    @staticmethod
    def _slider(label: str, span: tuple[float, float, float], key: str) -> pmui.FloatSlider:
        start, end, step = span
        return pmui.FloatSlider(
            label=label, start=start, end=end, step=step, value=start, size="small", sizing_mode="stretch_width",
            css_classes=about(key),
        )  # fmt: skip

    @staticmethod
    def _select(label: str, options: dict[str, str], key: str) -> pmui.Select:
        return pmui.Select(
            label=label, options=options, value=next(iter(options.values())), size="small",
            sizing_mode="stretch_width", css_classes=about(key),
        )  # fmt: skip

    def _factor(self, label: str, factor: float) -> pmui.Button:
        button = pmui.Button(label=label, variant="outlined", size="small", margin=0, css_classes=about("factor"))
        button.on_click(lambda _: self._multiply(factor))
        return button

    def _edited(self, name: str, widget: Any, value: Any) -> None:
        if not self._setting and not self._echo.is_one(widget, value):
            self.edits += 1
            self._changed(name, value)

    def _put(self, slider: Any, value: float) -> None:
        """Put a slider on a value, and make it long enough for one that comes from elsewhere."""
        if not slider.start <= value <= slider.end:
            reach = 1.5 * abs(value)
            slider.param.update(start=min(slider.start, -reach), end=max(slider.end, reach))
        self._echo.put(slider, value)

    def show(self, frame: NeuronFrame, edits: int) -> None:
        """Show the neuron of `frame`, unless more has been asked for since it was made."""
        if edits != self.edits:
            return
        spec, n = frame.spec, len(frame.terms)
        self._setting = True
        try:
            for sliders, values in ((self.inputs, frame.inputs.tolist()), (self.weights, spec.weights)):
                for k, slider in enumerate(sliders):
                    if slider.visible != (k < n):
                        slider.visible = k < n
                    if k < n:
                        self._put(slider, values[k])
            self._put(self.bias, spec.bias)
            self._put(self.rate, spec.rate)
            for widget, value in (
                (self.biased, spec.biased), (self.activation, spec.activation), (self.task, spec.task),
                (self.count, str(n)),
            ):  # fmt: skip
                if widget.value != value:
                    widget.value = value
            if self.bias.disabled == spec.biased:
                self.bias.disabled = not spec.biased
            if self.rate.visible != spec.learns:
                self.rate.visible = spec.learns
        finally:
            self._setting = False
