"""What the widgets of the activation page say, turned into commands of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.stages.activation.presets import PRESETS
from playground.stages.driving import Driving

if TYPE_CHECKING:
    from playground.stages.activation.stage import ActivationStage


class Dispatch(Driving):
    """Listens for a stage.

    Parameters
    ----------
    stage : ActivationStage
    """

    _stage: ActivationStage

    def on_presets(self, message: dict[str, Any]) -> None:
        """The examples: one is chosen."""
        stage, key = self._stage, str(message["key"])
        if key in PRESETS:
            stage.quiet()
            stage.play(False)
            stage.submit(lambda: stage.session.choose(key))

    def on_paint(self, _: dict[str, Any]) -> None:
        """The signal of a painted frame."""
        self._stage.acknowledge()

    def edit(self, name: str, value: Any) -> None:
        """Have a setting changed."""
        stage, edits = self._stage, self._stage.board.settings.edits
        stage.quiet()
        stage.submit(lambda: stage.session.edit(name, value, edits))
