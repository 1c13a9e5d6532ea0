"""One student's three lanes, and what can be done with them, without any widget.

All methods run in the stage's worker thread, one at a time; `scene` hands the views what they draw.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine import Grain, Position, SpecError
from engine.backend import Backend
from engine.batches import LIVE, SLIDE_LINE, BatchesRun, load_batches, probabilities
from engine.batches.spec import MAX_EPOCHS, checked_weights
from playground.batches_link import MOST_POINTS, BatchesLink, preset_of
from playground.stages.batches.presets import LINES, LOOKS, PRESETS, SLIDES, Begin, Weights, slide_begin
from playground.stages.batches.scene import BatchesScene, SceneMaker
from playground.views.line_plane import line_handles, line_through

# By the speed's key: what a frame does, and how many seconds it stays.
PACES = {"slow": (Grain.OP, 0.12), "normal": (Grain.BATCH, 0.5), "fast": (Grain.EPOCH, 0.1)}
FASTEST_SECONDS = 0.012
_LAST_EPOCH = f"This is epoch {MAX_EPOCHS:,}, the last one here. Reset begins again."
# After another setting the lanes walk again to where they stood, unless that is a long way.
_MOST_AGAIN = 40_000


class BatchesSession:
    """A run with what is shown of it.

    Parameters
    ----------
    link : BatchesLink
        What to begin with, and where to stand.
    backend : callable
        Returns what a new run runs on.
    """

    def __init__(self, link: BatchesLink, backend: Callable[[], Backend]) -> None:
        self.grain = Grain.BATCH
        self.speed = "normal"
        # Count what was asked for by sliders: one that a hand is on must not be moved by an older answer.
        self.edits = self.tool_edits = 0
        self._backend = backend
        self._scenes = SceneMaker()
        self.open_link(link)

    def open_link(self, link: BatchesLink) -> None:
        """Go on with what a link asks for, whatever stands here."""
        # Said once, with the next picture, a paragraph a line; `stopped` also ends playing.
        self.notice = self.stopped = ""
        self._slide = link.slide
        self._open(link.begin)

    def _open(self, begin: Begin) -> None:
        self.begin = begin
        self.look, self.hand, self.point = begin.look, begin.hand, begin.point
        self.shaded, self.factor, self.precision = begin.shaded, begin.factor, "float64"
        self._take(BatchesRun(begin.spec, backend=self._backend()))
        self.run.seek(begin.position)

    def _take(self, run: BatchesRun) -> None:
        self.run = run
        self._scenes.show(run)

    @property
    def now(self) -> Begin:
        """What stands here, as a link would carry it; of a run that was changed on the way its settings of now."""
        run = self.run
        changed = len(run.history.line) > 1
        spec = run.spec if changed else run.first_spec
        far = run.seen > MOST_POINTS
        return Begin(
            spec, Position() if changed or far else run.position, self.look, self.hand, self.point, self.shaded,
            self.factor,
        )  # fmt: skip

    @property
    def preset(self) -> str:
        """Key of the preset that stands here, wherever it stands in it; empty for none."""
        now = self.now
        if self._slide and self.slide:
            return SLIDES[self._slide].key
        return preset_of(now) or preset_of(replace(now, position=self.begin.position, point=self.begin.point))

    @property
    def slide(self) -> str:
        """The slide that shows just what stands here, for a visitor who came for one."""
        if not self._slide or len(self.run.history.line) > 1:
            return ""
        # What is far stands at the start of a link.
        here = replace(self.now, position=self.run.position)
        return self._slide if here == slide_begin(self._slide) else ""

    def open_preset(self, key: str) -> None:
        """Begin with one of `PRESETS`."""
        self._slide = ""
        self._open(PRESETS[key].begin)

    def load(self, text: str) -> None:
        """Go on with a saved experiment."""
        self._take(load_batches(text, backend=self._backend()))

    def edit(self, name: str, value: Any, edits: int) -> None:
        """Change a setting: a live one from here on, any other for the whole way from the start to here."""
        self.edits = edits
        run = self.run
        if name in LIVE and run.seen:
            run.change(**{name: value})
            return
        spec = run.spec.fitted(**{name: value})
        if spec == run.first_spec and len(run.history.segments) == 1:
            return
        old, again = run.position, BatchesRun(spec, backend=self._backend())
        self._take(again)
        if old.epoch * spec.samples <= _MOST_AGAIN:
            again.seek(Position(old.epoch, old.batch * spec.samples // run.first_spec.samples))

    def draw_anew(self, edits: int) -> None:
        """Draw other points from the same groups."""
        self.edit("seed", (self.run.first_spec.seed + 1) % 2**31, edits)

    def reset(self) -> None:
        """Return to the start with the settings of now; what was done since is forgotten."""
        self._take(BatchesRun(self.run.spec, backend=self._backend()))

    def step(self, direction: int, grain: Grain) -> None:
        """Step forward (1) or back (-1)."""
        if direction < 0:
            self.run.step_back(grain)
        elif self.run.position == self.run.end:
            self.notice = _LAST_EPOCH
        else:
            self.run.step(grain)

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
        if self.run.position == self.run.end:
            self.stopped = _LAST_EPOCH
        else:
            self.run.step(grain)

    def seek_step(self, index: int) -> None:
        """Go to the moment after so many points seen, at most to the newest one."""
        self.run.seek(min(self.run.at(max(0, index)), self.run.newest))

    def seek_newest(self) -> None:
        """Go to the newest moment."""
        self.run.seek(self.run.newest)

    def stand_on(self, branch: int, index: int | None = None) -> None:
        """Go to another branch: to its newest moment, or to one after so many points seen."""
        self.run.stand_on(self.run.branches[branch])
        if index is not None:
            self.seek_step(index)

    def shade(self, key: str) -> None:
        """Show the probabilities of a lane, or of the line set by hand."""
        if key in LINES and (key != "hand" or self.hand is not None):
            self.shaded = key

    def look_at(self, key: str) -> None:
        """Look at something more closely; an empty key at nothing."""
        self.look = key if key in LOOKS else ""
        if self.look == "hand":
            self.hand = self.hand or SLIDE_LINE
            self.shaded = "hand"

    def weights(self, key: str) -> Weights:
        """Return (w₁, w₂, b) of a line as it stands now."""
        if key == "hand":
            return self.hand or SLIDE_LINE
        w1, w2, b = self.run[key].tolist()
        return w1, w2, b

    def set_hand(self, weights: Weights, edits: int) -> None:
        """Set the line that is moved by hand."""
        self.tool_edits = edits
        self.hand = checked_weights("hand", weights)

    def drag(self, handle: int, x1: float, x2: float, edits: int) -> None:
        """Turn the line that is set by hand around its other handle, with weights as long as before."""
        hand = self.weights("hand")
        handles = line_handles(hand, self._scenes.reach)
        if handles:
            w1, w2, b = line_through(handles[1 - handle], (x1, x2), hand)
            self.set_hand((round(w1, 3), round(w2, 3), round(b, 3)), edits)

    def start_from_hand(self) -> None:
        """Set all lanes on the line that was set by hand, from here on."""
        self.run.set_weights(self.weights("hand"))

    def ask(self, x1: float, x2: float) -> None:
        """Ask about a point; the answer of the shaded line stands beside the line that is set by hand."""
        self.point = (round(x1, 2) + 0.0, round(x2, 2) + 0.0)
        if not self.look:
            self.look, self.hand = "hand", self.hand or SLIDE_LINE

    def set_factor(self, factor: float, edits: int) -> None:
        """Multiply the weights by this, where log(0) is looked at."""
        self.tool_edits = edits
        self.factor = factor

    def set_precision(self, precision: str) -> None:
        """Compute the naive cost in single or double precision."""
        if precision not in ("float32", "float64"):
            raise SpecError("precision", f"a precision is float32 or float64, got {precision[:20]}")
        self.precision = precision

    @property
    def answer(self) -> tuple[float, float]:
        """Z and p of the shown line at the point that is asked about."""
        w1, w2, b = self.weights(self.shaded)
        x1, x2 = self.point
        return w1 * x1 + w2 * x2 + b, float(probabilities([self.point], (w1, w2, b))[0])

    def scene(self, playing: bool) -> BatchesScene:
        """Return what the views draw now."""
        return self._scenes.make(self, playing)
