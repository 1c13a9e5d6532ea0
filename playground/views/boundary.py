"""The plane: what the network answers everywhere, with the points it learns from on top."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import ColumnDataSource, LinearColorMapper
from bokeh.plotting import figure

from engine.datasets import Dataset
from engine.datasets.dataset import Task
from playground.theme import CLASS_COLORS, INK, SURFACE, class_palette, diverging_palette, mode
from playground.views.pictures import GRID, to_bytes

ANSWER_TITLE = "What the network answers"


class BoundaryView:
    """A Bokeh figure that is built once and mutated."""

    def __init__(self) -> None:
        self._image = ColumnDataSource({"image": [np.full((GRID, GRID), 127, np.uint8)]})
        self._train, self._test, self._batch = (
            ColumnDataSource({"x": [], "y": [], "color": []}) for _ in range(3)
        )
        self._mapper = LinearColorMapper(low=0, high=255, palette=diverging_palette(False))
        self._figure = figure(
            x_range=(-6, 6), y_range=(-6, 6), tools="", toolbar_location=None, match_aspect=True,
            sizing_mode="scale_width", aspect_ratio=1, min_border=4, x_axis_label="x₁", y_axis_label="x₂",
            title=ANSWER_TITLE,
        )  # fmt: skip
        self._picture = self._figure.image(
            "image", source=self._image, x=-6, y=-6, dw=12, dh=12, color_mapper=self._mapper
        )
        common = {"x": "x", "y": "y", "fill_color": "color"}
        self._points = self._figure.scatter(**common, source=self._train, size=7, line_color="white")
        self._test_points = self._figure.scatter(
            **common, source=self._test, size=8, marker="diamond", line_color="black", visible=False
        )
        self._rings = self._figure.scatter(
            x="x", y="y", source=self._batch, size=13, line_width=2.5, fill_color=None, line_color="black"
        )
        self._style_axes()
        self._dataset: Dataset | None = None
        self._dark = False
        self._classes = 2
        self._showing_answer = True
        self.pane = pn.pane.Bokeh(self._figure, sizing_mode="scale_width", aspect_ratio=1, margin=0)

    def _style_axes(self) -> None:
        for axis in (self._figure.xaxis, self._figure.yaxis):
            axis.axis_label_text_font_size = "15px"
            axis.axis_label_text_font_style = "italic"
            axis.major_label_text_font_size = "13px"
            axis.minor_tick_line_color = None
            axis.axis_line_color = None
            axis.axis_label_standoff = 2
        self._figure.title.text_font_size = "15px"
        self._figure.grid.visible = False
        self._figure.outline_line_color = None

    def set_data(self, train: Dataset, test: Dataset, extent: float) -> None:
        """Show these points in a square of this half-width."""
        self._dataset = train
        self._classes = train.classes
        for dataset, source in ((train, self._train), (test, self._test)):
            source.data = {
                "x": dataset.inputs[:, 0].astype(np.float32),
                "y": dataset.inputs[:, 1].astype(np.float32),
                "color": self._colors(dataset),
            }
        self._batch.data = {"x": [], "y": [], "color": []}
        ranges = self._figure.x_range, self._figure.y_range
        for axis in ranges:
            axis.update(start=-extent, end=extent)
        self._picture.glyph.update(x=-extent, y=-extent, dw=2 * extent, dh=2 * extent)
        # Hundreds of points need smaller dots than dozens.
        size = 7 if len(train.inputs) <= 400 else 5 if len(train.inputs) <= 1500 else 3
        self._points.glyph.size = size
        self._test_points.glyph.size = size + 1
        self._set_palette()

    def _colors(self, dataset: Dataset) -> list[str]:
        if dataset.task is Task.CLASSIFICATION:
            return [CLASS_COLORS[int(label)] for label in dataset.targets]
        palette = diverging_palette(self._dark)
        return [palette[value] for value in to_bytes(dataset.targets)]

    def draw(self, picture: npt.NDArray[np.uint8], batch: npt.NDArray[np.int64], neuron: str) -> None:
        """Show a picture [GRID, GRID] and ring the examples of a batch.

        Parameters
        ----------
        picture : uint8, lowest row first
        batch : indices into the training set
        neuron : str
            Whose picture it is, in words; empty for the network's answer (whose palette may be the classes').
        """
        self._figure.title.text = f"What {neuron} computes" if neuron else ANSWER_TITLE
        answer = not neuron
        if answer != self._showing_answer:
            self._showing_answer = answer
            self._set_palette()
        self._image.data = {"image": [picture]}
        if len(batch) or len(self._batch.data["x"]):
            points = self._dataset.inputs[batch] if self._dataset is not None else np.zeros((0, 2))
            self._batch.data = {"x": points[:, 0], "y": points[:, 1], "color": ["black"] * len(points)}

    def show_test(self, visible: bool) -> None:
        """Show or hide the test points."""
        self._test_points.visible = visible

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        name = mode(dark)
        self._points.glyph.line_color = SURFACE[name]["surface"]
        self._test_points.glyph.line_color = INK[name]["ink"]
        self._rings.glyph.line_color = INK[name]["ink"]
        self._set_palette()

    def _set_palette(self) -> None:
        several = self._classes > 2 and self._showing_answer
        self._mapper.palette = class_palette(self._dark) if several else diverging_palette(self._dark)
