"""One student's network that learns to read, and what can be done with it, without any widget.

All methods run in the stage's worker thread, one at a time; `scene` hands the views what they draw.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from engine import Grain, Position, SpecError
from engine.backend import Backend, NumpyBackend
from engine.reader import HEADS, READER_LIVE, ReaderRun, ReaderSpec, load_reader
from engine.reader.shapes import multiplications
from playground.stages.training.draft import Draft
from playground.stages.training.presets import PRESETS, SLIDES, preset_of
from playground.stages.training.scene import SceneMaker, TrainingScene
from playground.stages.training.tasks import Records
from playground.stages.training.watched import SOURCES, Watched
from playground.training_link import TrainingLink

# Of the engine's 64 MiB a small server can spare one student this much.
HISTORY_BUDGET = 32 * 2**20
# By the speed's key: updates a frame, or seconds of training.
UPDATES_A_FRAME = {"normal": 1, "fast": 4}
FASTEST_SECONDS = 0.04
SLOW_MOTION_SECONDS = 0.35
# Without the compiled engine a thousand digits take seconds, unless a digit costs fewer multiplications than these.
_MOST_SLOW_WORK = 150_000

# A value of a setting, or what makes it from the spec.
Edit = Any | Callable[[ReaderSpec], Any]


class DigitSession:
    """A run with what is shown of it.

    Parameters
    ----------
    link : TrainingLink
        What to begin with.
    backend : callable
        Returns what a new run runs on.
    """

    def __init__(self, link: TrainingLink, backend: Callable[[], Backend]) -> None:
        self.grain = Grain.BATCH
        self.speed = "normal"
        # Counts what was asked for by sliders: one that a hand is on must not be moved by an older answer.
        self.edits = 0
        self._backend = backend
        self.scenes = SceneMaker()
        self.open_link(link)

    def open_link(self, link: TrainingLink) -> None:
        """Go on with what a link asks for, whatever stands here; what was reached is forgotten."""
        # Said once, with the next picture, a paragraph a line; `stopped` also ends playing.
        self.notice = self.stopped = ""
        self._slide = link.slide
        self.watched = Watched(index=link.watch)
        # What the tasks are about, and what was reached.
        self.chosen, self.records = link.preset, Records()
        self._begin(link.spec)

    def _begin(self, spec: ReaderSpec) -> None:
        backend = self._backend()
        record = _measurable(spec, backend)
        self._take(ReaderRun(spec, budget=HISTORY_BUDGET, backend=backend, record=record))

    def _begin_another(self, spec: ReaderSpec) -> None:
        """Note what the run has reached that is given up, and begin another."""
        if self.run.loop.updates:
            self.records.note(self.run.spec, self.best(self.run.spec.head))
        self._begin(spec)

    def _take(self, run: ReaderRun) -> None:
        self.run = run
        self.draft = Draft.of(run.first_spec.layers)
        self.scenes.show(run, _measurable(run.first_spec, run.backend))
        count = len(run.labels("test"))
        self.watched = self.watched.with_(index=min(self.watched.index, count - 1))

    def measured_so_far(self) -> npt.NDArray[np.float64]:
        """Return what was measured on the way to here: rows of epoch, train loss, accuracy, test loss, accuracy."""
        run = self.run
        curve = run.curve()
        return curve[curve[:, 0] <= run.loop.updates / run.loop.batches]

    def best(self, head: str) -> float:
        """Return the best test accuracy that this network has reached with a head; 0 where it was not trained."""
        spec = self.run.spec
        reached = self.records.of(spec.with_(head=head))
        measured = self.measured_so_far()[1:, 4]
        return max([reached, *measured[-1:].tolist()]) if head == spec.head else reached

    @property
    def draft_runs(self) -> bool:
        """Whether the network that is being put together is the one that is trained."""
        return self.draft.specs == self.run.first_spec.layers

    @property
    def preset(self) -> str:
        """Key of the preset that stands here; empty for none."""
        return preset_of(self.run.spec) if self.draft_runs else ""

    @property
    def slide(self) -> str:
        """The slide that shows what stands here, for a visitor who came for one."""
        return self._slide if self._slide and SLIDES[self._slide].spec == self.run.spec else ""

    def open_preset(self, key: str) -> None:
        """Begin with one of `PRESETS`."""
        self._slide = ""
        self.chosen = key
        self._begin_another(PRESETS[key].spec)

    def edit(self, values: Mapping[str, Edit]) -> None:
        """Change settings: at once where they may change while training, else by a new run.

        Parameters
        ----------
        values : mapping of str to value or callable
            The new values, or what makes them from the spec: edits that follow each other quickly must not all start
            from the spec that was shown when the first of them was made.
        """
        spec = self.run.spec
        new = {name: value(spec) if callable(value) else value for name, value in values.items()}
        if all(name in READER_LIVE for name in new):
            self.run.change(**new)
        elif any(getattr(spec, name) != value for name, value in new.items()):
            self._begin_another(self._suited(spec, new))

    def _suited(self, spec: ReaderSpec, new: Mapping[str, Any]) -> ReaderSpec:
        """Return the spec with these changes; on smaller digits a net that does not fit gives way to one that does."""
        try:
            return spec.with_(**new)
        except SpecError as error:
            if error.field != "layers" or "data" not in new:
                raise
            small = next(preset.spec for preset in PRESETS.values() if preset.spec.data == new["data"])
            self.notice = f"The network does not fit these digits: {error}. Here is one that does."
            return spec.with_(**new, layers=small.layers)

    def change_net(self, change: Callable[[Draft], None]) -> None:
        """Change the network that is being put together; if it is possible, it is trained from now on."""
        change(self.draft)
        if self.draft_runs or any(row.refusal for row in self.draft.outline(self.run.first_spec.shape)):
            return
        # The cards keep their ids: a card that is open stays open.
        draft = self.draft
        self._begin_another(self.run.spec.with_(layers=draft.specs))
        self.draft = draft

    def add_layer(self, behind: str, kind: str) -> None:
        """Put a layer behind the one with this id, or behind the input."""
        shape = self.run.first_spec.shape
        self.change_net(lambda draft: draft.add(behind, kind, shape))

    def set_layer(self, key: str, name: str, value: Any) -> None:
        """Change a setting of the layer with this id, or the head."""
        if key != "head":
            self.change_net(lambda draft: draft.set(key, name, value))
        elif value in HEADS:
            self.edit({"head": value})

    def restore_net(self) -> None:
        """Give up what was put together and does not work: back to the network that is trained."""
        self.draft = Draft.of(self.run.first_spec.layers)

    def load(self, text: str) -> None:
        """Go on with the run of a saved file."""
        # With notes on the way, whatever the engine: a file without them would have no curve.
        run = load_reader(text, budget=HISTORY_BUDGET, backend=self._backend(), record=True)
        self._slide = ""
        self._take(run)

    def reset(self) -> None:
        """Return to the start with the settings of now; what was done since is forgotten."""
        draft = self.draft
        self._begin_another(self.run.spec)
        self.draft = draft

    def advance(self) -> float:
        """Go on by as much as the speed asks for in one frame; return the seconds to wait until the next."""
        if self.speed == "slow":
            self.run.step(self.grain)
            self._stop_without_numbers()
            return SLOW_MOTION_SECONDS
        if self.speed in UPDATES_A_FRAME:
            self.run.step(Grain.BATCH, UPDATES_A_FRAME[self.speed])
        else:
            end = time.perf_counter() + FASTEST_SECONDS
            while time.perf_counter() < end:
                self.run.step(Grain.BATCH)
        self._stop_without_numbers()
        return 0.0

    def _stop_without_numbers(self) -> None:
        if not np.isfinite(self.run.parameters).all():
            self.stopped = (
                "Some weights are infinite or no numbers any more: the updates were too long. Step back to see it "
                "happen, or take a smaller learning rate and reset."
            )

    def step(self, direction: int, grain: Grain) -> None:
        """Step forward (1) or back (-1)."""
        if direction > 0:
            self.run.step(grain)
        else:
            self.run.step_back(grain)

    def run_to(self, op: int) -> None:
        """Run to just before operation `op` of this batch, or back to it."""
        at = self.run.position
        self.run.seek(Position(at.epoch, at.batch, op))

    def seek_step(self, updates: int) -> None:
        """Go to the moment after so many updates, at most to the newest one."""
        self.run.seek(min(self.run.loop.at(max(0, updates)), self.run.newest))

    def seek_newest(self) -> None:
        """Go to the newest moment."""
        self.run.seek(self.run.newest)

    def stand_on(self, branch: int, updates: int | None = None) -> None:
        """Go to another branch: to its newest moment, or to one after so many updates."""
        self.run.stand_on(self.run.branches[branch])
        if updates is not None:
            self.seek_step(updates)

    def watch(self, index: int) -> None:
        """Watch a test digit."""
        if 0 <= index < len(self.run.labels("test")):
            self.watched = self.watched.with_(source="test", index=index)

    def watch_next(self, step: int, only: int | None) -> None:
        """Watch the next test digit (1) or the one before (-1), of one class if `only` says which."""
        self.watched = self.watched.next(self.run, step, only)

    def watch_source(self, source: str) -> None:
        """Watch a test digit, the drawing, or the first digit of the batch."""
        if source in SOURCES:
            self.watched = self.watched.with_(source=source)

    def watch_drawing(self, drawn: npt.NDArray[np.uint8]) -> None:
        """Watch what has been drawn."""
        self.watched = self.watched.with_(source="drawn", drawn=drawn)

    def move(self, edits: int, **moved: float) -> None:
        """Shift, turn or scale the watched digit."""
        self.edits = edits
        self.watched = self.watched.with_(**moved)

    def pick(self, number: int, place: tuple[int, ...]) -> None:
        """Look where a number of a map comes from; picked again it is let go."""
        scenes = self.scenes
        scenes.picked = None if scenes.picked == (number, place) else (number, place)

    def scene(self, playing: bool) -> TrainingScene:
        """Return what the views draw now."""
        # Numbers that are none are shown as such.
        with np.errstate(invalid="ignore", over="ignore"):
            return self.scenes.make(self, playing)


def _measurable(spec: ReaderSpec, backend: Backend) -> bool:
    """Whether this engine asks a thousand digits in no time."""
    slow = isinstance(backend, NumpyBackend)
    return not slow or multiplications(spec.network().ledger) <= _MOST_SLOW_WORK
