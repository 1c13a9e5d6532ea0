"""Which class is taken for which: a table for the training and one for the test set."""

from __future__ import annotations

from collections.abc import Sequence
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
    name = mode(dark)
    background = ramp(NEUTRAL[name], INK[name]["primary"], _SHADES)[round(share * (_SHADES - 1))]
    # The page's own inks are too near to the shades in the middle.
    return background, max(("#000000", "#FFFFFF"), key=lambda ink: contrast(ink, background))


class ConfusionView:
    """Two tables of HTML: rows are true classes, columns the network's answers."""

    def __init__(self) -> None:
        self._dark = False
        self._drawn: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Sequence[str]] | None = None
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
        self._drawn = train, test, names
        tables = _table("Training set", train, names, self._dark) + _table("Test set", test, names, self._dark)
        text = f'<div class="np np-confusion" data-theme="{mode(self._dark)}">{tables}</div>'
        if text != self.pane.object:
            self.pane.object = text

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        if self._drawn is not None:
            self.draw(*self._drawn)


def _table(title: str, counts: npt.NDArray[np.int64], names: Sequence[str], dark: bool) -> str:
    shown = [
        escape(name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…") for name in names
    ]
    head = "".join(f'<th scope="col">{name}</th>' for name in shown)
    rows = []
    for name, row in zip(shown, counts, strict=True):
        cells = "".join(_cell(int(count), int(row.sum()), dark) for count in row)
        rows.append(f'<tr><th scope="row">{name}</th>{cells}</tr>')
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{title}"><table><caption>{title}</caption>'
        f'<thead><tr><th class="corner" scope="col">answer →<br>true class ↓</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cell(count: int, total: int, dark: bool) -> str:
    share = count / total if total else 0.0
    background, ink = cell_colors(share, dark)
    percent = f"{100 * share:.0f} %" if total else "–"
    return f'<td style="background: {background}; color: {ink}">{count:,}<small>{percent}</small></td>'
