"""The gradient flow experiment: one pass up a stack of layers, and one back down, step by step."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from engine.arena import Arena, Array
from engine.backend import Backend, default_backend
from engine.experiment import Grain, Handle, Hook, Position
from engine.flow.frame import FlowFrame, layer_flows, norm, quotient
from engine.flow.spec import FlowSpec
from engine.flow.stack import initial_weights, noise, stack
from engine.loop import Loop
from engine.program import Op, Phase, Program

__all__ = ["END", "FlowRun", "flow_table", "gradient_norms"]

# After the last operation of the only pass.
END = Position(1)


class FlowRun:
    """Sends noise up through a stack of layers, and a gradient back down; nothing is trained.

    The loss is L = Σ g ⊙ y, with the outputs y of the last layer and random numbers g: what arrives at the top is g
    itself. There is one pass. It ends at `END`, and there a step does nothing.

    Parameters
    ----------
    spec : FlowSpec
    backend : Backend, optional
        The compiled engine unless another is given.
    """

    grains = (Grain.OP, Grain.LAYER, Grain.PHASE, Grain.EPOCH)

    def __init__(self, spec: FlowSpec, *, backend: Backend | None = None) -> None:
        self.spec = spec
        self._stack = stack(spec)
        # One batch of all examples; their order is of no matter.
        self._loop = Loop(self.program, noise(spec), spec.batch, spec.seed, backend or default_backend())
        self._loop.owner = self
        memory = self._loop.memory
        for arena in (Arena.GRADIENTS, Arena.SIGNALS):
            memory.arena(arena)[:] = np.nan
        for name, value in self.program.hyper.items():
            memory.view(self.program.refs[name])[...] = value
        for name, weights in initial_weights(spec).items():
            memory.view(self.program.refs[name])[:] = weights
        self._first = memory.flat.copy()
        self._newest = Position()

    def reset(self) -> None:
        """Begin again, with no past; hooks stay."""
        self._restart()
        self._newest = Position()

    def _restart(self) -> None:
        self._loop.memory.flat[:] = self._first
        self._loop.set_down(0)

    @property
    def program(self) -> Program:
        """The listing."""
        return self._stack.program

    @property
    def position(self) -> Position:
        """What comes next; `END` when all is done."""
        return self._loop.position

    @property
    def newest(self) -> Position:
        """The furthest moment reached."""
        return max(self._newest, self.position)

    @property
    def done(self) -> int:
        """How many operations have run."""
        return len(self.program.ops) if self.position == END else self.position.op

    @property
    def last(self) -> Op | None:
        """The operation that ran last; None at the very beginning."""
        return self.program.ops[self.done - 1] if self.done else None

    @property
    def next(self) -> Op | None:
        """The operation that comes next; None at the end."""
        return None if self.position == END else self.program.ops[self.position.op]

    def __getitem__(self, name: str) -> Array:
        """Return a view of the place of that name as it stands now; what is not computed yet is nan."""
        return self._loop[name]

    def step(self, grain: Grain | str, count: int = 1) -> None:
        """Run to the next boundary of `grain`, `count` times; at the end nothing happens."""
        grain = self._grain(grain)
        for _ in range(count):
            if self.position == END:
                return
            self._walk(self._loop.boundary(grain))

    def step_back(self, grain: Grain | str) -> None:
        """Return to the last boundary of `grain`."""
        self.seek(self._loop.previous_boundary(self._grain(grain)))

    def seek(self, position: Position) -> None:
        """Go to `position`, back or forward; all is bit-identical to having walked there. No hook is called."""
        operations = len(self.program.ops)
        if position != END and (position.epoch or position.batch or not 0 <= position.op < operations):
            raise ValueError(
                f"a position here has epoch 0, batch 0 and an operation from 0 to {operations - 1}, or is the end, "
                f"epoch 1; got {position}"
            )
        if position < self.position:
            # A whole pass takes a few milliseconds: it needs no checkpoints.
            self._newest = self.newest
            self._restart()
        self._walk(position, quiet=True)

    def _grain(self, grain: Grain | str) -> Grain:
        if grain not in self.grains:
            raise ValueError(f"a step through a stack is one of {', '.join(self.grains)}, got {str(grain)[:20]!r}")
        return Grain(grain)

    def _walk(self, target: Position, quiet: bool = False) -> None:
        if self.position == Position() < target:
            # The backend's way to run whole batches notes their losses, and this listing computes none: with the
            # first operation on its own, no step is a whole batch.
            self._loop.run_to(Position(op=1), quiet)
        self._loop.run_to(target, quiet)

    def frame(self) -> FlowFrame:
        """Return a snapshot of now."""
        memory = self._loop.memory
        layers = layer_flows(self.spec, self._stack.layers, memory, self.done)
        flat = memory.flat.copy()
        flat.setflags(write=False)
        return FlowFrame(
            self.position, self.spec, layers, quotient(layers[0].gradient, layers[-1].gradient),
            self.last, self.next, flat, self.program.refs, self.program.layout,
        )  # fmt: skip

    def gradient_norms(self) -> tuple[float | None, ...]:
        """Return the norm of dW of every layer, the first one first; None where it is not computed yet."""
        return tuple(
            norm(self._loop.memory.view(at.gradient)) if self.done >= at.gradient_from else None
            for at in self._stack.layers
        )

    def on_event(self, hook: Hook, phase: Phase | None = None, grain: Grain = Grain.OP) -> Handle:
        """Call `hook` after every step of `grain`, or only of those in `phase`; seeking calls none."""
        return self._loop.on_event(hook, phase, self._grain(grain))


def gradient_norms(spec: FlowSpec, *, backend: Backend | None = None) -> tuple[float, ...]:
    """Return the norm of dW of every layer after a complete pass, the first one first."""
    run = FlowRun(spec, backend=backend)
    run.seek(END)
    return tuple(value for value in run.gradient_norms() if value is not None)


def flow_table(specs: Iterable[FlowSpec], *, backend: Backend | None = None) -> tuple[tuple[float, ...], ...]:
    """Return the norms of dW after a complete pass, for comparing: a row for each spec, a number for each layer."""
    return tuple(gradient_norms(spec, backend=backend) for spec in specs)
