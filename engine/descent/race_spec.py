"""What a race is made from: descents from one start that differ in their optimizers only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from engine.checks import SpecError
from engine.descent.spec import DESCENT_SETTINGS, DescentSpec
from engine.json_spec import JsonSpec
from engine.optimizers import OPTIMIZERS
from engine.rules import RULES

__all__ = ["MAX_RACERS", "RaceSpec"]

# One of each, and some twice with another rate.
MAX_RACERS = 16
# In what the racers of one race may differ.
_RACERS_OWN = ("optimizer", "learning_rate", "settings", *(name for name in RULES if name in DESCENT_SETTINGS))


@dataclass(frozen=True, slots=True)
class RaceSpec(JsonSpec):
    """Everything needed to build a `Race` again. Frozen, validated, JSON there and back.

    Parameters
    ----------
    racers : sequence of DescentSpec
        1 to 16; they differ in nothing but optimizer, settings, learning rate, schedule, weight decay and clipping.

    Raises
    ------
    SpecError
        If there are too many or too few, or if they do not run the same race.
    """

    called: ClassVar[str] = "race"

    racers: tuple[DescentSpec, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "racers", tuple(self.racers))
        if not 1 <= len(self.racers) <= MAX_RACERS:
            raise SpecError("racers", f"a race has 1 to {MAX_RACERS} racers, got {len(self.racers)}")
        for racer in self.racers[1:]:
            for name in DESCENT_SETTINGS:
                if name not in _RACERS_OWN and getattr(racer, name) != getattr(self.racers[0], name):
                    raise SpecError(name, f"the racers of one race have the same {name}: they differ in {name}")

    @classmethod
    def of(cls, base: DescentSpec, optimizers: Iterable[str] | Mapping[str, float] = tuple(OPTIMIZERS)) -> RaceSpec:
        """Return the race of these optimizers with usual settings where `base` starts.

        Parameters
        ----------
        base : DescentSpec
            Its own optimizer does not run unless it is named.
        optimizers : iterable of str, or mapping of str to float
            Their names, with learning rates or with those that suit the surface.
        """
        rates = optimizers if isinstance(optimizers, Mapping) else dict.fromkeys(optimizers)
        return cls(
            tuple(replace(base, optimizer=name, settings=(), learning_rate=rate) for name, rate in rates.items())
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """The racers' names: their optimizers', with a number where one runs again, such as ``adam_2``."""
        names = [racer.optimizer for racer in self.racers]
        counts = [names[: place + 1].count(name) for place, name in enumerate(names)]
        return tuple(f"{name}_{count}" if count > 1 else name for name, count in zip(names, counts, strict=True))

    def with_(self, **changes: Any) -> RaceSpec:
        """Return the race with these settings changed for all racers."""
        return RaceSpec(tuple(racer.with_(**changes) for racer in self.racers))

    def to_dict(self) -> dict[str, Any]:
        """Return the spec as data that JSON can hold, with a version."""
        ground = self.racers[0].to_dict()
        each = [{name: racer.to_dict()[name] for name in _RACERS_OWN} for racer in self.racers]
        return {**{name: value for name, value in ground.items() if name not in _RACERS_OWN}, "racers": each}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the spec that `to_dict` wrote."""
        values = cls._without_version(values)
        racers = values.pop("racers", None)
        if not isinstance(racers, Sequence) or not all(isinstance(racer, Mapping) for racer in racers):
            raise SpecError("racers", f"racers: a list of optimizers with their settings, got {str(racers)[:40]}")
        if len(racers) > MAX_RACERS:
            raise SpecError("racers", f"a race has 1 to {MAX_RACERS} racers, got {len(racers)}")
        return cls(tuple(DescentSpec.from_dict({**values, **racer}) for racer in racers))
