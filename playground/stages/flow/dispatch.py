"""What the widgets of the gradient flow stage say, turned into commands of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.program import Phase
from playground.stages.driving import Driving
from playground.stages.flow.session import Edit

if TYPE_CHECKING:
    from playground.stages.flow.stage import FlowStage


class Dispatch(Driving):
    """Listens for a stage.

    Parameters
    ----------
    stage : FlowStage
    """

    _stage: FlowStage

    def on_stack(self, message: dict[str, Any]) -> None:
        """The stack: a frame was painted, or a part of a layer was pressed."""
        stage = self._stage
        if message["type"] == "ack":
            stage.acknowledge()
        elif message["type"] == "go":
            number, phase = int(message["layer"]), Phase(message["phase"])
            stage.play(False)
            stage.submit(lambda: stage.session.seek_layer(number, phase))

    def on_presets(self, message: dict[str, Any]) -> None:
        """A preset was chosen."""
        self._anew()
        key = str(message["key"])
        self._stage.submit(lambda: self._stage.session.choose(key))

    def on_question(self, message: dict[str, Any]) -> None:
        """The prediction: answered, or not wanted."""
        stage, session = self._stage, self._stage.session
        stage.play(False)
        if message["type"] == "answer":
            choice = int(message["choice"])
            stage.submit(lambda: session.answer(choice))
        else:
            stage.submit(session.skip_question)

    def edit(self, name: str, value: Edit) -> None:
        """Have one setting changed."""
        self._anew()
        self._stage.submit(lambda: self._stage.session.edit(name, value))

    def show(self, shown: str) -> None:
        """Have the bars stand for another gradient."""
        self._stage.submit(lambda: self._stage.session.show(shown))

    def pin(self) -> None:
        """Keep this stack to compare."""
        self._stage.submit(self._stage.session.pin)

    def unpin(self) -> None:
        """Give the pinned stack up."""
        self._stage.submit(self._stage.session.unpin)

    def swap(self) -> None:
        """Let both stacks change places."""
        self._anew()
        self._stage.submit(self._stage.session.swap)

    def _anew(self) -> None:
        self._stage.quiet()
        self._stage.play(False)
