"""What each optimizer would do next from one and the same moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine.arena import Array
from engine.backend import Backend, default_backend
from engine.descent.frame import DescentFrame
from engine.descent.lanes import Lanes
from engine.descent.race_spec import RaceSpec
from engine.optimizers import OPTIMIZERS
from engine.outlook import Part, Role, follow, lines_of

__all__ = ["Outlook", "fan"]


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """What one optimizer would do.

    Attributes
    ----------
    optimizer : str
    learning_rate : float
        The rate that the step is made with, by the schedule if there is one.
    step : ndarray [d]
        Its next step.
    point : ndarray [d]
        Where that leads.
    value : float
        J there.
    parts : tuple of Part
        The update as numbers: the gradient, what the optimizer's lines make of it, the rate, the step.
    """

    optimizer: str
    learning_rate: float
    step: Array
    point: Array
    value: float
    parts: tuple[Part, ...]


def fan(
    frame: DescentFrame,
    optimizers: Iterable[str] | Mapping[str, float] = tuple(OPTIMIZERS),
    *,
    backend: Backend | None = None,
) -> tuple[Outlook, ...]:
    """Return what each optimizer would do next where a descent stands; the descent itself is not touched.

    The descent's own optimizer works on a copy of its state, with its settings: its outlook is its next step. What
    the others would remember is made by leading them along the same path: they are handed the gradients of every
    point of it, with the noise and the factor that hold now, and take no step of their own but the last.

    Parameters
    ----------
    frame : DescentFrame
        Of a finished update, or of the start.
    optimizers : iterable of str, or mapping of str to float
        Their names, with learning rates or with those that suit the surface.

    Raises
    ------
    ValueError
        If the frame is from within an update.
    """
    if frame.position.op:
        raise ValueError(f"a fan opens after a finished update, this frame is from within one: {frame.position}")
    spec, surface = frame.spec, frame.spec.landscape
    race = RaceSpec.of(spec, optimizers)
    # The descent's own keeps its rate unless another one is asked for.
    racers = [
        replace(spec, learning_rate=racer.rate if isinstance(optimizers, Mapping) else spec.rate)
        if racer.optimizer == spec.optimizer else racer
        for racer in race.racers
    ]  # fmt: skip
    keys = race.keys
    lanes = Lanes(
        surface, [(key, racer.make_optimizer()) for key, racer in zip(keys, racers, strict=True)],
        backend or default_backend(), spec.seed,
    )  # fmt: skip
    lanes.noise, lanes.loss_scale = spec.noise, spec.loss_scale
    operations = len(lanes.program.ops)
    with np.errstate(all="ignore"):
        for update, point in enumerate(frame.path[:-1]):
            lanes.points[:] = point
            lanes.compute_gradients(update)
            lanes.operate(0, operations)
        for key, racer in zip(keys, racers, strict=True):
            if racer.optimizer == spec.optimizer:
                for name, values in frame.states.items():
                    # With a momentum of 0 there is no velocity.
                    if f"{name}_{key}" in lanes.program.refs:
                        lanes.memory.view(lanes.program.refs[f"{name}_{key}"])[...] = values
        lanes.points[:] = frame.point
        lanes.compute_gradients(frame.position.epoch)
        parts = [follow(lanes.program, lines_of(lanes.program, key), lanes.memory, lanes.operate) for key in keys]
        after = lanes.points[:, 0].copy()
        steps, values = after - frame.point, surface.value(*after.T.copy())
    return tuple(
        Outlook(racer.optimizer, _rate(parts[lane]), steps[lane], after[lane], float(values[lane]), parts[lane])
        for lane, racer in enumerate(racers)
    )


def _rate(parts: tuple[Part, ...]) -> float:
    return next(float(part.values) for part in parts if part.role is Role.RATE)
