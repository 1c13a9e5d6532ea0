"""The controls of a digit training. Each speaks of one setting; a bad value gets its message right under it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from engine import SpecError
from engine.checks import checked
from engine.datasets.digits import DIGITS
from engine.reader import HEADS, READER_SETTINGS, ReaderSpec
from playground.stages.network.settings import OPTIONS as NETWORK_OPTIONS
from playground.widgets.about import about

OPTIONS: dict[str, dict[str, str]] = {
    "data": {kind.title: key for key, kind in DIGITS.items()},
    "head": {head.title: key for key, head in HEADS.items()},
    "optimizer": NETWORK_OPTIONS["optimizer"],
    "initializer": NETWORK_OPTIONS["initializer"],
}
NAMES = ("data", "head", "optimizer", "learning_rate", "batch_size", "initializer", "seed")


class Settings:
    """The controls, kept in step with the spec.

    Parameters
    ----------
    spec : ReaderSpec
    changed : callable
        Called with the name of a setting and a value that this setting allows.
    """

    def __init__(self, spec: ReaderSpec, changed: Callable[[str, Any], None]) -> None:
        self._changed = changed
        self._setting = False
        self.widgets: dict[str, Any] = {}
        for name in NAMES:
            widget = self.widgets[name] = self._widget(name, getattr(spec, name))
            widget.param.watch(lambda event, name=name: self._edited(name, event.new), "value")
        self.panel = pn.Column(*self.widgets.values(), sizing_mode="stretch_width", margin=0)

    @staticmethod
    def _widget(name: str, value: Any) -> Any:
        common = {
            "label": READER_SETTINGS[name].metadata["title"], "sizing_mode": "stretch_width", "size": "small",
            "css_classes": about(name),
        }  # fmt: skip
        if name in OPTIONS:
            return pmui.Select(options=OPTIONS[name], value=value, **common)
        return pmui.TextInput(value=_text(value), **common)

    def _edited(self, name: str, value: Any) -> None:
        if self._setting:
            return
        setting = READER_SETTINGS[name]
        if isinstance(value, str) and name not in OPTIONS:
            value = value.strip().replace("−", "-")
        try:
            allowed = checked(name, setting.default, setting.metadata, value)
        except SpecError as error:
            self.refuse(name, str(error))
            return
        widget = self.widgets[name]
        if isinstance(widget, pmui.TextInput):
            widget.param.update(error_state=False, helper_text="")
        self._changed(name, allowed)

    def refuse(self, name: str, message: str) -> None:
        """Say under the control what is allowed; what was typed stays, to be mended."""
        widget = self.widgets.get(name)
        if isinstance(widget, pmui.TextInput):
            widget.param.update(error_state=True, helper_text=message)

    def forgive(self) -> None:
        """Forget what was typed and refused."""
        for widget in self.widgets.values():
            if getattr(widget, "error_state", False):
                widget.param.update(error_state=False, helper_text="")

    def show(self, spec: ReaderSpec) -> None:
        """Show the settings of `spec`, except where a message stands about what was typed."""
        self._setting = True
        try:
            for name, widget in self.widgets.items():
                value = getattr(spec, name)
                shown = _text(value) if isinstance(widget, pmui.TextInput) else value
                if widget.value != shown and not getattr(widget, "error_state", False):
                    widget.value = shown
        finally:
            self._setting = False


def _text(value: float) -> str:
    return f"{value:.12g}"
