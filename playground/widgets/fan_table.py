"""What each optimizer would do next from one and the same moment, number by number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import param

from engine.arena import Array
from engine.descent import Outlook
from engine.expression.explain import shown_number
from engine.outlook import Part, Role
from playground.assets import module, stylesheets
from playground.formulas import mathml
from playground.optimizer_marks import SHAPES, TITLES, color, optimizer_of
from playground.widgets.component import Component

__all__ = ["FanRow", "FanTable", "fan_content", "picked", "shown", "table_content"]

# What stands over the columns of an update's parts, in the order of the update.
_COLUMNS = (
    (Role.RATE, "Rate", r"\eta"),
    (Role.GRADIENT, "Gradient", "g"),
    (Role.MEAN, "Remembered direction", "m"),
    (Role.SIZE, "Remembered size", "v"),
    (Role.CORRECTED, "Corrected", r"\hat{m},\ \hat{v}"),
    (Role.STEP, "Step", r"\Delta w"),
)


class FanTable(Component):
    """
    A row for each optimizer: its mark and name, the parts of its next update, where that leads, and J there.

    Without rows it takes no room. Where it is narrow the names stay in sight while the numbers scroll beneath them.
    """

    content = param.Dict(
        default={},
        doc="""
        `caption`; `head`, a dict a column: `title`, and `symbol`, MathML made by us and trusted, or empty; `rows`,
        each with `key`, `title`, `shape` (SVG path data on a grid of 24) in the colours `light` and `dark`, `tag`, a
        few words on whose row it is, `best`, a few words where it is the best row, and `cells`, a list of lines for
        each column: `symbol` (MathML or empty), `name` of the parameter, or empty, `text`, `exact`; a cell
        without lines is shown as –. `note`, what has to be said of how the numbers were made.""",
    )

    _esm = module("component", "fan_table")
    _stylesheets: ClassVar[list[str]] = stylesheets("fan_table")


@dataclass(frozen=True, slots=True, eq=False)
class FanRow:
    """One optimizer's outlook on the parameters that are shown.

    Attributes
    ----------
    key : str
        The optimizer, or a racer such as ``adam_2``.
    parts : tuple of Part
        Of the shown parameters [k], or of no axes.
    point : ndarray [k]
        Where its step leads.
    measures : tuple of float
        What is measured there, the one that the best row is chosen by last.
    """

    key: str
    parts: tuple[Part, ...]
    point: Array
    measures: tuple[float, ...]


def fan_content(
    outlooks: Sequence[Outlook], names: Sequence[str], *, own: str, chosen: Sequence[int] | None = None, note: str = ""
) -> dict[str, Any]:
    """Return the fan of a descent as `FanTable.content`.

    Parameters
    ----------
    outlooks : sequence of Outlook
    names : sequence of str
        Of the surface's parameters.
    own : str
        The optimizer that descends: the others are led along its path.
    chosen : sequence of int, optional
        Which parameters are shown; all unless given.
    note : str
        What has to be said besides.
    """
    places = list(range(len(names))) if chosen is None else list(chosen)
    rows = [
        FanRow(outlook.optimizer, picked(outlook.parts, places), outlook.point[places], (outlook.value,))
        for outlook in outlooks
    ]
    return table_content(
        rows, [names[place] for place in places], own=own, own_tag="descends here",
        measures=[("J there", "J")], best="lowest J", note=note,
    )  # fmt: skip


def table_content(
    rows: Sequence[FanRow], names: Sequence[str], *, own: str, own_tag: str, measures: Sequence[tuple[str, str]],
    best: str, symbol: str = "w", note: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Return rows as `FanTable.content`.

    Parameters
    ----------
    rows : sequence of FanRow
    names : sequence of str
        Of the shown parameters; a single one is not named in every cell.
    own : str
        The row of the optimizer that goes on from its own memory; empty for none.
    own_tag : str
        What is said of it.
    measures : sequence of (str, str)
        Titles of what is measured where the steps lead, and formulas or nothing.
    best : str
        What is said of the row whose last measure is the lowest.
    symbol : str
        How formulas write the parameter.
    note : str
    """
    heads = [*((title, tex) for _, title, tex in _COLUMNS), ("Leads to", symbol), *measures]
    finite = [row.measures[-1] for row in rows if math.isfinite(row.measures[-1])]
    lowest = min(finite, default=math.nan)
    labels = list(names) if len(names) > 1 else [""]
    return {
        "caption": "What each optimizer would do next",
        "head": [{"title": title, "symbol": mathml(tex) if tex else ""} for title, tex in heads],
        "rows": [
            {
                "key": row.key,
                "title": TITLES[optimizer_of(row.key)],
                "shape": SHAPES[optimizer_of(row.key)],
                "light": color(row.key, dark=False),
                "dark": color(row.key, dark=True),
                "tag": own_tag if row.key == own else "",
                "best": best if len(rows) > 1 and row.measures[-1] == lowest else "",
                "cells": [
                    *(_lines([part for part in row.parts if part.role is role], labels) for role, _, _ in _COLUMNS),
                    [_line("", label, float(x)) for label, x in zip(labels, row.point, strict=True)],
                    *([_line("", "", value)] for value in row.measures),
                ],
            }
            for row in rows
        ],
        "note": note,
    }


def picked(parts: Sequence[Part], places: list[int]) -> tuple[Part, ...]:
    """Return the parts of these parameters only; what is one for all stays."""
    return tuple(
        Part(part.name, part.tex, part.values if part.values.ndim == 0 else part.values[places], part.role)
        for part in parts
    )


def _lines(parts: Sequence[Part], labels: Sequence[str]) -> list[dict[str, str]]:
    """Return the lines of a cell; where it holds a single part the column's head has said which."""
    lines = []
    for part in parts:
        sign = "" if part.role in (Role.RATE, Role.GRADIENT, Role.STEP) and len(parts) == 1 else mathml(part.tex)
        values = part.values.reshape(-1).tolist()
        names = labels if part.values.ndim else [""]
        lines += [_line(sign, name, value) for name, value in zip(names, values, strict=True)]
    return lines


def _line(symbol: str, name: str, value: float) -> dict[str, str]:
    return {"symbol": symbol, "name": name, "text": shown(value), "exact": repr(value)}


def shown(value: float) -> str:
    """Write a number for reading: four significant digits, also where it is none."""
    if math.isfinite(value):
        return shown_number(value)
    return "NaN" if math.isnan(value) else ("∞" if value > 0 else "−∞")
