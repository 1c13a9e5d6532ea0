"""What the widgets of the features page say, turned into commands of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.stages.driving import Driving

if TYPE_CHECKING:
    from playground.stages.features.stage import FeaturesStage


class Dispatch(Driving):
    """Listens for a stage.

    Parameters
    ----------
    stage : FeaturesStage
    """

    _stage: FeaturesStage

    def on_looks(self, message: dict[str, Any]) -> None:
        """The looks: one is chosen."""
        stage, key = self._stage, str(message["key"])
        self._anew()
        stage.submit(lambda: stage.session.choose_look(key))

    def on_painted(self, message: dict[str, Any]) -> None:
        """The browser has painted a frame."""
        if message["type"] == "ack":
            self._stage.acknowledge()

    def edit(self, name: str, value: Any) -> None:
        """Have a setting changed."""
        stage, edits = self._stage, self._stage.board.settings.edits
        stage.quiet()
        if name in ("data", "units", "seed", "share"):
            stage.play(False)
            if stage.session.run is not None:
                stage.submit(lambda: stage.session.begin_with(name, value, edits))
                return
        stage.submit(lambda: stage.session.edit(name, value, edits))

    def guess(self, activity: str) -> None:
        """Call the trace that is shown something."""
        stage = self._stage
        stage.submit(lambda: stage.session.guess(activity))

    def toggle(self, term: str) -> None:
        """Tick a term of φ, or no longer."""
        stage = self._stage
        stage.submit(lambda: stage.session.toggle(term))

    def move(self, place: int, value: float) -> None:
        """Move a point of the drawn function."""
        stage = self._stage
        stage.submit(lambda: stage.session.move_point(place, value))

    def _anew(self) -> None:
        self._stage.quiet()
        self._stage.play(False)
