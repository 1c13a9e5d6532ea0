"""Where numbers first stopped being numbers, and why; and what looks unhealthy before that."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from engine.arena import Arena, Array, Ref
from engine.experiment import Grain, Position
from engine.inside.gradients import checkpoints
from engine.kernels import opcodes as oc
from engine.metrics import Evaluator
from engine.program import Op, Phase
from engine.training import TrainingRun

# exp(x) is infinite in float64 beyond this x.
EXP_LIMIT = 709.78
# Squaring more than 1e154 overflows. A network whose outputs stay below has had nothing to overflow.
_SAFE_POWER = 150
# Units in a layer plus the bias, at most: each layer multiplies by the largest weight at most so many times.
_FAN = 17
_GROWN = 1e3
_LARGE_INPUT = 100.0
# A network that has learnt nothing yet has a loss of about one.
_LARGE_FIRST_LOSS = 100.0
# The optimizers whose steps grow with the gradient.
_IN_PROPORTION = ("sgd", "momentum", "nesterov")
_BOUNDED = ("sigmoid", "tanh", "sine", "gaussian", "step", "softmax")


class Cause(StrEnum):
    """Why a number became infinite, or no number at all."""

    INPUT = "an input is not finite"
    EXPONENTIAL = "an exponential overflowed"
    PENALTY = "the penalty overshoots"
    START = "the starting weights are too large"
    WEIGHTS = "the weights exploded"
    OVERFLOW = "the numbers became too large"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The first operation that wrote a number that is not finite.

    Attributes
    ----------
    position : Position
        That operation comes next there: a run that goes there is still sound.
    op : str
        Its name: ``dense2.z``.
    layer : str
    place : str
        What it wrote: ``z2``.
    phase : Phase
    infinite : bool
        Whether it wrote an infinite number; else it wrote only NaN.
    entered : float
        The largest finite magnitude among the numbers that went in.
    cause : Cause
    what, why : str
        For a student to read.
    remedies : tuple of str
        What to try, the most promising first.
    """

    position: Position
    op: str
    layer: str
    place: str
    phase: Phase
    infinite: bool
    entered: float
    cause: Cause
    what: str
    why: str
    remedies: tuple[str, ...]


def diagnose(run: TrainingRun) -> Diagnosis | None:
    """Return where the first number that is not finite came from; None where all of the run's numbers are finite.

    The run is walked back to where it was sound, on to the operation in question, and then returned to its position:
    everything is as it was before, and no hook is called. Nothing else may move the run meanwhile.
    """
    if _sound(run):
        return None
    home = run.position
    try:
        return _search(run, home)
    finally:
        run.seek(home)


def _sound(run: TrainingRun) -> bool:
    """Whether all parameters, states, gradients and signals that stand in the memory are finite."""
    memory = run.loop.memory
    start = memory.layout.starts[Arena.PARAMETERS]
    return bool(np.isfinite(memory.flat[start : memory.layout.scratch]).all())


def _search(run: TrainingRun, home: Position) -> Diagnosis | None:
    run.seek(run.loop.at(_last_safe_checkpoint(run)))
    while run.position < home:
        begin = run.position
        run.seek(min(run.loop.boundary(Grain.BATCH), home))
        if not _sound(run):
            end = run.position
            run.seek(begin)
            return _search_batch(run, end)
    return None


def _last_safe_checkpoint(run: TrainingRun) -> int:
    """Return after how many updates the last checkpoint stands before which nothing can have overflowed."""
    largest = 10.0 ** (_SAFE_POWER / len(run.network.layers)) / _FAN

    def unsafe(checkpoint: tuple[int, Array]) -> bool:
        state = checkpoint[1]
        return not (np.isfinite(state).all() and np.abs(state[: run.network.parameters]).max() < largest)

    # Weights that have exploded stay so: the unsafe checkpoints come after the safe ones.
    kept = checkpoints(run)
    return kept[max(0, bisect_left(kept, True, key=unsafe) - 1)][0]


def _search_batch(run: TrainingRun, end: Position) -> Diagnosis | None:
    while run.position < end:
        before = run.position
        op = run.program.ops[before.op]
        # As they are before the operation: some it overwrites.
        entering = [np.array(run[ref.name]) for ref in op.uses]
        run.seek(run.loop.boundary(Grain.OP))
        for ref in op.writes:
            values = run[ref.name]
            if not np.isfinite(values).all():
                infinite = bool(np.isinf(values).any())
                columns = np.flatnonzero(~np.isfinite(np.atleast_2d(values)).all(axis=0)).tolist()
                run.seek(before)
                return _explain(run, op, ref, infinite, columns, entering)
    return None


def _explain(
    run: TrainingRun, op: Op, ref: Ref, infinite: bool, columns: list[int], entering: list[Array]
) -> Diagnosis:
    at = run.position
    entered = max((_magnitude(values) for values in entering), default=0.0)
    became = "infinite" if infinite else "not a number (NaN)"
    cause, why, remedies = _cause(run, op, columns, entered)
    return Diagnosis(
        position=at,
        op=op.name,
        layer=op.layer,
        place=ref.name,
        phase=op.phase,
        infinite=infinite,
        entered=entered,
        cause=cause,
        what=f"{ref.name} became {became} in epoch {at.epoch:,}, batch {at.batch + 1}, in the operation {op.name}.",
        why=why,
        remedies=tuple(remedies),
    )


def _magnitude(values: Array) -> float:
    """Return the largest finite magnitude, 0 where there is none."""
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max(initial=0.0))


def _cause(run: TrainingRun, op: Op, columns: list[int], entered: float) -> tuple[Cause, str, list[str]]:
    """Decide by the numbers that stand in the memory just before the operation."""
    spec = run.spec
    if op.kind.opcode == oc.TAKE_BATCH:
        names = ", ".join(spec.features[k].label for k in columns)
        return (
            Cause.INPUT,
            f"At some points of the data there is no finite value of this input: {names}.",
            ["Change the formula so that it has a finite value at every point, or switch this input off."],
        )
    slower = f"A learning rate ten times smaller: {spec.learning_rate / 10:g} instead of {spec.learning_rate:g}."
    if op.kind.opcode in (oc.EXPONENTIAL, oc.EXPONENTIAL_GRADIENT):
        y_hat, y = (run[ref.name] for ref in op.reads[:2])
        exponent = float(np.nanmax(-y * y_hat))
        return (
            Cause.EXPONENTIAL,
            f"The loss takes e to the power of {exponent:.4g}, for an output that far on the wrong side. "
            f"The largest power that a 64-bit number can hold is {EXP_LIMIT:.0f}.",
            ["A loss that grows only in proportion to the error: hinge, logistic or cross-entropy.", slower],
        )
    strength = spec.learning_rate * spec.regularization_rate
    if spec.regularization == "l2" and spec.optimizer == "sgd" and strength > 2:
        return (
            Cause.PENALTY,
            f"With every step the L2 penalty takes learning rate × regularization rate = {strength:.3g} times "
            "each weight off that weight. Above 2 the weight comes out larger than it was, with the other sign.",
            [f"A regularization rate below {2 / spec.learning_rate:.3g}, better a hundred times smaller.", slower],
        )
    first, now = _magnitude(run.history.line[0].states[0][: run.network.parameters]), _magnitude(run.parameters)
    inputs = _magnitude(run.loop.data.inputs)
    remedies = [slower]
    if inputs > _LARGE_INPUT:
        remedies.append(f"Smaller inputs: the largest is {inputs:.3g}, and steps grow with the inputs.")
    if spec.optimizer in _IN_PROPORTION:
        remedies.append("The optimizer Adam: the size of its steps does not grow with the gradient.")
    if any(layer.activation not in _BOUNDED for layer in run.network.layers[:-1]):
        remedies.append("The activation tanh: its output stays between −1 and 1, however large the weights are.")
    at_first = _first_loss(run)
    if at_first > _LARGE_FIRST_LOSS and inputs <= _LARGE_INPUT:
        return (
            Cause.START,
            f"Before the first step already the loss was {at_first:.3g}: the starting weights are so large that "
            "signals grow from layer to layer, and the first gradients with them.",
            ["The initializer Glorot uniform: it keeps signals as large as they came in.", "Fewer layers.", *remedies],
        )
    if now > _GROWN * max(first, 1.0):
        return (
            Cause.WEIGHTS,
            f"The weights exploded: the largest was {first:.3g} at the start and is {now:.3g} before this operation. "
            f"With a learning rate of {spec.learning_rate:g} a step overshoots, the error becomes larger, and the next "
            "step is larger still.",
            remedies,
        )
    return (
        Cause.OVERFLOW,
        f"Numbers of up to {entered:.3g} entered this operation, and what it made of them is more than a 64-bit "
        "number can hold (1.8e308).",
        remedies,
    )


def _first_loss(run: TrainingRun) -> float:
    """Return the loss on the training set before the first step."""
    first = run.history.line[0].states[0][: run.network.parameters]
    return Evaluator(run.network, *run.prepare(run.train), run.backend).score(first).loss
