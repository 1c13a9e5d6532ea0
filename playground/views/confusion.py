"""Which class is taken for which: a table for the training and one for the test set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape

import numpy as np
import numpy.typing as npt
import panel as pn

from playground.assets import stylesheets
from playground.theme import INK, NEUTRAL, linear_rgb, mode, ramp

LONGEST_NAME = 20
_SHADES = 101
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def contrast(a: str, b: str) -> float:
    """Return the contrast of two colours, 1 to 21, as WCAG 2 defines it."""
    lights = sorted(float(_LUMINANCE @ linear_rgb(color)) for color in (a, b))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def cell_colors(share: float, dark: bool) -> tuple[str, str]:
    """Return the background and the text colour of a cell that holds this share of its row."""
    return _shades(dark)[round(share * (_SHADES - 1))]


@cache
def _shades(dark: bool) -> tuple[tuple[str, str], ...]:
    name = mode(dark)
    # The page's own inks are too near to the shades in the middle.
    return tuple(
        (background, max(("#000000", "#FFFFFF"), key=lambda ink: contrast(ink, background)))
        for background in ramp(NEUTRAL[name], INK[name]["primary"], _SHADES)
    )


class ConfusionView:
    """Tables of HTML: rows are true classes, columns the network's answers.

    Parameters
    ----------
    dense : bool
        Of many classes only the counts, in small cells.
    """

    def __init__(self, dense: bool = False) -> None:
        self._dark = False
        self._dense = dense
        self._drawn: tuple[Mapping[str, npt.NDArray[np.int64]], Sequence[str]] | None = None
        self.pane = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))

    def draw(self, train: npt.NDArray[np.int64], test: npt.NDArray[np.int64], names: Sequence[str]) -> None:
        """Show counts.

        Parameters
        ----------
        train, test : ndarray of int, shape [C, C]
            How often class i (row) was answered with class j (column).
        names : sequence of str
            Of the C classes; they come from a student's file, and are escaped.
        """
        self.draw_tables({"Training set": train, "Test set": test}, names)

    def draw_tables(self, tables: Mapping[str, npt.NDArray[np.int64]], names: Sequence[str]) -> None:
        """Show counts [C, C] by what they are of.

        Parameters
        ----------
        tables : mapping of str to ndarray
        names : sequence of str
            As `draw` has them.
        """
        self._drawn = tables, names
        dense = self._dense
        shown = "".join(_table(title, counts, names, self._dark, dense) for title, counts in tables.items())
        kind = "np np-confusion dense" if dense else "np np-confusion"
        text = f'<div class="{kind}" data-theme="{mode(self._dark)}">{shown}</div>'
        if text != self.pane.object:
            self.pane.object = text

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        if self._drawn is not None:
            self.draw_tables(*self._drawn)


def _table(title: str, counts: npt.NDArray[np.int64], names: Sequence[str], dark: bool, dense: bool) -> str:
    shown = [
        escape(name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…") for name in names
    ]
    head = "".join(f'<th scope="col">{name}</th>' for name in shown)
    rows = []
    for name, row in zip(shown, counts, strict=True):
        cells = "".join(_cell(int(count), int(row.sum()), dark, dense) for count in row)
        rows.append(f'<tr><th scope="row">{name}</th>{cells}</tr>')
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{title}"><table><caption>{title}</caption>'
        f'<thead><tr><th class="corner" scope="col">answer →<br>true class ↓</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cell(count: int, total: int, dark: bool, dense: bool) -> str:
    share = count / total if total else 0.0
    background, ink = cell_colors(share, dark)
    percent = f"{100 * share:.0f} %" if total else "–"
    inside = "" if dense else f"<small>{percent}</small>"
    return f'<td style="background: {background}; color: {ink}">{count:,}{inside}</td>'
