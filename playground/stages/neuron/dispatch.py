"""What the widgets of the neuron page say, turned into commands of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.stages.driving import Driving
from playground.stages.neuron.presets import PRESETS

if TYPE_CHECKING:
    from playground.stages.neuron.stage import NeuronStage


class Dispatch(Driving):
    """Listens for a stage.

    Parameters
    ----------
    stage : NeuronStage
    """

    _stage: NeuronStage

    def on_presets(self, message: dict[str, Any]) -> None:
        """The examples: one is chosen."""
        stage, key = self._stage, str(message["key"])
        if key in PRESETS:
            self._anew()
            stage.submit(lambda: stage.session.choose(key))

    def on_terms(self, message: dict[str, Any]) -> None:
        """The drawing of the neuron: a frame is painted."""
        if message["type"] == "ack":
            self._stage.acknowledge()

    def on_point(self, x1: float, x2: float) -> None:
        """The plane: the neuron is to look at a point."""
        stage = self._stage
        stage.play(False)
        stage.submit(lambda: stage.session.look_at(x1, x2))

    def edit(self, name: str, value: Any) -> None:
        """Have something set by hand."""
        stage, edits = self._stage, self._stage.board.settings.edits
        self._anew()
        stage.submit(lambda: stage.session.edit(name, value, edits))

    def multiply(self, factor: float) -> None:
        """Have all weights and the bias multiplied."""
        stage = self._stage
        self._anew()
        stage.submit(lambda: stage.session.multiply(factor))

    def _anew(self) -> None:
        self._stage.quiet()
        self._stage.play(False)
