"""What the widgets of the descent stage say, turned into commands of the session."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from playground.stages.descent.presets import PRESETS
from playground.stages.driving import Branching

if TYPE_CHECKING:
    from playground.stages.descent.stage import DescentStage


class Dispatch(Branching):
    """Listens for a stage.

    Parameters
    ----------
    stage : DescentStage
    """

    _stage: DescentStage

    def __init__(self, stage: DescentStage) -> None:
        super().__init__(stage)
        # The last place of a start that is being dragged, until the thread is free to go there.
        self._dragged_to: tuple[float, ...] | None = None

    def _reset(self) -> None:
        self._stage.board.forgive()
        super()._reset()

    def on_facts(self, message: dict[str, Any]) -> None:
        """A picture has been painted."""
        if message["type"] == "ack":
            self._stage.acknowledge()

    def on_state(self, message: dict[str, Any]) -> None:
        """A line of the listing: go there."""
        if message["type"] == "run_to":
            line = int(message["index"])
            self._stage.play(False)
            self._do(lambda: self._stage.session.run_to(line))

    def on_curve(self, kind: str, w: float) -> None:
        """The start on a curve."""
        self._on_point(kind, (w,))

    def on_plane(self, kind: str, x: float, y: float) -> None:
        """The start on a surface."""
        self._on_point(kind, (x, y))

    def _on_point(self, kind: str, point: tuple[float, ...]) -> None:
        if kind == "start":
            self._dragged_to = None
            self.set_start(point)
            return
        waiting, self._dragged_to = self._dragged_to is not None, point
        if not waiting:
            self._stage.submit(self._drag)

    def _drag(self) -> None:
        """Go where the start has been dragged to meanwhile."""
        point, self._dragged_to = self._dragged_to, None
        if point is not None:
            self._stage.session.drag_start(point)

    def set_start(self, point: tuple[float, ...]) -> None:
        """Begin at another point; who plays goes on playing."""
        self._do(lambda: self._stage.session.set_start(point))

    def choose_preset(self, key: str) -> None:
        """Begin with an example."""
        if key in PRESETS:
            self._begin(lambda: self._stage.session.open_preset(key))

    def choose_ground(self, changes: dict[str, Any]) -> None:
        """Descend something else."""
        self._begin(lambda: self._stage.session.choose_ground(changes))

    def choose_optimizer(self, optimizer: str) -> None:
        """Go with another optimizer."""
        self._do(lambda: self._stage.session.choose_optimizer(optimizer))

    def change(self, changes: dict[str, Any]) -> None:
        """Change settings; the descent goes on."""
        self._do(lambda: self._stage.session.change(changes))

    def show(self, view: str, on: bool) -> None:
        """Show something beside the path, or no longer."""
        self._do(lambda: self._stage.session.show(view, on))

    def _begin(self, command: Callable[[], None]) -> None:
        self._stage.play(False)
        self._stage.board.forgive()
        self._do(command)

    def _do(self, command: Callable[[], None]) -> None:
        # What was said was said of another moment.
        self._stage.quiet()
        self._stage.submit(command)
