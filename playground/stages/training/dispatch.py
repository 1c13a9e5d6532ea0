"""What the widgets of the digit training page say, turned into commands of the session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.reader import READER_LIVE
from playground.stages.driving import Branching
from playground.stages.training.presets import PRESETS
from playground.stages.training.session import Edit
from playground.views.maps import picked_place

if TYPE_CHECKING:
    from playground.stages.training.stage import TrainingStage


class Dispatch(Branching):
    """Listens for a stage.

    Parameters
    ----------
    stage : TrainingStage
    """

    _stage: TrainingStage

    def _reset(self) -> None:
        self._stage.board.forgive()
        super()._reset()

    def _changed_pace(self) -> None:
        self._stage.show_pace()

    def on_presets(self, message: dict[str, Any]) -> None:
        """The examples: one is chosen."""
        stage, key = self._stage, str(message["key"])
        if key in PRESETS:
            stage.quiet()
            stage.play(False)
            stage.board.forgive()
            stage.submit(lambda: stage.session.open_preset(key))

    def on_net(self, message: dict[str, Any]) -> None:
        """The network: a layer is added, removed, moved or set."""
        stage, session = self._stage, self._stage.session
        stage.quiet()
        key = str(message.get("id", ""))
        match message["type"]:
            case "set":
                name, value = str(message["name"]), message["value"]
                stage.submit(lambda: session.set_layer(key, name, value))
            case "add":
                kind = str(message["kind"])
                stage.submit(lambda: session.add_layer(key, kind))
            case "remove":
                stage.submit(lambda: session.change_net(lambda draft: draft.remove(key)))
            case "move":
                direction = int(message["direction"])
                stage.submit(lambda: session.change_net(lambda draft: draft.move(key, direction)))
            case "restore":
                stage.submit(session.restore_net)

    def on_wall(self, message: dict[str, Any]) -> None:
        """The maps: a number is picked."""
        stage, session = self._stage, self._stage.session
        if message["type"] == "pick":

            def pick() -> None:
                picked = picked_place(message, session.scenes.shown_maps)
                if picked is not None:
                    session.pick(*picked)

            stage.submit(pick)

    def on_wrong(self, message: dict[str, Any]) -> None:
        """The digits that are got wrong: one is to be watched."""
        stage = self._stage
        if message["type"] == "choose" and str(message["key"]).isdigit():
            index = int(message["key"])
            stage.submit(lambda: stage.session.watch(index))

    def on_listing(self, message: dict[str, Any]) -> None:
        """The listing: run to a line."""
        stage = self._stage
        stage.play(False)
        stage.submit(lambda: stage.session.run_to(int(message["index"])))

    def on_paint(self, message: dict[str, Any]) -> None:
        """A frame is painted."""
        if message["type"] == "ack":
            self._stage.acknowledge()

    def edit(self, name: str, value: Edit) -> None:
        """Have one setting changed; what cannot be is answered in the page."""
        self.change({name: value})

    def change(self, values: Mapping[str, Edit]) -> None:
        """Have several settings changed at once."""
        stage = self._stage
        stage.quiet()
        if any(name not in READER_LIVE for name in values):
            stage.play(False)
        stage.submit(lambda: stage.session.edit(values))
