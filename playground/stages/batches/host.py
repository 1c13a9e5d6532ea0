"""What a tool of the batches page may ask of the stage."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from playground.stages.batches.session import BatchesSession


class BatchesHost(Protocol):
    """The stage, as its tools see it."""

    session: BatchesSession
    dark: bool

    def submit(self, command: Callable[[], None]) -> None:
        """Have `command` run in the worker thread, and draw what it led to."""

    def play(self, playing: bool) -> None:
        """Advance by itself from now on, or no longer."""

    def say(self, *lines: str, kind: str = "warning") -> None:
        """Show a message in the page, a paragraph a line."""

    def quiet(self) -> None:
        """Take the message away."""

    def still(self) -> AbstractContextManager[Any]:
        """Hold the worker thread off while something reads the run from elsewhere."""

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog over the page."""
