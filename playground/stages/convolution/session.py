"""One student's window that slides, and what can be done with it, without any widget.

All methods run in the stage's worker thread, one at a time; `scene` hands the views what they draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine import Grain, Position, SpecError
from engine.sliding import END, SlidingRun, SlidingSpec
from engine.sliding.fit import fitted
from engine.sliding.inputs import INPUTS, array_spec, input_names, input_spec
from engine.sliding.kernels import KERNELS, kernel_spec
from playground.convolution_link import ConvolutionLink
from playground.images import Floats
from playground.stages.convolution.counts import Layers
from playground.stages.convolution.pictures import OWN, OWN_COLOUR, OWN_TITLES, Pictures
from playground.stages.convolution.presets import (
    LOOKS,
    PRESETS,
    Begin,
    kernel_name,
    preset_of,
    slide_begin,
)
from playground.stages.convolution.questions import QUESTIONS
from playground.stages.convolution.scene import ConvolutionScene, SceneMaker

# By the speed's key: what a frame does, and how many seconds it stays.
PACES = {"slow": (Grain.OP, 0.9), "normal": (Grain.OP, 0.25), "fast": (Grain.LAYER, 0.15)}
FASTEST_SECONDS = 0.1
# At the fastest a pass takes about this many frames.
_FRAMES = 60
_MOST_UNDO = 50
_AT_END = "All gradients have been sent back. Reset begins again."


class ConvolutionSession:
    """A run with what is shown of it.

    Parameters
    ----------
    link : ConvolutionLink
        What to begin with, and where to stand.
    """

    def __init__(self, link: ConvolutionLink) -> None:
        self.grain = Grain.OP
        self.speed = "normal"
        # Count what was asked for by controls: one that a hand is on must not be moved by an older answer.
        self.edits = self.count_edits = 0
        self.pictures = Pictures()
        # By the key of a question, the choice that was taken; −1 where it was skipped.
        self.answers: dict[str, int] = {}
        self._scenes = SceneMaker()
        self.open_link(link)
        # Who comes for an example or a slide is asked first; who comes for a moment of it has seen the numbers.
        if link.preset and link.begin == PRESETS[link.preset].begin:
            self._ask(link.preset)

    def open_link(self, link: ConvolutionLink) -> None:
        """Go on with what a link asks for, whatever stands here, and without a question."""
        # Said once, with the next picture, a paragraph a line; `stopped` ends playing.
        self.notice = ""
        self.stopped = False
        self._slide = link.slide
        self._open(link.begin)

    def _open(self, begin: Begin) -> None:
        self.begin = begin
        self.channel, self.filter, self.look, self.layers = begin.channel, begin.filter, begin.look, begin.layers
        self.question = ""
        self.tasks = PRESETS[preset].tasks if (preset := preset_of(begin)) else ()
        self._undo: list[SlidingSpec] = []
        self.run = SlidingRun(begin.spec)
        self._stand(begin.done)
        self.pictures.look_up(self.spec)

    def _ask(self, preset: str) -> None:
        """Ask a preset's question, unless it has been answered or skipped."""
        question = PRESETS[preset].question
        self.question = "" if question in self.answers else question

    @property
    def spec(self) -> SlidingSpec:
        """What slides over what."""
        return self.run.spec

    @property
    def now(self) -> Begin:
        """What stands here, as a link would carry it."""
        return Begin(self.spec, self.run.done, self.channel, self.filter, self.look, self.layers)

    @property
    def preset(self) -> str:
        """Key of the preset that stands here, wherever it stands in it; empty for none."""
        return preset_of(self.now)

    @property
    def slide(self) -> str:
        """The slide that shows just what stands here, for a visitor who came for one."""
        return self._slide if self._slide and self.spec == slide_begin(self._slide).spec else ""

    @property
    def input(self) -> str:
        """Key of the input that stands here, of `INPUTS` or of the visitor's own picture; empty for own numbers."""
        return self.pictures.key_of(self.spec)

    @property
    def kernel(self) -> str:
        """Key of the kernel of the filter that is in front; empty for own numbers."""
        return kernel_name(self.spec, min(self.filter, self.spec.filters - 1))

    def open_preset(self, key: str) -> None:
        """Begin with one of `PRESETS`, with its question unless that has been answered."""
        self._slide = ""
        self._open(PRESETS[key].begin)
        self._ask(key)

    def load(self, begin: Begin) -> None:
        """Go on with what was saved."""
        self._slide = ""
        self._open(begin)

    def answer(self, choice: int) -> None:
        """Take a prediction; from here on it is shown what is right."""
        if self.question and self.question not in self.answers and 0 <= choice < len(QUESTIONS[self.question].choices):
            self.answers[self.question] = choice

    def skip_question(self) -> None:
        """Take no prediction, or put the card away."""
        if self.question:
            self.answers.setdefault(self.question, -1)
            self.question = ""

    def _go_on(self) -> None:
        """Take it for no answer when something else is done: what that leads to is to be seen."""
        if self.asking:
            self.skip_question()

    @property
    def asking(self) -> bool:
        """Whether a question is open: the answer must not be seen beside it."""
        return bool(self.question) and self.question not in self.answers

    def edit(self, name: str, value: Any, edits: int) -> None:
        """Change a setting; all numbers that no longer fit follow."""
        self.edits = edits
        match name:
            case "axes":
                if value != len(self.spec.space):
                    self._take(input_spec(_first_of(self.spec), input_names(int(value))[0]))
                    self.pictures.look_up(self.spec)
            case "input":
                self._choose_input(str(value))
            case "kernel":
                if value in KERNELS:
                    one = self.filter if self.spec.filters > 1 else None
                    self._take(kernel_spec(self.spec, str(value), one))
            case "size":
                self._take(self._sized(int(value)))
            case _:
                self._take(fitted(self.spec, **{name: value}))

    def _sized(self, size: int) -> SlidingSpec:
        """Return the spec with another size; a kernel that there is in every size stays what it is."""
        spec = fitted(self.spec, size=size)
        for filter in range(spec.filters):
            name = kernel_name(self.spec, filter)
            # A kernel of one tap may be anything.
            if name and KERNELS[name].any_size and (name != "identity" or size % 2):
                spec = kernel_spec(spec, name, filter)
        return spec

    def _choose_input(self, key: str) -> None:
        if key in OWN_TITLES and self.pictures.own:
            self._take(array_spec(self.spec, self.pictures.grid(key)))
        elif key in INPUTS:
            self._take(input_spec(self.spec, key))
        self.pictures.look_up(self.spec)

    def set_number(self, name: str, place: Sequence[int], value: Any) -> None:
        """Set one number: of ``x``, ``w``, ``b`` or ``upstream``."""
        self._take(self.spec.with_number(name, tuple(int(k) for k in place), value))

    def _take(self, spec: SlidingSpec) -> None:
        """Go on with another spec at the same place, and remember the one before."""
        before = self.spec
        if spec == before:
            return
        self.run.change(spec)
        self._undo = [*self._undo[-_MOST_UNDO + 1 :], before]
        self._go_on()
        self._keep_in_front()

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._undo)

    def undo(self, edits: int) -> None:
        """Take the last change back."""
        self.edits = edits
        if self._undo:
            self.run.change(self._undo.pop())
            self._keep_in_front()
            if self.input or self.preset:
                self.pictures.look_up(self.spec)

    @property
    def can_return(self) -> bool:
        """Whether something differs from the beginning."""
        return self.spec != self.begin.spec

    def back_to_begin(self, edits: int) -> None:
        """Return to the settings and numbers that this began with."""
        self.edits = edits
        self._take(self.begin.spec)
        self.pictures.look_up(self.spec)

    def use_picture(self, name: str, picture: Floats) -> None:
        """Slide over a visitor's own picture [H, W, 3] from 0 to 1."""
        self.pictures.take(name, picture)
        colour = self.spec.channels == 3
        spec = self.spec if len(self.spec.space) == 2 else input_spec(_first_of(self.spec), "edge")
        self._take(array_spec(spec, self.pictures.grid(OWN_COLOUR if colour else OWN)))
        self.look = "picture"
        self.pictures.look_up(self.spec)

    def look_at(self, key: str) -> None:
        """Look at something more closely; an empty key at nothing."""
        self.look = key if key in LOOKS else ""

    def count(self, layers: Layers, edits: int) -> None:
        """Compare other layers' weights."""
        self.layers, self.count_edits = layers, edits

    def show_channel(self, channel: int) -> None:
        """Bring a channel to the front."""
        self.channel = channel
        self._keep_in_front()

    def show_filter(self, filter: int) -> None:
        """Bring a filter to the front."""
        self.filter = filter
        self._keep_in_front()

    def _keep_in_front(self) -> None:
        """Keep to channels and filters that there are."""
        self.channel = min(max(self.channel, 0), self.spec.channels - 1)
        self.filter = min(max(self.filter, 0), (1 if self.spec.pools else self.spec.filters) - 1)

    def step(self, direction: int, grain: Grain) -> None:
        """Step forward (1) or back (-1)."""
        self._go_on()
        if direction < 0:
            self.run.step_back(grain)
        elif self.run.position == END:
            self.notice = _AT_END
        else:
            self.run.step(grain)
        self._follow()

    def _follow(self) -> None:
        """Bring the map to the front that the last number was made in."""
        current = self.run.frame().current
        if current is not None:
            if self.spec.pools:
                self.channel = current.place[-1]
            else:
                self.filter = current.place[-1]

    def go_to(self, place: Sequence[int], phase: str = "") -> None:
        """Go to the moment at which a number of the output, [*positions, O], was made or sent back."""
        self._go_on()
        wanted = phase or ("forward" if self.run.frame().phase == "forward" else "backward")
        try:
            self.run.seek(self.run.at(tuple(int(k) for k in place), wanted))
        except ValueError as error:
            raise SpecError("place", str(error)) from None
        self._follow()

    def _stand(self, done: int) -> None:
        done = min(max(done, 0), self.run.steps)
        self.run.seek(END if done == self.run.steps else Position(op=done))

    def seek_step(self, step: int) -> None:
        """Go to the moment after so many steps, at most to the newest one."""
        self._go_on()
        newest = self.run.newest
        self._stand(min(step, self.run.steps if newest == END else newest.op))
        self._follow()

    def seek_newest(self) -> None:
        """Go to the newest moment."""
        self.run.seek(self.run.newest)
        self._follow()

    def reset(self) -> None:
        """Return to the start; settings and numbers stay."""
        self.run.reset()

    def start_playing(self) -> None:
        """Play from the start where nothing more comes."""
        self.stopped = False
        self._go_on()
        # What was said of an answer would push what is watched out of sight.
        self.question = ""
        if self.run.position == END:
            self.run.seek(Position())

    def advance(self) -> float:
        """Go on by as much as the speed asks for in one frame; return the seconds to wait until the next.

        It stops where a pass is complete: what has come out is to be looked at before the way back.
        """
        outputs, done = self.run.steps // 2, self.run.done
        if self.speed in PACES:
            grain, pause = PACES[self.speed]
            self.run.step(grain)
        else:
            pause = FASTEST_SECONDS
            self.run.step(Grain.OP, min(max(1, outputs // _FRAMES), outputs - done % outputs))
        self._follow()
        self.stopped = self.run.done % outputs == 0
        return pause

    def scene(self, playing: bool) -> ConvolutionScene:
        """Return what the views draw now."""
        return self._scenes.make(self, playing)


def _first_of(spec: SlidingSpec) -> SlidingSpec:
    """Return the operation of a spec on a small signal, from where another number of axes can be reached."""
    return SlidingSpec(operation=spec.operation, flip=spec.flip, relu=spec.relu, count_padding=spec.count_padding)
