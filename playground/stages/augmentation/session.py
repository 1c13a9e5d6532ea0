"""One student's augmentation, and what can be done with it, without any widget.

All methods run in the stage's worker thread, one at a time; `scene` hands the views what they draw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from engine import Grain
from engine.arena import Array
from engine.augmentation import Comparison, comparison, training_digits, varied
from engine.backend import Backend, NumpyBackend
from engine.reader import PRETRAINED
from playground.augmentation_link import AugmentationLink
from playground.stages.augmentation.scene import AugmentationScene, scene_of
from playground.stages.augmentation.state import LIMITS

# Seconds a step while playing, by the key of the speed: of draws, and of training.
SPEEDS = {"slow": (1.5, 0.25), "normal": (0.6, 0.0)}
VARIANTS = 24
_STREAM = 29
_READER = "lenet"


class AugmentationSession:
    """A state, the variants of a picture, and the measurement of what they are worth.

    Parameters
    ----------
    link : AugmentationLink
    backend : callable
        Returns what the small networks run on.
    """

    def __init__(self, link: AugmentationLink, backend: Callable[[], Backend]) -> None:
        self._backend = backend
        self._reader = PRETRAINED[_READER].reader(backend=NumpyBackend())
        self.grain, self.speed, self.notice = Grain.OP, "normal", ""
        self.stopped = False
        # Counts what was asked for: an answer to an older edit must not move a slider that a hand is on.
        self.edits = 0
        self.go_to(link)

    def go_to(self, link: AugmentationLink) -> None:
        """Put on the stage what a link asks for, and forget what was there."""
        self.first = self.state = link.state
        self.edits += 1
        self._begin_measuring()
        self._variants: tuple[Any, Array, Array] | None = None

    def _begin_measuring(self) -> None:
        self._measuring: Iterator[Comparison] | None = None
        self._measured: list[Comparison] = [Comparison(0.0, ())]
        self._shown = 0

    @property
    def measured(self) -> Comparison:
        """What has been measured up to the moment that is looked at."""
        return self._measured[self._shown]

    @property
    def picture(self) -> Array:
        """The picture that is changed [28, 28], from 0 to 1."""
        images, labels = training_digits(0)
        return np.asarray(images[np.flatnonzero(labels == self.state.digit)[self.state.which]])

    @property
    def variants(self) -> tuple[Array, Array]:
        """Variants of the picture [VARIANTS, 28, 28], and what a trained network reads in each."""
        state = self.state
        key = (state.digit, state.which, state.draw, state.changes)
        if self._variants is None or self._variants[0] != key:
            rng = np.random.default_rng([state.draw, _STREAM])
            made = np.clip(varied(np.repeat(self.picture[None], VARIANTS, axis=0), state.changes, rng), 0, 1)
            read = self._reader.predict(np.round(255 * made).astype(np.uint8)).argmax(axis=1)
            self._variants = key, made, read
        return self._variants[1], self._variants[2]

    def set(self, **changes: Any) -> None:
        """Change settings; a SpecError says what is not allowed."""
        before, self.state = self.state, self.state.with_(**changes)
        self.edits += 1
        if before.changes != self.state.changes:
            self._begin_measuring()

    def edit(self, name: str, value: Any, edits: int) -> None:
        """Change one setting from a widget, which has counted its edits."""
        try:
            self.set(**{name: value})
        finally:
            self.edits = edits

    @property
    def at(self) -> int:
        """How many steps lie behind: draws, or pieces of the measurement."""
        return self._shown if self.state.look == "effect" else self.state.draw if self.state.look == "variants" else 0

    @property
    def length(self) -> int:
        """How many steps there are to go back and forth in."""
        if self.state.look == "effect":
            return len(self._measured) - 1
        return max(self.state.draw, 9) if self.state.look == "variants" else 0

    @property
    def at_end(self) -> bool:
        """Whether there is nothing further."""
        if self.state.look == "effect":
            return self.measured.done >= 1
        return self.state.look == "space" or self.state.draw >= LIMITS["draw"][1]

    def step(self, direction: int, grain: Grain) -> None:
        """Step forward (1) or back (-1)."""
        self.seek_step(self.at + direction)

    def seek_step(self, step: int) -> None:
        """Go to a draw, or to a moment of the measurement; what has not been measured yet is."""
        step = max(0, step)
        if self.state.look == "variants":
            self.state = self.state.with_(draw=min(step, LIMITS["draw"][1]))
        elif self.state.look == "effect":
            while len(self._measured) <= step and self._measured[-1].done < 1:
                if self._measuring is None:
                    self._measuring = comparison(self.state.changes, self._backend())
                self._measured.append(next(self._measuring))
            self._shown = min(step, len(self._measured) - 1)

    def seek_newest(self) -> None:
        """Go to the last step that there has been."""
        self.seek_step(self.length)

    def reset(self) -> None:
        """Return to what the visit began with."""
        self.go_to(AugmentationLink(self.first))

    def start_playing(self) -> None:
        """Playing a finished measurement shows it again from the start."""
        self.stopped = False
        if self.at_end:
            self.seek_step(0)

    def advance(self) -> float:
        """Step on; return the seconds to wait until the next."""
        if not self.at_end:
            self.step(1, self.grain)
        self.stopped = self.at_end
        return SPEEDS[self.speed][self.state.look == "effect"]

    def scene(self, playing: bool) -> AugmentationScene:
        """Return what the views draw now."""
        return scene_of(self, playing)
