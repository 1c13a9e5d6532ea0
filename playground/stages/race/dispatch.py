"""What the widgets of the race stage say, turned into commands of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.checks import SpecError, checked
from engine.optimizers import OPTIMIZERS
from playground.stages.driving import Branching
from playground.stages.race.presets import PRESETS
from playground.stages.race.session import STRIDES

if TYPE_CHECKING:
    from playground.stages.race.stage import RaceStage

_RATE = {"title": "A rate", "low": 1e-6, "high": 100.0}


class Dispatch(Branching):
    """Listens for a stage.

    Parameters
    ----------
    stage : RaceStage
    """

    _stage: RaceStage

    def on_transport(self, message: dict[str, Any]) -> None:
        """The transport bar; a step is so many updates."""
        stage, session = self._stage, self._stage.session
        grain = str(message.get("grain"))
        if grain not in STRIDES or message["type"] not in ("step", "grain"):
            super().on_transport(message)
        elif message["type"] == "grain":
            session.grain = stage.transport.grain = grain
        elif not stage.locked:
            stage.quiet()
            stage.play(False)
            direction = int(message["direction"])
            stage.submit(lambda: session.step(direction, grain))

    def _reset(self) -> None:
        self._forgive()
        super()._reset()

    def on_presets(self, message: dict[str, Any]) -> None:
        """The presets: one is chosen."""
        key = str(message["key"])
        if key in PRESETS:
            self._begin()
            self._stage.submit(lambda: self._stage.session.open_preset(key))

    def on_ground(self, changes: dict[str, Any]) -> None:
        """Another surface is chosen, or a formula is written."""
        stage = self._stage
        self._begin()

        def choose() -> None:
            try:
                stage.session.choose_ground(changes)
            except SpecError as error:
                stage.session.refused = str(error)

        stage.submit(choose)

    def _begin(self) -> None:
        """Another race begins."""
        self._stage.quiet()
        self._stage.play(False)
        self._forgive()

    def _forgive(self) -> None:
        self._stage.board.settings.forgive()
        self._stage.board.table.forgive()

    def on_table(self, message: dict[str, Any]) -> None:
        """The table: who takes part, a rate, another racer, or a frame has been painted."""
        stage, session = self._stage, self._stage.session
        key = str(message.get("key"))
        if message["type"] == "ack":
            stage.acknowledge()
            return
        if message["type"] in ("take", "rate", "remove") and key not in session.run.keys:
            return
        match message["type"]:
            case "take":
                stage.quiet()
                on = bool(message["on"])
                stage.submit(lambda: session.take_part(key, on))
            case "rate":
                self._set_rate(key, str(message["text"]))
            case "add":
                optimizer = str(message["optimizer"])
                if optimizer in OPTIMIZERS:
                    stage.quiet()
                    stage.submit(lambda: session.add(optimizer))
            case "remove":
                stage.quiet()
                self._forgive()
                stage.submit(lambda: session.remove(key))

    def _set_rate(self, key: str, text: str) -> None:
        stage = self._stage
        try:
            rate = float(checked("learning_rate", 1.0, _RATE, text.strip().replace("−", "-")))
        except SpecError as error:
            stage.board.table.refuse(key, text, str(error))
            return
        stage.board.table.forgive(key)
        stage.quiet()
        stage.submit(lambda: stage.session.set_rate(key, rate))

    def on_point(self, kind: str, x: float, y: float) -> None:
        """The plane: the start is being dragged, or has been set."""
        stage = self._stage
        if kind == "drag":
            stage.drag(x, y)
        else:
            stage.quiet()
            stage.submit(lambda: stage.session.set_start(x, y))

    def on_question(self, message: dict[str, Any]) -> None:
        """The prediction: it is made or skipped, and the race is run; afterwards the card is put away."""
        stage = self._stage
        if message["type"] == "answer":
            choice = int(message["choice"])
            stage.submit(lambda: stage.session.answer(choice))
            stage.play(True)
            return
        prediction = stage.session.prediction
        stage.submit(stage.session.skip_question)
        if prediction is not None and prediction.answer is None:
            stage.play(True)

    def set_shared(self, name: str, value: Any) -> None:
        """Change what all racers share: noise, its seed, the factor on the loss, or after how many updates it ends."""
        self._stage.quiet()
        self._stage.submit(lambda: self._stage.session.set_shared(name, value))
