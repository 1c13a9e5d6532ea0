"""What the widgets of the convolution page say, turned into commands of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.images import ImageError, read_image
from playground.stages.convolution.counts import Layers
from playground.stages.convolution.presets import PRESETS
from playground.stages.driving import Driving

if TYPE_CHECKING:
    from playground.stages.convolution.stage import ConvolutionStage

_NUMBERS = ("x", "w", "b", "upstream")


class Dispatch(Driving):
    """Listens for a stage.

    Parameters
    ----------
    stage : ConvolutionStage
    """

    _stage: ConvolutionStage

    def on_presets(self, message: dict[str, Any]) -> None:
        """The examples: one is chosen."""
        stage, key = self._stage, str(message["key"])
        if key in PRESETS:
            stage.quiet()
            stage.play(False)
            stage.submit(lambda: stage.session.open_preset(key))

    def on_looks(self, message: dict[str, Any]) -> None:
        """What is looked at more closely; what is looked at already is put away."""
        stage, session, key = self._stage, self._stage.session, str(message["key"])
        stage.submit(lambda: session.look_at("" if key == session.look else key))

    def on_question(self, message: dict[str, Any]) -> None:
        """The prediction: an answer, or none."""
        stage = self._stage
        if message["type"] == "answer":
            choice = int(message["choice"])
            stage.submit(lambda: stage.session.answer(choice))
        else:
            stage.submit(stage.session.skip_question)

    def on_board(self, message: dict[str, Any]) -> None:
        """The board: a number is changed, a place is gone to, a channel or a filter comes to the front."""
        stage, session, kind = self._stage, self._stage.session, str(message["type"])
        if kind == "ack":
            stage.acknowledge()
        elif kind in _NUMBERS:
            stage.quiet()
            place, value = list(message["place"]), message["value"]
            stage.submit(lambda: session.set_number(kind, place, value))
        elif kind == "position":
            stage.quiet()
            stage.play(False)
            place, phase = list(message["place"]), str(message.get("phase", ""))
            stage.submit(lambda: session.go_to(place, phase))
        elif kind in ("channel", "filter"):
            index = int(message["index"])
            show = session.show_channel if kind == "channel" else session.show_filter
            stage.submit(lambda: show(index))

    def edit(self, name: str, value: Any) -> None:
        """Have a setting changed."""
        stage, edits = self._stage, self._stage.board.settings.edits
        stage.quiet()
        stage.submit(lambda: stage.session.edit(name, value, edits))

    def count(self, layers: Layers, edits: int) -> None:
        """Have other layers compared."""
        stage = self._stage
        stage.submit(lambda: stage.session.count(layers, edits))

    def undo(self) -> None:
        """Have the last change taken back."""
        stage, edits = self._stage, self._stage.board.settings.edited()
        stage.quiet()
        stage.submit(lambda: stage.session.undo(edits))

    def back(self) -> None:
        """Have all as the example began."""
        stage, edits = self._stage, self._stage.board.settings.edited()
        stage.quiet()
        stage.submit(lambda: stage.session.back_to_begin(edits))

    def on_picture(self, content: bytes, name: str) -> None:
        """A picture of the visitor's own is chosen."""
        stage = self._stage
        stage.quiet()
        stage.play(False)

        def use() -> None:
            try:
                picture = read_image(name, content)
            except ImageError as error:
                stage.session.notice = f"No picture was read: {error}."
                return
            stage.session.use_picture(name, picture)

        stage.submit(use)
