"""A whole race as a file."""

from __future__ import annotations

import json

from engine.backend import Backend
from engine.capsule import CapsuleError
from engine.descent import Race
from engine.descent.capsule import MAX_BYTES, load_descent, save_descent
from playground.stages.race.session import RaceSession
from playground.stages.save_dialog import Saved


def saved(session: RaceSession) -> Saved:
    """Return what the dialog for files saves and loads."""

    def load(text: str) -> None:
        session.load(*load_race(text, session.backend))

    holds = "Racers, rates, all branches, and where it stands."
    return Saved("race", holds, MAX_BYTES, lambda: save_race(session.run, session.out), load)


def save_race(run: Race, out: frozenset[str]) -> str:
    """Return the text of a file from which `load_race` makes this race again, with those that do not take part."""
    return json.dumps({**json.loads(save_descent(run)), "out": sorted(out)})


def load_race(text: str, backend: Backend) -> tuple[Race, frozenset[str]]:
    """Return the race that `save_race` wrote, and who does not take part.

    Raises
    ------
    CapsuleError
        If it is not such a file.
    """
    run = load_descent(text, backend=backend)
    if not isinstance(run, Race):
        raise CapsuleError("this is the descent of one optimizer, not a race: load it on the page of descents")
    if run.surface.dimensions < 2:
        raise CapsuleError("a race here needs a surface over two weights")
    out = json.loads(text).get("out", [])
    if not isinstance(out, list) or not set(map(str, out)) < set(run.keys):
        raise CapsuleError("the saved race is damaged: it does not say who takes part")
    return run, frozenset(map(str, out))
