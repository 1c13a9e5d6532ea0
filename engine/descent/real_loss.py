"""The loss of a real network over two of its weights, the others fixed, or over all of them.

Values and gradients are the engine's own forward and backward pass on the whole training set: what a training with
one batch an epoch computes. Biases count as weights here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache

import numpy as np

from engine.arena import Arena, Array, Memory
from engine.backend import Backend, NumpyBackend, ready_backend
from engine.checks import SpecError, unknown
from engine.descent.analysis import search_minima
from engine.descent.surface import Surface
from engine.descent.tiny_networks import REAL_LOSSES, RealLoss
from engine.program import Phase, Program

__all__ = [
    "MAX_TRAINED", "NETWORK", "REAL_LOSSES", "RealLoss", "RealPasses", "network_surface", "real_passes",
    "weight_names",
]  # fmt: skip

# What `DescentSpec.surface` says of these.
NETWORK = "network"
MAX_TRAINED = 2000
# How far weights that no view shows may be set.
_FAR = 100.0

# What a spec needs of a network is computed when pages are imported: that must not wait for a compiler.
_LINES = NumpyBackend()


class RealPasses:
    """Forward and backward passes of a tiny network, for as many sets of weights as one likes.

    Every call works on a memory of its own: threads do not meet in it.

    Parameters
    ----------
    loss : RealLoss

    Attributes
    ----------
    start : [P]
        The first weights.
    layers : int
    names, tex : tuple of str
        What they are called: ``W1 x2→1``, ``b1 1``; in formulas.
    """

    def __init__(self, loss: RealLoss) -> None:
        made = loss.make()
        self.start = made.start
        self._data = made.data
        rows = len(made.data.inputs)
        self._program = made.network.record(rows)
        self._backend: Backend | None = None
        self._order = np.arange(rows)
        phases = [op.phase for op in self._program.ops]
        self._update = phases.index(Phase.UPDATE)
        self._backward = phases.index(Phase.BACKWARD)
        self._memory = Memory(self._program.layout)
        made.network.initialize(self._program, self._memory, np.random.default_rng(0))
        self._memory.arena(Arena.PARAMETERS)[:] = self.start
        # The first operation takes the examples; they stay where they are.
        self._run(self._memory, 0, 1, _LINES)
        self.layers = len(made.network.layers)
        self.names, self.tex = _names(self._program, self.layers)

    @property
    def parameters(self) -> int:
        """Number of weights and biases P."""
        return len(self.start)

    def values(self, points: Array) -> Array:
        """Return the loss at points [n, P]: [n]."""
        memory = self._fresh()
        parameters, loss = memory.arena(Arena.PARAMETERS), memory.view(self._program.refs["loss"])
        values = np.empty(len(points))
        for k, point in enumerate(points):
            parameters[:] = point
            self._run(memory, 1, self._backward)
            values[k] = loss
        return values

    def gradients(self, points: Array) -> Array:
        """Return the derivatives of the loss at points [n, P]: [n, P]."""
        memory = self._fresh()
        parameters, gradient = memory.arena(Arena.PARAMETERS), memory.arena(Arena.GRADIENTS)
        gradients = np.empty(points.shape)
        for k, point in enumerate(points):
            parameters[:] = point
            self._run(memory, 1, self._update)
            gradients[k] = gradient
        return gradients

    def trained(self, updates: int) -> Array:
        """Return where so many updates of the network's own training lead from the start [P]."""
        memory = self._fresh()
        for _ in range(updates):
            self._run(memory, 1, len(self._program.ops), _LINES)
        return memory.arena(Arena.PARAMETERS).copy()

    def _fresh(self) -> Memory:
        memory = Memory(self._program.layout)
        memory.flat[:] = self._memory.flat
        return memory

    def _run(self, memory: Memory, start: int, stop: int, backend: Backend | None = None) -> None:
        rows = len(self._order)
        if backend is None:
            # Chosen at the first survey, and then kept: what is computed again must come out the same.
            self._backend = backend = self._backend or ready_backend()
        backend.run_operations(self._program, memory, self._data, self._order, 0, rows, start, stop)


@cache
def real_passes(key: str) -> RealPasses:
    """Return the passes of a network of `REAL_LOSSES`."""
    return RealPasses(REAL_LOSSES[key])


def weight_names(network: str) -> tuple[str, ...]:
    """Return what the weights and biases of a network of `REAL_LOSSES` are called, in the order of their places."""
    return real_passes(network).names


def _names(program: Program, layers: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what the parameters are called, in the order in which they lie: in words, and in formulas."""
    if layers == 1 and program.refs["b1"].size == 1:
        count = program.refs["W1"].size
        weights = [("w", "w")] if count == 1 else [(f"w{k}", f"w_{k}") for k in range(1, count + 1)]
        names = [*weights, ("b", "b")]
    else:
        names = [
            name for number in range(1, layers + 1)
            for name in (*_matrix(program, number, layers), *_biases(program, number, layers))
        ]  # fmt: skip
    return tuple(name for name, _ in names), tuple(tex for _, tex in names)


def _matrix(program: Program, number: int, layers: int) -> list[tuple[str, str]]:
    inputs, units = program.refs[f"W{number}"].shape
    return [
        (f"W{number} {'x' if number == 1 else ''}{i}→{_neuron(number, j, layers)}", rf"W^{{({number})}}_{{{i}{j}}}")
        for i in range(1, inputs + 1) for j in range(1, units + 1)
    ]  # fmt: skip


def _biases(program: Program, number: int, layers: int) -> list[tuple[str, str]]:
    units = program.refs[f"b{number}"].size
    return [(f"b{number} {_neuron(number, j, layers)}", rf"b^{{({number})}}_{{{j}}}") for j in range(1, units + 1)]


def _neuron(number: int, unit: int, layers: int) -> str:
    return "ŷ" if number == layers else str(unit)


@lru_cache(maxsize=64)
def network_surface(network: str, weights: tuple[int, int], free: bool = False, trained: int = 0) -> Surface:
    """Return the loss of a real network.

    Parameters
    ----------
    network : str
        A key of `REAL_LOSSES`.
    weights : tuple of int
        Which two parameters it is over, by their places from 0 among all weights and biases.
    free : bool
        Over all parameters, of which views show those two.
    trained : int
        The others stand where so many updates of the network's own training led them, plain gradient descent on all
        weights; the two begin where the network begins.

    Raises
    ------
    SpecError
        Of the field ``network`` or ``weights``.
    """
    if network not in REAL_LOSSES:
        raise SpecError("network", f"Network: {unknown('choice', network, list(REAL_LOSSES))}")
    about, passes = REAL_LOSSES[network], real_passes(network)
    count = passes.parameters
    if len(set(weights)) != 2 or not all(0 <= weight < count for weight in weights):
        raise SpecError(
            "weights", f"the weights to look at are two different numbers from 0 to {count - 1}, got {list(weights)}"
        )
    shown = list(weights)
    base = passes.trained(trained)
    base[shown] = passes.start[shown]
    whole = Surface(
        key=NETWORK,
        title=about.title,
        about=about.about,
        tex=rf"J({', '.join(passes.tex)}) = {about.tex}",
        names=passes.names,
        extent=tuple(about.view if place in weights else (-_FAR, _FAR) for place in range(count)),
        start=tuple(base.tolist()),
        function=lambda *parameters: _spread(passes.values, parameters),
        slopes=lambda *parameters: tuple(np.moveaxis(_spread(passes.gradients, parameters), -1, 0)),
        radius=(about.view[1] - about.view[0]) / 200,
        rates=about.rates,
        shown=weights,
    )
    if not free:
        return _two(about, whole, (passes.tex[weights[0]], passes.tex[weights[1]]))
    # Of a single neuron there is one minimum at most. Hidden neurons can change places: whatever minimum is found,
    # there are as good ones elsewhere, and who arrives there has arrived.
    return replace(whole, minima=search_minima(whole)) if passes.layers == 1 else whole


def _two(about: RealLoss, whole: Surface, tex: tuple[str, str]) -> Surface:
    """Return the surface over the two weights alone, with its minima."""
    two = replace(whole.slice(whole.start), tex=rf"J({', '.join(tex)}) = {about.tex}")
    return replace(two, minima=search_minima(two))


def _spread(compute: Callable[[Array], Array], parameters: tuple[Array, ...]) -> Array:
    """Compute what is computed of points [n, P] for parameters of any one shape, one array each."""
    points = np.stack(parameters, axis=-1)
    computed = compute(points.reshape(-1, len(parameters)))
    return computed.reshape((*parameters[0].shape, *computed.shape[1:]))
