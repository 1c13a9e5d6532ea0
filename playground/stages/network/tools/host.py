"""What a tool of the network stage may ask of the stage."""

from __future__ import annotations

from typing import Protocol

from engine.backend import Backend
from playground.stages import host
from playground.stages.network.session import TrainingSession


class Host(host.Host[TrainingSession], Protocol):
    """The stage, as its tools see it."""

    @property
    def backend(self) -> Backend:
        """What a new run runs on."""

    def show_inside(self, shown: bool) -> None:
        """Make room beside the stage for views of the inside, or give it back."""

    def show_stepping(self, shown: bool) -> None:
        """Put diagram and operation side by side, or all back in its place."""

    def choose_grain(self, grain: str) -> None:
        """Let one step be an operation, a layer, and so on."""
