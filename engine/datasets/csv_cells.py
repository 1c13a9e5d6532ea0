"""From the bytes of a CSV file to its cells: encoding, separator, limits, and cells a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice

__all__ = [
    "MAX_BYTES",
    "MAX_ROWS",
    "Row",
    "TableError",
    "clean",
    "guarded",
    "means_number",
    "number",
    "read_rows",
    "too_many_rows",
]

MAX_BYTES = 2_000_000
MAX_ROWS = 5000
MAX_COLUMNS = 50
MAX_CELL = 200
SEPARATORS = ",;\t"

_SAMPLE = 100
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMMA_NUMBER = re.compile(r"[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]+)?")
_THOUSANDS = re.compile("[+-]?[0-9][0-9., '’]*")
_GUARDED = re.compile("'+[=+@-]")
_RUNS = re.compile("'*[=+@-]")
_MISSING = frozenset(("", "nan", "na", "n/a", "null", "none", "inf", "-inf", "+inf", "infinity", "?", "-"))

Row = tuple[int, list[str]]
"""Number of a row as a spreadsheet counts, from 1, and its cells."""


class TableError(ValueError):
    """A file that cannot be read as a table of points; the message says where and what to do."""


def too_many_rows() -> TableError:
    """Return the error for a file with too many rows; they are not counted to the end."""
    return TableError(
        f"the file has more than {MAX_ROWS:,} rows of points: at most {MAX_ROWS:,} are allowed; keep a part of them"
    )


def read_rows(content: bytes) -> list[Row]:
    """Split the bytes of a CSV file into rows of cells.

    UTF-8 with or without mark, UTF-16 with mark, else Windows-1252 (Latin-1 and a few signs more); comma,
    semicolon or tab; quotes; any line end. Empty rows and empty columns at the right are dropped, and cells
    are cleaned. Where no comma separates, a decimal comma becomes a point.

    Parameters
    ----------
    content : bytes
        The file, whatever it is.

    Returns
    -------
    list of Row
        At least one row, all of the same width; one row more than `MAX_ROWS` at most, for the header.

    Raises
    ------
    TableError
        If it is not text, not a table, or beyond a limit.
    """
    if len(content) > MAX_BYTES:
        raise TableError(
            f"the file has {len(content) / 1e6:.1f} MB: at most {MAX_BYTES // 1_000_000} MB and {MAX_ROWS:,} rows are "
            "allowed; keep a part of the rows"
        )
    text = _decode(content)
    separator = _separator(text)
    rows = _limited(_records(text, separator))
    _make_rectangular(rows)
    if separator == ",":
        return rows
    columns = [_with_points(column) for column in zip(*(cells for _, cells in rows), strict=True)]
    return [(position, list(cells)) for (position, _), cells in zip(rows, zip(*columns, strict=True), strict=True)]


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif content.startswith(b"PK\x03\x04"):
        raise TableError("this is a workbook or an archive, not text: save the sheet as CSV and choose that file")
    elif b"\0" in content:
        raise TableError(
            "this is not a text file (or UTF-16 without its mark): save the table as CSV in UTF-8 and choose that file"
        )
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Text in UTF-8 hardly ever is anything else; any bytes are text in the older encoding, so it is looked at.
        strange = re.search("[\0-\x08\x0e-\x1f\x7f]", text) if encoding != "cp1252" else _unprintable(text)
        if not strange:
            if not text.strip(SEPARATORS + " \r\n"):
                raise TableError("the file is empty: choose one with a row for every point")
            return text
    raise TableError("this is not a text file: save the table as CSV in UTF-8 and choose that file")


def _unprintable(text: str) -> bool:
    return not re.sub(r"[\t\r\n\xa0]", " ", text).isprintable()


def _records(text: str, separator: str) -> Iterator[Row]:
    """Rows that are not empty, cells cleaned."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=separator != "\t")
    position = 0
    try:
        for position, cells in enumerate(reader, 1):
            if any(cells):
                yield position, cells
    except csv.Error:
        raise TableError(
            f"row {position + 1} cannot be read: a cell is far too long; look for a double quote without its partner"
        ) from None


def _limited(records: Iterator[Row]) -> list[Row]:
    rows: list[Row] = []
    for position, cells in records:
        if len(rows) > MAX_ROWS:
            raise too_many_rows()
        long = next((cell for cell in cells if len(cell) > MAX_CELL), None)
        if long is not None:
            raise TableError(
                f"row {position}, cell {cells.index(long) + 1}: a cell of {len(long):,} characters, at most {MAX_CELL} "
                "are allowed; shorten it, or look for a double quote without its partner"
            )
        cleaned = [clean(cell) for cell in cells]
        while len(cleaned) > MAX_COLUMNS and not cleaned[-1]:
            cleaned.pop()
        if len(cleaned) > MAX_COLUMNS:
            raise TableError(
                f"row {position} has {len(cleaned):,} columns: at most {MAX_COLUMNS} are allowed; keep those you need"
            )
        if any(cleaned):
            rows.append((position, cleaned))
    if not rows:
        raise TableError("the file is empty: choose one with a row for every point")
    return rows


def _make_rectangular(rows: list[Row]) -> None:
    """Cut the columns that are empty everywhere from the right, and refuse rows that then differ in length."""
    first = len(rows[0][1])
    width = max(_filled(cells) for _, cells in rows)
    for position, cells in rows:
        count = max(_filled(cells), min(len(cells), first))
        expected = min(width, first)
        if count > first or count < expected:
            noun = "cell" if count == 1 else "cells"
            raise TableError(
                f"row {position} has {count} {noun}, the first row has {expected}: give every row as many, and "
                "put text that holds a separator in double quotes"
            )
        del cells[width:]


def _filled(cells: Sequence[str]) -> int:
    return max((count for count, cell in enumerate(cells, 1) if cell), default=0)


def _separator(text: str) -> str:
    """The separator that gives the most columns of numbers, then the fewest others, in the first rows.

    The standard library's sniffer guesses from the characters' frequencies, and takes the decimal comma of
    ``1,5;2,5`` for the separator.
    """
    best, most = "", (-1, 0)
    failure = TableError(
        "the file has one column: separate the columns by commas, semicolons or tabs, the same everywhere"
    )
    for separator in SEPARATORS:
        try:
            sample = [cells for _, cells in islice(_records(text, separator), _SAMPLE)]
        except TableError as error:
            failure = error
            continue
        width = max(map(len, sample), default=0)
        if width < 2:
            continue
        below = sample[1:] or sample
        numeric = 0
        for index in range(min(width, MAX_COLUMNS)):
            cells = [clean(row[index]) for row in below if index < len(row)]
            if separator != ",":
                cells = _with_points(cells)
            numeric += 2 * sum(number(cell) is not None for cell in cells) >= len(below)
        if (numeric, numeric - width) > most:
            best, most = separator, (numeric, numeric - width)
    if not best:
        raise failure
    return best


def clean(cell: str) -> str:
    """Return the text of a cell without line ends, control characters, surplus blanks and `guarded`'s mark."""
    text = " ".join(cell.split())
    if not text.isprintable():
        text = " ".join("".join(letter for letter in text if letter.isprintable()).split())
    return text[1:] if _GUARDED.match(text) else text


def guarded(cell: str) -> str:
    """Mark text that a spreadsheet would take for a formula by a leading apostrophe; `clean` removes it.

    A plain number, such as -1, is no formula and stays. What begins with apostrophes and such a sign gets one
    more, so that cleaning gives back every text.
    """
    return "'" + cell if _RUNS.match(cell) and number(cell) is None else cell


def number(cell: str) -> float | None:
    """Return the number that a clean cell holds, infinite if it is too large for a float; None if it holds none."""
    cell = cell.replace("−", "-")
    return float(cell) if _NUMBER.fullmatch(cell) else None


def _with_points(cells: Sequence[str]) -> list[str]:
    """Write the decimal commas of a column as points, unless the column has points as well."""
    if any("." in cell and number(cell) is not None for cell in cells):
        return list(cells)
    return [cell.replace(",", ".") if _COMMA_NUMBER.fullmatch(cell.replace("−", "-")) else cell for cell in cells]


def means_number(cell: str) -> bool:
    """Tell whether a cell that holds no number was meant to: one that is missing, or is written with thousands."""
    return cell.lower() in _MISSING or _THOUSANDS.fullmatch(cell) is not None
