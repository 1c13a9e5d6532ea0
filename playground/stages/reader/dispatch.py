"""What the widgets of the digit reader say, turned into commands of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from playground.images import MAX_BYTES, ImageError, grey, read_image
from playground.stages.driving import Driving
from playground.stages.reader.presets import LOOKS, PRESETS
from playground.views.maps import picked_place

if TYPE_CHECKING:
    from playground.stages.reader.stage import ReaderStage


class Dispatch(Driving):
    """Listens for a stage.

    Parameters
    ----------
    stage : ReaderStage
    """

    _stage: ReaderStage

    def on_transport(self, message: dict[str, Any]) -> None:
        """The transport bar; a step ends what grows."""
        if message["type"] in ("step", "seek", "reset", "end"):
            self._stage.submit(self._stage.session.pause_growing)
        super().on_transport(message)

    def on_signal(self, message: dict[str, Any]) -> None:
        """The browser: a frame is painted."""
        if message["type"] == "ack":
            self._stage.acknowledge()

    def on_presets(self, message: dict[str, Any]) -> None:
        """The examples: one is chosen."""
        stage, key = self._stage, str(message["key"])
        if key in PRESETS:
            self._anew()
            stage.submit(lambda: stage.session.open_preset(key))

    def on_looks(self, message: dict[str, Any]) -> None:
        """What is looked at more closely; what is looked at already is put away."""
        stage, session, key = self._stage, self._stage.session, str(message["key"])
        if key in LOOKS:
            stage.quiet()
            self._end_growing()
            stage.submit(lambda: session.look_at("" if key == session.look else key))

    def on_wall(self, message: dict[str, Any]) -> None:
        """The wall: a number is picked."""
        stage, session = self._stage, self._stage.session

        def pick() -> None:
            picked = picked_place(message, session.run.frame().maps)
            if picked is not None:
                session.pick(picked)

        if message["type"] == "pick":
            stage.quiet()
            self._end_growing()
            stage.submit(pick)

    def on_question(self, message: dict[str, Any]) -> None:
        """The prediction: answered, or put away."""
        stage, session = self._stage, self._stage.session
        if message["type"] == "answer":
            choice = int(message["choice"])
            stage.submit(lambda: session.answer_question(choice))
        else:
            stage.submit(session.skip_question)

    def on_digits(self, message: dict[str, Any]) -> None:
        """The pictures of digits: one is chosen."""
        stage, key = self._stage, str(message.get("key", ""))
        if message["type"] == "choose" and key.isascii() and key.isdigit():
            stage.quiet()
            stage.submit(lambda: stage.session.show_digit(int(key)))

    def on_drawn(self, image: npt.NDArray[np.uint8]) -> None:
        """The pad: something is drawn."""
        self._stage.quiet()
        self._stage.submit(lambda: self._stage.session.draw(image))

    def on_file(self, content: bytes, name: str) -> None:
        """A file is chosen."""
        stage = self._stage
        try:
            picture = grey(read_image(name, content))
        except ImageError as error:
            stage.say(f"This picture cannot be used: {error}.")
            return
        self._anew()
        stage.submit(lambda: stage.session.take_photo(picture))

    def on_large_file(self) -> None:
        """A file was chosen that the browser does not send."""
        self._stage.say(
            f"This picture cannot be used: it has more than {MAX_BYTES // 2**20} MB. Save it smaller, or as JPEG."
        )

    def grow(self) -> None:
        """Grow an image for the chosen filter."""
        stage = self._stage
        stage.quiet()
        stage.play(False)
        stage.submit(stage.session.grow)
        stage.play(True)

    def do(self, name: str, *values: Any) -> None:
        """Have a command of the session carried out."""
        stage = self._stage
        self._end_growing()
        stage.quiet()
        stage.submit(lambda: getattr(stage.session, name)(*values))

    def move(self, name: str, value: float, edits: int) -> None:
        """Shift, turn or scale the image."""
        stage = self._stage
        stage.submit(lambda: stage.session.move(edits, **{name: value}))

    def _end_growing(self) -> None:
        if self._stage.session.growing:
            self._stage.play(False)

    def _anew(self) -> None:
        self._stage.quiet()
        self._stage.play(False)
