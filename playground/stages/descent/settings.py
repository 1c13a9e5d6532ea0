"""The controls of a descent: what to begin with, the optimizer and its numbers, the start; and, folded, the noise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel_material_ui as pmui

from engine import SpecError
from engine.checks import checked
from engine.descent import DESCENT_SETTINGS, DescentSpec, optimizer_settings
from playground.optimizer_marks import TITLES
from playground.stages.descent.facts import place
from playground.stages.descent.presets import PRESETS
from playground.widgets.about import about

OWN = "—"
# The numbers that decide most stand open, the others are folded away.
_MAIN = {"momentum": "Momentum m", "rho": "Memory ρ", "beta1": "Memory β₁", "beta2": "Memory β₂"}
_MORE = {"eps": "Epsilon ε", "weight_decay": "AdamW's decay λ", "momentum_decay": "Momentum decay ψ"}
_GROUND = {"noise": "Noise on the gradient σ", "loss_scale": "Factor on the loss c", "seed": "Seed of the noise"}
_RATE = {"title": "Learning rate", "low": 1e-6, "high": 100.0}
# A message is wider than the number that it is about, where there is room.
_FIELD_STYLE = {
    "& .MuiFormHelperText-root": {"@media (min-width: 1001px)": {"width": "max-content", "maxWidth": 300}}
}
# The numbers of plain descent would make another optimizer of it.
_NONE = ("sgd",)


class Settings:
    """Widgets for a descent's settings; what is typed and not allowed is answered under them.

    Parameters
    ----------
    choose_preset, choose_optimizer : callable
        Take a key.
    change : callable
        Takes changes of a `DescentSpec`.
    set_start : callable
        Takes a point.
    """

    def __init__(
        self, choose_preset: Callable[[str], None], choose_optimizer: Callable[[str], None],
        change: Callable[[dict[str, Any]], None], set_start: Callable[[tuple[float, ...]], None],
    ) -> None:  # fmt: skip
        self._change, self._set_start = change, set_start
        self._setting = False
        self._spec = DescentSpec()
        # The control that was used last: it is told what is wrong with a set of numbers.
        self._last = ""
        common: dict[str, Any] = {"size": "small", "margin": 0}
        titles = {OWN: OWN, **{_preset_title(key): key for key in PRESETS}}
        self.preset = pmui.Select(label="Example", options=titles, width=330, css_classes=about("preset"), **common)
        self.optimizer = pmui.Select(
            label="Optimizer", options={title: key for key, title in TITLES.items()}, value="sgd", width=190,
            css_classes=about("optimizer"), **common,
        )  # fmt: skip
        self.fields: dict[str, pmui.TextInput] = {}
        self._field("learning_rate", "Learning rate η", 114)
        for name, title in _MAIN.items():
            self._field(name, title, 110)
        self._field("start", "Start", 152)
        for name, title in {**_GROUND, **_MORE}.items():
            self._field(name, title, 0)
        self.preset.param.watch(self._asked(choose_preset, (OWN,)), "value")
        self.optimizer.param.watch(self._asked(choose_optimizer), "value")
        self.main = [self.preset, self.optimizer, *(self.fields[name] for name in ("learning_rate", *_MAIN, "start"))]
        self.folded = pmui.Details(
            title="Noise, factor on the loss and more", sizing_mode="stretch_width", margin=(8, 0), fully_expanded=True
        )
        self.folded.param.watch(self._unfold, "collapsed")

    def _field(self, name: str, label: str, width: int) -> None:
        size = {"width": width, "margin": 0} if width else {"sizing_mode": "stretch_width", "margin": (8, 6)}
        widget = pmui.TextInput(label=label, size="small", css_classes=about(name), sx=_FIELD_STYLE, **size)
        widget.param.watch(lambda event: self._edited(name, event.new), "value")
        self.fields[name] = widget

    def _unfold(self, _: Any) -> None:
        if not self.folded.objects:
            self.folded.objects = [self.fields[name] for name in (*_GROUND, *_MORE)]

    def _asked(self, then: Callable[[str], None], never: tuple[str, ...] = ()) -> Callable[[Any], None]:
        def chosen(event: Any) -> None:
            if not self._setting and event.new not in never:
                self.forgive()
                then(event.new)

        return chosen

    def _edited(self, name: str, text: str) -> None:
        if self._setting:
            return
        self._last = name
        typed = text.strip().replace("−", "-")
        try:
            if name == "start":
                point = self._point(typed)
                self._say(name, "")
                self._set_start(point)
                return
            changes = self._read(name, typed)
        except SpecError as error:
            self._say(name, str(error))
            return
        self._say(name, "")
        self._change(changes)

    def _point(self, text: str) -> tuple[float, ...]:
        parts = text.strip("()").replace(",", " ").split()
        try:
            point = tuple(float(part) for part in parts)
        except ValueError:
            raise SpecError("start", "The start is a number for each weight, such as −4, 3") from None
        surface = self._spec.landscape
        names = [surface.names[axis] for axis in surface.shown or range(surface.dimensions)]
        if len(point) not in (len(names), surface.dimensions):
            wanted = f"a number for each of {', '.join(names)}" if len(names) > 1 else f"one number, {names[0]}"
            raise SpecError("start", f"The start is {wanted}, got {len(point)} number{'s' * (len(point) != 1)}")
        return point

    def _read(self, name: str, text: str) -> dict[str, Any]:
        if name == "learning_rate":
            return {name: float(checked(name, 1.0, _RATE, text))}
        if name in _GROUND:
            setting = DESCENT_SETTINGS[name]
            return {name: checked(name, setting.default, setting.metadata, text)}
        try:
            return {"settings": {name: float(text)}}
        except ValueError:
            raise SpecError(name, f"{self.fields[name].label} is a number") from None

    def show(self, spec: DescentSpec, preset: str, start: tuple[float, ...]) -> None:
        """Show the settings of `spec`, except where a message stands about what was typed."""
        self._spec = spec
        usual = {} if spec.optimizer in _NONE else optimizer_settings(spec.optimizer)
        values = {**usual, **dict(spec.settings)}
        self._setting = True
        try:
            _put(self.preset, preset or OWN)
            _put(self.optimizer, spec.optimizer)
            for name, widget in self.fields.items():
                if name in _MAIN or name in _MORE:
                    shown = name in values
                    if widget.visible != shown:
                        widget.visible = shown
                    text = f"{values[name]:g}" if shown else widget.value
                elif name == "start":
                    text = place(start).strip("()")
                else:
                    text = f"{getattr(spec, name):.12g}"
                if not widget.error_state:
                    _put(widget, text)
        finally:
            self._setting = False

    def refuse(self, name: str, message: str) -> bool:
        """Say what is allowed under the control that it is about; return whether there is one."""
        if name == "settings" and self._last in (*_MAIN, *_MORE):
            name = self._last
        if name not in self.fields or not self.fields[name].visible:
            return False
        self._say(name, message)
        return True

    def _say(self, name: str, message: str) -> None:
        widget = self.fields[name]
        if message or widget.error_state:
            widget.param.update(error_state=bool(message), helper_text=message)

    def forgive(self) -> None:
        """Forget what was typed and refused."""
        for name in self.fields:
            self._say(name, "")


def _preset_title(key: str) -> str:
    preset = PRESETS[key]
    slides = ", ".join(preset.slides)
    return f"{preset.title} ({slides})" if slides else preset.title


def _put(widget: Any, value: Any) -> None:
    if widget.value != value:
        widget.value = value
