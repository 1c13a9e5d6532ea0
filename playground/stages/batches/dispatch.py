"""What the widgets of the batches page say, turned into commands of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.stages.batches.presets import PRESETS
from playground.stages.driving import Branching

if TYPE_CHECKING:
    from playground.stages.batches.stage import BatchesStage


class Dispatch(Branching):
    """Listens for a stage.

    Parameters
    ----------
    stage : BatchesStage
    """

    _stage: BatchesStage

    def on_presets(self, message: dict[str, Any]) -> None:
        """The examples: one is chosen."""
        stage, key = self._stage, str(message["key"])
        if key in PRESETS:
            stage.quiet()
            stage.play(False)
            stage.submit(lambda: stage.session.open_preset(key))

    def on_looks(self, message: dict[str, Any]) -> None:
        """What is looked at more closely; what is looked at already is put away."""
        stage, session, key = self._stage, self._stage.session, str(message["key"])
        stage.submit(lambda: session.look_at("" if key == session.look else key))

    def on_table(self, message: dict[str, Any]) -> None:
        """The table of the lanes: a frame is painted, or a row is chosen."""
        stage = self._stage
        if message["type"] == "ack":
            stage.acknowledge()
        elif message["type"] == "choose":
            key = str(message["key"])
            stage.submit(lambda: stage.session.shade(key))

    def on_point(self, x1: float, x2: float) -> None:
        """The plane: a point is asked about."""
        stage = self._stage
        stage.submit(lambda: stage.session.ask(x1, x2))

    def on_handle(self, handle: int, x1: float, x2: float) -> None:
        """The plane: the line that is set by hand is dragged."""
        stage, edits = self._stage, self._stage.board.closer.hand.edited()
        stage.submit(lambda: stage.session.drag(handle, x1, x2, edits))

    def edit(self, name: str, value: Any) -> None:
        """Have a setting changed."""
        stage, edits = self._stage, self._stage.board.settings.edits
        stage.quiet()
        stage.submit(lambda: stage.session.edit(name, value, edits))

    def draw_anew(self) -> None:
        """Have other points drawn."""
        stage, edits = self._stage, self._stage.board.settings.edits
        stage.quiet()
        stage.submit(lambda: stage.session.draw_anew(edits))
