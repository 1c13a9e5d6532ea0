"""What the widgets of the losses page say, turned into commands of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.stages.losses.presets import LARGEST_TARGET
from playground.stages.sheets.dispatch import SheetDispatch

if TYPE_CHECKING:
    from playground.stages.losses.stage import LossesStage


class Dispatch(SheetDispatch):
    """Listens for a stage.

    Parameters
    ----------
    stage : LossesStage
    """

    _stage: LossesStage

    def on_target(self, index: int, y: float) -> None:
        """The figure: a target is dragged; to two digits, which can be read."""
        stage, place = self._stage, min(LARGEST_TARGET, max(-LARGEST_TARGET, round(y, 2)))
        stage.submit(lambda: stage.session.edit_part("targets", index, place))

    def on_margin(self, m: float) -> None:
        """The curves: the margin is dragged."""
        stage = self._stage
        stage.submit(lambda: stage.session.edit("margin", round(m, 2)))

    def do(self, command: str, *values: Any) -> None:
        """Have the session do something that a button or a slider names."""
        stage = self._stage
        stage.quiet()
        stage.submit(lambda: getattr(stage.session, command)(*values))

    def recount(self, what: str, number: int, edits: int) -> None:
        """Have another number of targets, samples or outcomes."""
        stage, session = self._stage, self._stage.session

        def change() -> None:
            session.edits = edits
            session.count(what, number)

        stage.quiet()
        stage.submit(change)
