"""What a lesson can say of a stage, as a text for its author."""

from __future__ import annotations

import math
from collections.abc import Mapping

from lessons.conditions import Fact
from playground.benches.bench import Query
from playground.benches.registry import bench

__all__ = ["listing"]


def listing(stage: str, at: Query) -> str:
    """Return the facts, the commands and the parts of a stage.

    Parameters
    ----------
    stage : str
        Its name in lessons.
    at : mapping of str to str
        What stands there, as a step says it.
    """
    made = bench(stage)
    facts = made.facts(made.begin(at))
    documented = {
        name: sentence if name not in facts else f"{sentence.rstrip('.')} (here: {_value(facts[name])})"
        for name, sentence in made.names.items()
    }
    commands = {command.usage: command.sentence for command in made.commands.values()}
    parts = (
        ("Facts, for `when`, `truth` and `fact`", documented),
        ("Commands, for `run` and `solution`", commands),
        ("Parts, for `show` and `point`", made.parts),
    )
    return "\n\n".join(f"{title}\n{_table(rows)}" for title, rows in parts)


def _value(fact: Fact) -> str:
    if isinstance(fact, bool):
        return str(fact).lower()
    if isinstance(fact, tuple):
        return f"{len(fact)} points"
    if isinstance(fact, float):
        return "no number" if math.isnan(fact) else f"{fact:g}"
    return str(fact) or "empty"


def _table(rows: Mapping[str, str]) -> str:
    width = max(map(len, rows), default=0)
    return "\n".join(f"  {name:{width}}  {sentence}" for name, sentence in rows.items())
