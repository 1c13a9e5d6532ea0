"""A table from a CSV file, and the choice of columns that makes points of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from engine.datasets.arguments import MOST_CLASSES
from engine.datasets.csv_cells import MAX_ROWS, Row, TableError, clean, means_number, number, read_rows, too_many_rows
from engine.datasets.dataset import Task
from engine.datasets.own import MAX_NAME, Points, readable_number
from engine.datasets.scaling import IDENTITY, Scale, fit_scale, to_plane

__all__ = ["SPLIT_COLUMN", "Table", "TableError", "read_table"]

Array = NDArray[np.float64]

TARGET_NAMES = ("label", "class", "target", "y")
SPLIT_COLUMN = "split"

_LARGEST = 1e100
_SHOWN = 30
_HALF_WIDTH = 5.0
# What lies within this and is at least as wide is drawn as it is.
_KEPT_REACH, _KEPT_WIDTH = 6.0, 1.0
# The same for our own downloads, whose numbers are coordinates: the widest set reaches to about 20.
_OWN_REACH, _OWN_WIDTH = 25.0, 0.1
_KEPT_TARGET, _OWN_TARGET = 1.0, 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The cells of a CSV file by columns; made by `read_table`.

    Attributes
    ----------
    title : str
        Name of the file without its ending.
    columns : tuple of str
        Names of the columns, all different, of at most 40 characters.
    numeric : tuple of bool
        Whether at least half of a column's cells are numbers; `points` names those that are not.
    cells : tuple of tuple of str
        One tuple a column.
    positions : tuple of int
        Number of each row as a spreadsheet counts them.
    """

    title: str
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    cells: tuple[tuple[str, ...], ...]
    positions: tuple[int, ...]

    @property
    def rows(self) -> int:
        """Number of rows without the header."""
        return len(self.positions)

    def suggested(self) -> tuple[str, str, str]:
        """Return the best first guess: names of the columns for x, y and the target.

        The target is the column named label, class, target or y (y not beside an x), or the last one; the
        inputs are the first two other columns of numbers. Columns that only count the rows or are the same
        everywhere, and a column named split, come last.
        """
        names = [name.lower() for name in self.columns]
        wanted = [names.index(name) for name in TARGET_NAMES if name in names and not (name == "y" and "x" in names)]
        others = sorted(range(len(names)), key=lambda index: (names[index] == SPLIT_COLUMN, -index))
        text = [index for index in others if not self.numeric[index]]
        for target in (*wanted, *others[:1], *text, *others):
            inputs = [index for index, numeric in enumerate(self.numeric) if numeric and index != target]
            if len(inputs) >= 2:
                x, y = sorted(sorted(inputs, key=self._says_little)[:2])
                return self.columns[x], self.columns[y], self.columns[target]
        raise AssertionError("read_table lets no table pass with fewer than two columns of numbers and a third")

    def points(self, x_column: str, y_column: str, target_column: str, as_classes: bool | None = None) -> Points:
        """Make points of three columns, mapping their numbers into the plane where they lie elsewhere.

        An input column within [-6, 6] that is at least 1 wide is kept; any other is mapped linearly onto
        [-5, 5]. A target column beyond [-1, 1] is mapped onto it. A file whose columns are x1, x2, and label
        or target, as `to_csv` names the coordinates of the plane, is kept within wider limits (25, and 2 for
        targets). Classes are numbered in the order of their numbers, or else of the alphabet.

        Parameters
        ----------
        x_column, y_column : str
            Columns of numbers.
        target_column : str
            A third column.
        as_classes : bool, optional
            Whether the target tells classes or is a number to be predicted. Unless given: text tells classes,
            and so do at most six different whole numbers that on average occur twice or more.

        Returns
        -------
        Points

        Raises
        ------
        TableError
            If a column or a cell does not fit.
        """
        x, y, target = (self._index(name) for name in (x_column, y_column, target_column))
        if len({x, y, target}) < 3:
            raise TableError("choose three different columns: two for the place of a point, one for its target")
        coordinates = [self._numbers(index) for index in (x, y)]
        own = [name.lower() for name in self.columns[:3]] in (["x1", "x2", "label"], ["x1", "x2", "target"])
        own = own and (x, y, target) == (0, 1, 2) and len(self.columns) <= 4
        scales = tuple(_input_scale(values, own) for values in coordinates)
        if as_classes is None:
            as_classes = not self.numeric[target] or self._looks_like_classes(target, own)
        if as_classes:
            targets, names = self._classes(target)
            target_scale = IDENTITY
        else:
            values, names = self._numbers(target), ()
            if np.ptp(values) == 0:
                raise TableError(
                    f"{self._named(target)} is {readable_number(values[0])} in every row: there is nothing to "
                    "predict; choose another target"
                )
            kept = np.abs(values).max() <= (_OWN_TARGET if own else _KEPT_TARGET)
            target_scale = IDENTITY if kept else fit_scale(values, 1.0)
            targets = to_plane(values, target_scale)
        drawn = [to_plane(values, scale) for values, scale in zip(coordinates, scales, strict=True)]
        return Points(
            np.column_stack(drawn),
            targets,
            Task.CLASSIFICATION if as_classes else Task.REGRESSION,
            len(names),
            names,
            (self.columns[x], self.columns[y]),
            (scales[0], scales[1]),
            self.title,
            self.columns[target],
            target_scale,
        )

    def _looks_like_classes(self, index: int, own: bool) -> bool:
        distinct = np.unique(self._numbers(index))
        if own and self.columns[index].lower() == "target" and any("." in cell for cell in self.cells[index]):
            return False  # `to_csv` writes a class as 1, a number as 1.0
        most = MOST_CLASSES if own else min(MOST_CLASSES, max(2, self.rows // 2))
        return len(distinct) <= most and bool((distinct == np.floor(distinct)).all())

    def _says_little(self, index: int) -> bool:
        values = [number(cell) for cell in self.cells[index]]
        counts = any(values == [start + row for row in range(len(values))] for start in (0.0, 1.0))
        return counts or len(set(values)) == 1

    def _index(self, name: str) -> int:
        if name not in self.columns:
            raise TableError(f"there is no column {name!r}: the file has {', '.join(self.columns)}")
        return self.columns.index(name)

    def _named(self, index: int) -> str:
        name = self.columns[index]
        return name if name == _unnamed(index) else f"column {name}"

    def _bad_cell(self, index: int, row: int, what: str, advice: str) -> TableError:
        return TableError(f"row {self.positions[row]}, {self._named(index)}: {what}; {advice}")

    def _numbers(self, index: int) -> Array:
        values = np.empty(self.rows)
        for row, cell in enumerate(self.cells[index]):
            value = number(cell)
            if value is None:
                what = f"{_shown(cell)} is not a number" if cell else "the cell is empty"
                raise self._bad_cell(index, row, what, "write a number, delete the row, or choose another column")
            if abs(value) > _LARGEST:
                raise self._bad_cell(index, row, f"{_shown(cell)} is too large", "numbers up to 1e100 are allowed")
            values[row] = value
        return values

    def _classes(self, index: int) -> tuple[Array, tuple[str, ...]]:
        """Class index of every row [N], and the names of the classes."""
        cells = self.cells[index]
        if "" in cells:
            raise self._bad_cell(index, cells.index(""), "the cell is empty", "write a label or delete the row")
        values = [number(cell) for cell in cells]
        if all(value is not None and abs(value) <= _LARGEST for value in values):
            labels = [_plain(value) for value in values if value is not None]
            names = sorted(set(labels), key=float)
        else:
            labels = [_cut(cell) for cell in cells]
            names = sorted(set(labels))
            if len(names) < len(set(cells)):
                raise TableError(
                    f"{self._named(index)} has labels that differ only beyond {MAX_NAME} characters: shorten them"
                )
        if len(names) < 2:
            raise TableError(
                f"{self._named(index)} is {_shown(names[0])} in every row: there are no classes to tell apart; "
                "choose another target"
            )
        if len(names) > MOST_CLASSES:
            advice = "choose another target or keep fewer of them"
            if None not in values:
                advice = "take it as a number to predict, or " + advice
            raise TableError(
                f"{self._named(index)} has {len(names):,} different labels: six classes are the most; {advice}"
            )
        numbers = {name: float(place) for place, name in enumerate(names)}
        return np.array([numbers[label] for label in labels]), tuple(names)


def read_table(content: bytes, name: str) -> Table:
    """Read a CSV file with two columns of numbers or more and a column for the target.

    The first row is taken as header if it has text where the rows below have numbers.

    Parameters
    ----------
    content : bytes
        The file; at most 2 MB, 5000 rows of points, 50 columns and 200 characters a cell.
    name : str
        Name of the file, for the title.

    Returns
    -------
    Table

    Raises
    ------
    TableError
        If it is no such file; the message says what to change.
    """
    rows = read_rows(content)
    header = _has_header(rows)
    if header and len(rows) == 1:
        raise TableError("the file has a header and no rows below it: add a row for every point")
    below = rows[1:] if header else rows
    if len(below) > MAX_ROWS:
        raise too_many_rows()
    cells = tuple(zip(*(cells for _, cells in below), strict=True))
    columns = _column_names(rows[0][1] if header else [""] * len(cells))
    numeric = tuple(_mostly_numbers(column) for column in cells)
    if sum(numeric) < 2 or len(cells) < 3:
        raise TableError(
            f"the file has {len(cells)} columns, {sum(numeric)} of them with numbers: it takes two with numbers for "
            "the place of a point and one more for its target"
        )
    return Table(_title(name), columns, numeric, cells, tuple(position for position, _ in below))


def _has_header(rows: list[Row]) -> bool:
    first = rows[0][1]
    if len(rows) == 1:
        return all(number(cell) is None for cell in first)
    below = [_mostly_numbers(column) for column in zip(*(cells for _, cells in rows[1:]), strict=True)]
    return any(
        numeric and number(cell) is None and not means_number(cell) for cell, numeric in zip(first, below, strict=True)
    )


def _mostly_numbers(cells: Sequence[str]) -> bool:
    return 2 * sum(number(cell) is not None for cell in cells) >= len(cells)


def _column_names(header: Sequence[str]) -> tuple[str, ...]:
    """Names of the header, cut, filled in where empty, and numbered where they repeat."""
    names: list[str] = []
    for index, cell in enumerate(header):
        name, count = _cut(cell) or _unnamed(index), 1
        unique = name
        while unique in names:
            count += 1
            ending = f" ({count})"
            unique = name[: MAX_NAME - len(ending)] + ending
        names.append(unique)
    return tuple(names)


def _unnamed(index: int) -> str:
    return f"column {index + 1}"


def _title(name: str) -> str:
    stem = PurePosixPath(name.replace("\\", "/")).stem
    return clean(stem)[:MAX_NAME].strip() or "Own points"


def _input_scale(values: Array, own: bool) -> Scale:
    reach, width = (_OWN_REACH, _OWN_WIDTH) if own else (_KEPT_REACH, _KEPT_WIDTH)
    constant = np.ptp(values) == 0  # a shift would not make it any wider
    if np.abs(values).max() <= reach and (constant or np.ptp(values) >= width):
        return IDENTITY
    return fit_scale(values, _HALF_WIDTH)


def _plain(value: float) -> str:
    """A label that is a number, written the same however the file wrote it."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_NAME else text[: MAX_NAME - 1].rstrip() + "…"


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= _SHOWN else cell[: _SHOWN - 1] + "…")
