"""One student's reading of one image, and what can be done with it, without any widget.

All methods run in the stage's worker thread, one at a time; `scene` hands the views what they draw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from engine import Grain, SpecError
from engine.backend import Backend
from engine.experiment import Position
from engine.reader import Maximiser, ReadingRun, ReadingSpec, centred, photo_to_digit, unseen_images
from engine.reader.reading import END
from engine.reader.reading_spec import DRAWN
from playground.reader_link import ReaderLink, preset_of
from playground.stages.reader.presets import LOOKS, PRESETS, SLIDES, Begin, Picked, slide_begin
from playground.stages.reader.questions import QUESTIONS
from playground.stages.reader.scene import ReaderScene, SceneMaker
from playground.stages.reader.stacks import MOST, WINDOWS

Image = npt.NDArray[np.uint8]

# By the speed's key: how many seconds a layer stays.
PACES = {"slow": 1.2, "normal": 0.6, "fast": 0.2}
# An image is grown in so many steps, a few in each frame.
GROWN, GROW_STEPS, GROW_SECONDS = 240, 4, 0.04
MOVES = ("dx", "dy", "degrees", "factor")
# Which digits are leafed through: all, those of one class, or those that the network gets wrong.
ALL, WRONG = "all", "wrong"
GROUPS = (ALL, *"0123456789", WRONG)


class ReaderSession:
    """A reading with what is shown of it.

    Parameters
    ----------
    link : ReaderLink
        What to begin with.
    backend : callable
        Returns what networks run on.
    """

    def __init__(self, link: ReaderLink, backend: Callable[[], Backend]) -> None:
        self.grain, self.speed = Grain.LAYER, "normal"
        # Counts what was asked for by sliders: one that a hand is on must not be moved by an older answer.
        self.edits = 0
        # Grows with each image that does not come from the pad.
        self.turn = 0
        self.drawn: Image | None = None
        self._backend = backend
        self._scenes = SceneMaker()
        self.open_link(link)

    def open_link(self, link: ReaderLink, asks: bool = True) -> None:
        """Go on with what a link asks for, whatever stands here.

        Parameters
        ----------
        link : ReaderLink
        asks : bool
            Whether its question is asked.
        """
        # Said once, with the next picture; `stopped` also ends playing.
        self.notice = ""
        self.stopped = False
        self.centre, self.group, self.moved = True, ALL, MOVES[0]
        self._slide = link.slide
        self._open(link.begin if asks else replace(link.begin, question=""), link.drawn)

    def _open(self, begin: Begin, drawn: Image | None = None) -> None:
        self.begin = begin
        self.drawn = drawn
        self.run = ReadingRun(begin.spec, self._for_net(drawn), backend=self._backend())
        self.run.seek(END if begin.done is None else self._position(begin.done))
        self.look, self.picked, self.digit = begin.look, begin.picked, begin.digit
        self.patch, self.page, self.stack, self.filter = begin.patch, begin.page, begin.stack, begin.filter
        self.question, self.answer = begin.question, None
        self._drop_picked()
        self.maximiser: Maximiser | None = None
        self.growing = False
        self.turn += 1

    def _for_net(self, drawn: Image | None) -> Image | None:
        """Return a drawing as the networks read it."""
        return drawn if drawn is None or not self.centre else centred(drawn)

    def _position(self, done: int) -> Position:
        return END if done >= len(self.run.program.ops) else Position(op=max(0, done))

    def _drop_picked(self) -> None:
        """Forget what is picked where the network has no such number."""
        rows = self.run.reader.rows
        if self.picked is None:
            return
        number, place = self.picked
        shape = rows[0].inputs if number == 0 else rows[number - 1].outputs if number <= len(rows) else ()
        if len(place) != len(shape) or any(k >= n for k, n in zip(place, shape, strict=True)):
            self.picked = None

    @property
    def now(self) -> Begin:
        """What stands here, as a link would carry it."""
        done = None if self.run.position == END else self.run.done
        asked = self.question if self.answer is None else ""
        return Begin(
            self.run.spec, done, self.look, self.picked, self.digit, self.patch, self.page, self.stack, self.filter,
            asked,
        )  # fmt: skip

    @property
    def preset(self) -> str:
        """Key of the preset that stands here; empty for none."""
        return SLIDES[self._slide].key if self.slide else preset_of(self.now)

    @property
    def slide(self) -> str:
        """The slide that is shown, as long as it is its network that reads."""
        if not self._slide or self.run.spec.net != slide_begin(self._slide).spec.net:
            return ""
        return self._slide

    @property
    def source(self) -> Image:
        """The image as it was chosen or drawn, before it is moved, [28, 28]."""
        index = self.run.spec.index
        if index is not None:
            return unseen_images(self.run.spec.net)[0][index]
        return np.zeros((28, 28), np.uint8) if self.drawn is None else self.drawn

    @property
    def base(self) -> Image:
        """The image before it is moved, as networks read it."""
        read = self._for_net(self.drawn)
        return self.source if self.run.spec.index is not None or read is None else read

    def open_preset(self, key: str) -> None:
        """Begin with one of `PRESETS`."""
        self._slide = ""
        self._open(PRESETS[key].begin)

    def _change(self, **changes: Any) -> None:
        before = self.run.spec
        spec = before.with_(**changes)
        self.run.change(spec, self._for_net(self.drawn))
        if spec.net != before.net:
            self._drop_picked()
            self.stop_growing()
            self.filter = (1, 0)
            self.run.seek(END)

    def set_net(self, net: str) -> None:
        """Let another network read."""
        self._change(net=net)

    def show_digit(self, index: int) -> None:
        """Read a digit of the test part; a number beyond it begins again."""
        self.drawn = None
        self._change(image=f"test:{index % len(unseen_images(self.run.spec.net)[1])}")
        self.turn += 1

    def members(self) -> npt.NDArray[np.int64]:
        """Return the digits of the chosen group, by their places in the test part."""
        return self._scenes.members(self.run.reader, self.run.spec.net, self.group)

    def leaf(self, direction: int) -> None:
        """Go to the next (1) or the last (-1) digit of the group."""
        members, index = self.members(), self.run.spec.index
        if not len(members):
            self.notice = "There is no such digit in the test part."
            return
        if direction > 0:
            place = int(np.searchsorted(members, -1 if index is None else index, side="right"))
        else:
            place = int(np.searchsorted(members, len(members) if index is None else index, side="left")) - 1
        self.show_digit(int(members[place % len(members)]))

    def show_group(self, group: str) -> None:
        """Leaf through another group, from its first digit."""
        if group not in GROUPS:
            raise SpecError("group", f"digits are chosen by {', '.join(GROUPS)}, got {group[:20]!r}")
        self.group = group
        self.leaf(1)

    def draw(self, image: Image) -> None:
        """Read what is drawn."""
        self.drawn = image
        self._change(image=DRAWN)

    def take_photo(self, grey: npt.NDArray[np.floating]) -> None:
        """Read the digit on a photograph [H, W], 0 to 1."""
        image = photo_to_digit(grey)
        if not image.any():
            raise SpecError(
                "image",
                "This picture cannot be used: it is of one shade. Choose one of a digit, dark on light or light on "
                "dark.",
            )
        self.draw(image)
        self.turn += 1

    def set_centre(self, centre: bool) -> None:
        """Bring drawings to the size and the place that the network has learnt, or leave them as they are."""
        self.centre = centre
        self._change()

    def move(self, edits: int, **changes: float) -> None:
        """Shift, turn or scale the image."""
        self.edits = edits
        self.moved = next(iter(changes)) if len(changes) == 1 else self.moved
        self._change(**{name: float(value) for name, value in changes.items()})

    def put_back(self, edits: int) -> None:
        """Leave the image as it is."""
        usual = ReadingSpec()
        self.move(edits, **{name: getattr(usual, name) for name in MOVES})

    def pick(self, picked: Picked) -> None:
        """Look at one number; where filters are looked at, at the one that made it."""
        self.picked = picked
        if self.look == "maximise":
            if picked[0]:
                self.set_filter(picked[0], picked[1][-1])
        elif self.look not in ("number", "layers"):
            self.look_at("number")
        else:
            self.look = "number"

    def look_at(self, key: str) -> None:
        """Look at something more closely; an empty key at nothing."""
        self.look = key if key in LOOKS else ""
        self.stop_growing()
        if self.answer is not None or (self.question and QUESTIONS[self.question].look != self.look):
            self.question, self.answer = "", None

    def answer_question(self, choice: int) -> None:
        """Take a prediction."""
        if self.question and self.answer is None and 0 <= choice < len(QUESTIONS[self.question].choices):
            self.answer = choice

    def skip_question(self) -> None:
        """Take the question away."""
        self.question, self.answer = "", None

    def set_digit(self, digit: int | None) -> None:
        """Ask about one digit; None for the one that is read."""
        self.digit = digit

    def set_patch(self, size: int, edits: int) -> None:
        """Cover with a patch of this side."""
        self.edits, self.patch = edits, size

    def set_page(self, side: int, edits: int) -> None:
        """Slide the reader over a page of this side."""
        self.edits, self.page = edits, side

    def set_stack(self, stack: tuple[str, ...]) -> None:
        """Put windows one behind the other."""
        self.stack = tuple(key for key in stack if key in WINDOWS and key != "none")[:MOST]

    def set_filter(self, number: int, channel: int) -> None:
        """Choose the filter that an image is grown for."""
        rows = self.run.reader.rows
        if not 1 <= number <= len(rows) or not 0 <= channel < rows[number - 1].outputs[-1]:
            raise SpecError("filter", "This network has no such filter.")
        if not rows[number - 1].parameters:
            raise SpecError(
                "filter",
                "Pooling and flattening have no filters: choose a map of a convolution, or a unit of a dense layer.",
            )
        self.filter = (number, channel)
        self.stop_growing()

    def stop_growing(self) -> None:
        """Give up the image that has grown."""
        self.maximiser, self.growing = None, False

    def grow(self) -> None:
        """Begin to grow an image for the chosen filter."""
        self.stop_growing()
        self.maximiser = self._new_maximiser()
        self.growing = True

    def pause_growing(self) -> None:
        """Let the image be as far as it has grown."""
        self.growing = False

    def _new_maximiser(self) -> Maximiser:
        number, channel = self.filter
        space = self.run.reader.rows[number - 1].outputs[:-1]
        # One number in the middle of the map: what it likes is clearer than what all of the map likes.
        place = tuple(n // 2 for n in space) or None
        return Maximiser(self.run.reader, number, channel, place=place)

    def begin_playing(self) -> None:
        """From the end the reading begins again."""
        if not self.growing and self.run.position == END:
            self.run.seek(Position())

    def advance(self) -> float:
        """Go on by a layer, or grow on; return the seconds to wait until the next frame."""
        if self.growing and self.maximiser is not None:
            self.maximiser.advance(GROW_STEPS)
            if self.maximiser.steps >= GROWN:
                self.growing, self.stopped = False, True
            return GROW_SECONDS
        if self.run.position == END:
            self.stopped = True
        else:
            self.run.step(Grain.LAYER)
            self.stopped = self.run.position == END
        return PACES.get(self.speed, PACES["normal"])

    def step(self, direction: int, grain: Grain) -> None:
        """Step forward (1) or back (-1)."""
        if direction < 0:
            self.run.step_back(grain)
        elif self.run.position == END:
            self.notice = "All layers have run: this is the answer."
        else:
            self.run.step(grain)

    def seek_step(self, index: int) -> None:
        """Go to the moment after so many operations."""
        self.run.seek(self._position(index))

    def seek_newest(self) -> None:
        """Go to the answer."""
        self.run.seek(END)

    def reset(self) -> None:
        """Go to where only the image is in."""
        self.run.seek(Position())

    def scene(self, playing: bool) -> ReaderScene:
        """Return what the views draw now."""
        return self._scenes.make(self, playing)
