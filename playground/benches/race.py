"""The race stage as lessons see it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from engine import SpecError
from engine.backend import NumpyBackend
from engine.checks import unknown
from engine.descent import SURFACES
from engine.descent.race import Standing
from engine.optimizers import OPTIMIZERS
from lessons.conditions import Curve, Fact
from playground.benches.bench import Bench, Command, Moments, Query
from playground.benches.driving import asked, number, paced, whole
from playground.race_link import RaceLink, from_query
from playground.stages.race.presets import PRESETS
from playground.stages.race.session import RaceSession

__all__ = ["BENCH"]

_SHARED = ("noise", "loss_scale", "seed", "steps")
# A curve that is drawn beside a sketch has about so many points.
_MOST_POINTS = 400


def _begin(query: Query) -> RaceSession:
    return RaceSession(_link(query), NumpyBackend())


def _link(query: Query) -> RaceLink:
    return asked(from_query, query)


def _open(session: RaceSession, query: Query) -> None:
    session.go_to(_link(query))


def _facts(session: RaceSession) -> dict[str, Fact]:
    race = session.shown
    settings = race.history.on(race.position).settings
    table = {row.key: row for row in race.table()}
    racing = [row for row in table.values() if row.key not in session.out]
    arrivals = {row.key: row.arrived for row in racing if row.arrived is not None}
    winners = [key for key, arrived in arrivals.items() if arrived == min(arrivals.values())]
    facts: dict[str, Fact] = {
        "surface": race.first_spec.racers[0].surface,
        "epoch": race.position.epoch,
        "steps": race.end.epoch,
        "loss_scale": float(settings["loss_scale"]),
        "noise": float(settings["noise"]),
        "changed": not session.undisturbed,
        "start1": float(race.paths[0, 0, 0]),
        "start2": float(race.paths[0, 0, 1]),
        "racers": len(racing),
        "arrived": len(arrivals),
        "stuck": len(racing) - len(arrivals),
        "winner": winners[0] if len(winners) == 1 else "",
        "best_arrival": float(min(arrivals.values(), default=math.nan)),
    }
    for lane, row in enumerate(table.values()):
        facts |= _racer(session, row, race.paths[:, lane])
    return facts | _compared(session)


def _racer(session: RaceSession, row: Standing, path: Any) -> dict[str, Fact]:
    race = session.shown
    step = float(np.linalg.norm(path[1] - path[0])) if len(path) > 1 else math.nan
    arrived = math.nan if row.arrived is None else float(row.arrived)
    return {
        f"racing.{row.key}": row.key not in session.out,
        f"rate.{row.key}": row.learning_rate,
        f"arrived.{row.key}": arrived,
        f"stuck.{row.key}": row.arrived is None,
        f"diverged.{row.key}": row.diverged,
        f"loss.{row.key}": row.value,
        f"distance.{row.key}": row.distance,
        f"w1.{row.key}": float(path[-1, 0]),
        f"w2.{row.key}": float(path[-1, 1]),
        f"first_step.{row.key}": step,
        f"losses.{row.key}": _losses(race, path),
    }


def _losses(race: Any, path: Any) -> Curve:
    updates = np.unique(np.linspace(0, len(path) - 1, min(len(path), _MOST_POINTS)).astype(int))
    with np.errstate(all="ignore"):
        values = race.surface.value(*path[updates].T)
    return tuple(zip(updates.astype(float).tolist(), values.tolist(), strict=True))


def _compared(session: RaceSession) -> dict[str, Fact]:
    comparison, keys = session.comparison, session.shown.keys
    nothing = np.full(len(keys), math.nan)
    steps, apart = (nothing, nothing) if comparison is None else (comparison.first_steps, comparison.parted)
    facts: dict[str, Fact] = {}
    for key, ratio, far in zip(keys, steps, apart, strict=True):
        facts |= {f"step_ratio.{key}": float(ratio), f"parted.{key}": float(far)}
    return facts


def _key(session: RaceSession, word: str) -> str:
    if word not in session.run.keys:
        raise SpecError("run", unknown("racer", word, list(session.run.keys)))
    return word


def _known(word: str, what: str, among: Mapping[str, Any] | Sequence[str]) -> str:
    if word not in among:
        raise SpecError("run", unknown(what, word, list(among)))
    return word


def _take(on: bool) -> Callable[[RaceSession, Sequence[str]], None]:
    return lambda session, words: session.take_part(_key(session, words[0]), on)


def _play(session: RaceSession, words: Sequence[str]) -> Moments:
    return paced(lambda: session.step(1, "1"), whole(words[0]))


def _again(session: RaceSession, words: Sequence[str]) -> Moments:
    """Return to the start with the rates of now, and race."""
    session.reset()
    yield from _play(session, words)


def _step(direction: int) -> Callable[[RaceSession, Sequence[str]], None]:
    def step(session: RaceSession, words: Sequence[str]) -> None:
        for _ in range(whole(words[0])):
            session.step(direction, "1")

    return step


def _set(session: RaceSession, words: Sequence[str]) -> None:
    name, value = words
    _known(name, "setting", _SHARED)
    session.set_shared(name, int(value) if name in ("seed", "steps") else number(value))


_RACER = {
    "racing": "whether it takes part",
    "rate": "its learning rate now",
    "arrived": "after how many updates it was first at the goal; nan if it was not so far",
    "stuck": "whether it has not been there",
    "diverged": "whether its point is no number any more",
    "loss": "J where it stands",
    "distance": "to the nearest known minimum",
    "w1": "its first weight",
    "w2": "its second weight",
    "first_step": "how long its first step was",
    "losses": "J over its updates",
    "step_ratio": "its first step over that with the loss as it is; nan without a factor on the loss",
    "parted": "how far its path is from that with the loss as it is at most, in diagonals of the view",
}
BENCH = Bench(
    stage="race",
    begin=_begin,
    open=_open,
    facts=_facts,
    names={
        "surface": "what is raced on",
        "epoch": "updates done",
        "steps": "updates after which it ends",
        "loss_scale": "factor on the loss",
        "noise": "σ of the noise on the gradient",
        "changed": "whether something was changed on the way here",
        "start1": "where it begins, first weight",
        "start2": "and second weight",
        "racers": "how many take part",
        "arrived": "how many of them have been at the goal",
        "stuck": "how many have not",
        "winner": "key of who was there first; empty for nobody, or for several at once",
        "best_arrival": "after how many updates the first one was there; nan for nobody",
        **{f"{name}.sgd": f"of a racer by its key: {text}" for name, text in _RACER.items()},
    },
    commands={
        "step": Command("step COUNT", "Goes on by so many updates at once.", _step(1)),
        "back": Command("back COUNT", "Goes back by so many updates at once.", _step(-1)),
        "play": Command("play COUNT", "Goes on before the student's eyes.", _play),
        "again": Command("again COUNT", "Returns to the start with the rates of now, and races.", _again),
        "reset": Command("reset", "Returns to the start.", lambda session, words: session.reset()),
        "choose": Command(
            "choose RACE", f"Opens a race: {', '.join(PRESETS)}.",
            lambda session, words: session.open_preset(_known(words[0], "race", PRESETS)),
        ),
        "surface": Command(
            "surface KEY", "Races on another surface, at the rates that suit it.",
            lambda session, words: session.choose_ground({"surface": _known(words[0], "surface", SURFACES)}),
        ),
        "start": Command(
            "start X Y", "Races from another start, up to the update that is stood on.",
            lambda session, words: session.set_start(number(words[0]), number(words[1])),
        ),
        "rate": Command(
            "rate RACER NUMBER", "Changes a racer's rate from here on.",
            lambda session, words: session.set_rate(_key(session, words[0]), number(words[1])),
        ),
        "take": Command("take RACER", "Has a racer take part.", _take(True)),
        "drop": Command("drop RACER", "Has it take part no longer.", _take(False)),
        "add": Command(
            "add OPTIMIZER", "Adds another racer of an optimizer, at half the rate.",
            lambda session, words: session.add(_known(words[0], "optimizer", OPTIMIZERS)),
        ),
        "remove": Command(
            "remove RACER", "Takes one out that was added.",
            lambda session, words: session.remove(_key(session, words[0])),
        ),
        "set": Command("set NAME VALUE", f"Changes what all racers share: {', '.join(_SHARED)}.", _set),
    },
    parts={
        "presets": "the races to choose from",
        "question": "the stage's own question about a race",
        "plane": "the surface with the trails",
        "table": "the racers: who takes part, rates, arrivals, losses",
        "losses": "J over the updates",
        "settings": "the surface; factor on the loss, updates, noise; Share, Save and load",
        "summary": "the picture in words",
        "about": "the explanations",
        "transport": "play, step, scrub",
    },
)  # fmt: skip
