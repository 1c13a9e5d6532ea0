"""The listing of a stack: forward through the layers, then back from a gradient that is given at the top."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.arena import Array, Ref
from engine.backend import Data
from engine.flow.spec import FlowSpec
from engine.ops.batch import take_batch
from engine.program import Builder, Op, Phase, Program

# Streams of their own: see `FlowSpec`.
_WEIGHTS, _INPUTS, _UPSTREAM = 0, 1, 2


@dataclass(frozen=True, slots=True)
class LayerPlaces:
    """Where a layer's values lie, and after how many operations they are known.

    Attributes
    ----------
    number : int
        From 1, at the input.
    activation : Ref
        The activation's output: ``a3``, or ``z3`` where it is the identity.
    output, upstream : Ref
        What the layer hands on (``s3`` with a skip connection), and the gradient with respect to it.
    delta, gradient : Ref
        The gradients with respect to z and to W.
    slope : Op or None
        The operation that multiplies by the activation's slope; None for the identity.
    output_from, upstream_from, delta_from, gradient_from : int
        The position's ``op`` from which on each is known.
    """

    number: int
    activation: Ref
    output: Ref
    upstream: Ref
    delta: Ref
    gradient: Ref
    slope: Op | None
    output_from: int
    upstream_from: int
    delta_from: int
    gradient_from: int


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """A recorded stack: the listing, and where to find things in it."""

    program: Program
    layers: tuple[LayerPlaces, ...]


def stack(spec: FlowSpec) -> Stack:
    """Return the listing of one pass. Initializer, scale and seed are no part of it."""
    return _recorded(spec.with_(initializer="lecun_normal", scale=1.0, seed=0))


@lru_cache(maxsize=32)
def _recorded(spec: FlowSpec) -> Stack:
    layers = spec.layers()
    build = Builder(spec.batch)
    x = build.signal("x", spec.width, "x")
    top = rf"\frac{{\partial L}}{{\partial {layers[-1].output_name(spec.depth)[0]}_{{{spec.depth}}}}}"
    upstream = build.signal("upstream", spec.width, top)
    with build.recording(Phase.FORWARD, "batch"):
        # The gradient at the top is given, as the targets of a training step are.
        build.record(take_batch, "x", x=x, y=upstream)
    handed = [x]
    for number, layer in enumerate(layers, 1):
        with build.recording(Phase.FORWARD, f"dense{number}"):
            handed.append(layer.forward(build, number, handed[-1]))
    arrived = {spec.depth: upstream}
    for number in range(spec.depth, 0, -1):
        with build.recording(Phase.BACKWARD, f"dense{number}"):
            # Nobody asks for the gradient of the noise that went in.
            dx = layers[number - 1].backward(build, number, handed[number - 1], arrived[number], number > 1)
        if dx is not None:
            arrived[number - 1] = dx
    program = build.build()
    return Stack(program, tuple(_places(program, n, handed[n], arrived[n]) for n in range(1, spec.depth + 1)))


def _places(program: Program, number: int, output: Ref, upstream: Ref) -> LayerPlaces:
    # Where a place is written last, it is known: a skip connection adds to a gradient that is there already.
    known = {ref.name: at for at, op in enumerate(program.ops, 1) for ref in op.writes}
    gradient = program.refs[f"dW{number}"]
    of_weights = program.ops[known[gradient.name] - 1]
    delta = dict(zip(of_weights.kind.reads, of_weights.reads, strict=True))["delta"]
    makes_delta = program.ops[known[delta.name] - 1]
    return LayerPlaces(
        number=number,
        activation=program.refs.get(f"a{number}", program.refs[f"z{number}"]),
        output=output,
        upstream=upstream,
        delta=delta,
        gradient=gradient,
        # The identity makes no delta of its own: what arrives is the delta.
        slope=None if delta is upstream else makes_delta,
        output_from=known[output.name],
        upstream_from=known[upstream.name],
        delta_from=known[delta.name],
        gradient_from=known[gradient.name],
    )


def initial_weights(spec: FlowSpec) -> dict[str, Array]:
    """Return the first weights and biases by name: ``W1`` [width, width], ``b1`` [width], …

    They are drawn from the first layer on, so that a deeper stack begins like a shallower one.
    """
    rng = np.random.default_rng([spec.seed, _WEIGHTS])
    return {
        f"{name}{number}": values
        for number, layer in enumerate(spec.layers(), 1)
        for name, values in layer.initial(spec.width, rng).items()
    }


def noise(spec: FlowSpec) -> Data:
    """Return the inputs [batch, width], and as targets the gradient at the top [batch, width], all from N(0, 1)."""
    shape = (spec.batch, spec.width)
    inputs, upstream = (np.random.default_rng([spec.seed, stream]) for stream in (_INPUTS, _UPSTREAM))
    return Data(inputs.normal(size=shape), upstream.normal(size=shape))
