"""What a training run computes with under each of the settings that may change while it trains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.arena import Arena
from engine.program import Program
from engine.rules import listing_key, places_of
from engine.spec import LIVE_SETTINGS, TrainingSpec

__all__ = ["Listing", "Listings", "idle_settings", "lines_key"]

# So many are kept at hand: a slider passes through one with each of its values.
_MOST = 64


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """What holds under certain settings.

    Attributes
    ----------
    spec : TrainingSpec
        With these settings.
    program : Program
        The listing: another penalty, or schedule, decay or clipping switched on or off, is another one.
    values : dict of str to float
        The numbers that hold, by the places of the program.
    """

    spec: TrainingSpec
    program: Program
    values: dict[str, float]

    @property
    def state_size(self) -> int:
        """How many numbers a checkpoint has: parameters and optimizer state."""
        layout = self.program.layout
        return layout.starts[Arena.STATE] + layout.sizes[Arena.STATE] - layout.starts[Arena.PARAMETERS]


class Listings:
    """The listings of a run, by its live settings.

    Parameters
    ----------
    spec : TrainingSpec
        What the run was begun with.
    rows, batches : int
        Examples in the largest batch, batches in an epoch.
    """

    def __init__(self, spec: TrainingSpec, rows: int, batches: int) -> None:
        self._spec = spec
        self._sizes = rows, batches
        self._programs: dict[tuple[object, ...], Program] = {}
        self._known: dict[tuple[object, ...], Listing] = {}

    def __getitem__(self, settings: Mapping[str, Any]) -> Listing:
        """Return what holds under these settings; views ask at every frame."""
        live = {name: settings[name] for name in LIVE_SETTINGS}
        key = tuple(live.values())
        if key not in self._known:
            if len(self._known) == _MOST:
                self._known.clear()
            self._known[key] = self._made(self._spec.with_(**live))
        return self._known[key]

    def _made(self, spec: TrainingSpec) -> Listing:
        key = lines_key(spec)
        if key not in self._programs:
            self._programs[key] = spec.network().record(*self._sizes)
        program = self._programs[key]
        values = {**places_of(spec.make_optimizer()), "regularization_rate": spec.regularization_rate}
        return Listing(spec, program, {name: values.get(name, usual) for name, usual in program.hyper.items()})


def lines_key(spec: TrainingSpec) -> tuple[object, ...]:
    """Return what of the live settings decides which lines a step has; the rest are numbers in the memory."""
    return spec.regularization, *listing_key(spec, spec.schedule_unit)


def idle_settings(spec: TrainingSpec) -> set[str]:
    """Return the live settings with which nothing is computed."""
    unused = {
        "regularization_rate": spec.regularization == "none",
        "decoupled": spec.weight_decay == 0,
        "schedule_unit": spec.schedule == "constant",
    }
    return {name for name, is_unused in unused.items() if is_unused}
