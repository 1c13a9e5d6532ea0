"""Reading a CSV file of any origin: what is understood, what is refused and how, and the points made of it."""

from __future__ import annotations

import re
import time

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.datasets import Points, Table, TableError, Task, read_table
from engine.datasets.csv_cells import MAX_BYTES, MAX_ROWS, clean, guarded, number

TREES = """height,girth,age,kind
150,1,10,oak
190,2,20,birch
160,4.5,30,oak
"""


def read(text: str | bytes, name: str = "trees.csv") -> Table:
    return read_table(text.encode() if isinstance(text, str) else text, name)


def points(text: str | bytes, *columns: str, as_classes: bool | None = None) -> Points:
    table = read(text)
    return table.points(*(columns or table.suggested()), as_classes=as_classes)


def refused(text: str | bytes, *columns: str, as_classes: bool | None = None) -> str:
    with pytest.raises(TableError) as error:
        points(text, *columns, as_classes=as_classes)
    return str(error.value)


def with_targets(targets, header="a,b,price") -> str:
    return header + "\n" + "".join(f"{row % 3},{row % 4 / 2},{target}\n" for row, target in enumerate(targets))


def test_a_table_and_the_points_made_of_it():
    table = read(TREES, "C:\\data\\Some trees.csv")
    assert table.columns == ("height", "girth", "age", "kind")
    assert table.numeric == (True, True, True, False)
    assert (table.rows, table.title) == (3, "Some trees")
    assert table.suggested() == ("height", "girth", "kind")
    made = table.points("height", "girth", "kind")
    # height runs over 40 and is drawn over 10; girth fits the plane as it is.
    assert made.scales == ((170.0, 0.25), (0.0, 1.0))
    assert made.inputs.tolist() == [[-5.0, 1.0], [5.0, 2.0], [-2.5, 4.5]]
    assert (made.class_names, made.targets.tolist()) == (("birch", "oak"), [1.0, 0.0, 1.0])
    assert (made.task, made.classes, made.columns) == (Task.CLASSIFICATION, 2, ("height", "girth"))
    assert (made.title, made.target_column) == ("Some trees", "kind")
    assert made.notes() == ["height runs from 150 to 190 and is drawn from −5 to 5."]


@pytest.mark.parametrize(
    "content",
    [
        TREES.encode(),
        TREES.replace("\n", "\r\n").encode(),
        TREES.replace("\n", "\r").encode(),
        TREES.rstrip().encode(),
        b"\xef\xbb\xbf" + TREES.encode(),
        TREES.encode("utf-16"),
        TREES.replace(",", ";").encode(),
        TREES.replace(",", "\t").encode(),
        TREES.replace(",", ";").replace("4.5", "4,5").encode(),
        TREES.replace(",", "\t").replace("4.5", "4,5").encode("utf-16"),
        TREES.replace(",", ", ").encode(),
        re.sub(r"([^,\n]+)", r'"\1"', TREES).encode(),
        TREES.replace("\n", ",,\n").encode(),
        TREES.replace("\n", "\n\n").encode(),
        b"\n,,,\n" + TREES.encode(),
        TREES.replace("150", " +1.5e2 ").encode(),
    ],
)
def test_one_table_written_in_many_ways(content):
    assert points(content) == points(TREES)


def test_decimal_commas_without_any_text_to_go_by():
    made = points("1,5;2,5;0,25\n-1,5;−3;0,5\n;;\n4,5;0;1\n")
    assert made.inputs.tolist() == [[1.5, 2.5], [-1.5, -3.0], [4.5, 0.0]]
    assert made.targets.tolist() == [0.25, 0.5, 1.0]


def test_points_and_commas_in_one_column_are_not_guessed_at():
    message = refused("a;b;c\n1,5;1;x\n2.5;2;y\n3.5;2;y\n")
    assert message.startswith("row 2, column a: '1,5' is not a number; write a number")


def test_thousands_in_quotes_are_not_taken_for_decimals():
    assert "column a: '1,234' is not a number" in refused('a,b,c\n"1,234",1,x\n2,2,y\n3,4,x\n')


def test_letters_beyond_ascii():
    text = "größe,b,art\n1,2,früh\n3,4,spät\n"
    for encoding in ("utf-8", "latin-1"):
        assert points(text.encode(encoding)).class_names == ("früh", "spät")
        assert read(text.encode(encoding)).columns[0] == "größe"
    assert read("preis in €,b,art\n1,2,x\n3,4,y".encode("cp1252")).columns[0] == "preis in €"


def test_without_a_header_the_columns_are_numbered():
    table = read("1,2,a\n3,4,b\n")
    assert (table.columns, table.rows) == (("column 1", "column 2", "column 3"), 2)
    assert table.positions == (1, 2)
    # A missing number in the first row is no name.
    assert read("1,NA,a\n3,4,b\n5,6,b\n").rows == 3
    assert read("1,,a\n3,4,b\n5,6,b\n").rows == 3
    assert "row 1, column 1: '1.234,5' is not a number" in refused("1.234,5;2;a\n3,5;4;b\n")


def test_names_of_columns_are_made_to_differ_and_cut():
    table = read(f"a,a,,a,{'n' * 60},{'n' * 60}\n1,2,3,4,5,x\n")
    assert table.columns == ("a", "a (2)", "column 3", "a (3)", "n" * 39 + "…", "n" * 36 + " (2)")
    assert read("a (2),a,a,b\n1,2,3,x\n").columns == ("a (2)", "a", "a (3)", "b")
    assert read("2020,height,kind\n1,2,x\n3,4,y\n").columns == ("2020", "height", "kind")


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("a,b,c\n1,2,3\n4,6,6\n", ("a", "b", "c")),
        ("label,a,b\n0,2,3\n1,5,7\n", ("a", "b", "label")),
        ("Class,a,b\n0,2,3\n1,5,7\n", ("a", "b", "Class")),
        ("y,x1,x2\n0,2,3\n1,5,7\n", ("x1", "x2", "y")),
        ("x,y,value\n0,2,3\n5,5,7\n", ("x", "y", "value")),
        ("target,a,label,b\n0,2,1,5\n3,7,0,6\n", ("target", "a", "label")),
        ("kind,a,b\nu,2,3\nv,5,7\n", ("a", "b", "kind")),
        ("a,kind,b\n1,u,3\n4,v,7\n", ("a", "b", "kind")),
        ("a,b,label,split\n1,2,0,train\n4,3,1,test\n", ("a", "b", "label")),
        ("a,b,split\n1,2,train\n4,3,test\n", ("a", "b", "split")),
        # What only counts the rows, or never changes, comes last.
        (",flat,a,b,kind\n1,7,3,5,u\n2,7,4,3,v\n3,7,5,9,v\n", ("a", "b", "kind")),
        ("row,a,kind\n1,3,u\n2,4,v\n3,5,v\n", ("row", "a", "kind")),
    ],
)
def test_the_first_guess(text, suggested):
    assert read(text).suggested() == suggested


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([-6, 0, 6], (0.0, 1.0)),
        ([0, 0.5, 1], (0.0, 1.0)),
        ([-6.01, 0, 5.99], (-0.01, 0.833333)),
        ([0, 0.5, 0.9], (0.45, 11.1111)),
        ([3, 3, 3], (0.0, 1.0)),
        ([7, 7, 7], (7.0, 1.0)),
        ([-1e100, 0, 1e100], (0.0, 5e-100)),
    ],
)
def test_what_fits_the_plane_is_kept_and_the_rest_is_mapped(values, scale):
    made = points("a,b,c\n" + "".join(f"{v},{i},{'uv'[i % 2]}\n" for i, v in enumerate(values)))
    assert made.scales[0] == pytest.approx(scale)
    expected = (np.array(values) - scale[0]) * scale[1]
    assert made.inputs[:, 0] == pytest.approx(expected, abs=1e-4)
    assert np.abs(made.inputs[:, 0]).max() <= 6.0


def test_a_column_that_never_changes_is_drawn_in_one_place_and_says_so():
    made = points("a,b,c\n700,1,u\n700,2,v\n")
    assert made.inputs[:, 0].tolist() == [0.0, 0.0]
    assert made.notes() == ["a is 700 everywhere and is drawn at 0."]


def test_targets_beyond_one_are_mapped_onto_it():
    made = points(with_targets([100, 250, 500, 300.5]))
    assert (made.task, made.classes, made.class_names) == (Task.REGRESSION, 0, ())
    assert made.target_scale == (300.0, 0.005)
    assert made.targets.tolist() == pytest.approx([-1.0, -0.25, 1.0, 0.0025])
    assert made.notes() == ["price runs from 100 to 500 and is learned as a number from −1 to 1."]
    assert points(with_targets([-1, 0.5, 1])).target_scale == (0.0, 1.0)


@pytest.mark.parametrize(
    ("targets", "as_classes", "names"),
    [
        ([0, 1, 1, 0], None, ("0", "1")),
        ([1, -1, -1, 1], None, ("-1", "1")),
        (["1.0", "01", "2", "2e0"], None, ("1", "2")),
        ([10, 9, 10, 9], None, ("9", "10")),
        (["b", "a", "b", "10"], None, ("10", "a", "b")),
        ([1, 2, 3, 4, 5, 6] * 2, None, ("1", "2", "3", "4", "5", "6")),
        ([1, 2, 3, 4, 5, 6, 7] * 2, None, ()),
        ([1, 2, 3, 4, 5], None, ()),
        ([0.5, 1.5, 0.5, 1.5], None, ()),
        ([0.5, 1.5, 0.5, 1.5], True, ("0.5", "1.5")),
        ([0, 1, 1, 0], False, ()),
        ([1, 2, "b", "b", 1], True, ("1", "2", "b")),
        (["  oak  tree", "oak tree", "elm\u200b\u202e"], None, ("elm", "oak tree")),
    ],
)
def test_classes_or_numbers(targets, as_classes, names):
    made = points(with_targets(targets), as_classes=as_classes)
    assert made.class_names == names
    assert made.task is (Task.CLASSIFICATION if names else Task.REGRESSION)
    if names == ("-1", "1"):
        assert made.targets.tolist() == [1.0, 0.0, 0.0, 1.0]


def test_a_formula_is_text():
    made = points("a,b,c\n1,2,=cmd|' /C calc'!A0\n3,4,@SUM(1)\n5,6,'=cmd|' /C calc'!A0\n")
    # The mark of a guarded cell is no part of the label.
    assert made.class_names == ("=cmd|' /C calc'!A0", "@SUM(1)")
    assert made.targets.tolist() == [0.0, 1.0, 0.0]


@given(st.text(alphabet="'=+-@a1. ", max_size=8))
def test_cells_that_a_spreadsheet_would_run_are_marked_and_the_mark_is_removed(text):
    label = clean(text)
    marked = guarded(label)
    assert clean(marked) == label
    assert marked[:1] not in set("=+-@") or number(marked) is not None


def test_long_labels_are_cut_but_never_merged():
    made = points(f"a,b,c\n1,2,{'x' * 60}\n3,4,y\n")
    assert made.class_names == ("x" * 39 + "…", "y")
    assert "differ only beyond 40 characters" in refused(f"a,b,c\n1,2,{'x' * 60}\n3,4,{'x' * 61}\n")


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b" \r\n\r\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b",,,\n,,,\n", "the file is empty"),
        (b"height,girth,kind\n", "the file has a header and no rows below it: add a row for every point"),
        (PNG, "this is not a text file"),
        (PNG.replace(b"\0", b"\x01"), "this is not a text file"),
        (b"a,b,c\n1,2,\0\n", "this is not a text file"),
        (TREES.encode("utf-16-le"), "UTF-16 without its mark"),
        (b"\xff\xfea", "this is not a text file"),
        (b"PK\x03\x04workbook", "this is a workbook or an archive, not text: save the sheet as CSV"),
        (b"a|b|c\n1|2|x\n", "the file has one column: separate the columns by commas, semicolons or tabs"),
        (b"hello", "the file has one column"),
        (b"a,b\n1,2\n", "the file has 2 columns, 2 of them with numbers: it takes two with numbers"),
        (b"a,b,c\n1,x,y\n2,x,y\n", "the file has 3 columns, 1 of them with numbers"),
        (b"a,b,c\nx,x,y\n", "the file has 3 columns, 0 of them with numbers"),
        (b"a,b,c\n1,2,u\n3,4\n", "row 3 has 2 cells, the first row has 3: give every row as many"),
        (b"a,b,c\n1,2,u\n\n3,4,v,5\n", "row 4 has 4 cells, the first row has 3"),
        (b"a,b,c\n1,2,\n3,4,v,5\n", "row 3 has 4 cells, the first row has 3"),
        (b"a,b,c\n1,2,u\nend\n", "row 3 has 1 cell, the first row has 3"),
        (b"a,b,c\n1,2,u\n3,nan,v\n5,6,v\n", "row 3, column b: 'nan' is not a number; write a number"),
        (b"a,b,c\n1,2,u\n-inf,3,v\n5,6,v\n", "row 3, column a: '-inf' is not a number"),
        (b"a,b,c\n1,2,u\n1e999,3,v\n", "row 3, column a: '1e999' is too large; numbers up to 1e100 are allowed"),
        (b"a,b,c\n1,2,u\n,3,v\n5,6,v\n", "row 3, column a: the cell is empty; write a number, delete the row"),
        (b"a,b,c\n1,2,u\n3,4,\n", "row 3, column c: the cell is empty; write a label or delete the row"),
        (b"a,b,c\n1,2,5\n3,4,\n1,1,7\n", "row 3, column c: the cell is empty; write a number"),
        (b"1,2,u\n3,abc,v\n5,6,v\n", "row 2, column 2: 'abc' is not a number"),
        (b"a,b,c\n1_0,2,u\n3,4,v\n", "row 2, column a: '1_0' is not a number"),
        ("a,b,c\n１,2,u\n3,4,v\n".encode(), "row 2, column a: '１' is not a number"),
        (b"a,b,c\n1,2," + b"u" * 201 + b"\n3,4,v\n", "row 2, cell 3: a cell of 201 characters, at most 200 are"),
        (b'a,b,c\n1,2,"u\n' + b"3,4,v\n" * 100, "look for a double quote without its partner"),
        (b'a,b,c\n1,2,"u\n' + b"3,4,v\n" * 50000, "look for a double quote without its partner"),
        (b"1," * 50 + b"2\n", "row 1 has 51 columns: at most 50 are allowed"),
        (b"a,b,c\n1,2,u\n3,4,u\n", "column c is 'u' in every row: there are no classes to tell apart"),
        (b"a,b,c\n1,2,1\n3,4,1\n", "column c is '1' in every row: there are no classes"),
        (b"a,b,c\n1,2,.5\n3,4,.5\n", "column c is 0.5 in every row: there is nothing to predict"),
        (
            with_targets("abcdefg").encode(),
            "column price has 7 different labels: six classes are the most; choose another target or keep fewer",
        ),
    ],
)
def test_a_file_that_does_not_do_is_refused_with_the_reason(content, message):
    assert message in refused(content)


def test_numbers_taken_as_classes_are_refused_with_the_way_out():
    message = refused(with_targets(range(12)), as_classes=True)
    assert "column price has 12 different labels: six classes are the most; take it as a number to predict" in message
    message = refused(with_targets(["low", "high"] * 3), as_classes=False)
    assert "row 2, column price: 'low' is not a number" in message


def test_the_columns_are_three_of_those_that_are_there():
    assert refused(TREES, "height", "girth", "sort") == (
        "there is no column 'sort': the file has height, girth, age, kind"
    )
    for columns in (("age", "age", "kind"), ("age", "girth", "age")):
        assert "choose three different columns" in refused(TREES, *columns)
    assert "row 2, column kind: 'oak' is not a number" in refused(TREES, "height", "kind", "age")


def test_five_thousand_rows_are_the_most_with_and_without_a_header():
    row = "1,2,u\n"
    assert read(row * MAX_ROWS).rows == MAX_ROWS
    assert read("a,b,c\n" + row * MAX_ROWS).rows == MAX_ROWS
    for text in (row * (MAX_ROWS + 1), "a,b,c\n" + row * (MAX_ROWS + 1)):
        with pytest.raises(TableError, match="more than 5,000 rows of points: at most 5,000 are allowed"):
            read(text)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"1,2,u\n" * 1_000_000, r"the file has 6\.0 MB: at most 2 MB and 5,000 rows are allowed"),
        (b"1,2,u\n" * 333_000, "at most 5,000 are allowed"),
        (b"\n" * MAX_BYTES, "empty"),
        (b",\n" * (MAX_BYTES // 2), "empty"),
        (b"," * MAX_BYTES, "empty"),
        (b"1;" * (MAX_BYTES // 2), "row 1 has .* columns: at most 50 are allowed"),
        (b'"' * MAX_BYTES, "double quote"),
        (b"a" * MAX_BYTES, "row 1 cannot be read: a cell is far too long"),
        ((b"1" * 199 + b"x,") * 9900, "50 are allowed"),
    ],
)
def test_a_huge_file_is_refused_quickly(content, message):
    start = time.perf_counter()
    with pytest.raises(TableError, match=message):
        read(content)
    assert time.perf_counter() - start < 3.0


def test_the_largest_table_that_is_allowed_is_read_in_a_moment():
    row = ",".join(["0.5"] * 49) + ",u\n"
    content = ("a," * 49 + "b\n" + row * min(MAX_ROWS, MAX_BYTES // len(row) - 1)).encode()
    start = time.perf_counter()
    assert read(content).rows > 4900
    assert time.perf_counter() - start < 5.0


def try_all(content: bytes) -> None:
    """Read and make points in every way; only a TableError may come out."""
    start = time.perf_counter()
    try:
        table = read_table(content, "x")
    except TableError:
        table = None
    if table is not None:
        for as_classes in (None, True, False):
            try:
                made = table.points(*table.suggested(), as_classes=as_classes)
            except TableError:
                continue
            assert len(made) == table.rows
            assert np.abs(made.inputs).max() <= 25.0
    assert time.perf_counter() - start < 2.0


@given(st.binary(max_size=2000))
@example(b"\xff\xfe\x00\xd8")
@example(b'"')
def test_any_bytes_give_a_table_or_a_table_error(content):
    try_all(content)


ODD = ("1e300", "1e-300", "5e-324", "1e99", "-1e99", "nan", "", "=b", "'+c", '"', "x" * 99)
CELLS = st.sampled_from(("1", "-2.5", "3,5", "0", "a", "−7", *ODD)) | st.floats(-1e100, 1e100).map(repr)


@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=4), min_size=1, max_size=12),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["", "a,a,label\n", "x1,x2,target\n", "x1,x2,label\n"]),
)
def test_anything_like_a_table_gives_points_or_a_table_error(rows, separator, header):
    try_all((header.replace(",", separator) + "\n".join(separator.join(row) for row in rows)).encode())


@given(st.lists(st.tuples(*[st.floats(-1e90, 1e90)] * 3), min_size=2, max_size=12))
def test_any_numbers_are_drawn_in_the_plane(rows):
    text = "a,b,c\n" + "".join(f"{x!r},{y!r},{z!r}\n" for x, y, z in rows)
    table = read(text)
    if len({z for *_, z in rows}) > 1:
        made = table.points("a", "b", "c", as_classes=False)
        # Two neighbouring floats leave no room for the middle: one of them may be drawn twice as far out.
        assert np.abs(made.inputs).max() <= 10.001
        assert np.abs(made.targets).max() <= 2.001
