"""The three lanes as a file: settings, position, and the whole tree of history.

The file is JSON without any weight but those that were set by hand: all the rest is computed again, and is the same to
the last bit on the machine that saved it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.backend import Backend
from engine.batches.run import BatchesRun
from engine.batches.spec import LANES, LIVE, BatchesSpec, checked_weights
from engine.capsule import CapsuleError
from engine.checks import SpecError
from engine.experiment import Position
from engine.history import Segment

__all__ = ["FORMAT", "MAX_BYTES", "load_batches", "save_batches"]

FORMAT = "neural-playground-batches"
VERSION = 1
MAX_BYTES = 2 * 2**20
MAX_SEGMENTS = 1000


def save_batches(run: BatchesRun) -> str:
    """Return the text of a file from which `load_batches` makes this run again, at this very moment."""
    history = run.history
    segments = sorted(history.segments, key=lambda segment: len(segment.line()))
    place = {id(segment): k for k, segment in enumerate(segments)}
    return json.dumps({
        "format": FORMAT,
        "version": VERSION,
        "spec": run.first_spec.to_dict(),
        "position": _to_json(run.position),
        "segments": [
            {
                "parent": None if segment.parent is None else place[id(segment.parent)],
                "settings": segment.settings,
                "edits": {str(index): value for index, value in segment.edits.items()},
                "start": _to_json(segment.start),
                "end": _to_json(segment.end),
            }
            for segment in segments
        ],
        "leaves": [place[id(leaf)] for leaf in history.leaves],
        "current": place[id(history.current)],
    })  # fmt: skip


def load_batches(text: str, *, backend: Backend | None = None) -> BatchesRun:
    """Return the run that `save_batches` wrote.

    Raises
    ------
    CapsuleError
        If it is not such a file.
    """
    if len(text) > MAX_BYTES:
        raise CapsuleError(f"a saved experiment has at most {MAX_BYTES // 2**20} MB, this file is larger")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise CapsuleError(
            "this is no saved experiment: the file is not JSON. Choose a file that Save has written"
        ) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise CapsuleError("this is no experiment saved on this page. Choose a file that Save has written here")
    if data.get("version") != VERSION:
        raise CapsuleError(
            f"it was saved in format {str(data.get('version'))[:10]}, this program reads format {VERSION}"
        )
    try:
        return _built(data, backend)
    except SpecError as error:
        raise CapsuleError(f"the file has a setting that is not allowed: {error}") from None
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise CapsuleError(f"the file is damaged: {what[:200]}") from None


def _built(data: Mapping[str, Any], backend: Backend | None) -> BatchesRun:
    run = BatchesRun(BatchesSpec.from_dict(data["spec"]), backend=backend)
    if not 1 <= len(data["segments"]) <= MAX_SEGMENTS:
        raise ValueError(f"a history has 1 to {MAX_SEGMENTS} segments, this one {len(data['segments'])}")
    segments: list[Segment] = []
    for values in data["segments"]:
        segments.append(_segment(values, segments, run))
    leaves = [segments[_whole(k, "a branch")] for k in data["leaves"]]
    current = segments[_whole(data["current"], "the branch that is stood on")]
    # Where nothing begins a branch ends; one may also end in a segment from whose past another has branched off.
    ends = {id(leaf) for leaf in leaves}
    childless = {id(segment) for segment in segments} - {id(segment.parent) for segment in segments}
    if current not in leaves or len(ends) != len(leaves) or not childless <= ends:
        raise ValueError("the ends of its branches are not what it says they are")
    position = _position(data["position"], run)
    if position > current.end:
        raise ValueError("it stands beyond the end of its history")
    run.history.adopt(segments, leaves, current)
    run.refresh()
    # To the end and back: so the notes of the whole branch are there.
    run.seek(current.end)
    run.seek(position)
    return run


def _segment(values: Mapping[str, Any], before: list[Segment], run: BatchesRun) -> Segment:
    parent = None if values["parent"] is None else before[_whole(values["parent"], "a parent")]
    if (parent is None) != (not before):
        raise ValueError("a history has one root, and it comes first")
    start, end = _position(values["start"], run), _position(values["end"], run)
    if end < start or (parent is not None and not parent.start <= start <= parent.end):
        raise ValueError("a branch starts where its parent has never been")
    spec = run.first_spec.with_(**{name: values["settings"][name] for name in LIVE})
    edits = {_whole(index, "an edited weight"): value for index, value in values["edits"].items()}
    for index, value in edits.items():
        if index >= 3 * len(LANES):
            raise ValueError("it sets a weight by hand that there is not")
        edits[index] = checked_weights("weights", (value, 0.0, 0.0))[0]
    settings = {name: getattr(spec, name) for name in LIVE}
    if parent is None:
        if start != Position():
            raise ValueError("its history does not begin at the start")
        root = run.history.line[0]
        return Segment(settings, start, end, None, list(root.steps), list(root.states), edits=edits)
    return Segment(settings, start, end, parent, edits=edits)


def _to_json(position: Position) -> list[int]:
    return [position.epoch, position.batch]


def _position(values: Any, run: BatchesRun) -> Position:
    epoch, batch = (_whole(value, "a position") for value in values)
    position = Position(epoch, batch)
    if batch >= run.first_spec.samples or position > run.end:
        raise ValueError(f"the position {[epoch, batch]} is not within {run.end.epoch} epochs")
    return position


def _whole(value: Any, what: str) -> int:
    if isinstance(value, (bool, float)):
        raise ValueError(f"{what} is a whole number from 0, got {value}")
    number = int(value)
    if not 0 <= number <= 10**9:
        raise ValueError(f"{what} is a whole number from 0, got {str(value)[:20]}")
    return number
