"""The plane: what the network answers everywhere, with the points it learns from on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import (
    BasicTickFormatter,
    ColumnDataSource,
    CustomJSHover,
    CustomJSTickFormatter,
    HoverTool,
    LinearColorMapper,
    PlainText,
)
from bokeh.plotting import figure

from engine.datasets import Dataset
from engine.datasets.dataset import Task
from playground.theme import (
    CLASS_COLORS,
    CLASS_NAMES,
    CONFIDENCE_LEVELS,
    INK,
    NEGATIVE,
    NEUTRAL,
    POSITIVE,
    SURFACE,
    class_palette,
    diverging_palette,
    mode,
)
from playground.views.figures import square_figure
from playground.views.pictures import GRID, to_bytes
from playground.views.plane_editor import TOOLS, DrawCallback, PlaneEditor

ANSWER_TITLE = "What the network answers"
LONGEST_LABEL = 40
# Four digits tell neighbouring ticks apart, and hide what the mapping's rounding adds.
_AS_IN_FILE = "return String(Number(({drawn} / factor + offset).toPrecision(4)))"


def discrete_palette(several: bool, dark: bool) -> list[str]:
    """Give the 256 colours of a picture whose answers are rounded: the sign's two, or one for each class."""
    if not several:
        return [NEGATIVE] * 128 + [POSITIVE] * 128
    classes = [color for color in CLASS_COLORS for _ in range(CONFIDENCE_LEVELS)]
    return classes + [NEUTRAL[mode(dark)]] * (256 - len(classes))


def point_colors(dataset: Dataset, dark: bool) -> list[str]:
    """Return the colour of every point of a data set."""
    if dataset.task is Task.CLASSIFICATION:
        return [CLASS_COLORS[int(label)] for label in dataset.targets]
    palette = diverging_palette(dark)
    return [palette[value] for value in to_bytes(dataset.targets)]


class BoundaryView:
    """A Bokeh figure that is built once and mutated."""

    def __init__(self) -> None:
        self._image = ColumnDataSource({"image": [np.full((GRID, GRID), 127, np.uint8)]})
        self._train, self._test = (
            ColumnDataSource({"x": [], "y": [], "color": [], "target": []}) for _ in range(2)
        )
        self._batch = ColumnDataSource({"x": [], "y": []})
        self._mapper = LinearColorMapper(low=0, high=255, palette=diverging_palette(False))
        self._figure: figure = square_figure(
            ANSWER_TITLE, x_range=(-6, 6), y_range=(-6, 6), x_axis_label="x₁", y_axis_label="x₂"
        )
        self._picture = self._figure.image(
            "image", source=self._image, x=-6, y=-6, dw=12, dh=12, color_mapper=self._mapper
        )
        common = {"x": "x", "y": "y", "fill_color": "color"}
        self._points = self._figure.scatter(**common, source=self._train, size=8, line_width=1.5, line_color="white")
        self._test_points = self._figure.scatter(
            **common, source=self._test, size=8, marker="diamond", line_width=1.5, line_color="black", visible=False
        )
        self._rings = self._figure.scatter(
            x="x", y="y", source=self._batch, size=13, line_width=2.5, fill_color=None, line_color="black"
        )
        self._hover = HoverTool(renderers=[self._points, self._test_points], point_policy="snap_to_data")
        self._figure.add_tools(self._hover)
        self._axis_labels = ("x₁", "x₂")
        self._scales: tuple[tuple[float, float], ...] | None = None
        self._set_tooltips("class")
        self._editor: PlaneEditor | None = None
        self._dataset: Dataset | None = None
        self._test_set: Dataset | None = None
        self._dark = self._discrete = self._drafting = False
        self._classes = 2
        self._showing_answer = True
        self.pane = pn.pane.Bokeh(self._figure, sizing_mode="scale_width", aspect_ratio=1, margin=0)

    @property
    def figure(self) -> figure:
        """The Bokeh figure, to be saved as a picture."""
        return self._figure

    def _set_tooltips(self, target: str) -> None:
        """Say what the box at a point tells; the axes' labels are a student's, who may write what looks like code."""
        x, y = (label.replace("@", "").replace("$", "") for label in self._axis_labels)
        number = "{0.000}" if self._scales is None else "{custom}"
        tooltips = [(x, f"@x{number}"), (y, f"@y{number}"), (target, "@target")]
        if tooltips != self._hover.tooltips:
            self._hover.tooltips = tooltips

    def set_data(
        self, train: Dataset, test: Dataset, extent: float, class_names: Sequence[str] | None = None
    ) -> None:
        """Show these points in a square of this half-width.

        Parameters
        ----------
        train, test : Dataset
        extent : float
        class_names : sequence of str, optional
            What the box at a point calls the classes; numbers and colours unless given.
        """
        self._dataset, self._test_set = train, test
        self._drafting = False
        self._classes = train.classes
        for dataset, source in ((train, self._train), (test, self._test)):
            source.data = {
                "x": dataset.inputs[:, 0].astype(np.float32),
                "y": dataset.inputs[:, 1].astype(np.float32),
                "color": point_colors(dataset, self._dark),
                "target": _target_texts(dataset, class_names),
            }
        self._batch.data = {"x": [], "y": []}
        ranges = self._figure.x_range, self._figure.y_range
        for axis in ranges:
            axis.update(start=-extent, end=extent)
        self._picture.glyph.update(x=-extent, y=-extent, dw=2 * extent, dh=2 * extent)
        # Hundreds of points need smaller dots than dozens.
        size = 7 if len(train.inputs) <= 400 else 5 if len(train.inputs) <= 1500 else 3
        # Discs on a plane of their own colour are told by their outline, which needs something to go around.
        self._points.glyph.size = size + (len(train.inputs) <= 400)
        self._test_points.glyph.size = size + 1
        self._set_tooltips("class" if train.task is Task.CLASSIFICATION else "target")
        self._set_outline()
        self._set_palette()

    def show_draft(self, points: Dataset | None) -> None:
        """Show points that are being drawn in the place of all others; None for none at all."""
        self._dataset = self._test_set = points
        self._drafting = True
        empty: dict[str, Any] = {"x": [], "y": [], "color": [], "target": []}
        self._train.data = dict(empty) if points is None else {
            "x": points.inputs[:, 0].astype(np.float32),
            "y": points.inputs[:, 1].astype(np.float32),
            "color": point_colors(points, self._dark),
            "target": _target_texts(points, None),
        }  # fmt: skip
        self._test.data = dict(empty)
        self._batch.data = {"x": [], "y": []}

    def set_scales(self, scales: Sequence[tuple[float, float]] | None) -> None:
        """Write numbers as a file had them, on the axes and at a point; None for the plane's own.

        Parameters
        ----------
        scales : two of (offset, factor), optional
            A file's number v is drawn at (v − offset) · factor.
        """
        wanted = None if scales is None else tuple((float(offset), float(factor)) for offset, factor in scales)
        if wanted == self._scales:
            return
        self._scales = wanted
        formatters: dict[str, Any] = {}
        for k, (axis, column) in enumerate(((self._figure.xaxis, "@x"), (self._figure.yaxis, "@y"))):
            if wanted is None:
                axis.formatter = BasicTickFormatter()
            else:
                offset, factor = wanted[k]
                args = {"offset": offset, "factor": factor}
                axis.formatter = CustomJSTickFormatter(args=args, code=_AS_IN_FILE.format(drawn="tick"))
                formatters[column] = CustomJSHover(args=args, code=_AS_IN_FILE.format(drawn="value"))
        self._hover.formatters = formatters
        self._set_tooltips(self._hover.tooltips[2][0])

    def set_axis_labels(self, x: str, y: str) -> None:
        """Name the axes; of a label longer than `LONGEST_LABEL` characters the rest is cut off."""
        labels = tuple(
            label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…" for label in (x, y)
        )
        if labels == self._axis_labels:
            return
        self._axis_labels = labels
        # Plain text: Bokeh would take dollar signs for a formula.
        for axis, label in zip((self._figure.xaxis, self._figure.yaxis), labels, strict=True):
            axis.axis_label = PlainText(text=label)
        self._set_tooltips(self._hover.tooltips[2][0])

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
        # A batch is of the points that are learned from, and those of a draft are not.
        if self._drafting:
            batch = batch[:0]
        if len(batch) or len(self._batch.data["x"]):
            points = self._dataset.inputs[batch] if self._dataset is not None else np.zeros((0, 2))
            self._batch.data = {"x": points[:, 0], "y": points[:, 1]}

    def show_test(self, visible: bool) -> None:
        """Show or hide the test points."""
        self._test_points.visible = visible

    def set_discrete(self, discrete: bool) -> None:
        """Round the answers: one colour for each sign or class, instead of how sure the network is."""
        if discrete != self._discrete:
            self._discrete = discrete
            self._set_palette()

    def on_draw(self, callback: DrawCallback) -> None:
        """Let points be drawn on the plane, by mouse or finger, with `tool`.

        Parameters
        ----------
        callback : callable
            Takes a dict whose `type` is ``add`` (with `x`, `y`), ``move`` (with `index`, `x`, `y`) or ``erase``
            (with `index`); the view itself changes no point. The index is a row of `set_points_for_editing`.
        """
        if self._editor is None:
            self._editor = PlaneEditor(self._figure, callback)
            self._editor.set_dark(self._dark)
        else:
            self._editor.callback = callback

    def set_points_for_editing(self, inputs: npt.NDArray[np.float64]) -> None:
        """Say which points [N, 2] can be moved and erased, after `on_draw`."""
        self._need_editor().set_points(inputs)

    @property
    def tool(self) -> str:
        """What a gesture on the plane does, one of look, add, move, erase."""
        return TOOLS[0] if self._editor is None else self._editor.tool

    @tool.setter
    def tool(self, name: str) -> None:
        if self._editor is not None or name != TOOLS[0]:
            self._need_editor().tool = name

    def _need_editor(self) -> PlaneEditor:
        if self._editor is None:
            raise RuntimeError("nobody listens to what is drawn on the plane: call on_draw first")
        return self._editor

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        name = mode(dark)
        self._set_outline()
        self._test_points.glyph.line_color = INK[name]["ink"]
        self._rings.glyph.line_color = INK[name]["ink"]
        if self._editor is not None:
            self._editor.set_dark(dark)
        for dataset, source in ((self._dataset, self._train), (self._test_set, self._test)):
            # Their neutral lies near the page; the classes' colours are the same on both.
            if dataset is not None and dataset.task is Task.REGRESSION:
                source.data = {**source.data, "color": point_colors(dataset, dark)}
        self._set_palette()

    def _set_outline(self) -> None:
        name = mode(self._dark)
        # Points whose target is near zero are as pale as the page.
        real = self._dataset is not None and self._dataset.task is Task.REGRESSION
        self._points.glyph.line_color = INK[name]["muted"] if real else SURFACE[name]["surface"]

    def _set_palette(self) -> None:
        several = self._classes > 2 and self._showing_answer
        if self._discrete:
            palette = discrete_palette(several, self._dark)
        else:
            palette = class_palette(self._dark) if several else diverging_palette(self._dark)
        self._mapper.palette = palette


def _target_texts(dataset: Dataset, names: Sequence[str] | None) -> list[str]:
    """Return in words what is to be learnt at every point."""
    if dataset.task is Task.REGRESSION:
        return [f"{target:.3f}".replace("-", "−") for target in dataset.targets]
    titles = names or [f"{label} ({CLASS_NAMES[label]})" for label in range(dataset.classes)]
    return [titles[int(label)] for label in dataset.targets]
