"""The gradient flow experiment: one pass up a stack of layers, and one back down, step by step."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from engine.arena import Arena
from engine.backend import Backend, default_backend
from engine.experiment import Grain, Handle, Hook
from engine.flow.frame import FlowFrame, layer_flows, norm, quotient
from engine.flow.spec import FlowSpec
from engine.flow.stack import initial_weights, noise, stack
from engine.loop import Loop
from engine.one_pass import END, OnePass
from engine.program import Phase

__all__ = ["END", "FlowRun", "flow_table", "gradient_norms"]


class FlowRun(OnePass):
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
    passing = "a step through a stack"

    def __init__(self, spec: FlowSpec, *, backend: Backend | None = None) -> None:
        self.spec = spec
        self._stack = stack(spec)
        # One batch of all examples; their order is of no matter.
        self._loop = Loop(self._stack.program, noise(spec), spec.batch, spec.seed, backend or default_backend())
        self._loop.owner = self
        memory = self._loop.memory
        for arena in (Arena.GRADIENTS, Arena.SIGNALS):
            memory.arena(arena)[:] = np.nan
        for name, value in self.program.hyper.items():
            memory.view(self.program.refs[name])[...] = value
        for name, weights in initial_weights(spec).items():
            memory.view(self.program.refs[name])[:] = weights
        self._set_out()

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
