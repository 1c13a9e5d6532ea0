"""One student's features, and what can be done with them, without any widget.

All methods run in the stage's worker thread, one at a time; `scene` hands the views what they draw.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine import Grain, Position, TrainingRun
from engine.backend import Backend
from engine.features import feature_set, learned_map, learned_spec
from playground.features_link import FeaturesLink
from playground.stages.features.decisions import Decisions
from playground.stages.features.scene import FeaturesScene, SceneMaker
from playground.stages.features.state import DATA_OF, LIMITS, LOOKS, MINUTE, NET_LOOKS, state_of_look

# Seconds a step while playing, by the key of the speed: over windows, and over epochs.
SPEEDS = {"slow": (1.2, 0.25), "normal": (0.5, 0.06)}
MOST_EPOCHS = int(LIMITS["epoch"][1])
_OF_NET = ("look", "data", "units", "seed", "share")


class FeaturesSession:
    """A state with the network that is trained where there is one.

    Parameters
    ----------
    link : FeaturesLink
    backend : callable
        Returns what a network runs on.
    """

    def __init__(self, link: FeaturesLink, backend: Callable[[], Backend]) -> None:
        self._backend = backend
        self.speed = "normal"
        self.notice = ""
        self.stopped = False
        # Counts what was asked for: an answer to an older edit must not move a slider that a hand is on.
        self.edits = 0
        self._run: TrainingRun | None = None
        self._scenes = SceneMaker()
        self._kept: Decisions | None = None
        self.go_to(link)

    def go_to(self, link: FeaturesLink) -> None:
        """Put on the stage what a link asks for, and forget what was there."""
        self.first = self.state = link.state
        self.slide = link.slide
        self.edits += 1
        self.grain = Grain.EPOCH if link.state.look in NET_LOOKS else Grain.OP
        self._begin_net()

    def _begin_net(self) -> None:
        state, self._run = self.state, None
        if state.look in NET_LOOKS:
            spec = learned_spec(state.data, state.units, state.seed, state.share)
            self._run = TrainingRun(spec, backend=self._backend(), record=True)
            self._run.seek(Position(state.epoch))

    @property
    def run(self) -> TrainingRun | None:
        """The network's training, in the looks that have one."""
        return self._run

    @property
    def decisions(self) -> Decisions:
        """What is decided by the settings of now; the same object as long as they are the same."""
        if self._kept is None or self._kept.state != self.state:
            learned = None if self._run is None else learned_map(self._run, self.state.data)
            before, self._kept = self._kept, Decisions(self.state, learned, self._run)
            if before is not None:
                self._kept.take_from(before)
        return self._kept

    def set(self, **changes: Any) -> None:
        """Change settings; a SpecError says what is not allowed."""
        before, self.state = self.state, self.state.with_(**changes)
        self.edits += 1
        if any(getattr(before, name) != getattr(self.state, name) for name in _OF_NET):
            self._begin_net()

    def edit(self, name: str, value: Any, edits: int) -> None:
        """Change one setting from a widget, which has counted its edits."""
        try:
            self.set(**{name: value})
        finally:
            self.edits = edits

    def begin_with(self, name: str, value: Any, edits: int) -> None:
        """Change what the network is made of, or what it is trained on: it begins anew."""
        try:
            self.set(**{name: value, "epoch": 0, "example": 0})
        finally:
            self.edits = edits

    def choose_look(self, look: str) -> None:
        """Go to a look; what it shares with the one before, it keeps."""
        if look not in LOOKS or look == self.state.look:
            return
        begin = state_of_look(look)
        data = self.state.data if self.state.data in DATA_OF[look] and look != "threshold" else begin.data
        guesses = self.state.guesses
        self.go_to(FeaturesLink(begin.with_(data=data, guesses=guesses)))

    def guess(self, activity: str) -> None:
        """Call the trace that is shown something, and go to the next that has no name."""
        state = self.state
        guesses = list(state.guesses)
        guesses[state.trace - 1] = activity
        left = [place + 1 for place, guess in enumerate(guesses) if not guess]
        later = [place for place in left if place > state.trace]
        self.set(guesses=tuple(guesses), trace=(later or left or [state.trace])[0])

    def toggle(self, term: str) -> None:
        """Tick a term of φ, or no longer."""
        terms = self.state.terms
        self.set(terms=tuple(key for key in terms if key != term) if term in terms else (*terms, term))

    def move_point(self, place: int, value: float) -> None:
        """Put one point of the drawn function so high."""
        values = list(self.state.values)
        values[place] = value
        self.set(values=tuple(values))

    @property
    def length(self) -> int:
        """How many steps there are: windows of the recording, traces, examples, or epochs reached so far."""
        if self._run is not None:
            return max(self._run.newest.epoch, self.state.epoch)
        if self.state.look == "signals":
            return self._windows - 1
        if self.state.look == "label":
            return int(LIMITS["trace"][1]) - 1
        return len(feature_set(self.state.data).labels)

    @property
    def _windows(self) -> int:
        return int(MINUTE / self.state.seconds + 1e-9)

    @property
    def at(self) -> int:
        """How many steps lie behind."""
        state = self.state
        if self._run is not None:
            return state.epoch
        if state.look == "signals":
            return min(round(state.start / state.seconds), self.length)
        return state.trace - 1 if state.look == "label" else state.example

    def step(self, direction: int, grain: Grain) -> None:
        """Step forward (1) or back (-1)."""
        most = MOST_EPOCHS if self._run is not None else self.length
        self.seek_step(max(0, min(self.at + direction, most)))

    def seek_step(self, step: int) -> None:
        """Go to the moment after so many windows, or epochs."""
        if self._run is not None:
            step = max(0, min(step, MOST_EPOCHS))
            self._run.seek(Position(step))
            self.state = self.state.with_(epoch=step)
            return
        step = max(0, min(step, self.length))
        if self.state.look == "signals":
            self.set(start=round(step * self.state.seconds, 1))
        elif self.state.look == "label":
            self.set(trace=step + 1)
        else:
            self.set(example=step)

    def seek_newest(self) -> None:
        """Go to the last step."""
        self.seek_step(self.length)

    def reset(self) -> None:
        """Return to what the visit began with."""
        self.go_to(FeaturesLink(self.first.with_(epoch=0, example=0), self.slide))

    def start_playing(self) -> None:
        """Playing at the end begins at the start."""
        self.stopped = False
        if self.at >= (MOST_EPOCHS if self._run is not None else self.length):
            self.seek_step(0)

    def advance(self) -> float:
        """Step on; return the seconds to wait until the next."""
        self.step(1, self.grain)
        net = self._run is not None
        self.stopped = self.at >= (MOST_EPOCHS if net else self.length)
        return SPEEDS[self.speed][int(net)]

    def scene(self, playing: bool) -> FeaturesScene:
        """Return what the views draw now."""
        return self._scenes.make(self, playing)
