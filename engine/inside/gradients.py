"""What goes on inside a network: per layer the activations, weights and gradients on the whole training set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from engine.arena import Arena, Array, Memory, Ref
from engine.backend import Backend, Data
from engine.inside.histograms import Histogram, HistogramTrack, Scale, even_times, histogram
from engine.kernels import opcodes as oc
from engine.network import Network
from engine.program import Phase
from engine.training import TrainingRun

# More examples cost more time and change the shape of no histogram.
MAX_EXAMPLES = 1000
# Where the slope is below 6 % (tanh) or 12 % (sigmoid) of its largest value.
TANH_LIMIT, SIGMOID_LIMIT = 0.97, 0.03


class Quantity(StrEnum):
    """What is counted in a histogram."""

    ACTIVATIONS = "activations"
    WEIGHTS = "weights"
    GRADIENTS = "gradients"

    @property
    def scale(self) -> Scale:
        """Gradients shrink by orders of magnitude; the others do not."""
        return Scale.LOGARITHMIC if self is Quantity.GRADIENTS else Scale.LINEAR


@dataclass(frozen=True, slots=True, eq=False)
class LayerMeasures:
    """What was measured in one layer.

    Attributes
    ----------
    layer : str
        ``dense2``.
    activation : str
        As recorded: the identity where the loss contains the output's activation.
    units : int
    histograms : dict of Quantity to Histogram
        Of what the layer hands on, of W, and of dW.
    weight_norm, gradient_norm : float
        The root of the sum of squares of W and of dW.
    delta : float
        Mean magnitude of the gradient with respect to z, over examples and units. The loss is a mean over the
        examples, and so each example's share of it is 1/N.
    dead : float or None
        Share of the units that give 0 for every example; None where the activation is not ReLU.
    saturated : float or None
        Share of the outputs, over examples and units, beyond ±0.97 (tanh) or outside 0.03…0.97 (sigmoid), where
        the activation is nearly flat; None for other activations.
    alike : bool
        Whether all units, of at least two, have the same weights and biases.
    """

    layer: str
    activation: str
    units: int
    histograms: dict[Quantity, Histogram]
    weight_norm: float
    gradient_norm: float
    delta: float
    dead: float | None
    saturated: float | None
    alike: bool


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """What was measured in a network.

    Attributes
    ----------
    layers : tuple of LayerMeasures
    loss : float
        Without penalties.
    rows, examples : int
        Measured on the first `rows` of the training set's `examples`.
    """

    layers: tuple[LayerMeasures, ...]
    loss: float
    rows: int
    examples: int


@dataclass(frozen=True, slots=True)
class _Places:
    """Where a layer's values lie in the memory."""

    layer: str
    activation: str
    a: Ref
    handed_on: Ref
    W: Ref
    b: Ref
    gradient: Ref
    delta: Ref


class Inside:
    """Runs a network forward and backward on its training set, and updates nothing.

    It is a measurement, not a step of training: all examples at once, without dropout, and the gradients are those
    of the loss on the data alone, without the penalty. Of large training sets it takes the first 1,000 examples.

    Parameters
    ----------
    network : Network
    train_inputs : [N, I]
    train_targets : [N, O], as the loss expects them
    backend : Backend
    """

    def __init__(self, network: Network, train_inputs: Array, train_targets: Array, backend: Backend) -> None:
        if len(train_inputs) == 0:
            raise ValueError("there is no example to measure on")
        self.examples = len(train_inputs)
        self.rows = min(self.examples, MAX_EXAMPLES)
        self.network = network
        self.program = plain(network).record(self.rows)
        self.memory = Memory(self.program.layout, train_inputs.dtype)
        self._data = Data(
            np.ascontiguousarray(train_inputs[: self.rows]), np.ascontiguousarray(train_targets[: self.rows])
        )
        self._order = np.arange(self.rows)
        self._backend = backend
        for name, value in self.program.hyper.items():
            self.memory.view(self.program.refs[name])[...] = value
        # The optimizer's operations come last.
        self._operations = sum(op.phase is not Phase.UPDATE for op in self.program.ops)
        self._layers = self._places()

    def _places(self) -> list[_Places]:
        refs = self.program.refs
        deltas = {}
        for op in self.program.ops:
            if op.kind.opcode == oc.DENSE_WEIGHT_GRADIENT:
                operands = dict(zip(op.kind.reads + op.kind.writes, op.operands, strict=True))
                deltas[operands["dW"].name] = operands["delta"]
        last = len(self.network.layers)
        layers = []
        for number, layer in enumerate(self.network.layers, 1):
            fused = number == last and self.network.output_activation != "identity"
            layers.append(_Places(
                layer=f"dense{number}",
                activation="identity" if fused else layer.activation,
                a=refs.get(f"a{number}", refs[f"z{number}"]),
                handed_on=refs[self.network.handed_on(number)],
                W=refs[f"W{number}"],
                b=refs[f"b{number}"],
                gradient=refs[f"dW{number}"],
                delta=deltas[f"dW{number}"],
            ))  # fmt: skip
        return layers

    def __getitem__(self, name: str) -> Array:
        """Return a view of a place as the last measurement left it: ``a1`` [N, units], ``dW2``."""
        return self.memory.view(self.program.refs[name])

    def run(self, parameters: Array) -> None:
        """Compute all signals and gradients for these parameters [P]."""
        self.memory.arena(Arena.PARAMETERS)[:] = parameters
        self._backend.run_operations(
            self.program, self.memory, self._data, self._order, 0, self.rows, 0, self._operations
        )

    def measure(self, parameters: Array) -> Measures:
        """Return histograms and norms of every layer for these parameters [P]."""
        self.run(parameters)
        with np.errstate(all="ignore"):
            layers = tuple(self._measure_layer(places) for places in self._layers)
        return Measures(layers, float(self["loss"]), self.rows, self.examples)

    def _measure_layer(self, at: _Places) -> LayerMeasures:
        view = self.memory.view
        W, b, dW, a = view(at.W), view(at.b), view(at.gradient), view(at.a)
        dead = saturated = None
        if at.activation == "relu":
            dead = 1.0 - np.count_nonzero(np.count_nonzero(a, axis=0)) / a.shape[1]
        elif at.activation == "tanh":
            saturated = np.count_nonzero(np.abs(a) > TANH_LIMIT) / a.size
        elif at.activation == "sigmoid":
            saturated = np.count_nonzero(np.abs(a - 0.5) > 0.5 - SIGMOID_LIMIT) / a.size
        values = {
            Quantity.ACTIVATIONS: view(at.handed_on), Quantity.WEIGHTS: W, Quantity.GRADIENTS: dW,
        }  # fmt: skip
        return LayerMeasures(
            layer=at.layer,
            activation=at.activation,
            units=b.size,
            histograms={quantity: histogram(array, quantity.scale) for quantity, array in values.items()},
            weight_norm=_norm(W),
            gradient_norm=_norm(dW),
            delta=float(np.abs(view(at.delta)).mean()),
            dead=dead,
            saturated=saturated,
            alike=b.size > 1 and bool((W[:, :1] == W).all() and (b == b[0]).all()),
        )


def _norm(matrix: Array) -> float:
    flat = matrix.reshape(-1)
    return float(np.sqrt(flat @ flat))


def plain(network: Network) -> Network:
    """Return the same network, on the same parameters, without dropout and without penalties."""
    return replace(
        network, layers=tuple(replace(layer, regularizer="none", dropout=0.0) for layer in network.layers)
    )


class Tracks:
    """The histograms of all layers over the epochs.

    Parameters
    ----------
    layers : sequence of str
        Their names: ``dense1`` and so on.
    """

    def __init__(self, layers: Sequence[str]) -> None:
        self._tracks = {
            (layer, quantity): HistogramTrack(quantity.scale) for layer in layers for quantity in Quantity
        }

    def __getitem__(self, key: tuple[str, Quantity]) -> HistogramTrack:
        """Return the track of a layer and a quantity."""
        return self._tracks[key]

    def add(self, epoch: float, measures: Measures) -> None:
        """Add what was measured at an epoch; what was noted there or later goes."""
        for layer in measures.layers:
            for quantity, counted in layer.histograms.items():
                self._tracks[layer.layer, quantity].add(epoch, counted)

    def cut(self, epoch: float) -> None:
        """Drop what was noted at `epoch` and later."""
        for track in self._tracks.values():
            track.cut(epoch)


def checkpoints(run: TrainingRun) -> list[tuple[int, Array]]:
    """Return the checkpoints of the run's line up to now: after how many updates, and the state, which begins with
    the parameters [P].
    """
    found = []
    line = run.history.line
    for place, segment in enumerate(line):
        limit = run.loop.updates
        if place + 1 < len(line):
            # Beyond the next segment's start this one tells of another branch.
            limit = min(limit, run.loop.updates_at(line[place + 1].start))
        found += [pair for pair in zip(segment.steps, segment.states, strict=True) if pair[0] <= limit]
    return found


def sample_past(run: TrainingRun, most: int = 40) -> list[tuple[float, Array]]:
    """Return the parameters that the run had on its way here, from its checkpoints: nothing is replayed.

    Parameters
    ----------
    run : TrainingRun
    most : int
        At most so many, evenly spread over time; the start is always among them.

    Returns
    -------
    list of (float, ndarray)
        The epoch, with its fraction, and a copy of the parameters [P], ascending. The present is not among them,
        unless a checkpoint stands there.
    """
    if most < 2:
        raise ValueError(f"a past has at least its start and one more moment: most is at least 2, got {most}")
    kept, count = checkpoints(run), run.network.parameters
    chosen = even_times((updates for updates, _ in kept), most)
    return [(kept[k][0] / run.loop.batches, kept[k][1][:count].copy()) for k in chosen]
