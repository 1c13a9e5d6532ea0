"""A descent or a race as a file: its spec, the whole tree of what was changed, and the moment.

The file is JSON and holds no states: what was walked is walked again when it is loaded, and is the same to the last
bit on the machine that saved it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from engine.backend import Backend
from engine.capsule import CapsuleError
from engine.checks import SpecError
from engine.descent.lockstep import Lockstep
from engine.descent.race import Race
from engine.descent.race_spec import RaceSpec
from engine.descent.run import DescentRun
from engine.descent.spec import DescentSpec
from engine.experiment import Grain, Position
from engine.history import DEFAULT_BUDGET, Segment

__all__ = ["FORMAT", "MAX_BYTES", "MAX_SEGMENTS", "MOST_UPDATES", "CapsuleError", "load_descent", "save_descent"]

FORMAT = "neural-playground-descent"
VERSION = 1
MAX_BYTES = 8 * 2**20
MAX_SEGMENTS = 1000
# On all branches together, each stretch once; they are computed again when the file is loaded.
MOST_UPDATES = 100_000


def save_descent(run: DescentRun | Race) -> str:
    """Return the text of a file from which `load_descent` makes this run again, at this very moment.

    Raises
    ------
    CapsuleError
        If its history is longer than a file may tell of.
    """
    segments, leaves = run.history.segments, run.history.leaves
    _check_size(segments)
    place = {id(segment): k for k, segment in enumerate(segments)}
    text = json.dumps({
        "format": FORMAT,
        "version": VERSION,
        "kind": "race" if isinstance(run, Race) else "descent",
        "spec": run.first_spec.to_dict(),
        "position": _position_to_json(run.position),
        # Parents come first: a segment is begun where its parent has been.
        "segments": [_segment_to_json(segment, place) for segment in segments],
        "leaves": [place[id(leaf)] for leaf in leaves],
        "current": place[id(run.history.current)],
    })  # fmt: skip
    if len(text) > MAX_BYTES:
        raise CapsuleError(f"this history is too long for a file of at most {MAX_BYTES // 2**20} MB: begin a new one")
    return text


def load_descent(text: str, *, budget: int = DEFAULT_BUDGET, backend: Backend | None = None) -> DescentRun | Race:
    """Return the descent or the race that `save_descent` wrote.

    Raises
    ------
    CapsuleError
        If it is not such a file.
    """
    if len(text) > MAX_BYTES:
        raise CapsuleError(f"a saved descent has at most {MAX_BYTES // 2**20} MB, this file is larger")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise CapsuleError(
            "this is no saved descent: the file is not JSON. Choose a file that Save has written"
        ) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise CapsuleError("this is no saved descent of Neural Playground. Choose a file that Save has written")
    if data.get("version") != VERSION:
        raise CapsuleError(
            f"this descent was saved in format {str(data.get('version'))[:10]}, this program reads format {VERSION}"
        )
    try:
        return _built(data, budget, backend)
    except SpecError as error:
        raise CapsuleError(f"the saved descent has a setting that is not allowed: {error}") from None
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise CapsuleError(f"the saved descent is damaged: {what[:200]}") from None


def _built(data: Mapping[str, Any], budget: int, backend: Backend | None) -> DescentRun | Race:
    kind, spec = data["kind"], data["spec"]
    run: DescentRun | Race
    if kind == "race":
        run = Race(RaceSpec.from_dict(spec), budget=budget, backend=backend)
    elif kind == "descent":
        run = DescentRun(DescentSpec.from_dict(spec), budget=budget, backend=backend)
    else:
        raise ValueError(f"it is a descent or a race, not {str(kind)[:20]!r}")
    told = data["segments"]
    if not 1 <= len(told) <= MAX_SEGMENTS:
        raise ValueError(f"a history has 1 to {MAX_SEGMENTS:,} segments, this one {len(told)}")
    segments: list[Segment] = []
    for values in told:
        segments.append(_segment_from_json(values, segments, run))
    _check_size(segments)
    leaves = [segments[_whole(k, "a branch")] for k in data["leaves"]]
    current = segments[_whole(data["current"], "a branch")]
    # Where nothing begins a branch ends; one may also end in a segment from whose past another has branched off.
    ends = {id(leaf) for leaf in leaves}
    childless = {id(segment) for segment in segments} - {id(segment.parent) for segment in segments}
    if current not in leaves or len(ends) != len(leaves) or not childless <= ends:
        raise ValueError("the ends of its branches are not what it says they are")
    position = _position_from_json(data["position"], run)
    if position > current.end:
        raise ValueError("it stands beyond the end of its history")
    run.relive(segments, leaves, current)
    run.seek(position)
    return run


def _check_size(segments: list[Segment]) -> None:
    updates = sum(segment.end.epoch - segment.start.epoch for segment in segments)
    if len(segments) > MAX_SEGMENTS or updates > MOST_UPDATES:
        raise CapsuleError(
            f"a file tells of at most {MAX_SEGMENTS:,} changes and {MOST_UPDATES:,} updates on all branches together, "
            f"this history has {len(segments) - 1:,} and {updates:,}: begin a new one"
        )


def _segment_to_json(segment: Segment, place: Mapping[int, int]) -> dict[str, Any]:
    parent = segment.parent
    changes = {
        name: value for name, value in segment.settings.items() if parent is not None and parent.settings[name] != value
    }
    return {
        "parent": None if parent is None else place[id(parent)],
        "start": _position_to_json(segment.start),
        "end": _position_to_json(segment.end),
        "changes": changes,
        "edits": {str(index): value for index, value in segment.edits.items()},
    }


def _segment_from_json(values: Mapping[str, Any], before: list[Segment], run: Lockstep) -> Segment:
    parent = None if values["parent"] is None else before[_whole(values["parent"], "a parent")]
    if (parent is None) != (not before):
        raise ValueError("a history has one root, and it comes first")
    start, end = (_position_from_json(values[name], run) for name in ("start", "end"))
    if parent is None:
        if start != Position() or values["changes"] or values["edits"]:
            raise ValueError("its history does not begin with its settings")
        root = run.history.segments[0]
        root.end = end
        return root
    if end < start or not parent.start <= start <= parent.end:
        raise ValueError("a branch starts where its parent has never been")
    settings = dict(parent.settings)
    for name, value in values["changes"].items():
        if name not in settings:
            raise ValueError(f"it changes {str(name)[:40]!r}, which there is not")
        settings[name] = _like(settings[name], value)
    edits = {_place(index, run): value for index, value in values["edits"].items()}
    for index, value in edits.items():
        run.check_edit(index, value)
    return Segment(settings, start, end, parent, edits={index: float(value) for index, value in edits.items()})


def _like(before: Any, value: Any) -> Any:
    """Return a setting's new value, which is of the kind of the one before; whether it is allowed its spec says."""
    if isinstance(before, float) and type(value) in (int, float) and math.isfinite(value):
        return float(value)
    if type(value) is not type(before) or isinstance(value, float):
        raise ValueError(f"a setting is changed from {str(before)[:20]} to {str(value)[:20]}")
    return value


def _place(index: Any, run: Lockstep) -> int:
    place, count = int(index), len(run.keys) * run.surface.dimensions
    if not 0 <= place < count:
        raise ValueError("it sets a parameter by hand that there is not")
    return place


def _position_to_json(position: Position) -> list[int]:
    return [position.epoch, position.op]


def _position_from_json(values: Any, run: Lockstep) -> Position:
    epoch, op = (_whole(value, "a position") for value in values)
    position, most = Position(epoch, 0, op), len(run.program.ops) if Grain.OP in run.grains else 0
    if position > run.end or op > most:
        raise ValueError(f"the position {values} is beyond its {run.end.epoch:,} updates of {most} lines")
    return position


def _whole(value: Any, what: str) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{what} is a whole number from 0, got {str(value)[:20]}")
    return value
