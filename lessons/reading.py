"""Reading a lesson file: a TOML file becomes a `Lesson`, or a sentence says in which line it goes wrong, and why."""

from __future__ import annotations

import re
import tomllib
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from engine.checks import SpecError, unknown
from lessons.schema import Lesson

__all__ = ["LessonError", "line_of", "read_lesson"]

LARGEST_FILE = 400_000
_HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.\-]+)\s*\]\]?")
_LINE_OF_TOML = re.compile(r"at line (\d+)")
_NAMES = {str: "a text in quotes", float: "a number", int: "a whole number", bool: "true or false"}
Way = tuple[str | int, ...]


class LessonError(Exception):
    """A lesson file that cannot be used.

    Attributes
    ----------
    file : str
        Its name.
    line : int
        From 1.
    reason : str
    """

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}, line {line}: {reason}")
        self.file, self.line, self.reason = file, line, reason


def read_lesson(path: Path) -> Lesson:
    """Return the lesson of a file.

    Raises
    ------
    LessonError
        With the file's name, the line and the reason.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise LessonError(path.name, 1, f"a lesson file has at most {LARGEST_FILE:,} bytes")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LessonError(path.name, 1, f"the file cannot be read: {error}") from None
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE_OF_TOML.search(str(error))
        raise LessonError(path.name, int(found[1]) if found else text.count("\n") + 1, str(error)) from None
    try:
        lesson: Lesson = _read(Lesson, table, ())
    except _MisreadError as error:
        raise LessonError(path.name, _line(text, error.way), error.reason) from None
    return lesson


def line_of(path: Path, way: Way) -> int:
    """Return the line, from 1, in which something of a lesson file stands.

    Parameters
    ----------
    path : Path
        A file that can be read.
    way : tuple of str or int
        ``("steps", 2, "slides")``: the slides of the third step.
    """
    return _line(path.read_text(encoding="utf-8"), way)


class _MisreadError(Exception):
    def __init__(self, way: Way, reason: str) -> None:
        super().__init__(reason)
        self.way, self.reason = way, reason


def _read(kind: Any, table: Mapping[str, Any], way: Way) -> Any:
    """Return a dataclass of a table."""
    hints = get_type_hints(kind)
    for name in table:
        if name not in hints:
            raise _MisreadError((*way, name), unknown("key", name, list(hints)))
    values = {}
    for each in fields(kind):
        if each.name in table:
            values[each.name] = _value(hints[each.name], table[each.name], (*way, each.name))
        elif each.default is MISSING and each.default_factory is MISSING:
            what = _called(way)
            raise _MisreadError(way, f"{what} needs the key {each.name!r}")
    try:
        return kind(**values)
    except SpecError as error:
        raise _MisreadError((*way, error.field) if error.field in table else way, str(error)) from None


def _called(way: Way) -> str:
    """Return what a part of a lesson is called."""
    if not way:
        return "a lesson"
    return f"step {way[1] + 1}" if len(way) == 2 and isinstance(way[1], int) and way[0] == "steps" else "this part"


def _value(hint: Any, value: Any, way: Way) -> Any:
    """Return a value as a field's type wants it."""
    name = way[-1]
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(each for each in get_args(hint) if each is not type(None))
    if is_dataclass(hint):
        if not isinstance(value, dict):
            raise _MisreadError(way, f"{name} is a table of its own: [{_dotted(way)}]")
        return _read(hint, value, way)
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise _MisreadError(way, f"{name} is a list in brackets, got {value!r}")
        return tuple(_value(get_args(hint)[0], each, (*way, place)) for place, each in enumerate(value))
    if get_origin(hint) is not None:
        if not isinstance(value, dict):
            raise _MisreadError(way, f"{name} is a table in braces, got {value!r}")
        return types.MappingProxyType({key: _text(each) for key, each in value.items()})
    allowed = (int, float) if hint is float else (hint,)
    if not isinstance(value, allowed) or (isinstance(value, bool) and hint is not bool):
        raise _MisreadError(way, f"{name} is {_NAMES[hint]}, got {value!r}")
    return value.strip() if isinstance(value, str) else value


def _text(value: object) -> str:
    """Return a value as it stands in an address."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _dotted(way: Way) -> str:
    return ".".join(str(part) for part in way if isinstance(part, str))


def _line(text: str, way: Way) -> int:
    """Return the line, from 1, in which a value stands, or else that of the part that it belongs to."""
    best, best_length = 1, 0
    here: Way = ()
    counts: dict[Way, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header:
            here = _section(header[2].split("."), header[1] == "[[", counts)
            # Of a list that is written part by part, its first part.
            shared = min(len(here), len(way))
            if way[:shared] == here[:shared] and shared > best_length:
                best, best_length = number, shared
            continue
        key = re.match(r"^\s*([\w\-]+)\s*=", line)
        if key:
            whole = (*here, key[1])
            if way[: len(whole)] == whole and len(whole) > best_length:
                best, best_length = number, len(whole)
    return best


def _section(names: list[str], one_of_many: bool, counts: dict[Way, int]) -> Way:
    """Return where a header leads: ``[[steps]]`` for the second time to ``("steps", 1)``."""
    way: Way = ()
    for name in names[:-1]:
        way = (*way, name)
        if way in counts:
            way = (*way, counts[way] - 1)
    way = (*way, names[-1])
    if one_of_many:
        counts[way] = counts.get(way, 0) + 1
        return (*way, counts[way] - 1)
    return way
