"""What the colours and marks of the plane mean."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import panel as pn

from engine.datasets.dataset import Task
from playground.assets import stylesheets
from playground.theme import CLASS_COLORS, CLASS_NAMES, NEGATIVE, POSITIVE, diverging_palette, mode

LONGEST_NAME = 30
_MARKS = (
    ('<circle cx="8" cy="8" r="4.5" fill="currentColor" stroke="none"/>', "training point"),
    ('<path d="M8 2 L14 8 L8 14 L2 8 Z" fill="currentColor" stroke="none"/>', "test point"),
    ('<circle cx="8" cy="8" r="6" fill="none" stroke-width="2.5"/>', "ringed: in the last batch"),
)


class Legend:
    """A pane of HTML under the plane; names come from a student's file, and are escaped."""

    def __init__(self) -> None:
        self._task, self._classes = Task.CLASSIFICATION, 2
        self._names: tuple[str, ...] = ()
        self._probability = True
        self._unit: tuple[str, str, str] | None = None
        self._dark = self._discrete = False
        self.pane = pn.pane.HTML(
            "", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views")
        )
        self._draw()

    def set_data(
        self, task: Task, classes: int, class_names: Sequence[str] | None = None, probability: bool = True
    ) -> None:
        """Say what is to be learnt.

        Parameters
        ----------
        task : Task
        classes : int
            0 for real numbers.
        class_names : sequence of str, optional
            Numbers stand for names that are missing.
        probability : bool
            Whether the answer for two classes is a probability, from 0 to 1, and not a value around 0.
        """
        self._probability = probability
        names = class_names or [f"class {k}" for k in range(classes)]
        self._task, self._classes = task, classes
        self._names = tuple(
            name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…" for name in names
        )
        self._draw()

    def show_unit(self, ends: tuple[str, str, str] | None) -> None:
        """Speak of a single neuron's colours: what orange, the middle and blue stand for; None for the answer's."""
        if ends != self._unit:
            self._unit = ends
            self._draw()

    def set_discrete(self, discrete: bool) -> None:
        """Follow the plane: rounded answers have no shades."""
        self._discrete = discrete
        self._draw()

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        self._draw()

    def _draw(self) -> None:
        marks = "".join(
            f'<span class="entry"><svg width="16" height="16" aria-hidden="true">{shape}</svg>{text}</span>'
            for shape, text in _MARKS
        )
        colors = self._classes_key() if self._classes > 2 and self._unit is None else self._scale()
        text = f'<div class="np np-legend" data-theme="{mode(self._dark)}">{colors}{marks}</div>'
        if self.pane.object != text:
            self.pane.object = text

    def _classes_key(self) -> str:
        swatches = "".join(
            f'<span class="entry"><span class="swatch" style="background: {color}"></span>'
            f"{color_name}: {escape(name)}</span>"
            for color, color_name, name in zip(CLASS_COLORS, CLASS_NAMES, self._names, strict=False)
        )
        return swatches if self._discrete else swatches + '<span class="entry">paler: less sure</span>'

    def _scale(self) -> str:
        palette = [NEGATIVE, NEGATIVE, POSITIVE, POSITIVE] if self._discrete else diverging_palette(self._dark)[::15]
        places = (0, 50, 50, 100) if self._discrete else [100 * k / (len(palette) - 1) for k in range(len(palette))]
        stops = ", ".join(f"{color} {place:.0f}%" for color, place in zip(palette, places, strict=True))
        ends: tuple[str, ...]
        if self._unit is not None:
            ends = self._unit
        elif self._task is Task.REGRESSION:
            ends = ("−1 and less", "0", "1 and more")
        else:
            low, high = (escape(name) for name in (*self._names, "class 0", "class 1")[:2])
            least, middle = ("0", "½") if self._probability else ("−1", "0")
            ends = (f"{least} · orange: {low}, below {middle}", f"blue: {high}, above {middle} · 1")
        strip = f'<span class="strip" style="background: linear-gradient(to right, {stops})"></span>'
        texts = "".join(f"<span>{end}</span>" for end in ends)
        return f'<span class="scale">{strip}<span class="ends">{texts}</span></span>'
