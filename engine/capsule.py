"""A run as a file: settings, weights, optimizer state, data, position, and the whole tree of history.

The file is JSON; arrays are base64 of little-endian numbers, of the run's own type. Between its checkpoints a run is
computed again, so a file is small; the checkpoint before the saved moment travels with it, so that the moment itself
is the same to the last bit on the machine that saved it and as good as the same on another.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from engine.arena import Array
from engine.backend import Backend
from engine.checks import SpecError
from engine.experiment import Position
from engine.history import DEFAULT_BUDGET, Segment
from engine.learning import LARGEST_PARAMETER, LearningRun
from engine.rules import RULES
from engine.spec import TrainingSpec
from engine.training import TrainingRun

__all__ = ["FORMAT", "MAX_BYTES", "CapsuleError", "Form", "load_as", "load_run", "save_as", "save_run"]

Run = TypeVar("Run", bound=LearningRun[Any])

FORMAT = "neural-playground-run"
# How the formats of all pages begin.
_FAMILY = "neural-playground-"
VERSION = 1
MAX_BYTES = 16 * 2**20
MAX_SEGMENTS = 1000
# A file keeps so many checkpoints of each stretch of history; the rest is computed again.
CHECKPOINTS_A_SEGMENT = 100
# Between two checkpoints there is at most so much to compute again: steps times examples times parameters. It is
# about a minute; honest files stay far below, and a forged one cannot keep a server busy for hours.
MOST_WORK = 1e11
_LARGEST_COUNT = 10**9


class CapsuleError(ValueError):
    """A file that is no saved run, or a damaged one; the message says where."""


@dataclass(frozen=True)
class Form(Generic[Run]):
    """How runs of one kind are written to a file.

    Attributes
    ----------
    name : str
        What the file says it is.
    numbers : str
        The type of the arrays: ``<f8``, ``<f4``.
    begin : callable
        Makes a new run of the settings in the file and its start, which may be None.
    checkpoints : callable
        How many checkpoints of each segment of a run travel with it, 0 or more.
    most_bytes : int
        Of a file.
    most_work : float
        Multiplications between two checkpoints, at most: a forged file must not keep a server busy for hours.
    """

    name: str
    numbers: str
    begin: Callable[[Mapping[str, Any], Array | None], Run]
    checkpoints: Callable[[Run], int]
    most_bytes: int
    most_work: float


def save_run(run: TrainingRun) -> str:
    """Return the text of a file from which `load_run` makes this run again, at this very moment."""
    return save_as(_form(DEFAULT_BUDGET, None, False), run)


def load_run(
    text: str, *, budget: int = DEFAULT_BUDGET, backend: Backend | None = None, record: bool = False
) -> TrainingRun:
    """Return the run that `save_run` wrote.

    Raises
    ------
    CapsuleError
        If it is not such a file.
    """
    return load_as(_form(budget, backend, record), text)


def _form(budget: int, backend: Backend | None, record: bool) -> Form[TrainingRun]:
    def begin(spec: Mapping[str, Any], start: Array | None) -> TrainingRun:
        return TrainingRun(TrainingSpec.from_dict(spec), budget=budget, backend=backend, record=record, start=start)

    return Form(FORMAT, "<f8", begin, lambda run: CHECKPOINTS_A_SEGMENT, MAX_BYTES, MOST_WORK)


def save_as(form: Form[Run], run: Run) -> str:
    """Return the text of a file of this form from which `load_as` makes this run again, at this very moment."""
    history, count = run.history, form.checkpoints(run)
    # What `seek` starts from on its way back to this moment.
    needed = history.before(max(0, run.loop.updates - 2))[0]
    parents_first = _parents_first(history.segments)
    place = {id(segment): k for k, segment in enumerate(parents_first)}
    live = run.first_spec.live_settings
    return json.dumps({
        "format": form.name,
        "version": VERSION,
        "spec": run.first_spec.to_dict(),
        "start": None if run.start is None else _to_text(run.start, form.numbers),
        "position": _position_to_json(run.position),
        "segments": [
            {
                "parent": None if segment.parent is None else place[id(segment.parent)],
                "settings": {name: segment.settings[name] for name in live},
                "edits": {str(index): value for index, value in segment.edits.items()},
                "start": _position_to_json(segment.start),
                "end": _position_to_json(segment.end),
                **_checkpoints_to_json(segment, count, needed, form.numbers),
                "records": [[epoch, *record] for epoch, record in sorted(segment.records.items())],
            }
            for segment in parents_first
        ],
        "leaves": [place[id(leaf)] for leaf in history.leaves],
        "current": place[id(history.current)],
    })  # fmt: skip


def load_as(form: Form[Run], text: str) -> Run:
    """Return the run that `save_as` wrote in this form.

    Raises
    ------
    CapsuleError
        If it is not such a file.
    """
    if len(text) > form.most_bytes:
        raise CapsuleError(f"a saved run has at most {form.most_bytes // 2**20} MB, this file is larger")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise CapsuleError("this is no saved run: the file is not JSON. Choose a file that Save has written") from None
    found = str(data.get("format")) if isinstance(data, dict) else ""
    if found != form.name and found.startswith(_FAMILY):
        raise CapsuleError("this was saved on another page of Neural Playground: open it there")
    if found != form.name:
        raise CapsuleError("this is no saved run of Neural Playground. Choose a file that Save has written")
    if data.get("version") != VERSION:
        raise CapsuleError(
            f"this run was saved in format {str(data.get('version'))[:10]}, this program reads format {VERSION}"
        )
    try:
        return _built(form, data)
    except SpecError as error:
        raise CapsuleError(f"the saved run has a setting that is not allowed: {error}") from None
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise CapsuleError(f"the saved run is damaged: {what[:200]}") from None


def _built(form: Form[Run], data: Mapping[str, Any]) -> Run:
    start = None if data["start"] is None else _from_text(data["start"], form.numbers)
    run = form.begin(data["spec"], start)
    segments: list[Segment] = []
    if not 1 <= len(data["segments"]) <= MAX_SEGMENTS:
        raise ValueError(f"a history has 1 to {MAX_SEGMENTS} segments, this one {len(data['segments'])}")
    for values in data["segments"]:
        segments.append(_segment_from_json(form, values, segments, run))
    leaves = [segments[int(k)] for k in data["leaves"]]
    current = segments[int(data["current"])]
    # Where nothing begins a branch ends; one may also end in a segment from whose past another has branched off.
    ends = {id(leaf) for leaf in leaves}
    childless = {id(segment) for segment in segments} - {id(segment.parent) for segment in segments}
    if current not in leaves or len(ends) != len(leaves) or not childless <= ends:
        raise ValueError("the ends of its branches are not what it says they are")
    run.history.adopt(segments, leaves, current)
    position = _position_from_json(data["position"], run)
    if position > current.end:
        raise ValueError("it stands beyond the end of its history")
    # The constructor's start may have other settings than the root of the file.
    run.seek(Position())
    run.refresh()
    run.seek(position)
    return run


def _parents_first(segments: list[Segment]) -> list[Segment]:
    return sorted(segments, key=lambda segment: len(segment.line()))


def _checkpoints_to_json(segment: Segment, most: int, needed: int, numbers: str) -> dict[str, Any]:
    count = len(segment.steps)
    keep = {*np.linspace(0, count - 1, min(count, most)).astype(int).tolist()}
    keep |= {k for k, step in enumerate(segment.steps) if step == needed}
    if segment.parent is None:
        keep.add(0)
    kept = sorted(keep)
    return {
        "steps": [segment.steps[k] for k in kept],
        "states": _to_text(np.concatenate([segment.states[k] for k in kept]), numbers) if kept else "",
    }


def _segment_from_json(form: Form[Run], values: Mapping[str, Any], before: list[Segment], run: Run) -> Segment:
    parent = None if values["parent"] is None else before[_whole(values["parent"], "a parent")]
    if (parent is None) != (not before):
        raise ValueError("a history has one root, and it comes first")
    start, end = (_position_from_json(values[name], run) for name in ("start", "end"))
    if end < start or (parent is not None and not parent.start <= start <= parent.end):
        raise ValueError("a branch starts where its parent has never been")
    if parent is None and start != Position():
        raise ValueError("its history does not begin at the start")
    root, live = run.history.line[0].settings, run.first_spec.live_settings
    # Files from before schedules, decay and clipping say nothing of them.
    told = {name: values["settings"][name] for name in live if name in values["settings"] or name not in RULES}
    spec = run.first_spec.with_(**{name: root[name] for name in live} | told)
    settings = {**root, **{name: getattr(spec, name) for name in live}}
    edits = {_whole(index, "an edited weight"): float(value) for index, value in values["edits"].items()}
    if any(index >= run.network.parameters or not abs(v) <= LARGEST_PARAMETER for index, v in edits.items()):
        raise ValueError("it sets a weight by hand that this network does not have")
    steps = [_whole(step, "a checkpoint") for step in values["steps"]]
    size = run.listing_of(settings).state_size
    states = _from_text(values["states"], form.numbers).reshape(len(steps), size)
    first, last = run.loop.updates_at(start), run.loop.updates_at(end)
    if steps != sorted(set(steps)) or any(not first <= step <= last for step in steps):
        raise ValueError("its checkpoints are not in order")
    farthest = max(np.diff([first, *steps, last]))
    if farthest * run.work > form.most_work:
        raise ValueError("its checkpoints lie too far apart")
    if parent is None and steps[:1] != [0]:
        raise ValueError("the first checkpoint is missing")
    records = {_whole(epoch, "an epoch"): tuple(float(v) for v in rest) for epoch, *rest in values["records"]}
    if any(len(record) != 4 for record in records.values()):
        raise ValueError("a note of an epoch has two losses and two scores")
    return Segment(settings, start, end, parent, steps, [state.copy() for state in states], records, edits)


def _position_to_json(position: Position) -> list[int]:
    return [position.epoch, position.batch, position.op]


def _position_from_json(values: Any, run: LearningRun[Any]) -> Position:
    position = Position(*(_whole(value, "a position") for value in values))
    # How many operations there are depends on the penalty; `seek` looks at that.
    if position.batch >= run.loop.batches or position.op >= 10_000:
        raise ValueError(f"the position {values} is not within an epoch of {run.loop.batches} batches")
    return position


def _whole(value: Any, what: str) -> int:
    number = int(value)
    if isinstance(value, float) or not 0 <= number <= _LARGEST_COUNT:
        raise ValueError(f"{what} is a whole number from 0, got {str(value)[:20]}")
    return number


def _to_text(array: Array, numbers: str) -> str:
    return base64.b64encode(array.astype(numbers).tobytes()).decode("ascii")


def _from_text(text: Any, numbers: str) -> Array:
    try:
        # In this machine's own order of bytes, and its own to write.
        return np.frombuffer(base64.b64decode(str(text), validate=True), dtype=numbers).astype(numbers[1:])
    except binascii.Error:
        raise ValueError("numbers are garbled") from None
