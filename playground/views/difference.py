"""Two runs side by side: what the pinned one answers, and how far the one of now is from it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import ColumnDataSource, LinearColorMapper
from bokeh.plotting import figure

from engine.datasets import Dataset
from engine.datasets.dataset import Task
from playground.assets import stylesheets
from playground.theme import CONFIDENCE_LEVELS, SURFACE, class_palette, diverging_palette, mode
from playground.views.boundary import point_colors
from playground.views.figures import square_figure
from playground.views.pictures import GRID

PINNED_TITLE = "Pinned run"
DIFFERENCE_TITLE = "Difference: now − pinned"
# Real numbers always differ; from here on it shows.
NOTICEABLE = 0.1
_FAINT, _MARKED = 5, CONFIDENCE_LEVELS - 1

Bytes = npt.NDArray[np.uint8]


def difference_picture(pinned: Bytes, now: Bytes, several: bool) -> Bytes:
    """Return the picture [GRID, GRID] of a difference.

    Parameters
    ----------
    pinned, now : uint8 [GRID, GRID]
        As `PlanePictures.answer` returns them.
    several : bool
        Whether they hold classes and confidence, for three or more classes: then the class of now, marked where it
        is another than the pinned run's and faint elsewhere. Else now − pinned, −1 to 1 as 0 to 255; what is beyond
        is held at the ends.
    """
    if several:
        best = now // CONFIDENCE_LEVELS
        level = np.where(best != pinned // CONFIDENCE_LEVELS, _MARKED, _FAINT)
        return (best * CONFIDENCE_LEVELS + level).astype(np.uint8)
    # Both run from -1 to 1 over 255 steps, so a step of the difference is one of the picture.
    difference = now.astype(np.int16) - pinned.astype(np.int16)
    return np.clip(difference + 128, 0, 255).astype(np.uint8)


def share_that_differs(pinned: Bytes, now: Bytes, task: Task, classes: int) -> float:
    """Return the share of the plane where two runs answer differently: another class, or more than `NOTICEABLE`."""
    if task is Task.REGRESSION:
        distance = np.abs(now.astype(np.int16) - pinned.astype(np.int16)) / 127.5
        return float((distance > NOTICEABLE).mean())
    if classes > 2:
        return float((now // CONFIDENCE_LEVELS != pinned // CONFIDENCE_LEVELS).mean())
    return float(((now >= 128) != (pinned >= 128)).mean())


class DifferenceView:
    """Two Bokeh figures, built once and mutated; beneath them how much of the plane differs."""

    def __init__(self) -> None:
        self._points = ColumnDataSource({"x": [], "y": [], "color": []})
        self._images = [ColumnDataSource({"image": [np.full((GRID, GRID), 128, np.uint8)]}) for _ in range(2)]
        self._mappers = [LinearColorMapper(low=0, high=255, palette=diverging_palette(False)) for _ in range(2)]
        self._figures: list[figure] = []
        self._pictures, self._dots = [], []
        for title, source, mapper in zip(
            (PINNED_TITLE, DIFFERENCE_TITLE), self._images, self._mappers, strict=True
        ):
            plot = square_figure(title, x_range=(-6, 6), y_range=(-6, 6))
            # The longer title needs the room over the axis.
            plot.title.offset = -24
            picture = plot.image("image", source=source, x=-6, y=-6, dw=12, dh=12, color_mapper=mapper)
            self._pictures.append(picture.glyph)
            dots = plot.scatter("x", "y", fill_color="color", source=self._points, size=5)
            self._dots.append(dots.glyph)
            self._figures.append(plot)
        self._train: Dataset | None = None
        self._dark = False
        self._share: float | None = None
        self._caption = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        pair = pn.Column(
            *(pn.pane.Bokeh(plot, sizing_mode="scale_width", aspect_ratio=1, margin=0) for plot in self._figures),
            css_classes=["np-pair"], stylesheets=stylesheets("views"), sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self.pane = pn.Column(pair, self._caption, sizing_mode="stretch_width", margin=0)
        self.set_dark(False)

    @property
    def figures(self) -> list[figure]:
        """The Bokeh figures of the pinned run and the difference, to be saved as pictures."""
        return self._figures

    def set_data(self, train: Dataset, extent: float) -> None:
        """Show these points in squares of this half-width."""
        self._train = train
        for plot, picture in zip(self._figures, self._pictures, strict=True):
            plot.x_range.update(start=-extent, end=extent)
            plot.y_range.update(start=-extent, end=extent)
            picture.update(x=-extent, y=-extent, dw=2 * extent, dh=2 * extent)
        self._set_colors()

    def draw(self, pinned_picture: Bytes, now: Bytes) -> None:
        """Show two answers [GRID, GRID] as `PlanePictures.answer` returns them, lowest row first."""
        several = self._train is not None and self._train.classes > 2
        pictures = pinned_picture.copy(), difference_picture(pinned_picture, now, several)
        for source, picture in zip(self._images, pictures, strict=True):
            source.data = {"image": [picture]}
        task = Task.CLASSIFICATION if self._train is None else self._train.task
        classes = 2 if self._train is None else self._train.classes
        self._share = share_that_differs(pinned_picture, now, task, classes)
        self._write()

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        for dots in self._dots:
            dots.line_color = SURFACE[mode(dark)]["surface"]
        self._set_colors()
        self._write()

    def _set_colors(self) -> None:
        several = self._train is not None and self._train.classes > 2
        for mapper in self._mappers:
            mapper.palette = class_palette(self._dark) if several else diverging_palette(self._dark)
        if self._train is not None:
            self._points.data = {
                "x": self._train.inputs[:, 0].astype(np.float32),
                "y": self._train.inputs[:, 1].astype(np.float32),
                "color": point_colors(self._train, self._dark),
            }

    def _write(self) -> None:
        text = "" if self._share is None else self._sentence(self._share)
        self._caption.object = f'<div class="np np-caption" data-theme="{mode(self._dark)}">{text}</div>'

    def _sentence(self, share: float) -> str:
        percent = f"{100 * share:.1f} %" if 0 < share < 0.0995 else f"{100 * share:.0f} %"
        if self._train is not None and self._train.task is Task.REGRESSION:
            return f"The two answers differ by more than {NOTICEABLE} on {percent} of the plane."
        where = " Full colour: there the class of now is another." if self._train and self._train.classes > 2 else ""
        return f"The two runs answer differently on {percent} of the plane.{where}"
