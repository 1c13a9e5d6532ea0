"""The controls of a small stage, of which those of what is looked at are shown."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import panel as pn
import panel_material_ui as pmui

from playground.views.figures import short
from playground.widgets.about import about

__all__ = ["Control", "Controls", "button", "number_slider", "power_slider", "switch"]


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Control:
    """One control.

    Attributes
    ----------
    name : str
        The attribute of the state that it sets.
    widget : Widget
        With `value`.
    looks : tuple of str
        Where it is shown.
    read : callable
        The attribute's value from the widget's.
    write : callable
        And back.
    label : callable or None
        The widget's label from the attribute's value, where that is not always the same.
    """

    name: str
    widget: Any
    looks: tuple[str, ...]
    read: Callable[[Any], Any] = _same
    write: Callable[[Any], Any] = _same
    label: Callable[[Any], str] | None = None


def number_slider(
    name: str, label: str, span: tuple[float, float, float], value: float, *looks: str, whole: bool = False
) -> Control:
    """Return a slider; span is its start, end and step."""
    start, end, step = span
    kind = pmui.IntSlider if whole else pmui.FloatSlider
    widget = kind(
        label=label, start=min(start, value), end=max(end, value), step=step, value=value, size="small",
        sizing_mode="stretch_width", css_classes=about(name),
    )  # fmt: skip
    return Control(name, widget, looks)


def power_slider(name: str, label: str, low: float, high: float, value: float, *looks: str) -> Control:
    """Return a slider over powers of ten, whose label says the value."""

    def read(exponent: float) -> float:
        # Three digits: what the label says is what is set.
        return float(f"{10**exponent:.3g}")

    def said(number: float) -> str:
        return f"{label} = {short(number)}"

    widget = pmui.FloatSlider(
        label=said(value), start=math.log10(low), end=math.log10(high), step=0.01, value=math.log10(value),
        show_value=False, size="small", sizing_mode="stretch_width", css_classes=about(name),
    )  # fmt: skip
    return Control(name, widget, looks, read, math.log10, said)


def switch(name: str, label: str, value: bool, *looks: str) -> Control:
    """Return a checkbox."""
    widget = pmui.Checkbox(label=label, value=value, size="small", css_classes=about(name), margin=(4, 6))
    return Control(name, widget, looks)


def button(label: str, pressed: Callable[[], None], key: str = "") -> pmui.Button:
    """Return a small button."""
    made = pmui.Button(label=label, variant="outlined", size="small", margin=0, css_classes=about(key) if key else [])
    made.on_click(lambda _: pressed())
    return made


class Controls:
    """The controls, kept in step with the state.

    Parameters
    ----------
    controls : sequence of Control
    changed : callable
        Called with a name, its new value, and how much has been asked for by now.
    """

    def __init__(self, controls: Sequence[Control], changed: Callable[[str, Any, int], None]) -> None:
        self._controls = controls
        self._changed = changed
        self._setting = False
        self.edits = 0
        for control in controls:
            control.widget.param.watch(lambda event, control=control: self._edited(control, event.new), "value")
        self.panel = pn.Column(*(each.widget for each in controls), sizing_mode="stretch_width", margin=0)

    def _edited(self, control: Control, value: Any) -> None:
        if not self._setting:
            self.edits += 1
            self._changed(control.name, control.read(value), self.edits)

    def show(self, state: Any, edits: int) -> None:
        """Show the controls of what is looked at, and the state, unless more has been asked for since it was made."""
        for control in self._controls:
            visible = state.look in control.looks
            if control.widget.visible != visible:
                control.widget.visible = visible
        if edits != self.edits:
            return
        self._setting = True
        try:
            for control in self._controls:
                _show(control, getattr(state, control.name))
        finally:
            self._setting = False


def _show(control: Control, value: Any) -> None:
    widget = control.widget
    if control.read(widget.value) != value:
        shown = control.write(value)
        if hasattr(widget, "start") and not widget.start <= shown <= widget.end:
            widget.param.update(start=min(widget.start, shown), end=max(widget.end, shown))
        widget.value = shown
    if control.label is not None and widget.label != control.label(value):
        widget.label = control.label(value)
