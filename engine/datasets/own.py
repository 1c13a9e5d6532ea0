"""Points that a student drew or brought along, and what can be done with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from engine.datasets.arguments import MAX_SAMPLES, MIN_SAMPLES, MOST_CLASSES, is_whole
from engine.datasets.dataset import Dataset, Task
from engine.datasets.own_codec import LINK_POINTS, fields_from_json, pack, unpack
from engine.datasets.scaling import IDENTITY, Scale, from_plane

__all__ = ["LIMIT", "LINK_POINTS", "MAX_NAME", "Points", "readable_number"]

Array = NDArray[np.float64]

LIMIT = 100.0
MAX_NAME = 40
_MAX_TITLE = 80
_OWN = "Own points"


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """N points of the plane with their targets: drawn, read from a file, a link or a saved state.

    Frozen: every change returns a new object. Two are equal if everything in them is, and then they have the
    same hash.

    Parameters
    ----------
    inputs : array_like of float64, shape [N, 2]
        Coordinates within -100 and 100, N from 0 to 5000. Copied; the copy is read-only.
    targets : array_like of float64, shape [N]
        Class index 0..C-1, or any number within -100 and 100. Copied likewise.
    task : Task
        Classification or regression.
    classes : int
        Number C of classes from 2 to 6; 0 for regression.
    class_names : tuple of str
        C different names of at most 40 characters; without any, the classes are called 0, 1, ...
    columns : tuple of two str
        What the coordinates are called, for the axes.
    target_column : str
        What the target is called; ``"label"`` or ``"target"`` unless given.
    scales : tuple of two Scale
        How the numbers of a file were mapped to the coordinates: v is drawn at (v - offset) * factor.
    target_scale : Scale
        The same for the targets of a regression.
    title : str
        At most 80 characters.

    Raises
    ------
    ValueError
        If anything does not fit the above.
    """

    inputs: Array
    targets: Array
    task: Task
    classes: int
    class_names: tuple[str, ...] = ()
    columns: tuple[str, str] = ("x1", "x2")
    scales: tuple[Scale, Scale] = (IDENTITY, IDENTITY)
    title: str = _OWN
    target_column: str = ""
    target_scale: Scale = IDENTITY

    def __post_init__(self) -> None:
        for name in ("inputs", "targets"):
            # Adding 0.0 turns -0.0 into 0.0: equal numbers are equal bytes.
            array = np.array(getattr(self, name), dtype=np.float64) + 0.0
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if not self.class_names and is_whole(self.classes, 2, MOST_CLASSES):
            object.__setattr__(self, "class_names", tuple(str(index) for index in range(self.classes)))
        if not self.target_column:
            object.__setattr__(self, "target_column", "target" if self.task is Task.REGRESSION else "label")
        self._check_task()
        self._check_names()
        self._check_numbers()

    @classmethod
    def empty(cls, classes: int = 2) -> Self:
        """Return no points yet, of 2 to 6 classes, or of 0 for points with numbers as targets."""
        task = Task.CLASSIFICATION if classes else Task.REGRESSION
        return cls(np.empty((0, 2)), np.empty(0), task, classes)

    @classmethod
    def from_dataset(cls, dataset: Dataset, title: str = _OWN) -> Self:
        """Return the points of a data set of the plane, for instance to draw more into it."""
        return cls(dataset.inputs, dataset.targets, dataset.task, dataset.classes, title=title)

    def __len__(self) -> int:
        return len(self.targets)

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Points) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def problem(self) -> str | None:
        """Say in one sentence why a network cannot be trained on these points yet; None if it can."""
        if len(self) < MIN_SAMPLES:
            return f"draw at least {MIN_SAMPLES} points: there {'is' if len(self) == 1 else 'are'} {len(self)}"
        if (self.targets == self.targets[0]).all():
            if self.task is Task.REGRESSION:
                return f"all points have the target {readable_number(self.targets[0])}: give some another"
            return f"all points are of one class: draw some of another class than {self._class_of(0)}"
        return None

    def notes(self) -> list[str]:
        """Say in plain sentences how the numbers of a file became coordinates and targets; often nothing."""
        notes = []
        drawn = (*zip(self.columns, self.inputs.T, self.scales, ("drawn", "drawn"), strict=True),
                 (self.target_column, self.targets, self.target_scale, "learned as a number"))  # fmt: skip
        for name, places, scale, verb in drawn:
            if scale == IDENTITY or not len(places):
                continue
            ends = np.array([places.min(), places.max()])
            low, high = (readable_number(value) for value in from_plane(ends, scale))
            start, end = (readable_number(round(place, 2)) for place in ends)
            if start == end:
                notes.append(f"{name} is {low} everywhere and is {verb} at {start}.")
            else:
                notes.append(f"{name} runs from {low} to {high} and is {verb} from {start} to {end}.")
        return notes

    def with_point(self, x: float, y: float, target: float) -> Self:
        """Return these points and one more, the last; ValueError if there are 5000 or it does not fit."""
        return replace(self, inputs=np.vstack([self.inputs, [[x, y]]]), targets=np.append(self.targets, float(target)))

    def moved(self, index: int, x: float, y: float) -> Self:
        """Return these points with one of them elsewhere; ValueError if there is no such point or place."""
        self._check_index(index)
        inputs = self.inputs.copy()
        inputs[index] = x, y
        return replace(self, inputs=inputs)

    def without(self, index: int) -> Self:
        """Return these points without one of them; ValueError if there is no such point."""
        self._check_index(index)
        return replace(self, inputs=np.delete(self.inputs, index, 0), targets=np.delete(self.targets, index))

    def nearest(self, x: float, y: float, within: float) -> int | None:
        """Return the index of the point nearest to a place and at most ``within`` away; of several, the last.

        The last is the one drawn on top.
        """
        if not len(self):
            return None
        distances = np.hypot(self.inputs[:, 0] - x, self.inputs[:, 1] - y)[::-1]
        index = int(distances.argmin())
        return len(self) - 1 - index if distances[index] <= within else None

    def dataset(self) -> Dataset:
        """Return the points as a data set named ``"own"``, in arrays of its own; ValueError without any."""
        return Dataset("own", self.inputs.copy(), self.targets.copy(), self.task, self.classes)

    def to_json(self) -> dict[str, Any]:
        """Return everything as an object for ``json.dumps``, floats in full precision."""
        return {
            "version": 1,
            "title": self.title,
            "task": str(self.task),
            "classes": self.classes,
            "class_names": list(self.class_names),
            "columns": list(self.columns),
            "target_column": self.target_column,
            "scales": [list(scale) for scale in self.scales],
            "target_scale": list(self.target_scale),
            "inputs": self.inputs.tolist(),
            "targets": self.targets.tolist(),
        }

    @classmethod
    def from_json(cls, values: object) -> Self:
        """Return the points that `to_json` wrote; ValueError says what does not fit."""
        return cls(**fields_from_json(values, MAX_SAMPLES))

    def to_text(self) -> str:
        """Return coordinates and targets as the short text of a link; ValueError beyond `LINK_POINTS` points.

        Names, title and scales are not in it, and coordinates are rounded to 1/300.
        """
        return pack(self.inputs, self.targets, self.task, self.classes)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the points that `to_text` wrote; ValueError for any other text."""
        inputs, targets, task, classes = unpack(text)
        return cls(inputs, targets, task, classes)

    def _key(self) -> tuple[object, ...]:
        return (
            self.inputs.tobytes(), self.targets.tobytes(), self.task, self.classes, self.class_names, self.columns,
            self.scales, self.title, self.target_column, self.target_scale,
        )  # fmt: skip

    def _class_of(self, index: int) -> str:
        return self.class_names[int(self.targets[index])]

    def _check_index(self, index: int) -> None:
        if not is_whole(index, 0, len(self) - 1):
            raise ValueError(f"there is no point {index!r}: {len(self)} points are counted from 0")

    def _check_task(self) -> None:
        if not isinstance(self.task, Task):
            raise ValueError(f"task is Task.CLASSIFICATION or Task.REGRESSION, got {self.task!r}")
        if self.task is Task.REGRESSION:
            if self.classes != 0 or self.class_names:
                raise ValueError(f"points with numbers as targets have no classes, got {self.classes}: pass 0")
            return
        if not is_whole(self.classes, 2, MOST_CLASSES):
            raise ValueError(f"classes is a whole number from 2 to {MOST_CLASSES}, got {self.classes!r}")
        if len(self.class_names) != self.classes or len(set(self.class_names)) != self.classes:
            raise ValueError(
                f"{self.classes} classes have as many different names, got {', '.join(self.class_names)!r}"
            )
        if self.target_scale != IDENTITY:
            raise ValueError("only targets that are numbers have a scale: pass the identity for classes")

    def _check_names(self) -> None:
        if len(self.columns) != 2:
            raise ValueError(f"columns names the two coordinates, got {len(self.columns)} names")
        for name in (*self.class_names, *self.columns, self.target_column):
            _check_text(name, MAX_NAME)
        _check_text(self.title, _MAX_TITLE)

    def _check_numbers(self) -> None:
        if self.inputs.ndim != 2 or self.inputs.shape[1] != 2 or self.targets.shape != self.inputs.shape[:1]:
            raise ValueError(
                f"inputs has shape [N, 2] and targets [N], got {list(self.inputs.shape)} and {list(self.targets.shape)}"
            )
        if len(self) > MAX_SAMPLES:
            raise ValueError(f"there are at most {MAX_SAMPLES} points, got {len(self)}: remove some")
        for name, array in (("coordinates", self.inputs), ("targets", self.targets)):
            strange = array[~(np.abs(array) <= LIMIT)]  # NaN compares false
            if strange.size:
                raise ValueError(f"{name} lie within -{LIMIT:g} and {LIMIT:g}, got {strange.flat[0]:g}")
        if self.task is Task.CLASSIFICATION:
            strange = self.targets[
                (self.targets != np.floor(self.targets)) | (self.targets < 0) | (self.targets >= self.classes)
            ]
            if strange.size:
                raise ValueError(f"targets are class indices 0 to {self.classes - 1}, got {strange[0]:g}")
        if len(self.scales) != 2:
            raise ValueError(f"scales holds one scale a coordinate, got {len(self.scales)}")
        for scale in (*self.scales, self.target_scale):
            # Of numbers that are finite, each way.
            if len(scale) != 2 or not abs(scale[0]) <= 1e100 or not 1e-110 <= scale[1] <= 1e110:
                raise ValueError(f"a scale is an offset and a factor above 0, both finite, got {scale}")


def readable_number(value: float) -> str:
    """Write a number for a sentence: six digits, no exponent for whole numbers, a true minus sign."""
    text = f"{value:.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:.6g}"
    return text.replace("-", "−")


def _check_text(text: object, most: int) -> None:
    if not isinstance(text, str) or not text.strip() or len(text) > most or not text.isprintable():
        raise ValueError(f"a name is printable text of 1 to {most} characters, got {str(text)[:most]!r}")
