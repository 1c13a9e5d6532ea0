"""What all racers share besides the surface: noise and its seed, a factor on the loss, and how long the race is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel_material_ui as pmui

from engine.checks import SpecError, checked
from engine.descent import DESCENT_SETTINGS, DescentSpec
from playground.widgets.about import about

FACTORS = {"× 1": 1.0, "× 10": 10.0, "× 100": 100.0, "× 1000": 1000.0}


class Settings:
    """Four controls; what is typed and not allowed is answered under the field.

    Parameters
    ----------
    changed : callable
        Takes the name of a setting of `DescentSpec`, and its new value.
    """

    def __init__(self, changed: Callable[[str, Any], None]) -> None:
        self._setting = False
        self.noise = pmui.FloatSlider(
            label="Noise on the slope", start=0.0, end=5.0, step=0.1, value=0.0, size="small", width=180,
            margin=(0, 12), css_classes=about("noise"),
        )  # fmt: skip
        self.factor = pmui.Select(
            label="Loss", options=list(FACTORS), value="× 1", size="small", width=120, margin=0,
            css_classes=about("factor"),
        )  # fmt: skip
        self.steps = pmui.TextInput(label="Updates", size="small", width=120, margin=0, css_classes=about("steps"))
        self.seed = pmui.TextInput(label="Seed", size="small", width=100, margin=0, css_classes=about("seed"))
        self._typed = {"steps": self.steps, "seed": self.seed}
        self.widgets = (self.factor, self.steps, self.noise, self.seed)
        self._listen(self.noise, float, lambda noise: changed("noise", noise))
        self._listen(self.factor, _factor, lambda factor: changed("loss_scale", factor))
        self._listen(self.steps, lambda text: _whole("steps", text), lambda steps: changed("steps", steps))
        self._listen(self.seed, lambda text: _whole("seed", text), lambda seed: changed("seed", seed))

    def _listen(self, widget: Any, read: Callable[[Any], Any], changed: Callable[[Any], None]) -> None:
        def edited(event: Any) -> None:
            if self._setting:
                return
            try:
                value = read(event.new)
            except SpecError as error:
                widget.param.update(error_state=True, helper_text=str(error))
                return
            if widget in self._typed.values():
                widget.param.update(error_state=False, helper_text="")
            changed(value)

        widget.param.watch(edited, "value")

    def show(self, spec: DescentSpec) -> None:
        """Show what holds in `spec`, except where a message stands about what was typed."""
        self._setting = True
        try:
            # A link may bring any.
            name = f"× {spec.loss_scale:g}"
            if name not in self.factor.options:
                self.factor.options = [*FACTORS, name]
            self.noise.end = max(5.0, spec.noise)
            for widget, value in ((self.noise, spec.noise), (self.factor, name)):
                if widget.value != value:
                    widget.value = value
            for name, field in self._typed.items():
                if not field.error_state and field.value != str(getattr(spec, name)):
                    field.value = str(getattr(spec, name))
            # Without noise nothing is drawn.
            self.seed.visible = spec.noise > 0
        finally:
            self._setting = False

    def forgive(self) -> None:
        """Forget what was typed and refused."""
        for field in self._typed.values():
            if field.error_state:
                field.param.update(error_state=False, helper_text="")


def _factor(name: str) -> float:
    return float(name.removeprefix("× "))


def _whole(name: str, text: str) -> int:
    setting = DESCENT_SETTINGS[name]
    return int(checked(name, setting.default, setting.metadata, text.strip()))
