"""The layer that slides, recorded like any other: all numbers of a run come from here."""

from __future__ import annotations

from functools import lru_cache
from math import prod

import numpy as np

from engine.arena import Array, Memory
from engine.backend import Data, NumpyBackend
from engine.layers import AveragePool, Conv, MaxPool
from engine.ops.window import Axes
from engine.program import Builder, Phase, Program
from engine.sliding.frame import Totals
from engine.sliding.rounding import settle
from engine.sliding.spec import SlidingSpec

__all__ = ["Recorded", "listing"]

# The layer reads its input from the memory: there is no data set.
_NOTHING = Data(np.zeros((1, 1)), np.zeros((1, 1)))
_ONE = np.zeros(1, dtype=np.int64)


@lru_cache(maxsize=64)
def listing(layer: Conv | MaxPool | AveragePool, shape: Axes) -> Program:
    """Return the listing of one layer on one example [*space, C]: forward, then back from a gradient ``dy``."""
    build = Builder(1)
    x = build.signal("x", shape, "x")
    name = f"{layer.prefix}1"
    with build.recording(Phase.FORWARD, name):
        y = layer.forward(build, 1, x)
    dy = build.signal("dy", y.shape[1:], rf"\frac{{\partial L}}{{\partial {y.tex}}}")
    with build.recording(Phase.BACKWARD, name):
        layer.backward(build, 1, x, dy, need_dx=True)
    return build.build()


class Recorded:
    """The recorded layer of a spec, with its numbers.

    There are few of them, so the NumPy lines are run: no kernel has to be compiled first. What is 0 but for rounding
    is 0 here, see `engine.sliding.rounding`.
    """

    def __init__(self, spec: SlidingSpec) -> None:
        self.program = listing(spec.layer, spec.shape)
        self._backend = NumpyBackend()
        self._pools = spec.pools
        self._memory = Memory(self.program.layout)
        # The same of the absolute values: how large the terms of each sum are together. A maximum adds up on the way
        # back only, where whole gradients meet.
        self._sizes = None if spec.operation == "max" else Memory(self.program.layout)
        self._output = spec.layer.output_name(1)
        numbers = spec.arrays()
        self.x, self.upstream = frozen(numbers["x"]), numbers["upstream"]
        self.w: Array | None = None
        self.b: Array | None = None
        given = {"x": self.x[None]}
        if not self._pools:
            self.w, self.b = frozen(numbers["W"]), frozen(numbers["b"])
            given |= {"W1": self.w, "b1": self.b}
        taps = prod(spec.window.size)
        self._terms = {"y": taps * spec.channels + 1, "w": prod(self.upstream.shape[:-1]), "x": taps * spec.filters}
        self._forward = self.program.phases()[0][1]
        for name, values in given.items():
            self._memory.view(self.program.refs[name])[:] = values
            if self._sizes:
                self._sizes.view(self.program.refs[name])[:] = np.abs(values)
        # ReLU is to see what is settled.
        self._run(0, 1)
        self._settle(self._output if self._pools else "z1", "y")
        self._run(1, self._forward)
        self.totals = self._back(self.upstream)

    def _run(self, start: int, stop: int) -> None:
        for memory in (self._memory, self._sizes):
            if memory:
                self._backend.run_operations(self.program, memory, _NOTHING, _ONE, 0, 1, start, stop)

    def _settle(self, name: str, terms: str) -> None:
        if self._sizes:
            ref = self.program.refs[name]
            settle(self._memory.view(ref), self._sizes.view(ref), self._terms[terms])

    def up_to(self, count: int) -> Totals:
        """Return what comes back from the first `count` numbers of the output, in their order.

        The way back is linear in the gradient that arrives, so it is run with that of the others set to 0.
        """
        upstream = np.zeros_like(self.upstream)
        upstream.flat[:count] = self.upstream.flat[:count]
        return self._back(upstream)

    def _back(self, upstream: Array) -> Totals:
        refs, view = self.program.refs, self._memory.view
        view(refs["dy"])[:] = upstream
        if self._sizes:
            # What ReLU stops is no term of any sum.
            through = view(refs[self._output]) > 0 if "dz1" in refs else 1
            self._sizes.view(refs["dy"])[:] = np.abs(upstream) * through
        self._run(self._forward, len(self.program.ops))
        self._settle("dx", "x")
        gradients: list[Array | None] = [None, None]
        if not self._pools:
            self._settle("dW1", "w")
            self._settle("db1", "w")
            gradients = [view(refs["dW1"]), view(refs["db1"])]
        z = view(refs[self._output if self._pools else "z1"])[0]
        delta = view(refs["dz1"])[0] if "dz1" in refs else upstream
        arrays = (z, view(refs[self._output])[0], upstream, delta, view(refs["dx"])[0], *gradients)
        return Totals(*(None if values is None else frozen(values) for values in arrays))  # type: ignore[arg-type]


def frozen(values: Array) -> Array:
    """Return a read-only copy."""
    copy = values.copy()
    copy.setflags(write=False)
    return copy
