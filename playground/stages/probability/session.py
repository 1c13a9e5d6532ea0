"""One student's scores and probabilities, and what can be done with them, without any widget."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from engine import SpecError
from engine.probability import NoisyLabels, Term, answered, noisy_labels, terms
from engine.probability.softmax import KINDS
from playground.probability_link import ProbabilityLink
from playground.stages.probability import presentation
from playground.stages.probability.abstain_picture import AbstainPicture, abstain_picture
from playground.stages.probability.presets import LEAST_CLASSES, MOST_CLASSES, MOST_NOTED, PRESETS, Begin
from playground.stages.sheets.session import SheetSession
from playground.views.line_plane import LinePicture, line_through

__all__ = ["ProbabilityScene", "ProbabilitySession"]


@dataclass(frozen=True, slots=True, eq=False)
class ProbabilityScene:
    """What the views draw.

    Attributes
    ----------
    state : Begin
    status : dict
        As `Transport.status` wants it.
    steps : bool
        Whether there is something to step through.
    preset, summary : str
    table, words : dict
        For `BarTable` and `FactTable`; empty where there is none.
    plane : LinePicture or None
    abstain : AbstainPicture or None
    edits : int
    """

    state: Begin
    status: dict[str, Any]
    steps: bool
    preset: str
    summary: str
    table: dict[str, Any]
    words: dict[str, Any]
    plane: LinePicture | None
    abstain: AbstainPicture | None
    edits: int


@lru_cache(maxsize=4)
def _decisions(flip: float, seed: int) -> NoisyLabels:
    return noisy_labels(np.random.default_rng(seed), flip=flip)


class ProbabilitySession(SheetSession[Begin, ProbabilityScene]):
    """The state of the page.

    Parameters
    ----------
    link : ProbabilityLink
    """

    state: Begin

    def __init__(self, link: ProbabilityLink) -> None:
        super().__init__(link, PRESETS)

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms of the soft-max."""
        state = self.state
        return terms(state.scores, state.temperature, state.shifted)

    @property
    def stops(self) -> tuple[int, ...]:
        """A step a term, a phase a move."""
        if self.state.look != "softmax":
            return ()
        return tuple(KINDS.index(term.kind) for term in self.terms)

    @property
    def line(self) -> tuple[float, float, float]:
        """(w₁, w₂, b) with the factor on them."""
        w1, w2, b = (self.state.factor * value for value in self.state.weights)
        return w1, w2, b

    @property
    def decisions(self) -> NoisyLabels:
        """The synthetic labels."""
        return _decisions(self.state.flip, self.state.seed)

    @property
    def answered(self) -> tuple[float, float]:
        """The share that is answered, and how much of that is right."""
        return answered(self.decisions, self.state.threshold, self.state.sharpness)

    def slide(self, row: str, cell: int, value: float) -> None:
        """A number of the table is set: a score, or v."""
        if self.state.look == "sigmoid":
            self.edit("score", value)
        else:
            self.edit_part("scores", int(row), value)

    def press(self, row: str, cell: int) -> None:
        """A switch of the table is pressed: this is the true class."""
        self.edit("target", int(row))

    def add(self, constant: float) -> None:
        """Add a constant to all scores."""
        moved = tuple(score + constant for score in self.state.scores)
        self.edit("scores", moved)

    def count(self, classes: int) -> None:
        """Have so many classes; new ones have the score 0."""
        if not LEAST_CLASSES <= classes <= MOST_CLASSES:
            raise SpecError("scores", f"there are {LEAST_CLASSES} to {MOST_CLASSES} classes, got {classes}")
        scores = (*self.state.scores, *[0.0] * MOST_CLASSES)[:classes]
        # Of a computation that stands at its end, the end is shown.
        at = -1 if self.at == len(self.stops) else min(self.at, 3 * classes)
        self.state = replace(self.state, scores=scores, target=min(self.state.target, classes - 1), at=at)

    def note(self) -> None:
        """Keep v beside the others that were compared; each value once, the oldest goes."""
        others = tuple(v for v in self.state.noted if v != self.state.score)
        self.edit("noted", (*others, self.state.score)[-MOST_NOTED:])

    def forget(self) -> None:
        """Keep none of them."""
        self.edit("noted", ())

    def drag(self, handle: int, x1: float, x2: float) -> None:
        """Move the line by one of its two handles."""
        handles = presentation.handles(self.line)
        if 0 <= handle < len(handles):
            w1, w2, b = line_through(handles[1 - handle], (x1, x2), self.line)
            factor = self.state.factor
            self.edit("weights", (w1 / factor, w2 / factor, b / factor))

    def draw_anew(self) -> None:
        """Have other labels drawn."""
        self.edit("seed", (self.state.seed + 1) % 2**31)

    def scene(self, playing: bool) -> ProbabilityScene:
        """Return what the views draw now."""
        state, found = self.state, self.terms
        return ProbabilityScene(
            state=state,
            status=presentation.status(state, found, self.at),
            steps=bool(self.stops),
            preset=self.preset,
            summary=presentation.summary(self),
            table=presentation.table(state, found, self.at),
            words=presentation.words(self),
            plane=presentation.plane(state.point, self.line) if state.look == "line" else None,
            abstain=abstain_picture(self.decisions, state) if state.look == "abstain" else None,
            edits=self.edits,
        )


