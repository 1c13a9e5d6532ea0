"""A network as a listing: operations recorded once, run many times.

Layers do not compute. They record what is to be computed, as a list of operations on named places. The list
is what a student steps through, and as a table of numbers it is what the executor runs.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from math import prod

import numpy as np
import numpy.typing as npt

from engine.arena import Arena, Layout, Ref
from engine.kernels import opcodes as oc


class Phase(StrEnum):
    """The four moves of the training loop, in order."""

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class OpKind:
    """One kind of operation, declared once by its NumPy line.

    The line is three things: the code that a student is shown, the reference that tests hold the kernel
    against, and the engine where the kernels are missing or still compiling.

    Attributes
    ----------
    name : str
    opcode : int
        What the executor dispatches on.
    tex : str
        The formula, with the operands' roles in angle brackets: ``<z> = <x> <W> + <b>``.
    line : callable
        The NumPy line: what is read comes first, what is written is keyword-only.
    reads, writes : tuple of str
        The roles of the operands, from the line's signature.
    size_role : str
        The operand whose shape, without the batch axis, gives the kernel its sizes.
    data : tuple of str
        What the line is handed from outside the memory: the data set and the batch's indices.
    settings : tuple of str
        What is fixed when an operation is recorded and lies in no memory: the window of a convolution.
    """

    name: str
    opcode: int
    tex: str
    line: Callable[..., None]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    size_role: str
    data: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The NumPy line as source text, in the roles' names."""
        text = textwrap.dedent(inspect.getsource(self.line))
        function = next(node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
        # The docstring comes first.
        return "\n".join(ast.get_source_segment(text, node) or "" for node in function.body[1:])

    @property
    def updates(self) -> tuple[str, ...]:
        """The written roles whose old values the line reads too: ``v`` in ``v[:] = mu * v + g``."""
        assigned: set[str] = set()
        found: set[str] = set()
        for statement in ast.parse(self.source).body:
            targets = statement.targets if isinstance(statement, ast.Assign) else []
            stored = {id(node) for target in targets for node in ast.walk(target)}
            # An operand that is asked for its shape only is not read.
            stored |= {
                id(node.value)
                for node in ast.walk(statement)
                if isinstance(node, ast.Attribute) and node.attr == "shape"
            }
            names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and id(node) not in stored}
            found |= names - assigned
            assigned |= {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}
        return tuple(role for role in self.writes if role in found)


KINDS: dict[str, OpKind] = {}


def op_kind(
    opcode: int, tex: str, size: str, data: tuple[str, ...] = (), settings: tuple[str, ...] = ()
) -> Callable[[Callable[..., None]], OpKind]:
    """Declare the decorated NumPy line as a kind of operation.

    Parameters
    ----------
    opcode : int
        Its number in `engine.kernels.opcodes`.
    tex : str
        Its formula; the operands' roles stand in angle brackets.
    size : str
        The role of the operand that gives the kernel its sizes.
    data : tuple of str
        The arguments that are not places in the memory; they come first in the signature.
    settings : tuple of str
        The arguments that are fixed when the operation is recorded; they come next. What is passed for them can be
        compared and hashed, and its `repr` stands in the listing.
    """

    def declare(line: Callable[..., None]) -> OpKind:
        parameters = inspect.signature(line).parameters.values()
        writes = tuple(p.name for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY)
        positional = [p.name for p in parameters if p.kind is not inspect.Parameter.KEYWORD_ONLY]
        reads = tuple(name for name in positional if name not in (*data, *settings))
        if len(reads) + len(writes) > oc.MAX_OPERANDS:
            raise ValueError(f"{line.__name__} has more than {oc.MAX_OPERANDS} operands")
        if any(kind.opcode == opcode for kind in KINDS.values()):
            raise ValueError(f"opcode {opcode} of {line.__name__} is taken")
        kind = OpKind(line.__name__, opcode, tex, line, reads, writes, size, data, settings)
        KINDS[kind.name] = kind
        return kind

    return declare


@dataclass(frozen=True, slots=True)
class Op:
    """One line of the listing: a kind of operation on named places.

    Attributes
    ----------
    kind : OpKind
    name : str
        ``dense2.dW``: the layer, and what the operation makes.
    layer : str
    phase : Phase
    operands : tuple of Ref
        In the order of the kind's signature: what it reads, then what it writes.
    settings : tuple
        One for each of the kind's.
    """

    kind: OpKind
    name: str
    layer: str
    phase: Phase
    operands: tuple[Ref, ...]
    settings: tuple[Hashable, ...] = ()

    @property
    def reads(self) -> tuple[Ref, ...]:
        """The places it reads."""
        return self.operands[: len(self.kind.reads)]

    @property
    def uses(self) -> tuple[Ref, ...]:
        """The places whose values go in: what it reads, and what it updates in place."""
        updated = self.kind.updates
        return (*self.reads, *(ref for role, ref in zip(self.kind.writes, self.writes, strict=True) if role in updated))

    @property
    def writes(self) -> tuple[Ref, ...]:
        """The places it writes."""
        return self.operands[len(self.kind.reads) :]

    @property
    def tex(self) -> str:
        """Its formula with the names of its own operands."""
        text = self.kind.tex
        for role, ref in zip(self.kind.reads + self.kind.writes, self.operands, strict=True):
            text = text.replace(f"<{role}>", ref.tex)
        for name, setting in zip(self.kind.settings, self.settings, strict=True):
            text = text.replace(f"<{name}>", getattr(setting, "tex", str(setting)))
        return text

    @property
    def code(self) -> str:
        """Its NumPy line with the names of its own operands."""
        roles = self.kind.reads + self.kind.writes
        names = {role: ref.name for role, ref in zip(roles, self.operands, strict=True)}
        names |= {name: repr(setting) for name, setting in zip(self.kind.settings, self.settings, strict=True)}
        # Token by token, so that the line keeps its spelling; names after a dot are NumPy's.
        return re.sub(r"(?<![.\w])[A-Za-z_]\w*", lambda m: names.get(m[0], m[0]), self.kind.source)


@dataclass(frozen=True)
class Program:
    """The recorded operations of one training step, with the places they work on.

    Attributes
    ----------
    ops : tuple of Op
    table : int64 [len(ops), TABLE_COLUMNS]
        The same as numbers: what the executor runs.
    layout : Layout
    refs : dict of str to Ref
        Every place by its name.
    hyper : dict of str to float
        The hyper-parameters' initial values.
    rows : int
        The largest batch.
    """

    ops: tuple[Op, ...]
    table: npt.NDArray[np.int64]
    layout: Layout
    refs: dict[str, Ref]
    hyper: dict[str, float]
    rows: int

    @cached_property
    def geometry(self) -> npt.NDArray[np.int64] | None:
        """Its windows as numbers, int64 [len(ops), GEOMETRY_COLUMNS]; None where it has no operation on maps."""
        if all(op.kind.opcode < oc.CONV_FORWARD for op in self.ops):
            return None
        # What is imported here is built on operations itself.
        from engine.window_table import geometry_table

        return geometry_table(self.ops)

    def groups(self) -> list[tuple[int, int]]:
        """Return the half-open ranges of operations that make one step of the grain LAYER."""
        starts = [
            k
            for k, op in enumerate(self.ops)
            if k == 0 or (op.layer, op.phase) != (self.ops[k - 1].layer, self.ops[k - 1].phase)
        ]
        return list(zip(starts, [*starts[1:], len(self.ops)], strict=True))

    def phases(self) -> list[tuple[int, int]]:
        """Return the half-open ranges of operations that make one step of the grain PHASE."""
        starts = [k for k, op in enumerate(self.ops) if k == 0 or op.phase != self.ops[k - 1].phase]
        return list(zip(starts, [*starts[1:], len(self.ops)], strict=True))


class Builder:
    """Where layers, losses and optimizers record.

    Parameters
    ----------
    rows : int
        The largest batch, at least 1.
    batches : int
        Batches in an epoch, at least 1: what a schedule of epochs counts by.

    Attributes
    ----------
    rate : Ref or None
        The place of the learning rate that a schedule computes at each update; None where there is no schedule.
    """

    def __init__(self, rows: int, batches: int = 1) -> None:
        if rows < 1:
            raise ValueError(f"a batch has at least 1 row, got {rows}")
        if batches < 1:
            raise ValueError(f"an epoch has at least 1 batch, got {batches}")
        self.rows = rows
        self.batches = batches
        self.rate: Ref | None = None
        self.refs: dict[str, Ref] = {}
        self.hyper: dict[str, float] = {}
        self._ops: list[Op] = []
        self._gradient_tex: dict[str, str] = {}
        self._sizes: dict[Arena, int] = dict.fromkeys(Arena, 0)
        self._scratch = 0
        self._phase = Phase.FORWARD
        self._layer = "input"

    def _allocate(
        self, arena: Arena, name: str, shape: tuple[int, ...], tex: str, batched: bool = False
    ) -> Ref:
        if name in self.refs:
            raise ValueError(f"the name {name} is taken: names of places are unique in a program")
        ref = Ref(arena, name, self._sizes[arena], shape, tex, batched)
        # Signals start at cache lines; parameters lie without gaps, so that the whole vector is one operand.
        step = 8 if arena is Arena.SIGNALS else 1
        self._sizes[arena] += -(-ref.size // step) * step
        self.refs[name] = ref
        return ref

    def parameter(self, name: str, shape: tuple[int, ...], tex: str) -> Ref:
        """Allocate a trained place, and its gradient under the name ``d`` + `name` at the same offset."""
        ref = self._allocate(Arena.PARAMETERS, name, shape, tex)
        self._allocate(Arena.GRADIENTS, f"d{name}", shape, rf"\frac{{\partial L}}{{\partial {tex}}}")
        return ref

    def gradient(self, parameter: Ref) -> Ref:
        """Return the place of the gradient of `parameter`."""
        return self.refs[f"d{parameter.name}"]

    def signal(self, name: str, units: int | tuple[int, ...], tex: str, gradient_tex: str = "") -> Ref:
        """Allocate a batched place: [rows, units], or [rows, height, width, channels] where `units` is such a shape.

        `gradient_tex` is how formulas write its gradient.
        """
        shape = (units,) if isinstance(units, int) else units
        self._gradient_tex[name] = gradient_tex or rf"\frac{{\partial L}}{{\partial {tex}}}"
        return self._allocate(Arena.SIGNALS, name, (self.rows, *shape), tex, batched=True)

    def gradient_signal(self, signal: Ref) -> Ref:
        """Allocate the place of the gradient of the loss with respect to `signal`: ``d`` + its name."""
        tex = self._gradient_tex[signal.name]
        return self._allocate(Arena.SIGNALS, f"d{signal.name}", signal.shape, tex, batched=True)

    def scalar(self, name: str, tex: str) -> Ref:
        """Allocate a single number, recomputed at every step."""
        return self._allocate(Arena.SIGNALS, name, (), tex)

    def state(self, name: str, shape: tuple[int, ...], tex: str) -> Ref:
        """Allocate a place that an optimizer keeps from step to step; it starts at zero."""
        return self._allocate(Arena.STATE, name, shape, tex)

    def hyper_parameter(self, name: str, value: float, tex: str) -> Ref:
        """Allocate a number that may be changed while training; the same name gives the same place."""
        if name in self.refs:
            if self.hyper.get(name) != value:
                raise ValueError(f"{name} is recorded twice, as {self.hyper.get(name)} and as {value}")
            return self.refs[name]
        self.hyper[name] = float(value)
        return self._allocate(Arena.HYPER, name, (), tex)

    def whole(self, arena: Arena) -> Ref:
        """Return all PARAMETERS or GRADIENTS as one vector, for optimizers; call it when all is recorded."""
        name = {Arena.PARAMETERS: "w", Arena.GRADIENTS: "g"}[arena]
        if name not in self.refs:
            self.refs[name] = Ref(arena, name, 0, (self._sizes[arena],), tex=name)
        return self.refs[name]

    @contextmanager
    def recording(self, phase: Phase, layer: str) -> Iterator[None]:
        """Record what follows under this phase and layer."""
        before = self._phase, self._layer
        self._phase, self._layer = phase, layer
        try:
            yield
        finally:
            self._phase, self._layer = before

    def record(self, kind: OpKind, makes: str, settings: tuple[Hashable, ...] = (), /, **operands: Ref) -> None:
        """Append one operation.

        Parameters
        ----------
        kind : OpKind
        makes : str
            What it makes, for its name: ``dW`` gives ``dense2.dW``.
        settings : tuple
            One for each setting of the kind.
        **operands : Ref
            One for each role of the kind.
        """
        roles = kind.reads + kind.writes
        if set(operands) != set(roles):
            raise TypeError(f"{kind.name} takes the operands {', '.join(roles)}, got {', '.join(operands)}")
        if len(settings) != len(kind.settings):
            raise TypeError(f"{kind.name} has the settings {', '.join(kind.settings) or 'none'}, got {settings}")
        refs = tuple(operands[role] for role in roles)
        self._ops.append(Op(kind, f"{self._layer}.{makes}", self._layer, self._phase, refs, settings))
        if kind.opcode == oc.DENSE_INPUT_GRADIENT:
            self._scratch = max(self._scratch, operands["W"].size)

    def build(self) -> Program:
        """Freeze what was recorded."""
        layout = Layout.of(self._sizes, self._scratch)
        table = np.zeros((len(self._ops), oc.TABLE_COLUMNS), dtype=np.int64)
        for row, op in zip(table, self._ops, strict=True):
            sized = op.operands[(op.kind.reads + op.kind.writes).index(op.kind.size_role)]
            # Kernels go over a batch row by row, and over a parameter as a matrix, however many axes there are.
            if sized.batched:
                sizes: tuple[int, ...] = (prod(sized.shape[1:]),)
            else:
                sizes = sized.shape if len(sized.shape) < 3 else (prod(sized.shape[:-1]), sized.shape[-1])
            row[oc.OPCODE] = op.kind.opcode
            addresses = [layout.address(ref) for ref in op.operands]
            row[oc.OPERANDS : oc.OPERANDS + len(addresses)] = addresses
            row[oc.SIZE_0], row[oc.SIZE_1] = (*sizes, 1, 1)[:2]
            row[oc.BATCHED] = sized.batched
            row[oc.SCRATCH] = layout.scratch
        table.setflags(write=False)
        return Program(tuple(self._ops), table, layout, dict(self.refs), dict(self.hyper), self.rows)
