"""What the widgets of the graph stage say, turned into commands of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine import Grain
from engine.expression.presets import PRESETS
from playground.formulas import mathml
from playground.typed_expression import Refusal, read_typed

if TYPE_CHECKING:
    from playground.stages.graph.stage import GraphStage


class Dispatch:
    """Listens for a stage.

    Parameters
    ----------
    stage : GraphStage
    """

    def __init__(self, stage: GraphStage) -> None:
        self._stage = stage

    def on_transport(self, message: dict[str, Any]) -> None:
        """The transport bar: play, step, scrub, grain and speed."""
        stage, session = self._stage, self._stage.session
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
                index = int(message["step"])
                stage.submit(lambda: session.seek(index))
            case "reset":
                stage.play(False)
                stage.board.settings.forgive()
                stage.submit(session.reset)
            case "end":
                stage.play(False)
                stage.submit(session.seek_newest)
            case "branch":
                self._stand_on(int(message["branch"]), None)
            case "grain":
                session.grain = Grain(message["grain"])
                stage.transport.grain = message["grain"]
            case "speed":
                session.speed = stage.transport.speed = message["speed"]
                stage.submit(lambda: None)

    def on_tree(self, message: dict[str, Any]) -> None:
        """The tree of history: stand on a branch, or at a moment of it."""
        step = message.get("step")
        self._stand_on(int(message["leaf"]), None if step is None else int(step))

    def _stand_on(self, branch: int, index: int | None) -> None:
        stage = self._stage
        stage.quiet()
        stage.play(False)
        stage.submit(lambda: stage.session.stand_on(branch, index))

    def on_field(self, message: dict[str, Any]) -> None:
        """The expression that is being typed: what there is to say of it, and whether it is taken."""
        stage, text = self._stage, str(message["text"])
        read = read_typed(text)
        if isinstance(read, Refusal):
            stage.board.field.answer = {"text": text, "message": read.message, "position": read.position}
            return
        stage.board.field.answer = {"text": text, "formula": mathml(read.tex())}
        if message["type"] == "take":
            stage.quiet()
            stage.play(False)
            stage.submit(lambda: stage.session.write(read))

    def on_presets(self, message: dict[str, Any]) -> None:
        """The examples: one is chosen."""
        stage, key = self._stage, str(message["key"])
        if key in PRESETS:
            stage.quiet()
            stage.play(False)
            stage.board.settings.forgive()
            stage.submit(lambda: stage.session.open_preset(key))

    def on_graph(self, message: dict[str, Any]) -> None:
        """The graph: a leaf is changed or marked, a node is chosen, a frame is painted."""
        stage, session = self._stage, self._stage.session
        match message["type"]:
            case "ack":
                stage.acknowledge()
            case "value":
                name, value = str(message["name"]), float(message["value"])
                stage.submit(lambda: session.set_value(name, value))
            case "parameter":
                stage.quiet()
                stage.play(False)
                name, on = str(message["name"]), bool(message["on"])
                stage.submit(lambda: session.mark(name, on))
            case "select":
                stage.board.differences.choose(int(message["node"]))

    def set_target(self, target: float | None) -> None:
        """Have the formula compared with a number, or with none."""
        stage = self._stage
        stage.quiet()
        stage.play(False)
        stage.submit(lambda: stage.session.set_target(target))

    def set_rate(self, rate: float) -> None:
        """Have the learning rate changed; training goes on."""
        stage = self._stage
        stage.quiet()
        stage.submit(lambda: stage.session.set_rate(rate))
