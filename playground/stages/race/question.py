"""The prediction that comes before a race: what is asked, and what the race itself answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from engine.backend import Backend
from engine.descent import Race, RaceSpec, Standing
from playground.optimizer_marks import TITLES, optimizer_of
from playground.stages.race.compare import keeps, parted
from playground.stages.race.field import is_extra, title


class Asked(StrEnum):
    """What may be asked of a race."""

    STUCK = "stuck"
    FIRST = "first"
    ARRIVES = "arrives"
    KEEPS = "keeps"


@dataclass(frozen=True, slots=True)
class Question:
    """A prediction to make.

    Attributes
    ----------
    asked : Asked
        Who is stuck, who is first, whether the first racer named arrives, or who keeps its path.
    racers : tuple of str
        Keys of those to choose from; of one, whether it arrives.
    """

    asked: Asked
    racers: tuple[str, ...]

    def text(self, spec: RaceSpec) -> str:
        """Return the question."""
        ground = spec.racers[0]
        match self.asked:
            case Asked.STUCK:
                return f"Who is still stuck on the saddle after {ground.steps:,} updates?"
            case Asked.FIRST:
                return "Who arrives first?"
            case Asked.ARRIVES:
                return f"Does {_named(self.racers[0])} arrive within {ground.steps:,} updates?"
            case Asked.KEEPS:
                return f"The loss is multiplied by {ground.loss_scale:g}, and with it every slope. Who keeps its path?"

    def choices(self, spec: RaceSpec) -> tuple[str, ...]:
        """Return what there is to choose from."""
        if self.asked is Asked.ARRIVES:
            return "Yes", "No"
        names = _names(spec)
        return tuple(names[key] for key in self.racers)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a race says to a question.

    Attributes
    ----------
    right : int
        The choice that is right.
    verdict : str
        Why, with the numbers.
    """

    right: int
    verdict: str


def answered(question: Question, spec: RaceSpec, racing: tuple[str, ...], backend: Backend) -> Answer:
    """Run the race to its end, and return its answer.

    Parameters
    ----------
    question : Question
    spec : RaceSpec
    racing : tuple of str
        Keys of those that take part.
    backend : Backend
    """
    race = Race(spec, backend=backend)
    race.seek(race.end)
    names = _names(spec)
    table = {row.key: row for row in race.table() if row.key in racing}
    match question.asked:
        case Asked.STUCK:
            return _stuck(question, table, names)
        case Asked.FIRST:
            return _first(question, table, names)
        case Asked.ARRIVES:
            return _arrives(question, table, names, spec.racers[0].steps)
        case Asked.KEEPS:
            return _keeps(question, race, names, backend)


def _stuck(question: Question, table: dict[str, Standing], names: dict[str, str]) -> Answer:
    stuck = [key for key in question.racers if table[key].arrived is None]
    said = ", ".join(f"{names[key]} after {arrived:,}" for key, arrived in _order(table))
    who = _list([names[key] for key in stuck]) or "Nobody"
    return Answer(question.racers.index(stuck[0]) if stuck else -1, f"{who}. The others have left it: {said} updates.")


def _first(question: Question, table: dict[str, Standing], names: dict[str, str]) -> Answer:
    (first, arrived), *others = [each for each in _order(table) if each[0] in question.racers]
    verdict = f"{names[first]}, after {arrived:,} updates."
    if others:
        verdict += f" Then {', '.join(f'{names[key]} after {steps:,}' for key, steps in others)}."
    diverged = [names[key] for key, row in table.items() if row.diverged]
    never = [names[key] for key, row in table.items() if row.arrived is None and not row.diverged]
    if never:
        verdict += f" Not there yet: {_list(never)}."
    if diverged:
        verdict += f" Diverged: {_list(diverged)}."
    return Answer(question.racers.index(first), verdict)


def _arrives(question: Question, table: dict[str, Standing], names: dict[str, str], steps: int) -> Answer:
    row, order = table[question.racers[0]], _order(table)
    best = f" {names[order[0][0]]} is there first, after {order[0][1]:,}." if order else ""
    if row.arrived is not None:
        return Answer(0, f"Yes, after {row.arrived:,} updates.{best}")
    return Answer(1, f"No: after {steps:,} updates it is {row.distance:.3g} away from the minimum.{best}")


def _keeps(question: Question, race: Race, names: dict[str, str], backend: Backend) -> Answer:
    plain = Race(race.first_spec.with_(loss_scale=1.0), backend=backend)
    plain.seek(race.position)
    far = dict(zip(race.keys, parted(race, plain), strict=True))
    kept = [key for key in question.racers if keeps(far[key])]
    others = [
        f"{names[key]} {'diverges' if not np.isfinite(far[key]) else 'goes another way'}"
        for key in question.racers
        if key not in kept
    ]
    verdict = (
        f"{_list([names[key] for key in kept])}: its step is the slope divided by the size of past slopes, so the "
        f"factor cancels. {_list(others)}: the step is the slope times the rate, and grows with the factor."
    )
    return Answer(question.racers.index(kept[0]) if kept else -1, verdict)


def _order(table: dict[str, Standing]) -> list[tuple[str, int]]:
    arrivals = [(key, row.arrived) for key, row in table.items() if row.arrived is not None]
    return sorted(arrivals, key=lambda each: each[1])


def _names(spec: RaceSpec) -> dict[str, str]:
    """Return by key what racers are called: with their rate, where one optimizer races at several."""
    several = {optimizer_of(key) for key in spec.keys if is_extra(key)}
    return {
        key: f"{TITLES[racer.optimizer]} η = {racer.rate:g}" if racer.optimizer in several else title(key)
        for key, racer in zip(spec.keys, spec.racers, strict=True)
    }


def _list(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _named(key: str) -> str:
    """Return a racer's name inside a sentence."""
    return "gradient descent" if key == "sgd" else title(key)
