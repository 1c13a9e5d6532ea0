"""One student's neuron, and what can be done with it, without any widget.

All methods run in the stage's worker thread, one at a time; `scene` hands the views what they draw.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from engine import Grain, SpecError
from engine.activation import evaluate
from engine.neuron import MAX_UPDATES, NeuronRun, fit_logistic
from playground.neuron_link import NeuronLink, preset_of
from playground.stages.neuron.presets import PRESETS, Begin
from playground.stages.neuron.scene import NeuronScene, make_scene

# By the speed's key: what a frame does, and how many seconds it stays.
PACES = {"slow": (Grain.OP, 0.7), "normal": (Grain.BATCH, 0.4), "fast": (Grain.EPOCH, 0.1)}
FASTEST_SECONDS = 0.01
_LAST = f"This is update {MAX_UPDATES:,}, the last one here. Reset begins again."
_SETTLED = "A whole pass without a change: all rows are right, and the rule has come to rest."
_BOTTOM = "The weights no longer change: this is the bottom of the cost."
_CYCLE = (
    "The weights are where they were {} ago: the rule goes round in a circle, and would do so forever. No line gets "
    "all rows of this table right."
)


class NeuronSession:
    """A neuron with what is shown of it.

    Parameters
    ----------
    link : NeuronLink
        What to begin with, and which moment to look at.
    """

    def __init__(self, link: NeuronLink) -> None:
        self.grain = Grain.OP
        self.speed = "slow"
        # Said once, with the next picture; `stopped` also ends playing.
        self.notice = self.stopped = ""
        # Counts what was asked for by sliders: one that a hand is on must not be moved by an older answer.
        self.edits = 0
        self._fits: dict[bool, npt.NDArray[np.float64]] = {}
        self.go_to(link)

    def go_to(self, link: NeuronLink) -> None:
        """Go on with what an address says."""
        self._slide = link.slide
        self._open(link.begin)

    def _open(self, begin: Begin) -> None:
        self.notice = self.stopped = ""
        self._begin = begin
        self.run = NeuronRun(begin.spec, begin.index)

    @property
    def now(self) -> Begin:
        """What stands here, as a link would carry it."""
        answered = len(self.run.spec.weights) + 2
        return Begin(self.run.spec, None if self.run.index == answered else self.run.index)

    @property
    def preset(self) -> str:
        """Key of the preset that stands here, wherever it stands in it; empty for none."""
        return preset_of(replace(self._begin, spec=self.run.spec))

    def choose(self, key: str) -> None:
        """Begin with one of `PRESETS`."""
        self._slide = ""
        self._open(PRESETS[key].begin)

    def edit(self, name: str, value: Any, edits: int) -> None:
        """Set something by hand: a setting, one of ``w1``, ``x2`` and their like, or ``count``, of the inputs."""
        self.edits = edits
        self._slide = ""
        run, spec = self.run, self.run.frame().spec
        if name == "count":
            run.resize(int(value))
        elif name[0] in "wx" and name[1:].isdigit():
            values = list(spec.weights if name[0] == "w" else run.frame().inputs.tolist())
            if not 1 <= int(name[1:]) <= len(values):
                raise SpecError(name, f"this neuron has {len(values)} inputs and weights, there is no {name}")
            values[int(name[1:]) - 1] = value
            if name[0] == "w":
                run.change(weights=tuple(values))
            else:
                run.look_at(values)
        elif name == "task":
            if len(spec.weights) != 2:
                run.resize(2)
            run.change(task=value)
        else:
            run.change(**{name: value})

    def look_at(self, x1: float, x2: float) -> None:
        """Look at another point of the plane."""
        run = self.run
        run.look_at((round(x1, 2), round(x2, 2), *run.frame().inputs[2:].tolist()))

    def multiply(self, factor: float) -> None:
        """Multiply all weights and the bias."""
        self.run.multiply(factor)

    def reset(self) -> None:
        """Return to the beginning of this neuron's way."""
        self.run.seek(0)
        self.run.newest = 0

    def step(self, direction: int, grain: Grain) -> None:
        """Step forward (1) or back (−1)."""
        before = self.run.index
        self.run.step(direction, grain)
        if direction > 0 and before == self.run.end:
            self.notice = _LAST if self.run.spec.learns else ""
        elif direction > 0:
            self.notice = self._ended() if self.run.updates > before // self.run.parts else ""

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
        if self.run.index >= self.run.end:
            self.stopped = _LAST if self.run.spec.learns else " "
            return
        self.run.step(1, grain)
        self.stopped = self._ended()

    def _ended(self) -> str:
        """Say why nothing new is to be seen from here on; empty while there is."""
        frame = self.run.frame()
        if frame.settled:
            return _SETTLED if frame.spec.data.is_table else _BOTTOM
        if frame.cycle:
            return _CYCLE.format("a pass" if frame.cycle == 1 else f"{frame.cycle} passes")
        return ""

    def seek_step(self, index: int) -> None:
        """Go to a moment, at most to the newest one."""
        self.run.seek(min(max(0, index), self.run.newest))

    def seek_newest(self) -> None:
        """Go to the newest moment; without a task that is the answer."""
        self.run.seek(self.run.newest if self.run.spec.learns else self.run.end)

    def logistic(self) -> npt.NDArray[np.float64]:
        """Return weights and bias of the logistic regression on the two groups."""
        biased = self.run.spec.biased
        if biased not in self._fits:
            data = self.run.spec.data
            self._fits[biased] = fit_logistic(data.inputs, data.targets, biased)
        return self._fits[biased]

    def difference(self) -> float:
        """Return how far, at most, the neuron's probability of a point is from logistic regression's; else NaN."""
        spec = self.run.spec
        if spec.task != "groups" or spec.activation != "sigmoid":
            return float("nan")
        best, data = self.logistic(), spec.data
        expected = evaluate("sigmoid", data.inputs @ best[:2] + best[2])
        return float(np.abs(self.run.frame().answers - expected).max())

    def scene(self, playing: bool) -> NeuronScene:
        """Return what the views draw now."""
        return make_scene(self, playing)
