"""What the transport bar and the tree of history say, turned into commands of a stage's session."""

from __future__ import annotations

from typing import Any

from engine import Grain


class Driving:
    """Listens to a stage's transport bar.

    Parameters
    ----------
    stage : Stage
        Its session has `grain`, `speed`, `step`, `seek_step`, `seek_newest` and `reset`.
    """

    def __init__(self, stage: Any) -> None:
        self._stage = stage

    def on_transport(self, message: dict[str, Any]) -> None:
        """The transport bar: play, step, scrub, grain and speed."""
        stage, session = self._stage, self._stage.session
        if stage.locked and message["type"] in ("play", "step", "seek", "end"):
            return
        if message["type"] not in ("grain", "speed", "pause"):
            # What was said was said of another moment.
            stage.quiet()
        match message["type"]:
            case "play" | "pause":
                stage.play(message["type"] == "play")
            case "step":
                stage.play(False)
                direction, grain = int(message["direction"]), Grain(message["grain"])
                stage.submit(lambda: session.step(direction, grain))
            case "seek":
                stage.play(False)
                step = int(message["step"])
                stage.submit(lambda: session.seek_step(step))
            case "reset":
                stage.play(False)
                self._reset()
            case "end":
                stage.play(False)
                stage.submit(session.seek_newest)
            case "grain":
                session.grain = Grain(message["grain"])
                stage.transport.grain = message["grain"]
            case "speed":
                session.speed = stage.transport.speed = message["speed"]
                self._changed_pace()
                stage.submit(lambda: None)

    def _changed_pace(self) -> None:
        """Follow another speed."""

    def _reset(self) -> None:
        self._stage.submit(self._stage.session.reset)


class Branching(Driving):
    """Listens to the tree of a history as well; the session has `stand_on`."""

    def on_transport(self, message: dict[str, Any]) -> None:
        """The transport bar, and its choice of a branch."""
        if message["type"] == "branch":
            self._stand_on(int(message["branch"]), None)
        else:
            super().on_transport(message)

    def on_tree(self, message: dict[str, Any]) -> None:
        """The tree of history: stand on a branch, or at a moment of it."""
        step = message.get("step")
        self._stand_on(int(message["leaf"]), None if step is None else int(step))

    def _stand_on(self, branch: int, step: int | None) -> None:
        stage = self._stage
        stage.quiet()
        stage.play(False)
        stage.submit(lambda: stage.session.stand_on(branch, step))
