"""One student's stack, and what can be done with it, without any widget.

All methods run in the stage's worker thread, one at a time; `scene` hands the views what they draw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from engine import Grain, Position
from engine.backend import Backend
from engine.flow import END, FlowFrame, FlowRun, FlowSpec
from engine.program import Phase
from playground.flow_link import FlowLink
from playground.stages.flow.measure import measured
from playground.stages.flow.presets import OPENING, PRESETS, preset_ratios

# Seconds a step while playing, by the key of the speed.
SPEEDS = {"slow": 0.9, "normal": 0.35}

# A value of a setting, or what makes it from the spec.
Edit = Any | Callable[[FlowSpec], Any]


@dataclass(frozen=True, slots=True)
class Question:
    """The prediction that the page opens with.

    Attributes
    ----------
    answer : int or None
        The choice that was taken; None while there is none.
    """

    answer: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FlowScene:
    """What the views draw.

    Attributes
    ----------
    frame : FlowFrame
        Now.
    complete : FlowFrame
        The same stack after its whole pass: what the axis must have room for.
    pinned : FlowFrame or None
        The pinned stack after its whole pass.
    shown : {"weights", "sums"}
    step, steps : int
        How many layers of the pass are done, up and down, and how many there are.
    question : Question or None
    presets : dict of str to float or None
        Ratios by the key of the preset.
    edits : int
        How many edits have been carried out.
    """

    frame: FlowFrame
    complete: FlowFrame
    pinned: FlowFrame | None
    shown: str
    step: int
    steps: int
    question: Question | None
    presets: dict[str, float | None]
    edits: int


class FlowSession:
    """A stack with one pass through it.

    Parameters
    ----------
    link : FlowLink
    backend : Backend
    """

    def __init__(self, link: FlowLink, backend: Backend) -> None:
        self.edits = 0
        self._backend = backend
        self.go_to(link)

    def go_to(self, link: FlowLink) -> None:
        """Go on with what a link asks for, as if the page had just been opened with it."""
        self.grain = Grain.LAYER
        self.speed = "slow"
        self.shown = link.shown
        self.stopped = False
        self.question: Question | None = None
        self.pinned: FlowFrame | None = None
        if link.pinned is not None:
            self.pinned = measured(link.pinned, self._backend)
        self.build(link.spec)
        if link == FlowLink(OPENING):
            # Who is to guess must not see: the signal stands at the top, and no gradient is on its way.
            self.question = Question()
            self.seek_step(link.spec.depth + 1)

    @property
    def spec(self) -> FlowSpec:
        """The stack's."""
        return self.run.spec

    def build(self, spec: FlowSpec) -> None:
        """Begin anew, and stand at the end: the whole picture at once."""
        self.run = FlowRun(spec, backend=self._backend)
        self.run.seek(END)
        self.complete = self.run.frame()
        self.stops = _stops(self.run)
        self.question = None

    def edit(self, name: str, value: Edit) -> None:
        """Change one setting by the page's controls, which wait until the last edit that they asked for is done.

        Parameters
        ----------
        name : str
        value : Any or callable
            The new value, or what makes it from the spec.
        """
        self.edits += 1
        self.change(name, value)

    def change(self, name: str, value: Edit) -> None:
        """Change one setting, as `edit` does."""
        spec = self.spec.with_(**{name: value(self.spec) if callable(value) else value})
        if spec != self.spec:
            self.build(spec)

    def choose(self, key: str) -> None:
        """Put a preset on the stage."""
        preset = PRESETS[key]
        self.shown = preset.shown
        self.build(preset.spec)

    def show(self, shown: str) -> None:
        """Have the bars stand for the gradient of the weights, or of the sums."""
        self.shown = shown

    def pin(self) -> None:
        """Keep this stack beside the one that is changed from now on."""
        self.pinned = self.complete

    def unpin(self) -> None:
        """Give the pinned stack up."""
        self.pinned = None

    def swap(self) -> None:
        """Let the pinned stack and the other change places."""
        if self.pinned is not None:
            pinned, self.pinned = self.pinned, self.complete
            self.build(pinned.spec)

    def answer(self, choice: int) -> None:
        """Take a prediction, and let the gradient run down."""
        if self.question is not None:
            self.question = Question(choice)
            self.run.seek(END)

    def skip_question(self) -> None:
        """Take no prediction; the gradient runs down all the same."""
        if self.question is not None and self.question.answer is None:
            self.run.seek(END)
        self.question = None

    @property
    def at(self) -> int:
        """How many of the stops lie behind, not counting the start."""
        return sum(stop <= self.run.position for stop in self.stops) - 1

    def step(self, direction: int, grain: Grain) -> None:
        """Step forward (1) or back (-1)."""
        if direction > 0:
            self.run.step(grain)
        else:
            self.run.step_back(grain)

    def seek_step(self, step: int) -> None:
        """Go to the moment after so many layers, up and down; the noise that comes in counts as one."""
        self.run.seek(self.stops[max(0, min(step, len(self.stops) - 1))])

    def reset(self) -> None:
        """Return to the beginning of the pass."""
        self.run.seek(Position())

    def seek_newest(self) -> None:
        """Go to the end of the pass."""
        self.run.seek(END)

    def seek_layer(self, number: int, phase: Phase) -> None:
        """Go to just after a layer has been computed, on the way up or on the way down."""
        depth = self.spec.depth
        number = max(1, min(number, depth))
        self.seek_step(1 + number if phase is Phase.FORWARD else 2 + 2 * depth - number)

    def start_playing(self) -> None:
        """Playing at the end begins at the start."""
        self.stopped = False
        if self.run.position == END:
            self.run.seek(Position())

    def advance(self) -> float:
        """Step on; return the seconds to wait until the next."""
        self.run.step(self.grain)
        self.stopped = self.run.position == END
        return SPEEDS[self.speed]

    def scene(self, playing: bool) -> FlowScene:
        """Return what the views draw now."""
        return FlowScene(
            frame=self.run.frame(), complete=self.complete, pinned=self.pinned, shown=self.shown,
            step=self.at, steps=len(self.stops) - 1, question=self.question, presets=preset_ratios(self._backend),
            edits=self.edits,
        )  # fmt: skip


def _stops(run: FlowRun) -> tuple[Position, ...]:
    """Return the boundaries between layers, the start and the end among them."""
    ends, done = [Position()], 0
    for _, ops in groupby(run.program.ops, key=lambda op: (op.phase, op.layer)):
        done += len(list(ops))
        ends.append(Position(op=done))
    return (*ends[:-1], END)
