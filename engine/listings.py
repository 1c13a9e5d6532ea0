"""What a training run computes with under each of the settings that may change while it trains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from engine.arena import Arena
from engine.network import Trainable
from engine.optimizers import Optimizer
from engine.program import Program
from engine.rules import places_of
from engine.schedules import Schedule

__all__ = ["LearningSpec", "Listing", "Listings", "Spec"]

# So many are kept at hand: a slider passes through one with each of its values.
_MOST = 64


class LearningSpec(Protocol):
    """What a training run is made from."""

    @property
    def batch_size(self) -> int:
        """Examples in a batch."""

    @property
    def seed(self) -> int:
        """What decides the first weights and the order of the examples."""

    @property
    def schedule_unit(self) -> str:
        """What a schedule counts."""

    @property
    def live_settings(self) -> tuple[str, ...]:
        """The names of what may change while training."""

    def with_(self: Spec, **changes: Any) -> Spec:
        """Return a copy with these settings changed."""

    def to_dict(self) -> dict[str, Any]:
        """Return the spec as data that JSON can hold, with a version."""

    def network(self) -> Trainable:
        """Build the network that this spec describes."""

    def make_optimizer(self) -> Optimizer:
        """Return the optimizer with all that is around it."""

    def make_schedule(self) -> Schedule:
        """Return the schedule of the learning rate."""

    def lines_key(self) -> tuple[object, ...]:
        """Return what of the live settings decides which lines a step has; the rest are numbers in the memory."""

    def idle_settings(self) -> set[str]:
        """Return the live settings with which nothing is computed."""

    def penalty_places(self) -> dict[str, float]:
        """Return the numbers of the penalties, by the names of their places in the memory."""


Spec = TypeVar("Spec", bound=LearningSpec)


@dataclass(frozen=True, slots=True, eq=False)
class Listing(Generic[Spec]):
    """What holds under certain settings.

    Attributes
    ----------
    spec : Spec
        With these settings.
    program : Program
        The listing: another penalty, or schedule, decay or clipping switched on or off, is another one.
    values : dict of str to float
        The numbers that hold, by the places of the program.
    """

    spec: Spec
    program: Program
    values: dict[str, float]

    @property
    def state_size(self) -> int:
        """How many numbers a checkpoint has: parameters and optimizer state."""
        layout = self.program.layout
        return layout.starts[Arena.STATE] + layout.sizes[Arena.STATE] - layout.starts[Arena.PARAMETERS]


class Listings(Generic[Spec]):
    """The listings of a run, by its live settings.

    Parameters
    ----------
    spec : Spec
        What the run was begun with.
    rows, batches : int
        Examples in the largest batch, batches in an epoch.
    """

    def __init__(self, spec: Spec, rows: int, batches: int) -> None:
        self._spec = spec
        self._sizes = rows, batches
        self._programs: dict[tuple[object, ...], Program] = {}
        self._known: dict[tuple[object, ...], Listing[Spec]] = {}

    def __getitem__(self, settings: Mapping[str, Any]) -> Listing[Spec]:
        """Return what holds under these settings; views ask at every frame."""
        live = {name: settings[name] for name in self._spec.live_settings}
        key = tuple(live.values())
        if key not in self._known:
            if len(self._known) == _MOST:
                self._known.clear()
            self._known[key] = self._made(self._spec.with_(**live))
        return self._known[key]

    def _made(self, spec: Spec) -> Listing[Spec]:
        key = spec.lines_key()
        if key not in self._programs:
            self._programs[key] = spec.network().record(*self._sizes)
        program = self._programs[key]
        values = {**places_of(spec.make_optimizer()), **spec.penalty_places()}
        return Listing(spec, program, {name: values.get(name, usual) for name, usual in program.hyper.items()})
