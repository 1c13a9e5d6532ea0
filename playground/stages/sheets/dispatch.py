"""What the widgets of a small stage say, turned into commands of the session."""

from __future__ import annotations

import math
from typing import Any

from engine import SpecError
from playground.stages.driving import Driving

__all__ = ["SheetDispatch", "finite"]


class SheetDispatch(Driving):
    """Listens for a stage.

    Parameters
    ----------
    stage : Stage
        Its session is a `SheetSession`.
    """

    def on_presets(self, message: dict[str, Any]) -> None:
        """The examples: one is chosen."""
        stage, key = self._stage, str(message["key"])
        if key in stage.session.presets:
            stage.quiet()
            stage.play(False)
            stage.submit(lambda: stage.session.open_preset(key))

    def on_paint(self, message: dict[str, Any]) -> None:
        """A frame is painted."""
        if message["type"] == "ack":
            self._stage.acknowledge()

    def on_table(self, message: dict[str, Any]) -> None:
        """The table: a number is set, or a switch is pressed."""
        stage, session = self._stage, self._stage.session
        row, cell = str(message["row"]), int(message["cell"])
        if message["type"] == "slide":
            value = message["value"]
            stage.submit(lambda: session.slide(row, cell, finite(value)))
        elif message["type"] == "press":
            stage.submit(lambda: session.press(row, cell))

    def edit(self, name: str, value: Any, edits: int) -> None:
        """Have a setting changed."""
        stage = self._stage
        stage.quiet()
        stage.submit(lambda: stage.session.edit(name, value, edits))


def finite(value: Any) -> float:
    """Return a number that a browser has sent, or raise a SpecError."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise SpecError("value", f"a number is needed, got {str(value)[:40]!r}")
    return float(value)
