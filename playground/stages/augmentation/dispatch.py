"""What the widgets of the augmentation page say, turned into commands of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.stages.augmentation.state import LOOKS
from playground.stages.driving import Driving

if TYPE_CHECKING:
    from playground.stages.augmentation.stage import AugmentationStage


class Dispatch(Driving):
    """Listens for a stage.

    Parameters
    ----------
    stage : AugmentationStage
    """

    _stage: AugmentationStage

    def on_looks(self, message: dict[str, Any]) -> None:
        """The looks: one is chosen."""
        stage, key = self._stage, str(message["key"])
        if key in LOOKS:
            stage.quiet()
            stage.play(False)
            stage.submit(lambda: stage.session.set(look=key))

    def on_painted(self, message: dict[str, Any]) -> None:
        """The browser has painted a frame."""
        if message["type"] == "ack":
            self._stage.acknowledge()

    def edit(self, name: str, value: Any) -> None:
        """Have a setting changed."""
        stage, edits = self._stage, self._stage.board.settings.edits
        stage.quiet()
        stage.play(False)
        stage.submit(lambda: stage.session.edit(name, value, edits))
