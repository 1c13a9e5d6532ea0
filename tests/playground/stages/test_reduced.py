"""Parts of a page are left out, and the others fill their room: every page's own sheets, all subsets of their areas."""

import itertools
import re

import pytest

from playground.assets import STATIC
from playground.stages.reduced import reduced

SHEETS = sorted((STATIC / "css").glob("*stage.css"))


def grids(sheet):
    """Return all grids of areas of a sheet, read in a way of their own."""
    declarations = re.findall(r"grid-template-areas:([^;]*);", sheet)
    return [[line.split() for line in re.findall(r'"(.*?)"', each)] for each in declarations]


def is_rectangle(grid, name):
    cells = {(i, j) for i, row in enumerate(grid) for j, each in enumerate(row) if each == name}
    rows, columns = {i for i, _ in cells}, {j for _, j in cells}
    return len(cells) == len(rows) * len(columns) and max(rows) - min(rows) < len(rows) and (
        max(columns) - min(columns) < len(columns)
    )


def test_a_part_grows_into_the_empty_columns_beside_it():
    sheet = 'a { grid-template-areas: "bar bar bar" "settings net plane" "settings list plane"; color: red }'
    assert grids(reduced(sheet, ["plane", "bar"])) == [
        [["bar", "bar", "bar"], ["plane", "plane", "plane"], ["plane", "plane", "plane"]]
    ]
    assert grids(reduced(sheet, ["net", "plane", "bar"])) == [
        [["bar", "bar", "bar"], ["net", "net", "plane"], ["net", "net", "plane"]]
    ]
    assert "color: red" in reduced(sheet, ["net"])


def test_the_first_has_the_room():
    sheet = 'a { grid-template-areas: "x gone y"; }'
    assert grids(reduced(sheet, ["x", "y"])) == [[["x", "x", "y"]]]
    assert grids(reduced(sheet, ["y", "x"])) == [[["x", "y", "y"]]]


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_what_is_left_stays_a_rectangle_that_holds_its_own_place(path):
    sheet = path.read_text(encoding="utf-8")
    names = sorted({name for grid in grids(sheet) for row in grid for name in row} - {"transport"})
    for shown in itertools.chain(*(itertools.combinations(names, k) for k in (1, 2, 3))):
        made = reduced(sheet, ["transport", *shown])
        for before, after in zip(grids(sheet), grids(made), strict=True):
            there = {name for row in before for name in row} & {"transport", *shown}
            for name in there:
                assert is_rectangle(after, name), (name, after)
                assert all(
                    after[i][j] == name for i, row in enumerate(before) for j, each in enumerate(row) if each == name
                )
            # Nothing is left empty.
            assert {name for row in after for name in row} <= there


def test_all_pages_have_grids():
    assert len([path for path in SHEETS if grids(path.read_text(encoding="utf-8"))]) >= 9
