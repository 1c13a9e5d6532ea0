"""What a tool of the descent stage may ask of the stage."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from playground.stages.descent.session import DescentSession


class DescentHost(Protocol):
    """The stage, as its tools see it."""

    session: DescentSession
    dark: bool

    def submit(self, command: Callable[[], None]) -> None:
        """Have `command` run in the worker thread, and draw what it led to."""

    def play(self, playing: bool) -> None:
        """Advance by itself from now on, or no longer."""

    def say(self, *lines: str, kind: str = "warning") -> None:
        """Show a message in the page, a paragraph a line."""

    def still(self) -> AbstractContextManager[Any]:
        """Hold the worker thread off while something reads the run from elsewhere."""

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog over the page."""
