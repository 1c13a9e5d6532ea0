"""What the widgets of the network stage say, turned into commands of the session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.spec import LIVE_SETTINGS
from playground.stages.driving import Branching
from playground.stages.network import presentation
from playground.stages.network.session import Edit

if TYPE_CHECKING:
    from playground.stages.network.stage import NetworkStage


class Dispatch(Branching):
    """Listens for a stage.

    Parameters
    ----------
    stage : NetworkStage
    """

    _stage: NetworkStage

    def _reset(self) -> None:
        stage = self._stage
        stage.settings.forgive()
        stage.board.rules.forgive()
        stage.submit(lambda: stage.session.reset(stage.backend))

    def _changed_pace(self) -> None:
        self._stage.show_pace()

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
        # The activation of the settings is that of all layers.
        self.change({name: value, "activations": ()} if name == "activation" else {name: value})

    def change(self, values: Mapping[str, Edit]) -> None:
        """Have several settings changed at once."""
        stage = self._stage
        stage.quiet()
        if any(name not in LIVE_SETTINGS for name in values):
            stage.play(False)
        stage.submit(lambda: stage.session.edit_many(values, stage.backend))
