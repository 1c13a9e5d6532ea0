"""Points as JSON and as the short text of a link; what is read is checked before it is believed."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.datasets.dataset import Task

__all__ = ["LINK_POINTS", "fields_from_json", "pack", "unpack"]

Array = NDArray[np.float64]

LINK_POINTS = 200
_UNITS = 300  # steps of a coordinate: 100 * 300 fits 16 bits
_VERSION = "a"
_TASKS = (Task.CLASSIFICATION, Task.REGRESSION)
_HEAD = struct.Struct("<BBH")  # task, classes, number of points
_MOST_BYTES = _HEAD.size + LINK_POINTS * 8
_MOST_CHARACTERS = 2 * _MOST_BYTES

_JSON_VERSION = 1
_JSON_KEYS = (
    "version", "title", "task", "classes", "class_names", "columns", "target_column", "scales", "target_scale",
    "inputs", "targets",
)  # fmt: skip


def pack(inputs: Array, targets: Array, task: Task, classes: int) -> str:
    """Write points as text of letters, digits, - and _.

    A version letter, then, compressed and in base64url: task, classes, number of points, all x1, all x2
    (16-bit steps of 1/300), all targets (a byte each for classes, float32 for numbers).

    Parameters
    ----------
    inputs : ndarray of float64, shape [N, 2]
        Within -100 and 100.
    targets : ndarray of float64, shape [N]
    task : Task
    classes : int

    Returns
    -------
    str
        Coordinates read back from it differ by 1/600 at most.

    Raises
    ------
    ValueError
        If there are more than `LINK_POINTS` points.
    """
    count = len(targets)
    if count > LINK_POINTS:
        raise ValueError(
            f"a link holds at most {LINK_POINTS} points, there are {count}: download them as a file instead"
        )
    steps = np.rint(inputs.T * _UNITS).astype("<i2")
    values = targets.astype("<f4" if task is Task.REGRESSION else "u1")
    body = _HEAD.pack(_TASKS.index(task), classes, count) + steps.tobytes() + values.tobytes()
    return _VERSION + base64.urlsafe_b64encode(zlib.compress(body, 9)).rstrip(b"=").decode("ascii")


def unpack(text: str) -> tuple[Array, Array, Task, int]:
    """Read the text that `pack` wrote.

    Parameters
    ----------
    text : str
        Anything: a link may have been cut, altered or made up.

    Returns
    -------
    inputs : ndarray of float64, shape [N, 2]
    targets : ndarray of float64, shape [N]
        Not checked any further.
    task : Task
    classes : int

    Raises
    ------
    ValueError
        If the text is too long, is not of this format, or unpacks to more bytes than `LINK_POINTS` points
        need (what is beyond is never unpacked).
    """
    body = _inflate(text)
    if len(body) < _HEAD.size:
        raise ValueError("the points of this link are cut off: copy the whole link")
    task_number, classes, count = _HEAD.unpack_from(body)
    if task_number >= len(_TASKS) or count > LINK_POINTS:
        raise ValueError(f"this link holds no points that can be read: at most {LINK_POINTS} fit into a link")
    task = _TASKS[task_number]
    kind = np.dtype("<f4" if task is Task.REGRESSION else "u1")
    if len(body) != _HEAD.size + count * (4 + kind.itemsize):
        raise ValueError(f"the points of this link are cut off: it promises {count}; copy the whole link")
    steps = np.frombuffer(body, "<i2", 2 * count, _HEAD.size).reshape(2, count)
    values = np.frombuffer(body, kind, count, _HEAD.size + 4 * count)
    return steps.T / float(_UNITS), values.astype(np.float64), task, classes


def _inflate(text: str) -> bytes:
    if not isinstance(text, str) or not text.startswith(_VERSION):
        raise ValueError(
            f"the points of a link begin with the letter {_VERSION!r}: this link was cut or comes from another version"
        )
    if len(text) > _MOST_CHARACTERS:
        raise ValueError(f"the points of a link take at most {_MOST_CHARACTERS} characters, got {len(text)}")
    code = text[len(_VERSION) :]
    if not re.fullmatch("[A-Za-z0-9_-]*", code) or len(code) % 4 == 1:
        raise ValueError("the points of this link were altered: copy the whole link")
    unpacker = zlib.decompressobj()
    try:
        body = unpacker.decompress(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)), _MOST_BYTES + 1)
    except zlib.error:
        raise ValueError("the points of this link were altered or cut off: copy the whole link") from None
    if len(body) > _MOST_BYTES or not unpacker.eof or unpacker.unused_data:
        raise ValueError(
            f"this link does not unpack to at most {LINK_POINTS} points: copy the whole link, or make a new one"
        )
    return body


def fields_from_json(values: object, most_points: int) -> dict[str, Any]:
    """Turn what a JSON document held into the fields of `Points`, checking types and sizes.

    Parameters
    ----------
    values : object
        What ``json.loads`` returned.
    most_points : int
        The largest number of points that is read.

    Returns
    -------
    dict
        Arrays, tuples, numbers and strings of the right type; whether the values fit is left to `Points`.

    Raises
    ------
    ValueError
        If anything is missing, unknown, of another type or too long.
    """
    if not isinstance(values, dict):
        raise ValueError(f"points are a JSON object, got {type(values).__name__}")
    for problem, keys in (
        ("lack", [key for key in _JSON_KEYS if key not in values]),
        ("have the unknown entry", sorted(str(key)[:40] for key in values if key not in _JSON_KEYS)),
    ):
        if keys:
            raise ValueError(f"the points {problem} {keys[0]!r}; there are {', '.join(_JSON_KEYS)}")
    version, classes = values["version"], values["classes"]
    if type(version) is not int or version != _JSON_VERSION:
        raise ValueError(f"points of version {_JSON_VERSION} are read, got {str(version)[:40]!r}")
    if type(classes) is not int:
        raise ValueError(f"classes is a whole number, got {type(classes).__name__}")
    if values["task"] not in list(Task):
        raise ValueError(f"task is one of {', '.join(Task)}, got {str(values['task'])[:40]!r}")
    targets = _numbers(values["targets"], "targets", most_points)
    pairs = _list(values["inputs"], "inputs", most_points)
    return {
        "inputs": np.array([_pair(pair, "inputs") for pair in pairs], dtype=np.float64).reshape(-1, 2),
        "targets": np.array(targets, dtype=np.float64),
        "task": Task(values["task"]),
        "classes": classes,
        "class_names": _strings(values["class_names"], "class_names", 6),
        "columns": _strings(values["columns"], "columns", 2),
        "target_column": _string(values["target_column"], "target_column"),
        "scales": tuple(_pair(pair, "scales") for pair in _list(values["scales"], "scales", 2)),
        "target_scale": _pair(values["target_scale"], "target_scale"),
        "title": _string(values["title"], "title"),
    }


def _list(value: object, name: str, most: int) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{name} is a list, got {type(value).__name__}")
    if len(value) > most:
        raise ValueError(f"{name} has at most {most} entries, got {len(value)}")
    return list(value)


def _numbers(value: object, name: str, most: int) -> tuple[float, ...]:
    numbers = []
    for entry in _list(value, name, most):
        if type(entry) not in (int, float):
            raise ValueError(f"{name} holds numbers, got {type(entry).__name__}")
        try:
            numbers.append(float(entry))
        except OverflowError:  # JSON knows whole numbers of any length
            raise ValueError(f"{name} holds a number that is too large") from None
    return tuple(numbers)


def _pair(value: object, name: str) -> tuple[float, float]:
    numbers = _numbers(value, name, 2)
    if len(numbers) != 2:
        raise ValueError(f"{name} holds pairs of numbers, got {len(numbers)} instead of 2")
    return numbers[0], numbers[1]


def _string(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} is text, got {type(value).__name__}")
    return value


def _strings(value: object, name: str, most: int) -> tuple[str, ...]:
    return tuple(_string(entry, name) for entry in _list(value, name, most))
