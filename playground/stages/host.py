"""What a tool may ask of the stage that it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

SessionOf = TypeVar("SessionOf")


class Host(Protocol[SessionOf]):
    """A stage, as its tools see it."""

    session: SessionOf
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
