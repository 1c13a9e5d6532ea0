"""A race in the words and numbers of the page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.backend import Backend
from engine.descent import DescentSpec, Race, RaceSpec, Standing
from engine.expression.explain import shown_number
from engine.history import Segment
from playground.optimizer_marks import SHAPES, color, optimizer_of
from playground.stages import history_tree
from playground.stages.race.compare import keeps
from playground.stages.race.field import is_extra, title
from playground.stages.race.presets import PRESETS, preset_answer

if TYPE_CHECKING:
    from playground.stages.race.scene import Prediction

# Who is so many diagonals of the view away from every minimum does not come back.
_FAR = 100.0
_SYMBOLS = {"momentum": "m", "rho": "ρ", "beta1": "β₁", "beta2": "β₂", "eps": "ε"}


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What a factor on the loss has done to the racers.

    Attributes
    ----------
    parted : ndarray [racers]
        How far their paths have come apart at most, in diagonals of the view.
    first_steps : ndarray [racers]
        How many times as long their first step is; nan before it.
    """

    parted: npt.NDArray[np.float64]
    first_steps: npt.NDArray[np.float64]


def rows(spec: RaceSpec) -> list[dict[str, Any]]:
    """Return the lines of the table as `RaceTable.rows`."""
    return [
        {
            "key": key,
            "title": title(key),
            "shape": SHAPES[optimizer_of(key)],
            "light": color(key, False),
            "dark": color(key, True),
            "settings": ", ".join(f"{_SYMBOLS.get(name, name)} {value:g}" for name, value in racer.settings),
            "removable": is_extra(key),
        }
        for key, racer in zip(spec.keys, spec.racers, strict=True)
    ]


def frame(
    race: Race, table: tuple[Standing, ...], out: frozenset[str], sequence: int, comparison: Comparison | None
) -> dict[str, Any]:
    """Return how it stands as `RaceTable.frame`."""
    places = _places(table, out)
    cells = []
    for lane, row in enumerate(table):
        racing = row.key not in out
        state, words = _state(race, row)
        cell = {"on": racing, "rate": _rate(row.learning_rate), "state": state, "words": words}
        cell |= {"place": "", "arrived": "", "value": "", "distance": "", "step": "", "path": ""}
        if racing:
            place = places.get(row.key)
            cell |= {
                "place": "" if place is None else str(place),
                "arrived": "–" if row.arrived is None else f"{row.arrived:,}",
                "value": _number(row.value),
                "distance": _number(row.distance),
            }
            if comparison is not None:
                cell |= _compared(comparison, lane)
        cells.append(cell)
    factor = race.history.on(race.position).settings["loss_scale"]
    return {
        "sequence": sequence,
        "goal": _goal(race, factor if comparison is not None else 1.0),
        "cells": cells,
        "compared": comparison is not None,
        "distance": bool(race.surface.minima),
    }


def _goal(race: Race, factor: float) -> str:
    """Return what stands over the table."""
    goal = f"The goal: {race.surface.goal}." if race.surface.goal else "No minimum is known here."
    if factor == 1:
        return goal
    return f"{goal} The loss is multiplied by {factor:g}; first step and path are compared with × 1, drawn pale."


def _places(table: tuple[Standing, ...], out: frozenset[str]) -> dict[str, int]:
    """Return the places of those that take part; who arrives after as many updates has the same."""
    arrivals = {row.key: row.arrived for row in table if row.key not in out and row.arrived is not None}
    order = sorted(arrivals.values())
    return {key: order.index(arrived) + 1 for key, arrived in arrivals.items()}


def _state(race: Race, row: Standing) -> tuple[str, str]:
    """Return what a racer is doing: a key, and words."""
    surface = race.surface
    if row.diverged:
        return "diverged", "diverged"
    if surface.minima and row.distance > _FAR * _diagonal(race):
        return "diverged", "diverging"
    if surface.escape is not None:
        return ("there", "away") if row.arrived is not None else ("way", "on the saddle")
    if row.minimum is not None:
        return "there", f"at {_point(surface.minima[row.minimum])}" if len(surface.minima) > 1 else "there"
    if row.arrived is not None:
        return "way", "was there"
    return "way", "on the way"


def _diagonal(race: Race) -> float:
    """Return the diagonal of what the view shows."""
    low, high = np.array([race.surface.extent[place] for place in race.surface.shown or (0, 1)]).T
    return float(np.linalg.norm(high - low))


def _point(numbers: Iterable[float]) -> str:
    return f"({', '.join(shown_number(float(number)) for number in numbers)})"


def _compared(comparison: Comparison, lane: int) -> dict[str, str]:
    apart, ratio = float(comparison.parted[lane]), float(comparison.first_steps[lane])
    if np.isnan(ratio):
        return {}
    path = "keeps its path" if keeps(apart) else f"off by {100 * apart:.0f} %" if apart <= 1 else "quite another"
    return {"step": f"× {ratio:.4g}", "path": path, "keeps": keeps(apart)}


def _number(value: float) -> str:
    return shown_number(value) if np.isfinite(value) else "–"


def _rate(rate: float) -> str:
    return f"{rate:.12g}"


def shared(run: Race) -> DescentSpec:
    """Return the spec of the first racer with the noise and the factor that hold now."""
    settings = run.history.on(run.position).settings
    start = tuple(run.paths[0, 0].tolist())
    return run.first_spec.racers[0].with_(noise=settings["noise"], loss_scale=settings["loss_scale"], start=start)


def status(run: Race) -> dict[str, Any]:
    """Return where the race stands as `Transport.status`."""
    at, newest = run.position.epoch, run.newest.epoch
    text = "At the start" if at == 0 else f"Update {at:,} of {run.end.epoch:,}"
    return {
        "step": at,
        "length": newest,
        "text": text,
        "at_end": at >= newest,
        "can_back": at > 0,
        "can_reset": len(run.history.segments) > 1,
    }


def summary(race: Race, table: tuple[Standing, ...], out: frozenset[str], playing: bool) -> str:
    """Return the picture in words; while it plays without numbers, which would lag behind those on the page."""
    racing = [row for row in table if row.key not in out]
    text = f"{len(racing)} optimizer{'s' * (len(racing) != 1)} on {race.surface.title}"
    if playing:
        return f"{text}, racing."
    shown = race.surface.shown or (0, 1)
    updates = race.position.epoch
    text += f" from {_point(race.paths[0, 0, list(shown)])}, after {updates:,} update{'s' * (updates != 1)}."
    arrived = sorted((row.arrived, title(row.key)) for row in racing if row.arrived is not None)
    if arrived:
        text += f" Arrived: {', '.join(f'{name} after {steps:,}' for steps, name in arrived)}."
    for state, said in (("way", "On the way"), ("diverged", "Diverged")):
        names = [title(row.key) for row in racing if row.arrived is None and _state(race, row)[0] == state]
        if names:
            text += f" {said}: {', '.join(names)}."
    return text


def question(prediction: Prediction | None, backend: Backend) -> dict[str, Any]:
    """Return the question of a preset as `StackQuestion.question`."""
    if prediction is None:
        return {}
    preset = PRESETS[prediction.preset]
    asked = {
        "title": "A prediction first",
        "text": preset.question.text(preset.field.spec),
        "choices": list(preset.question.choices(preset.field.spec)),
        "answer": -1, "right": -1, "verdict": "",
    }  # fmt: skip
    if prediction.answer is None:
        return asked
    answer = preset_answer(preset.key, backend)
    return asked | {"answer": prediction.answer, "right": answer.right, "verdict": answer.verdict}


def tree_segments(run: Race) -> list[dict[str, Any]]:
    """Return the history as `BranchTree.segments`."""
    return history_tree.tree_segments(
        run.history, lambda at: at.epoch,
        lambda segment: f"to update {segment.end.epoch:,}; {_segment_label(run, segment)}",
    )


def _segment_label(run: Race, segment: Segment) -> str:
    """Return in words what was changed where a segment begins."""
    parent = segment.parent
    if parent is None:
        return "the first race"
    said = []
    for key in run.keys:
        name = f"learning_rate_{key}"
        if parent.settings[name] != segment.settings[name]:
            said.append(f"{title(key)}, rate {_rate(parent.settings[name])} → {_rate(segment.settings[name])}")
    for name, label in (("noise", "noise"), ("loss_scale", "loss ×")):
        if parent.settings[name] != segment.settings[name]:
            said.append(f"{label} {parent.settings[name]:g} → {segment.settings[name]:g}")
    if segment.edits:
        shown = run.surface.shown or (0, 1)
        said.append(f"start {_point([segment.edits[place] for place in shown])}")
    return f"{', '.join(said) or 'no change'}, from update {segment.start.epoch:,}"
