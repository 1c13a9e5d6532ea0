"""The controls of the augmentation page. Sliders act while they are dragged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from engine.augmentation import CHANGES
from playground.stages.augmentation.state import LIMITS, State
from playground.widgets.about import about

_TITLES = {"digit": "Digit", "which": "Which of its pictures", "side": "Side, pixels", "labeled": "Labels: 10 to the"}
_OF_LOOK = {
    "variants": ("digit", "which", *CHANGES), "effect": tuple(CHANGES), "space": ("side", "labeled"),
}  # fmt: skip


class Settings:
    """The controls, kept in step with the state.

    Parameters
    ----------
    state : State
    changed : callable
        Called with a name and its new value.
    """

    def __init__(self, state: State, changed: Callable[[str, Any], None]) -> None:
        self._changed, self._setting, self._look = changed, False, ""
        # An answer to an older edit must not move a slider that a hand is on.
        self.edits = 0
        self.widgets: dict[str, Any] = {name: self._whole(name, state) for name in _TITLES}
        self.widgets |= {key: self._limit(key, state) for key in CHANGES}
        for name, widget in self.widgets.items():
            widget.param.watch(lambda event, name=name: self._edited(name, event.new), "value")
        usual = pmui.Button(
            label="Usual changes", variant="outlined", size="small", margin=0, css_classes=about("usual")
        )
        usual.on_click(lambda _: self._all(lambda change: change.usual))
        none = pmui.Button(label="None", variant="outlined", size="small", margin=0)
        none.on_click(lambda _: self._all(lambda change: 0.0))
        self._buttons = pn.FlexBox(usual, none, margin=(6, 10), gap="8px")
        self.panel = pn.Column(*self.widgets.values(), self._buttons, sizing_mode="stretch_width", margin=0)
        self._show_look(state.look)

    @staticmethod
    def _whole(name: str, state: State) -> Any:
        low, high = LIMITS[name]
        return pmui.IntSlider(
            label=_TITLES[name], start=low, end=high, value=getattr(state, name), size="small",
            sizing_mode="stretch_width", css_classes=about(name),
        )  # fmt: skip

    @staticmethod
    def _limit(key: str, state: State) -> Any:
        change = CHANGES[key]
        return pmui.FloatSlider(
            label=f"{change.title}, {change.unit}", start=0.0, end=change.most, step=change.step,
            value=getattr(state.changes, key), size="small", sizing_mode="stretch_width", css_classes=about(key),
            format="0.00" if change.step < 0.1 else "0.0",
        )  # fmt: skip

    def _edited(self, name: str, value: Any) -> None:
        if not self._setting:
            self.edits += 1
            self._changed(name, value)

    def _all(self, limit: Callable[[Any], float]) -> None:
        """Set all limits at once."""
        for key, change in CHANGES.items():
            self.widgets[key].value = limit(change)

    def _show_look(self, look: str) -> None:
        if look == self._look:
            return
        self._look = look
        for name, widget in self.widgets.items():
            if widget.visible != (name in _OF_LOOK[look]):
                widget.visible = name in _OF_LOOK[look]
        if self._buttons.visible != (look != "space"):
            self._buttons.visible = look != "space"

    def show(self, state: State, edits: int) -> None:
        """Show the settings of a state, unless more has been asked for since it was made."""
        self._setting = True
        try:
            self._show_look(state.look)
            if edits < self.edits:
                return
            self.edits = edits
            for name, widget in self.widgets.items():
                value = getattr(state.changes if name in CHANGES else state, name)
                if widget.value != value:
                    widget.value = value
        finally:
            self._setting = False
