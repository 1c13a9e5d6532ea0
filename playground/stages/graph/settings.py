"""The two settings of a graph: what it is compared with, and how far an update goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel_material_ui as pmui

from engine import SpecError
from engine.expression.spec import ExpressionSpec, checked_rate, checked_value
from playground.widgets.about import about


class Settings:
    """Two fields; what is typed and not allowed is answered under them.

    Parameters
    ----------
    set_target : callable
        Takes the target, None for none.
    set_rate : callable
        Takes the learning rate.
    """

    def __init__(self, set_target: Callable[[float | None], None], set_rate: Callable[[float], None]) -> None:
        self._setting = False
        self.target = pmui.TextInput(
            label="Target", placeholder="none", size="small", width=120, margin=0, css_classes=about("target")
        )
        self.rate = pmui.TextInput(
            label="Learning rate η", size="small", width=150, margin=0, css_classes=about("learning_rate")
        )
        self.widgets = (self.target, self.rate)
        self._listen(self.target, _target, set_target)
        self._listen(self.rate, checked_rate, set_rate)

    def _listen(self, widget: Any, read: Callable[[str], Any], changed: Callable[[Any], None]) -> None:
        def edited(event: Any) -> None:
            if self._setting:
                return
            try:
                value = read(event.new.strip().replace("−", "-"))
            except SpecError as error:
                widget.param.update(error_state=True, helper_text=str(error))
                return
            widget.param.update(error_state=False, helper_text="")
            changed(value)

        widget.param.watch(edited, "value")

    def show(self, spec: ExpressionSpec) -> None:
        """Show the settings of `spec`, except where a message stands about what was typed."""
        self._setting = True
        try:
            target = "" if spec.target is None else f"{spec.target:g}"
            for widget, text in ((self.target, target), (self.rate, f"{spec.learning_rate:g}")):
                if widget.value != text and not widget.error_state:
                    widget.value = text
            # Without a parameter there is no update.
            self.rate.visible = bool(spec.parameters)
        finally:
            self._setting = False

    def forgive(self) -> None:
        """Forget what was typed and refused."""
        for widget in self.widgets:
            if widget.error_state:
                widget.param.update(error_state=False, helper_text="")


def _target(text: str) -> float | None:
    return checked_value("target", "The target", text) if text else None
