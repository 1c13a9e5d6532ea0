"""What is looked at more closely: its pictures, its table, and its curve."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.expression.explain import shown_number

NO_TABLE: dict[str, Any] = {"title": "", "head": [], "rows": [], "strong": -1, "words": []}


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What is to be seen.

    Attributes
    ----------
    key : str
        As in `LOOKS`; empty for nothing.
    pictures : dict
        As `MapWall.content` wants them; empty for none.
    table : dict
        As `FactTable.content` wants it.
    curve : dict
        What `ScoreCurve.draw` takes; empty for none.
    digits : dict
        As `DigitWall.content` wants them; empty for none.
    """

    key: str = ""
    pictures: dict[str, Any] = field(default_factory=dict)
    table: dict[str, Any] = field(default_factory=lambda: NO_TABLE)
    curve: dict[str, Any] = field(default_factory=dict)
    digits: dict[str, Any] = field(default_factory=dict)


def table(title: str, head: list[str], rows: list[list[str]], words: list[str], strong: int = -1) -> dict[str, Any]:
    """Return a table as `FactTable.content`; sizes in it are not broken over lines."""
    kept = [[text.replace(" × ", "\u00a0×\u00a0") for text in row] for row in rows]
    return {"title": title, "head": head, "rows": kept, "strong": strong, "words": words}


def size(shape: tuple[int, ...]) -> str:
    """Return a shape for reading."""
    return " × ".join(map(str, shape))


def a(digit: int) -> str:
    """Return a digit with its article."""
    return f"an {digit}" if digit == 8 else f"a {digit}"


def number(value: float) -> str:
    """Return a number in four digits."""
    return shown_number(float(f"{value:.4g}"))
