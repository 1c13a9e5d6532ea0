"""One student's graph, and what can be done with it, without any widget.

All methods run in the stage's worker thread, one at a time; `scene` hands the views what they draw.
"""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np

from engine import Grain, Position
from engine.expression import Expression
from engine.expression.presets import PRESETS
from engine.expression.run import MAX_STEPS, ExpressionRun
from engine.expression.spec import LARGEST_VALUE, ExpressionSpec
from engine.program import Phase
from playground.graph_link import GraphLink, preset_of
from playground.stages.graph.checking import Checking
from playground.stages.graph.practice import Practice
from playground.stages.graph.scene import GraphScene, SceneMaker
from playground.typed_expression import start_values

# A few numbers a checkpoint: so much holds the longest run there is.
HISTORY_BUDGET = 2 * 2**20
# By the speed's key: what a frame does, and how many seconds it stays.
PACES = {"slow": (Grain.OP, 0.9), "normal": (Grain.OP, 0.35), "fast": (Grain.EPOCH, 0.0)}
FASTEST_SECONDS = 0.012
_LAST_STEP = f"This is step {MAX_STEPS:,}, the last one that a graph here goes. Reset begins again."
_NOT_FINITE = (
    "The numbers have grown beyond all bounds: each update went too far. Step back to see it happen, or Reset and try "
    "a smaller learning rate."
)


class GraphSession:
    """A run over a graph with what is shown of it.

    Parameters
    ----------
    link : GraphLink
        What to begin with, and where to stand.
    seed : int
        Of the exercises.

    Attributes
    ----------
    tutor : Practice
        Asks about graphs, or has asked.
    practice : Practice or None
        The same while it asks.
    checking : Checking
        The check of gradients by differences.
    """

    def __init__(self, link: GraphLink, seed: int = 0) -> None:
        self.practice: Practice | None = None
        self.tutor = Practice(np.random.default_rng(seed))
        self.checking = Checking()
        self._scenes = SceneMaker()
        self.go_to(link)

    def go_to(self, link: GraphLink) -> None:
        """Go on with what a link asks for, as if the page had just been opened with it."""
        self.grain = Grain.OP
        self.speed = "normal"
        # Said once, with the next picture, a paragraph a line; `stopped` also ends playing.
        self.notice = self.stopped = ""
        self.end_practice()
        self.checking.close()
        # Whether slides are named: a visitor who came for one wants to know on which one he stands.
        self._names_slides = bool(link.slide)
        self._take(ExpressionRun(link.spec, budget=HISTORY_BUDGET))
        # Step by step, for the curve.
        for _ in range(link.position.epoch):
            self.run.step(Grain.EPOCH)
            self._note()
        self.run.seek(link.position)
        self._note()

    def _take(self, run: ExpressionRun) -> None:
        self.run = run
        self.preset = preset_of(run.first_spec)
        self._scenes.show(run)

    @property
    def trains(self) -> bool:
        """Whether there is a parameter that an update moves."""
        return bool(self.run.first_spec.parameters)

    @property
    def done(self) -> bool:
        """Whether nothing more comes: without parameters each further step would be the same."""
        return not self.trains and self.run.position >= Position(1)

    @property
    def slides(self) -> tuple[str, ...]:
        """The slides that show just what stands here, for a visitor who came for one."""
        preset = PRESETS.get(self.preset)
        if not self._names_slides or preset is None or preset.spec != self.run.first_spec:
            return ()
        if len(self.run.history.line) > 1:
            return ()
        return tuple(name for name, at in preset.slides.items() if at == self.run.position)

    def open(self, spec: ExpressionSpec) -> None:
        """Begin with another graph."""
        self._take(ExpressionRun(spec, budget=HISTORY_BUDGET))

    def open_preset(self, key: str) -> None:
        """Begin with one of `PRESETS`."""
        self.open(PRESETS[key].spec)
        self._ask_anew()

    def write(self, expression: Expression) -> None:
        """Take another formula; names, parameters and the target that it shares with the one before stay."""
        spec = self.run.first_spec
        values = start_values(expression, self.run.leaves)
        kept = tuple(name for name in spec.parameters if name in expression.names)
        self.open(ExpressionSpec(expression.text, tuple(values.items()), kept, self.run.learning_rate, spec.target))
        self._ask_anew()

    def practise(self, level: int | None = None) -> None:
        """Ask about the graph that stands here, or about an exercise of a level."""
        if level is not None:
            self.open(self.tutor.begin_exercise(level))
        self.tutor.begin(self.run)
        self.practice = self.tutor

    def next_exercise(self) -> None:
        """Ask about another exercise of the same level."""
        self.open(self.tutor.next_exercise())
        self.tutor.begin(self.run)

    def end_practice(self) -> None:
        """Ask no more; the graph stays."""
        self.tutor.end()
        self.practice = None

    def _ask_anew(self) -> None:
        """Whoever practises goes on with the graph that stands there now."""
        if self.practice is not None:
            self.practice.begin(self.run)

    def mark(self, name: str, on: bool) -> None:
        """Let updates move a name from now on, or no longer; what is on the graph stays."""
        others = tuple(other for other in self.run.first_spec.parameters if other != name)
        self._rebuild(parameters=(*others, name) if on else others)

    def set_target(self, target: float | None) -> None:
        """Compare the formula with a number, or with none; what is on the graph stays."""
        if target != self.run.first_spec.target:
            self._rebuild(target=target)

    def _rebuild(self, **changes: Any) -> None:
        """Go on with another spec from the values of now; Reset still leads to those that the formula began with."""
        old = self.run
        run = ExpressionRun(
            old.first_spec.with_(learning_rate=old.learning_rate, **changes), budget=HISTORY_BUDGET
        )
        carried = {name: value for name, value in old.used.items() if abs(value) <= LARGEST_VALUE}
        run.set_values(carried)
        run.seek(_alike(old, run))
        self._take(run)
        self._note()
        self._ask_anew()

    def set_rate(self, rate: float) -> None:
        """Change the learning rate from here on."""
        self.run.change(learning_rate=rate)

    def set_value(self, name: str, value: float) -> None:
        """Set a leaf by hand."""
        self.run.set_value(name, value)
        self._note()

    def reset(self) -> None:
        """Return to the start with the learning rate of now; what was done since is forgotten."""
        rate, spec, preset = self.run.learning_rate, self.run.first_spec, self.preset
        if rate == spec.learning_rate:
            self.run.reset()
            if self.practice is not None:
                self.practice.stand()
        else:
            self.open(spec.with_(learning_rate=rate))
            self.preset = preset
            self._ask_anew()

    def step(self, direction: int, grain: Grain) -> None:
        """Step forward (1) or back (-1)."""
        if direction < 0:
            self.run.step_back(grain)
        elif self.run.boundary(grain) > Position(MAX_STEPS):
            self.notice = _LAST_STEP
        elif not self.done:
            self.run.step(grain)
            self._note()

    def start_playing(self) -> None:
        """Play from the start where nothing more comes."""
        if self.done:
            self.run.seek(Position())

    def advance(self) -> float:
        """Go on by as much as the speed asks for in one frame; return the seconds to wait until the next."""
        if self.speed in PACES:
            grain, pause = PACES[self.speed]
            self._advance(grain)
            return pause
        end = time.perf_counter() + FASTEST_SECONDS
        while time.perf_counter() < end and not self.stopped:
            self._advance(Grain.EPOCH)
        return 0.0

    def _advance(self, grain: Grain) -> None:
        if self.run.boundary(grain) > Position(MAX_STEPS):
            self.stopped = _LAST_STEP
            return
        self.run.step(grain)
        value = self._note()
        if self.done:
            self.stopped = "done"
        elif self.trains and value is not None and not math.isfinite(value):
            self.stopped = _NOT_FINITE

    def seek_step(self, index: int) -> None:
        """Go to the moment after so many instructions, at most to the newest one."""
        length = len(self.run.instructions)
        self.run.seek(min(Position(max(0, index) // length, 0, max(0, index) % length), self.run.newest))

    def seek_newest(self) -> None:
        """Go to the newest moment."""
        self.run.seek(self.run.newest)

    def stand_on(self, branch: int, index: int | None = None) -> None:
        """Go to another branch: to its newest moment, or to one after so many instructions."""
        self.run.stand_on(self.run.branches[branch])
        if index is not None:
            self.seek_step(index)

    def _note(self) -> float | None:
        """Note the result's value for the curve, as soon as it is computed; return it."""
        return self._scenes.note()

    def scene(self, playing: bool) -> GraphScene:
        """Return what the views draw now."""
        return self._scenes.make(self, playing, fast=playing and self.speed not in ("slow", "normal"))


def _alike(old: ExpressionRun, new: ExpressionRun) -> Position:
    """Return the position in the first step of `new` that shows what `old` shows."""
    last = old.last
    if last is None:
        return Position()
    computed = [instruction.phase is not Phase.UPDATE for instruction in new.instructions].count(True)
    op = old.position.op or len(old.instructions)
    same = len(old.graph.nodes) == len(new.graph.nodes)
    if last.phase is Phase.UPDATE or old.position.op == 0:
        op = computed
    elif not same and last.phase is not Phase.FORWARD:
        # Behind another loss nothing is where it was: all of it is shown.
        op = computed
    return Position(1) if op >= len(new.instructions) else Position(0, 0, op)
