"""The passes that a reader makes: forward through some layers, and back from the last of them to the pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from engine.arena import Arena, Array, Memory, Ref
from engine.backend import Backend, Data
from engine.layers import Dense, MapLayer
from engine.layers.shapes import Shape
from engine.program import Builder, Phase, Program

__all__ = ["Signals"]


class Signals:
    """A listing of passes through layers in a row, with a memory of its own; nothing in it is trained.

    Parameters
    ----------
    shape : tuple of int
        Of one example, [*space, C].
    layers : sequence of MapLayer or Dense
        Their parameters lie one behind the other, as in a `MapNetwork`. Dropout is left out.
    rows : int
        The most examples at once.
    dtype : data type
        float32 or float64.
    backend : Backend
    back : bool
        Record the way back to the example, too. Other than in training, it is needed below the first weights.

    Attributes
    ----------
    program : Program
    memory : Memory
    """

    def __init__(
        self,
        shape: Shape,
        layers: Sequence[MapLayer | Dense],
        rows: int,
        dtype: npt.DTypeLike,
        backend: Backend,
        back: bool = False,
    ) -> None:
        build = Builder(rows)
        handed = [build.signal("x", shape, "x")]
        kept = [replace(layer, dropout=0.0) if isinstance(layer, Dense) else layer for layer in layers]
        for number, layer in enumerate(kept, 1):
            with build.recording(Phase.FORWARD, f"{layer.prefix}{number}"):
                handed.append(layer.forward(build, number, handed[-1], training=False))
        self._upstream: Ref | None = None
        if back:
            gradient = self._upstream = build.gradient_signal(handed[-1])
            for number in range(len(kept), 0, -1):
                with build.recording(Phase.BACKWARD, f"{kept[number - 1].prefix}{number}"):
                    dx = kept[number - 1].backward(build, number, handed[number - 1], gradient, True)
                    assert dx is not None  # it was asked for
                    gradient = dx
            self._gradient = gradient
        self.program: Program = build.build()
        self.memory = Memory(self.program.layout, dtype)
        for name, value in self.program.hyper.items():
            self.memory.view(self.program.refs[name])[...] = value
        self._input, self._output = handed[0], handed[-1]
        self._forward = sum(op.phase is Phase.FORWARD for op in self.program.ops)
        self._backend = backend
        # The listing takes nothing from a data set.
        self._data = Data(np.zeros((1, 1), dtype), np.zeros((1, 1), dtype))
        self._order = np.zeros(1, dtype=np.int64)

    def __getitem__(self, name: str) -> Array:
        """Return a view of a place: ``a1`` [rows, *space, C]."""
        return self.memory.view(self.program.refs[name])

    def load(self, parameters: Array) -> None:
        """Take these parameters [P]; more than the layers have may follow."""
        arena = self.memory.arena(Arena.PARAMETERS)
        arena[:] = parameters[: arena.size]

    def forward(self, examples: Array) -> Array:
        """Run forward.

        Parameters
        ----------
        examples : ndarray [n, *shape]
            At most as many as rows.

        Returns
        -------
        ndarray [n, *outputs]
            A view of what the last layer hands on.
        """
        n = len(examples)
        self.memory.view(self._input, n)[:] = examples
        self._run(n, 0, self._forward)
        return self.memory.view(self._output, n)

    def back(self, upstream: Array) -> Array:
        """Run back after `forward` on as many examples.

        Parameters
        ----------
        upstream : ndarray [n, *outputs]
            The gradient of what is asked about with respect to what the last layer hands on.

        Returns
        -------
        ndarray [n, *shape]
            A view of its gradient with respect to the examples.
        """
        assert self._upstream is not None  # recorded with back=True
        n = len(upstream)
        self.memory.view(self._upstream, n)[:] = upstream
        self._run(n, self._forward, len(self.program.ops))
        return self.memory.view(self._gradient, n)

    def _run(self, rows: int, start: int, stop: int) -> None:
        self._backend.run_operations(
            self.program, self.memory, self._data, self._order, 0, rows, start, stop
        )
