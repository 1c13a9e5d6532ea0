"""What the widgets of the probability page say, turned into commands of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.stages.sheets.dispatch import SheetDispatch

if TYPE_CHECKING:
    from playground.stages.probability.stage import ProbabilityStage


class Dispatch(SheetDispatch):
    """Listens for a stage.

    Parameters
    ----------
    stage : ProbabilityStage
    """

    _stage: ProbabilityStage

    def edit_weight(self, index: int, value: float, edits: int) -> None:
        """Have one of w₁, w₂ and b changed."""
        stage, session = self._stage, self._stage.session

        def change() -> None:
            session.edits = edits
            session.edit_part("weights", index, value)

        stage.submit(change)

    def on_point(self, x1: float, x2: float) -> None:
        """The plane: a point is asked about."""
        stage = self._stage
        stage.submit(lambda: stage.session.edit("point", (x1, x2)))

    def on_handle(self, handle: int, x1: float, x2: float) -> None:
        """The plane: the line is dragged."""
        stage = self._stage
        stage.submit(lambda: stage.session.drag(handle, x1, x2))

    def do(self, command: str, *values: Any) -> None:
        """Have the session do something that a button names."""
        stage = self._stage
        stage.quiet()
        stage.submit(lambda: getattr(stage.session, command)(*values))
