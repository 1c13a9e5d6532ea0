"""The controls of the conditions at which training stops by itself."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

from engine.stopping import StopRule
from playground.stages.network.tools.host import Host
from playground.widgets.about import about

_FIELDS = {"loss_below": ("Stop at a loss below", float), "epochs": ("Stop at epoch", int), "patience": (
    "Patience (epochs)", int)}  # fmt: skip


class Stopping:
    """Three fields, of which an empty one asks for nothing.

    Parameters
    ----------
    host : Host
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._values: dict[str, Any] = dict.fromkeys(_FIELDS)
        self._widgets = []
        for name, (title, kind) in _FIELDS.items():
            widget = pmui.TextInput(
                label=title, placeholder="never", size="small", sizing_mode="stretch_width",
                css_classes=about(name),
            )  # fmt: skip
            widget.param.watch(lambda event, name=name, kind=kind: self._edited(event, name, kind), "value")
            self._widgets.append(widget)
        self.panel = pn.Column(*self._widgets, sizing_mode="stretch_width", margin=0)

    def clear(self) -> None:
        """Ask for nothing."""
        for widget in self._widgets:
            widget.param.update(value="", error_state=False, helper_text="")

    def _edited(self, event: Any, name: str, kind: type) -> None:
        text = event.new.strip()
        try:
            value = kind(text.replace(",", "") if kind is int else text) if text else None
            rule = StopRule(**{**self._values, name: value})
        except ValueError as error:
            said = str(error) if "to stop" in str(error) else f"a {'whole ' if kind is int else ''}number, or nothing"
            event.obj.param.update(error_state=True, helper_text=said)
            return
        self._values[name] = value
        event.obj.param.update(error_state=False, helper_text="")
        session = self._host.session

        def follow() -> None:
            session.stop_rule = rule

        self._host.submit(follow)
