"""What a tool of the network stage may ask of the stage."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from engine.backend import Backend
from playground.stages.network.session import TrainingSession


class Host(Protocol):
    """The stage, as its tools see it."""

    session: TrainingSession
    dark: bool

    @property
    def backend(self) -> Backend:
        """What a new run runs on."""

    def submit(self, command: Callable[[], None]) -> None:
        """Have `command` run in the worker thread, and draw what it led to."""

    def play(self, playing: bool) -> None:
        """Advance by itself from now on, or no longer."""

    def quiet(self) -> None:
        """Take the message away."""

    def say(self, *lines: str, kind: str = "warning") -> None:
        """Show a message in the page, a paragraph a line."""

    def still(self) -> AbstractContextManager[Any]:
        """Hold the worker thread off while something reads the run from elsewhere."""

    def show_inside(self, shown: bool) -> None:
        """Make room beside the stage for views of the inside, or give it back."""

    def show_stepping(self, shown: bool) -> None:
        """Put diagram and operation side by side, or all back in its place."""

    def choose_grain(self, grain: str) -> None:
        """Let one step be an operation, a layer, and so on."""

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog over the page."""
