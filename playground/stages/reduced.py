"""A page's layout with some of its parts left out: those that stay grow over the room of those that go."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

__all__ = ["reduced"]

_AREAS = re.compile(r'(grid-template-areas:)((?:\s*"[^"]*")+)')
_ROW = re.compile(r'"([^"]*)"')
Grid = list[list[str]]
# A part of the grid: first row, row behind the last, first column, column behind the last.
Box = tuple[int, int, int, int]


def reduced(sheet: str, shown: Sequence[str]) -> str:
    """Return a stylesheet in which the areas of all grids have grown over those that are not shown.

    The tracks stay as they are, so nothing else of the sheet changes; an empty track between two others is as wide
    as its rule says, but belongs to a neighbour.

    Parameters
    ----------
    sheet : str
        CSS whose grids have named areas.
    shown : sequence of str
        Areas that stay; the first of them grow first.
    """

    def rewritten(found: re.Match[str]) -> str:
        grid = [row.split() for row in _ROW.findall(found[2])]
        _grow(grid, shown)
        return found[1] + "".join(f' "{" ".join(row)}"' for row in grid)

    return _AREAS.sub(rewritten, sheet)


def _grow(grid: Grid, shown: Sequence[str]) -> None:
    """Let the shown areas of a grid grow over the others, as rectangles, until none can."""
    hidden = {name for row in grid for name in row} - set(shown)
    names = [name for name in shown if any(name in row for row in grid)]
    # To the sides first: a part beside an empty place becomes wider before one above it becomes longer.
    while any(_widened(grid, name, hidden) for name in names) or any(_lengthened(grid, name, hidden) for name in names):
        pass


def _box(grid: Grid, name: str) -> Box:
    places = [(i, j) for i, row in enumerate(grid) for j, each in enumerate(row) if each == name]
    rows, columns = zip(*places, strict=True)
    return min(rows), max(rows) + 1, min(columns), max(columns) + 1


def _widened(grid: Grid, name: str, hidden: Collection[str]) -> bool:
    top, bottom, left, right = _box(grid, name)
    return any(
        0 <= column < len(grid[0]) and _filled(grid, name, hidden, (top, bottom, column, column + 1))
        for column in (left - 1, right)
    )


def _lengthened(grid: Grid, name: str, hidden: Collection[str]) -> bool:
    top, bottom, left, right = _box(grid, name)
    # Downwards first: what stands under the bar stays there.
    return any(
        0 <= row < len(grid) and _filled(grid, name, hidden, (row, row + 1, left, right)) for row in (bottom, top - 1)
    )


def _filled(grid: Grid, name: str, hidden: Collection[str], box: Box) -> bool:
    """Fill a strip with an area if nothing in it is shown; return whether."""
    top, bottom, left, right = box
    strip = [grid[row][column] for row in range(top, bottom) for column in range(left, right)]
    if not all(each in hidden for each in strip):
        return False
    for row in range(top, bottom):
        grid[row][left:right] = [name] * (right - left)
    return True
