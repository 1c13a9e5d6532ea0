"""What the widgets of the network stage say, turned into commands of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine import Grain
from engine.spec import LIVE_SETTINGS
from playground.stages.network import presentation
from playground.stages.network.session import Edit

if TYPE_CHECKING:
    from playground.stages.network.stage import NetworkStage


class Dispatch:
    """Listens for a stage.

    Parameters
    ----------
    stage : NetworkStage
    """

    def __init__(self, stage: NetworkStage) -> None:
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
                updates = int(message["step"])
                stage.submit(lambda: session.seek_update(updates))
            case "reset":
                stage.play(False)
                stage.settings.forgive()
                stage.submit(lambda: session.reset(stage.backend))
            case "end":
                stage.play(False)
                stage.submit(session.seek_newest)
            case "branch":
                self._stand_on(int(message["branch"]), None)
            case "grain":
                stage.choose_grain(message["grain"])
            case "speed":
                session.speed = stage.transport.speed = message["speed"]
                stage.show_pace()
                stage.submit(lambda: None)

    def on_tree(self, message: dict[str, Any]) -> None:
        """The tree of history: stand on a branch, or at a moment of it."""
        step = message.get("step")
        self._stand_on(int(message["leaf"]), None if step is None else int(step))

    def _stand_on(self, branch: int, step: int | None) -> None:
        stage = self._stage
        stage.quiet()
        stage.play(False)
        stage.submit(lambda: stage.session.stand_on(branch, step))

    def on_diagram(self, message: dict[str, Any]) -> None:
        """The network: what is pointed at, what is chosen, what is changed on it."""
        stage, session = self._stage, self._stage.session
        match message["type"]:
            case "ack":
                stage.acknowledge()
            case "hover" | "leave":
                session.scenes.hovered = message.get("unit", "")
                stage.submit(lambda: None)
            case "select":
                session.scenes.chosen = stage.diagram.selected = message["unit"]
                stage.submit(lambda: None)
            case "weight":
                stage.quiet()
                group, source, target = (int(message[name]) for name in ("group", "source", "target"))
                value = float(message["value"])
                stage.submit(lambda: session.set_weight(group, source, target, value))
            case "bias":
                column, unit, value = int(message["column"]), int(message["unit"]), float(message["value"])
                stage.submit(lambda: session.set_bias(column, unit, value))
            case "add_input":
                stage.ask_for_a_formula()
            case "units" | "layers" | "toggle_input" | "activation" | "remove_input":
                stage.quiet()
                stage.play(False)
                changes = presentation.structure_edit(message)
                stage.submit(lambda: session.edit_many(changes, stage.backend))

    def on_listing(self, message: dict[str, Any]) -> None:
        """The listing: run to a line."""
        stage = self._stage
        stage.play(False)
        stage.submit(lambda: stage.session.run_to(int(message["index"])))

    def on_gallery(self, message: dict[str, Any]) -> None:
        """The pictures of data sets: one is chosen, or own data are wanted."""
        stage = self._stage
        if message["key"] == "own":
            stage.ask_for_data()
        else:
            self.edit("data", str(message["key"]))

    def edit(self, name: str, value: Edit) -> None:
        """Have one setting changed; what cannot be is answered in the page."""
        stage = self._stage
        stage.quiet()
        if name not in LIVE_SETTINGS:
            stage.play(False)
        # The activation of the settings is that of all layers.
        values = {name: value, "activations": ()} if name == "activation" else {name: value}
        stage.submit(lambda: stage.session.edit_many(values, stage.backend))
