"""What a descent hands to views and hooks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arena import Array
from engine.descent.spec import DescentSpec
from engine.experiment import Event, Position
from engine.program import Op, Phase

__all__ = ["DescentEvent", "DescentFrame", "Instruction", "gradient_line"]


@dataclass(frozen=True, slots=True)
class Instruction:
    """One line of an update: the gradient first, then what the optimizer does with it.

    Attributes
    ----------
    name : str
    phase : Phase
        BACKWARD for the gradient, UPDATE for the optimizer's lines.
    tex, code : str
        The formula, and the NumPy line.
    op : Op or None
        The recorded operation; None for the gradient.
    """

    name: str
    phase: Phase
    tex: str
    code: str
    op: Op | None = None


def gradient_line(noise: float, loss_scale: float) -> Instruction:
    """Return the line that computes the gradient, written with the noise and the factor on the loss if there are."""
    tex, code = r"\nabla J(w)", "gradient(*w)"
    if noise:
        tex, code = rf"({tex} + \sigma\,\xi)", f"({code} + noise * xi)"
    if loss_scale != 1:
        tex, code = rf"c\,{tex}", f"loss_scale * {code}"
    return Instruction("surface.g", Phase.BACKWARD, rf"g = {tex}", f"g[:] = {code}")


@dataclass(frozen=True, slots=True)
class DescentEvent(Event):
    """What a hook receives from a `DescentRun` or a `Race`.

    Attributes
    ----------
    instruction : Instruction or None
        The one that has just run; None for grains above OP.
    """

    instruction: Instruction | None = None


@dataclass(frozen=True, slots=True, eq=False)
class DescentFrame:
    """A snapshot of one optimizer on its way; arrays are read-only.

    Attributes
    ----------
    position : Position
        The epoch counts the updates that are finished.
    spec : DescentSpec
        With the rates that hold here.
    point : ndarray [d]
        Where it stands.
    value : float
        J there, without the factor on the loss.
    rate : float
        The learning rate of the update that comes next, by the schedule; within an update, of this one.
    gradient : ndarray [d]
        The one that the optimizer got last, with noise and factor; nan before the first.
    states : dict of str to ndarray
        What the optimizer remembers, by name: velocity, moments, accumulators, counts. [d], or of no axes.
    state_tex : dict of str to str
        How formulas write them.
    hyper : dict of str to float
        The optimizer's numbers that hold here.
    step : ndarray [d]
        The last finished update's; nan before the first.
    look_ahead, ball : ndarray [d] or None
        Of Nesterov's momentum, which moves a ball with a velocity. The gradient is taken at the look-ahead, where the
        velocity alone would carry the ball; what the listing calls w, and what races, is the look-ahead. Within an
        update both are those of its beginning.
    path : ndarray [updates + 1, d]
        The points after 0, 1, … updates; after the last one where it stands, within an update where it began.
    jumps : tuple of int
        After which updates the point was set by hand.
    last, next : Instruction or None
        What made this frame, None at the very beginning, and what comes next, None at the end.
    """

    position: Position
    spec: DescentSpec
    point: Array
    value: float
    rate: float
    gradient: Array
    states: dict[str, Array]
    state_tex: dict[str, str]
    hyper: dict[str, float]
    step: Array
    look_ahead: Array | None
    ball: Array | None
    path: Array
    jumps: tuple[int, ...]
    last: Instruction | None
    next: Instruction | None

    @property
    def rates(self) -> Array:
        """The learning rate that each parameter seemed to have in the last update [d]: step over gradient.

        nan where there was no gradient, and within an update.
        """
        known = (self.gradient != 0) & (self.position.op == 0)
        with np.errstate(all="ignore"):
            return np.asarray(np.where(known, -self.step / self.gradient, np.nan))

    @property
    def diverged(self) -> bool:
        """Whether the point is no number any more."""
        return not bool(np.isfinite(self.point).all())

    def __getitem__(self, name: str) -> Array:
        """Return the values of the place of that name: ``w``, ``g``, a state or a hyper-parameter."""
        places = {"w": self.point, "g": self.gradient, **self.states}
        if name in places:
            return places[name]
        if name in self.hyper:
            return np.asarray(self.hyper[name], dtype=np.float64)
        raise KeyError(f"there is no {name!r}; there are {', '.join((*places, *self.hyper))}")
