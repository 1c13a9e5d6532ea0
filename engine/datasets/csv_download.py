"""Points as a CSV file to download."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.datasets.csv_cells import guarded
from engine.datasets.csv_table import SPLIT_COLUMN
from engine.datasets.dataset import Dataset, Task
from engine.datasets.own import Points
from engine.datasets.scaling import from_plane

__all__ = ["to_csv"]


def to_csv(data: Dataset | Points, split: Sequence[str] | NDArray[np.str_] | None = None) -> str:
    """Write points as CSV: a header, then x1, x2 and label (or target), one row a point.

    Points from a file are written in the numbers and under the names of that file. Floats are written in
    full, so `read_table` gives the same points again, to the last bit: of a data set of this package, or of
    points that came out of a file, as long as every class has a point. (Points moved or added beyond the
    ends of a file's range are mapped anew.) Names that a spreadsheet would take for formulas are marked by a
    leading apostrophe, which `read_table` removes.

    Parameters
    ----------
    data : Dataset or Points
        N points.
    split : sequence of str, optional
        ``"train"`` or ``"test"`` for each point, for a fourth column.

    Returns
    -------
    str
        Lines that end in a line feed. Encode it as ``"utf-8-sig"`` if spreadsheets shall read it.

    Raises
    ------
    ValueError
        If ``split`` does not have one such word a point.
    """
    points = Points.from_dataset(data) if isinstance(data, Dataset) else data
    columns: list[Sequence[object]] = [
        from_plane(values, scale).tolist() for values, scale in zip(points.inputs.T, points.scales, strict=True)
    ]
    if points.task is Task.CLASSIFICATION:
        names = [guarded(name) for name in points.class_names]
        columns.append([names[int(target)] for target in points.targets])
    else:
        columns.append(from_plane(points.targets, points.target_scale).tolist())
    header = [*points.columns, points.target_column]
    if split is not None:
        words = [str(word) for word in split]
        if len(words) != len(points) or set(words) - {"train", "test"}:
            raise ValueError(f"split has one word a point, 'train' or 'test': {len(points)} points, {len(words)} words")
        columns.append(words)
        header.append(SPLIT_COLUMN)
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow([guarded(name) for name in header])
    writer.writerows(zip(*columns, strict=True))
    return lines.getvalue()
