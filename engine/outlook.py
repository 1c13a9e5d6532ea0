"""The parts of an update as numbers: what each line of an optimizer makes on the way from the gradient to the step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from engine.arena import Arena, Array, Memory, Ref
from engine.program import Op, Program

__all__ = ["Part", "Role", "follow", "lines_of"]


class Role(StrEnum):
    """What a part is to the update, whatever an optimizer calls it."""

    GRADIENT = "gradient"
    # What remembers directions: a velocity, a mean of gradients.
    MEAN = "mean"
    # What remembers sizes: a mean, a sum or the largest of squares.
    SIZE = "size"
    # What is made of those before the step: corrected for a start at zero, or put together.
    CORRECTED = "corrected"
    RATE = "rate"
    STEP = "step"
    OTHER = "other"


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One number of an update for each parameter, or one for all.

    Attributes
    ----------
    name : str
        ``g``, ``clipped``, ``m``, ``v``, ``m_hat``, ``rate``, ``step`` and so on.
    tex : str
        How formulas write it.
    values : float64 [P] or []
        Read-only; of the parameters that were asked for.
    role : Role
    """

    name: str
    tex: str
    values: Array
    role: Role


_ROLES = {
    "velocity": Role.MEAN,
    "moving_average": Role.MEAN,
    "moving_average_of_squares": Role.SIZE,
    "sum_of_squares": Role.SIZE,
    "running_maximum": Role.SIZE,
    "decayed_maximum": Role.SIZE,
    "adadelta_change": Role.CORRECTED,
    "nesterov_mean": Role.CORRECTED,
}
# The last line of Adam and its kin corrects the means on the fly: by operand, the decay rate that it corrects for.
_CORRECTIONS: Mapping[str, Mapping[str, str]] = {
    "adam_step": {"m": "beta1", "v": "beta2"},
    "adamax_step": {"m": "beta1"},
    "nadam_step": {"v": "beta2"},
}


def lines_of(program: Program, layer: str = "optimizer") -> tuple[int, ...]:
    """Return where in a listing the lines of an optimizer stand, by the layer that they were recorded under."""
    return tuple(k for k, op in enumerate(program.ops) if op.layer == layer)


def follow(
    program: Program,
    lines: Sequence[int],
    memory: Memory,
    operate: Callable[[int, int], None],
    chosen: Sequence[int] | None = None,
) -> tuple[Part, ...]:
    """Run an optimizer's lines one by one and note what each has made; the gradient stands in the memory.

    Parameters
    ----------
    program : Program
    lines : sequence of int
        Where in its listing the optimizer's lines stand, in order.
    memory : Memory
    operate : callable
        Runs the operations start…stop-1 on that memory.
    chosen : sequence of int, optional
        Of which parameters the numbers are wanted; of all unless given.

    Returns
    -------
    tuple of Part
        The gradient, what the lines made of it in their order, corrected means, the learning rate, and last the
        step; before that, where there is one, the part of the step that is a decay of the weights.
    """
    operands = [ref for line in lines for ref in program.ops[line].operands]
    g = next(ref for ref in operands if ref.arena is Arena.GRADIENTS)
    w = next(ref for ref in operands if ref.arena is Arena.PARAMETERS)

    def part(name: str, tex: str, values: Array, role: Role) -> Part:
        picked = np.array(values if chosen is None or values.ndim == 0 else values[list(chosen)], dtype=np.float64)
        picked.setflags(write=False)
        return Part(name, tex, picked, role)

    # The last line that moves the weights is the step; a schedule counts after it.
    final = max(line for line in lines if program.ops[line].writes == (w,))
    eta = _operand_ref(program.ops[final], "eta")
    parts = [part("g", g.tex, memory.view(g), Role.GRADIENT)]
    ends: list[Part] = []
    begin = memory.view(w).copy()
    for line in lines:
        op = program.ops[line]
        before = memory.view(w).copy()
        operate(line, line + 1)
        (made,) = op.writes
        name = op.name.removeprefix(f"{op.layer}.")
        if made.arena is Arena.PARAMETERS:
            parts += [
                part(f"{mean}_hat", tex, values, Role.CORRECTED)
                for mean, tex, values in _corrected(op, memory)
            ]
            if line != final:
                ends.append(part(name, r"-\eta \lambda w", _difference(memory.view(w), before), Role.STEP))
        elif made.arena is Arena.GRADIENTS:
            parts.append(part(name, g.tex, memory.view(made), Role.GRADIENT))
        # The rate that a schedule makes is told once, beside the step.
        elif made != eta:
            parts.append(part(name, made.tex, memory.view(made), _ROLES.get(op.kind.name, Role.OTHER)))
    parts.append(part("rate", eta.tex, memory.view(eta), Role.RATE))
    return (*parts, *ends, part("step", r"\Delta w", _difference(memory.view(w), begin), Role.STEP))


def _difference(after: Array, before: Array) -> Array:
    # Where numbers have grown beyond all limits there is none.
    with np.errstate(invalid="ignore"):
        return np.asarray(after - before)


def _operand_ref(op: Op, role: str) -> Ref:
    return op.operands[(op.kind.reads + op.kind.writes).index(role)]


def _corrected(op: Op, memory: Memory) -> list[tuple[str, str, Array]]:
    """Return the means that a step divides by how far they have come from zero: name, formula, values."""
    found: list[tuple[str, str, Array]] = []
    with np.errstate(all="ignore"):
        for mean, beta in _CORRECTIONS.get(op.kind.name, {}).items():
            ref = _operand_ref(op, mean)
            come = 1 - memory.view(_operand_ref(op, beta)) ** memory.view(_operand_ref(op, "t"))
            sign, index = ref.tex[:1], ref.tex[1:]
            found.append((mean, rf"\hat{{{sign}}}{index}", np.asarray(memory.view(ref) / come)))
    return found
