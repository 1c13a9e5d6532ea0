"""Optimizers side by side on one surface: one listing, one memory, one update of them all.

Each optimizer works in a lane of its own: its point, its gradient, its state and its rates. The gradient of all lanes
is computed at once, and all their operations run in one call of a backend, so that a race costs little more than a
single descent, and is the same computation.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from engine.arena import Arena, Array, Memory, Ref
from engine.backend import Backend, Data, whole_state
from engine.descent.surface import Surface
from engine.ops import updates
from engine.optimizers import Optimizer
from engine.optimizers.clipping import clipping_of, unclipped
from engine.program import Builder, Phase, Program

__all__ = ["GradientNoise", "Lane", "Lanes", "recorded"]

# What a listing that reads no data is run on.
_NO_DATA = Data(np.zeros((1, 1)), np.zeros((1, 1)))
_NO_ORDER = np.zeros(1, dtype=np.int64)
# A generator costs as much to make as some hundred numbers.
_BLOCK = 256

Lane = tuple[str, Optimizer]


class LaneBuilder(Builder):
    """Records several optimizers, each over parameters of its own.

    The places of a lane have its key behind their names: ``v_adam``; a lane without a key has plain names.
    """

    def __init__(self) -> None:
        super().__init__(1)
        self._suffix = ""
        self._parameters: Ref | None = None

    def begin(self, key: str, count: int) -> None:
        """Allocate the parameters [count] of a lane; what is recorded next belongs to it."""
        self._suffix = f"_{key}" if key else ""
        self.rate = None
        self._parameters = self.parameter(f"point{self._suffix}", (count,), "w")

    def whole(self, arena: Arena) -> Ref:
        """Return all parameters or gradients of the lane as one vector."""
        if self._parameters is None:
            raise ValueError("no lane has begun: call begin first")
        of = {Arena.PARAMETERS: self._parameters, Arena.GRADIENTS: self.gradient(self._parameters)}[arena]
        short = {Arena.PARAMETERS: "w", Arena.GRADIENTS: "g"}[arena]
        return self.refs.setdefault(
            f"{short}{self._suffix}", Ref(arena, f"{short}{self._suffix}", of.offset, of.shape, short)
        )

    def scalar(self, name: str, tex: str) -> Ref:
        """Allocate a single number of the lane, recomputed at every step."""
        return super().scalar(f"{name}{self._suffix}", tex)

    def state(self, name: str, shape: tuple[int, ...], tex: str) -> Ref:
        """Allocate a place that the lane's optimizer keeps from step to step."""
        return super().state(f"{name}{self._suffix}", shape, tex)

    def hyper_parameter(self, name: str, value: float, tex: str) -> Ref:
        """Allocate a number of the lane that may be changed while it descends."""
        return super().hyper_parameter(f"{name}{self._suffix}", value, tex)


@lru_cache(maxsize=64)
def recorded(lanes: tuple[Lane, ...], count: int) -> Program:
    """Return the listing of one update of every lane, of `count` parameters each.

    Raises
    ------
    ValueError
        If an optimizer refuses one of its settings.
    """
    build = LaneBuilder()
    for key, optimizer in lanes:
        build.begin(key, count)
        with build.recording(Phase.UPDATE, key or "optimizer"):
            optimizer.record(build)
    return build.build()


class GradientNoise:
    """Numbers from N(0, 1) for each update: a function of the seed and the update, so that nothing is drawn twice."""

    def __init__(self, seed: int, dimensions: int) -> None:
        self.seed = seed
        self.dimensions = dimensions
        self._drawn = -1
        self._numbers = np.empty((_BLOCK, dimensions))

    def at(self, update: int) -> Array:
        """Return the numbers of an update, from 0 [d]."""
        block, row = divmod(update, _BLOCK)
        if block != self._drawn:
            rng = np.random.default_rng([self.seed, block])
            self._numbers, self._drawn = rng.normal(size=(_BLOCK, self.dimensions)), block
        return np.asarray(self._numbers[row])


class Lanes:
    """The memory of all lanes, and what moves it on.

    Parameters
    ----------
    surface : Surface
    lanes : sequence of (str, Optimizer)
        Their keys, one of which may be empty if there is only one, and optimizers.
    backend : Backend
    seed : int
        Of the noise on the gradient.
    copies : int
        How many points each lane descends from, for an optimizer treats each parameter by itself. Only the norm that
        a gradient is clipped by is one of several numbers: of each copy its own, outside of the listing.

    Attributes
    ----------
    noise, loss_scale : float
        As `DescentSpec` has them; they may be changed.
    """

    def __init__(
        self, surface: Surface, lanes: Sequence[Lane], backend: Backend, seed: int = 0, copies: int = 1
    ) -> None:
        self.surface = surface
        self.lanes = tuple(lanes) if copies == 1 else tuple((key, unclipped(made)) for key, made in lanes)
        self._limits = [clipping_of(made) for _, made in lanes] if copies > 1 else []
        self.backend = backend
        self.noise = 0.0
        self.loss_scale = 1.0
        self.program = recorded(self.lanes, copies * surface.dimensions)
        self.memory = Memory(self.program.layout)
        self._shape = (len(self.lanes), copies, surface.dimensions)
        self._random = GradientNoise(seed, surface.dimensions)
        for name, value in self.program.hyper.items():
            self.memory.view(self.program.refs[name])[...] = value
        # By lane: what its lines name, without the lane's key.
        self._places = [
            {
                ref.name.removesuffix(f"_{key}" if key else ""): ref
                for op in self.program.ops
                if op.layer == (key or "optimizer")
                for ref in op.operands
            }
            for key, _ in self.lanes
        ]
        self.forget_gradients()

    @property
    def points(self) -> Array:
        """A view of where the lanes stand, [lanes, copies, d]."""
        return np.asarray(self.memory.arena(Arena.PARAMETERS).reshape(self._shape))

    @property
    def gradients(self) -> Array:
        """A view of the gradients that the optimizers get, [lanes, copies, d]; nan before the first."""
        return np.asarray(self.memory.arena(Arena.GRADIENTS).reshape(self._shape))

    @property
    def state(self) -> Array:
        """A view of all points and all that the optimizers remember."""
        return whole_state(self.memory)

    def forget_gradients(self) -> None:
        """Leave no gradient, as before the first update."""
        self.memory.arena(Arena.GRADIENTS)[:] = np.nan

    def places(self, lane: int) -> dict[str, Ref]:
        """Return the places of a lane by their plain names: w, g, what it remembers, its hyper-parameters."""
        return self._places[lane]

    def hyper(self, lane: int) -> dict[str, float]:
        """Return the hyper-parameters of a lane that hold now, by name."""
        places = self._places[lane].items()
        return {name: float(self.memory.view(ref)) for name, ref in places if ref.arena is Arena.HYPER}

    def ball(self, lane: int, state: Array) -> tuple[Array, Array] | None:
        """Return, in a state such as `state`, the look-ahead and the ball of Nesterov's momentum, [d] each.

        The listing is in PyTorch's variables, in which w is the look-ahead: the ball is at w + η μ v. Other
        optimizers have none.
        """
        layer = self.lanes[lane][0] or "optimizer"
        op = next((op for op in self.program.ops if op.layer == layer and op.kind is updates.nesterov_step), None)
        if op is None:
            return None
        layout = self.program.layout
        role = dict(zip(op.kind.reads + op.kind.writes, op.operands, strict=True))
        starts = {name: layout.address(ref) - layout.starts[Arena.PARAMETERS] for name, ref in role.items()}
        w, v = (state[starts[name] : starts[name] + self._shape[2]] for name in "wv")
        # A rate that a schedule computes is part of the state.
        eta, mu = (
            float(state[starts[name]] if role[name].arena is Arena.STATE else self.memory.view(role[name]))
            for name in ("eta", "mu")
        )
        with np.errstate(all="ignore"):
            return w, w + eta * mu * v

    def compute_gradients(self, update: int) -> None:
        """Compute the gradients at the points, with the noise of this update."""
        # Each coordinate without gaps: functions may round otherwise where numbers lie apart.
        parameters = self.points.reshape(-1, self._shape[2]).T.copy()
        slopes = np.array(self.surface.gradient(*parameters))
        if self.noise:
            slopes += self.noise * self._random.at(update)[:, None]
        slopes *= self.loss_scale
        self.gradients.reshape(slopes.T.shape)[:] = slopes.T
        for g, limits in zip(self.gradients, self._limits, strict=False):
            if limits is not None and limits.value is not None:
                updates.clip_values.line(limits.value, g=g)
            if limits is not None and limits.norm is not None:
                norms = np.sqrt((g * g).sum(axis=-1, keepdims=True))
                updates.clip_norm.line(norms, limits.norm, g=g)

    def operate(self, start: int, stop: int) -> None:
        """Run the operations start…stop-1 of the listing."""
        self.backend.run_operations(self.program, self.memory, _NO_DATA, _NO_ORDER, 0, 1, start, stop)

    def update(self, first: int, count: int, path: Array | None = None) -> None:
        """Run whole updates; `path` [updates, lanes, d], if given, gets the points after each at its number.

        Parameters
        ----------
        first, count : int
            The number of the first, from 0, and how many.
        path : ndarray, optional
            Only for lanes of one copy.
        """
        operations, points = len(self.program.ops), self.points
        # Overflow is a lesson, not a warning.
        with np.errstate(all="ignore"):
            for update in range(first, first + count):
                self.compute_gradients(update)
                self.operate(0, operations)
                if path is not None:
                    path[update + 1] = points[:, 0]
