"""One optimizer on a curve or a surface: the gradient, each line of the update, the step; forward and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.backend import Backend
from engine.descent.frame import DescentFrame, Instruction
from engine.descent.lockstep import Lockstep
from engine.descent.spec import DescentSpec
from engine.experiment import Grain, Position
from engine.history import DEFAULT_BUDGET

__all__ = ["DescentRun"]


class DescentRun(Lockstep):
    """Descends a surface with one optimizer; see `Lockstep` for stepping, seeking and branches.

    Parameters
    ----------
    spec : DescentSpec
    backend : Backend, optional
        The compiled engine unless another is given.
    budget : int
        Bytes for checkpoints.
    """

    grains = (Grain.OP, Grain.EPOCH)

    def __init__(self, spec: DescentSpec, *, backend: Backend | None = None, budget: int = DEFAULT_BUDGET) -> None:
        super().__init__((spec,), ("",), backend=backend, budget=budget)
        self.first_spec = spec

    @property
    def spec(self) -> DescentSpec:
        """The spec with the start, the rates, the noise and the factor that hold here."""
        return self._spec(0)

    @property
    def last(self) -> Instruction | None:
        """What ran last; None at the very beginning."""
        return None if self.position == Position() else self.instructions[self.position.op - 1]

    @property
    def next(self) -> Instruction | None:
        """What comes next; None at the end."""
        return None if self.position == self.end else self.instructions[self.position.op]

    def frame(self) -> DescentFrame:
        """Return a snapshot of now."""
        return self._frame(0)

    def change(
        self,
        *,
        learning_rate: float | None = None,
        settings: Mapping[str, float] | None = None,
        noise: float | None = None,
        loss_scale: float | None = None,
        **rules: Any,
    ) -> None:
        """Change what is given from here on.

        Parameters
        ----------
        learning_rate : float, optional
        settings : mapping of str to float, optional
            Those of the optimizer that change.
        noise, loss_scale : float, optional
        **rules : Any
            Of `engine.rules.RULES`: the numbers of a schedule, of weight decay and of clipping; which of them there
            are decides which lines an update has, and is fixed.

        Raises
        ------
        SpecError
            If a value is not allowed, or is of a kind that is fixed while a descent is under way.
        """
        given: dict[str, Any] = {
            "learning_rate": learning_rate, "settings": settings, "noise": noise, "loss_scale": loss_scale,
        }  # fmt: skip
        self._change(0, rules | {name: value for name, value in given.items() if value is not None})

    def set_start(self, start: Sequence[float] | float) -> None:
        """Begin at another point, as a branch of its own; what was walked so far is kept."""
        self._set_start(start)

    def set_point(self, point: Sequence[float] | float) -> None:
        """Set the point by hand from here on; the optimizer keeps what it remembers. Within an update, from its start.

        Raises
        ------
        SpecError
            If the point is not within the surface's extent.
        """
        self._set_points((0,), point)
