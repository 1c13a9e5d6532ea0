"""Who is in a race: all optimizers have a line in the table, and some of them take part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.checks import SpecError
from engine.descent import DescentSpec, RaceSpec
from engine.optimizers import OPTIMIZERS
from playground.optimizer_marks import TITLES, optimizer_of


@dataclass(frozen=True, slots=True)
class Racer:
    """One line of the table.

    Attributes
    ----------
    optimizer : str
    learning_rate : float or None
        None for one that suits the surface.
    settings : tuple of (str, float)
        The optimizer's other settings; those that are left out are usual.
    racing : bool
        Whether it takes part.
    """

    optimizer: str
    learning_rate: float | None = None
    settings: tuple[tuple[str, float], ...] = ()
    racing: bool = True


@dataclass(frozen=True, slots=True)
class Field:
    """The racers, and which of them take part.

    Who does not take part is computed all the same, in lockstep with the others: whoever joins later is where it
    would be, and who leaves changes nothing for the rest.

    Attributes
    ----------
    spec : RaceSpec
    out : frozenset of str
        Keys of the racers that do not take part.
    """

    spec: RaceSpec
    out: frozenset[str] = frozenset()

    @property
    def racing(self) -> tuple[str, ...]:
        """Keys of those that take part."""
        return tuple(key for key in self.spec.keys if key not in self.out)

    @property
    def racers(self) -> tuple[Racer, ...]:
        """All lines of the table, with a rate only where it is not the one that suits."""
        return tuple(
            Racer(
                racer.optimizer,
                None if racer.rate == racer.landscape.rate(racer.optimizer) else racer.rate,
                racer.settings,
                key not in self.out,
            )
            for key, racer in zip(self.spec.keys, self.spec.racers, strict=True)
        )


def line_up(base: DescentSpec, racers: Iterable[Racer | str]) -> Field:
    """Return a table of all optimizers in which these take part.

    Parameters
    ----------
    base : DescentSpec
        Surface, start, noise and the like; its own optimizer counts for nothing.
    racers : iterable of Racer or str
        The first of an optimizer has the line that this optimizer always has; the others follow below.

    Raises
    ------
    SpecError
        If there are too many, or a setting is not allowed.
    """
    first: dict[str, Racer] = {}
    more: list[Racer] = []
    for given in racers:
        racer = Racer(given) if isinstance(given, str) else given
        if racer.optimizer in first:
            more.append(racer)
        else:
            first[racer.optimizer] = racer
    return _field(base, [*(first.get(name, Racer(name, racing=False)) for name in OPTIMIZERS), *more])


def _field(base: DescentSpec, racers: Sequence[Racer]) -> Field:
    spec = RaceSpec(
        tuple(
            # The base's own rate and settings are its optimizer's.
            base.with_(optimizer=racer.optimizer, learning_rate=racer.learning_rate, settings=racer.settings)
            for racer in racers
        )
    )
    return Field(spec, frozenset(key for key, racer in zip(spec.keys, racers, strict=True) if not racer.racing))


def with_another(field: Field, optimizer: str) -> Field:
    """Return the field with one more racer of an optimizer, at half the rate of the first one."""
    first = field.spec.racers[field.spec.keys.index(optimizer)]
    more = RaceSpec((*field.spec.racers, first.with_(learning_rate=first.rate / 2)))
    return Field(more, field.out)


def without(field: Field, key: str) -> Field:
    """Return the field without a racer that is not the first of its optimizer.

    Raises
    ------
    SpecError
        If it is the first one, which only stops taking part.
    """
    if not is_extra(key) or key not in field.spec.keys:
        raise SpecError("racers", f"{title(key)} keeps its line: untick it to have it not take part")
    place = field.spec.keys.index(key)
    stay = [k for k in range(len(field.spec.keys)) if k != place]
    spec = RaceSpec(tuple(field.spec.racers[k] for k in stay))
    # Those behind it move up, and with them their names.
    out = {new for new, k in zip(spec.keys, stay, strict=True) if field.spec.keys[k] in field.out}
    return Field(spec, frozenset(out))


def is_extra(key: str) -> bool:
    """Whether a racer is the second of its optimizer, or a later one."""
    return optimizer_of(key) != key


def title(key: str) -> str:
    """Return what a racer is called: ``Adam``, ``Adam 2``."""
    optimizer = optimizer_of(key)
    number = key[len(optimizer) :].strip("_")
    return f"{TITLES[optimizer]} {number}".strip()
