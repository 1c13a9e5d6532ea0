"""What the operation that has just run in a live network read and wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.arena import Array, Ref
from engine.backend import Indices
from engine.experiment import Position
from engine.inside.formulas import FORMULAS
from engine.inside.replay import last_operation, replay
from engine.kernels import opcodes as oc
from engine.program import Op, Phase
from engine.training import TrainingRun

__all__ = ["Operand", "OperationView", "deltas", "operation_view"]


@dataclass(frozen=True, slots=True, eq=False)
class Operand:
    """What an operation reads or writes.

    Attributes
    ----------
    name : str
        The place: ``a1``, ``W2``, ``dz1``; ``w`` and ``g`` are all parameters and all gradients.
    role : str
        Its name in the kind's NumPy line: ``x``, ``W``, ``z``.
    values : float64 [...]
        A copy. What was read is as it was before the operation ran.
    batch : bool
        Whether the first axis runs over the examples of the batch.
    """

    name: str
    role: str
    values: Array
    batch: bool


@dataclass(frozen=True, slots=True, eq=False)
class OperationView:
    """An operation that has run, with its numbers.

    Attributes
    ----------
    op : Op
    index : int
        Its place in the listing.
    code, tex : str
        Its NumPy line and its formula.
    shapes : str
        The formula with the shapes, in plain text: ``z1 [10 × 4] = x [10 × 2] · W1 [2 × 4] + b1 [4]``.
    reads : tuple of Operand
        What went in: also what it then overwrote, as it was before. The first operation of a batch reads the data
        set's ``inputs`` [N, I] and ``targets`` [N, O].
    writes : tuple of Operand
        As they were right after.
    examples : int [B]
        The rows of the training set that make this batch.
    lamp : str
        Which of the four moves of the training loop it belongs to: batch, forward (with the loss), backward, update.
    """

    op: Op
    index: int
    code: str
    tex: str
    shapes: str
    reads: tuple[Operand, ...]
    writes: tuple[Operand, ...]
    examples: Indices
    lamp: str


def operation_view(run: TrainingRun) -> OperationView | None:
    """Return the operation that ran last with what it read and wrote; the run is not touched.

    Parameters
    ----------
    run : TrainingRun

    Returns
    -------
    OperationView or None
        None at the very beginning, where nothing has run.
    """
    last = last_operation(run)
    if last is None:
        return None
    program, index = last
    op, loop = program.ops[index], run.loop
    code, uses, roles = _texts(op)
    if len(uses) > len(op.reads) or run.history.starting(run.position):
        # It overwrote what it read; or a setting or a weight was changed here, after it ran.
        updates = loop.updates if run.position.op > 0 else loop.updates - 1
        used, made = replay(run, (uses, op.writes), loop.at(updates, index))
    else:
        used = [loop.memory.view(ref, loop.rows) for ref in uses]
        made = [loop.memory.view(ref, loop.rows) for ref in op.writes]
    reads = tuple(map(_operand, roles, uses, used))
    if op.kind.data:
        reads = tuple(Operand(name, name, _copy(getattr(loop.data, name)), False) for name in ("inputs", "targets"))
    writes = tuple(map(_operand, op.kind.writes, op.writes, made))
    return OperationView(
        op, index, code, op.tex, _with_shapes(op, reads, writes), reads, writes, loop.examples(), lamp_of(op)
    )


@lru_cache(maxsize=1024)
def _texts(op: Op) -> tuple[str, tuple[Ref, ...], tuple[str, ...]]:
    """Return what is read off the source of an operation's NumPy line: itself, what it uses, and in which roles."""
    return op.code, op.uses, op.kind.reads + op.kind.updates


def _copy(values: Array) -> Array:
    copied = np.array(values, dtype=np.float64)
    copied.setflags(write=False)
    return copied


def _operand(role: str, ref: Ref, values: Array) -> Operand:
    return Operand(ref.name, role, _copy(values), ref.batched)


def lamp_of(op: Op) -> str:
    """Return which of the four moves of the training loop an operation belongs to; the loss ends the forward pass."""
    if op.layer == "batch":
        return "batch"
    return Phase.FORWARD.value if op.phase is Phase.LOSS else op.phase.value


def _with_shapes(op: Op, reads: tuple[Operand, ...], writes: tuple[Operand, ...]) -> str:
    """Write the formula with the operands' names; where one stands first, its shape follows."""
    operands = {operand.role: operand for operand in (*writes, *reads)}
    named: set[str] = set()

    def place(match: re.Match[str]) -> str:
        role, raised = match.groups()
        if role not in operands:
            # How many rows and outputs there are is a matter of the targets' shape.
            return str(operands["y"].values.shape["BO".index(role)])
        shape = operands[role].values.shape
        if role in named or not shape:
            return operands[role].name + raised
        named.add(role)
        # The shape is that of the transposed matrix, so that neighbours fit.
        sizes = reversed(shape) if raised == "ᵀ" else shape
        return f"{operands[role].name}{raised} [{' × '.join(map(str, sizes))}]"

    text = FORMULAS[op.kind.name].text
    if op.settings:
        text = text.replace("<window>", getattr(op.settings[0], "sign", ""))
    return re.sub(r"<(\w+)>([ᵀ²³]?)", place, text)


def deltas(run: TrainingRun) -> dict[str, Array]:
    """Return δ and the weights' gradients of the batch at hand, as far as backward has come.

    Parameters
    ----------
    run : TrainingRun

    Returns
    -------
    dict of str to ndarray
        For each dense layer k that has been reached: ``dz{k}`` [B, units], the gradient of the loss with respect to
        z, and then ``dW{k}`` [inputs, units]. Copies. After the update they stay until the next batch begins.
    """
    found: dict[str, Array] = {}
    if run.position == Position():
        return found
    # Under another penalty chosen between two batches the listing is another one, with the same places.
    ops = run.program.ops
    done = run.position.op or len(ops)
    for index, op in enumerate(ops):
        if op.kind.opcode != oc.DENSE_WEIGHT_GRADIENT:
            continue
        operands = dict(zip(op.kind.reads + op.kind.writes, op.operands, strict=True))
        number = operands["dW"].name.removeprefix("dW")
        delta = operands["delta"]
        # Without an activation, δ is what came back from the layers above, a skip connection's share included.
        complete = max(k for k in range(index) if delta in ops[k].writes)
        if complete < done:
            found[f"dz{number}"] = _copy(run[delta.name])
        if index < done:
            found[f"dW{number}"] = _copy(run[f"dW{number}"])
    return found
