"""What the widgets of the graph stage say, turned into commands of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.expression.presets import PRESETS
from playground.formulas import mathml
from playground.stages.driving import Branching
from playground.typed_expression import Refusal, read_typed

if TYPE_CHECKING:
    from playground.stages.graph.stage import GraphStage


class Dispatch(Branching):
    """Listens for a stage.

    Parameters
    ----------
    stage : GraphStage
    """

    _stage: GraphStage

    def _reset(self) -> None:
        self._stage.board.settings.forgive()
        super()._reset()

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
