"""The plane: its colours, its points, and what may be drawn on it."""

import numpy as np
import pytest
from bokeh.models import PlainText

from engine.datasets import Dataset
from engine.datasets.dataset import Task
from playground.theme import CLASS_COLORS, NEGATIVE, POSITIVE, diverging_palette
from playground.views.boundary import LONGEST_LABEL, BoundaryView, discrete_palette

INPUTS = np.array([[-1.0, 2.0], [0.5, -0.25], [3.0, 1.0]])
TWO = Dataset("own", INPUTS, np.array([0.0, 1.0, 1.0]), Task.CLASSIFICATION, 2)
THREE = Dataset("own", INPUTS, np.array([0.0, 2.0, 1.0]), Task.CLASSIFICATION, 3)
REAL = Dataset("own", INPUTS, np.array([-1.0, 0.0, 0.25]), Task.REGRESSION, 0)
NONE = np.zeros(0, np.int64)
PICTURE = np.zeros((100, 100), np.uint8)


def view(data: Dataset, **options) -> BoundaryView:
    made = BoundaryView()
    made.set_data(data, data, 6.0, **options)
    return made


def gesture(made: BoundaryView, number: int, kind: str, index: int, x: float, y: float) -> None:
    """Say what the browser would."""
    made._editor._said.data = {"number": [number], "type": [kind], "index": [index], "x": [x], "y": [y]}


def test_rounded_answers_have_one_colour_for_each_sign():
    made = view(TWO)
    made.set_discrete(True)
    palette = made._mapper.palette
    assert {*palette[:128]} == {NEGATIVE}
    assert {*palette[128:]} == {POSITIVE}
    made.set_discrete(False)
    assert made._mapper.palette == diverging_palette(False)


@pytest.mark.parametrize("dark", [False, True])
def test_rounded_classes_have_the_colour_of_their_points_however_sure(dark):
    palette = discrete_palette(several=True, dark=dark)
    assert len(palette) == 256
    for label, color in enumerate(CLASS_COLORS):
        assert {*palette[40 * label : 40 * label + 40]} == {color}


def test_a_neuron_of_a_net_with_classes_is_rounded_to_its_sign():
    made = view(THREE)
    made.set_discrete(True)
    made.draw(PICTURE, NONE, "neuron 1 of dense1")
    assert made._mapper.palette == discrete_palette(several=False, dark=False)
    made.draw(PICTURE, NONE, "")
    assert made._mapper.palette == discrete_palette(several=True, dark=False)


def test_the_box_at_a_point_tells_its_class_or_its_target():
    assert view(TWO)._train.data["target"] == ["0 (orange)", "1 (blue)", "1 (blue)"]
    assert view(THREE, class_names=["a", "b", "c"])._train.data["target"] == ["a", "c", "b"]
    real = view(REAL)
    assert real._train.data["target"] == ["−1.000", "0.000", "0.250"]
    assert [name for name, _ in real._hover.tooltips] == ["x₁", "x₂", "target"]


def test_the_points_of_real_targets_follow_the_page():
    made = view(REAL)
    made.set_dark(True)
    assert made._train.data["color"][1] == diverging_palette(True)[127]
    made.set_dark(False)
    assert made._train.data["color"][1] == diverging_palette(False)[127]


def test_labels_of_a_file_are_plain_text_and_no_fields():
    made = view(TWO)
    made.set_axis_labels("$$x^2$$ @color", "w" * 100)
    label = made.figure.xaxis.axis_label
    assert isinstance(label, PlainText)
    assert label.text == "$$x^2$$ @color"
    assert len(made.figure.yaxis.axis_label.text) == LONGEST_LABEL
    names = [name for name, _ in made._hover.tooltips]
    assert names[0] == "x^2 color"
    assert not any(sign in name for name in names for sign in "@$")


def test_without_a_listener_there_is_nothing_to_draw_with():
    made = view(TWO)
    assert made.tool == "look"
    made.tool = "look"
    with pytest.raises(RuntimeError, match="call on_draw first"):
        made.tool = "add"
    assert not made.figure.js_event_callbacks


def test_gestures_become_messages():
    made, heard = view(TWO), []
    made.on_draw(heard.append)
    made.set_points_for_editing(INPUTS)
    made.tool = "move"
    assert made.tool == "move"
    gesture(made, 1, "add", -1, 2.0, -3.5)
    gesture(made, 2, "move", 2, 0.0, 1.0)
    gesture(made, 3, "erase", 1, 5.0, 5.0)
    assert heard == [
        {"type": "add", "x": 2.0, "y": -3.5},
        {"type": "move", "index": 2, "x": 0.0, "y": 1.0},
        {"type": "erase", "index": 1},
    ]


@pytest.mark.parametrize(
    ("kind", "index", "x", "y"),
    [
        ("move", 3, 0.0, 0.0),
        ("erase", -1, 0.0, 0.0),
        ("add", -1, 6.5, 0.0),
        ("add", -1, float("nan"), 0.0),
        ("add", -1, 0.0, float("inf")),
        ("paint", 0, 0.0, 0.0),
    ],
)
def test_gestures_that_cannot_be_are_not_passed_on(kind, index, x, y):
    made, heard = view(TWO), []
    made.on_draw(heard.append)
    made.set_points_for_editing(INPUTS)
    gesture(made, 1, kind, index, x, y)
    assert heard == []


def test_the_last_listener_counts_and_a_tool_must_be_one():
    made, first, second = view(TWO), [], []
    made.on_draw(first.append)
    made.on_draw(second.append)
    gesture(made, 1, "add", -1, 1.0, 1.0)
    assert (len(first), len(second)) == (0, 1)
    with pytest.raises(ValueError, match="one of look, add, move, erase, got 'paint'"):
        made.tool = "paint"


def test_gestures_that_arrive_together_are_all_heard_and_once():
    made, heard = view(TWO), []
    made.on_draw(heard.append)
    rows = [(1, "add", -1, 1.0, 2.0), (2, "add", -1, 1.5, 2.0), (3, "add", -1, 2.0, 2.0)]
    for last in (1, 3):
        columns = zip(*rows[:last], strict=True)
        names = ("number", "type", "index", "x", "y")
        made._editor._said.data = {name: list(column) for name, column in zip(names, columns, strict=True)}
    assert [message["x"] for message in heard] == [1.0, 1.5, 2.0]


def test_a_file_s_own_numbers_stand_at_the_axes():
    made = view(TWO)
    made.set_axis_labels("height", "weight")
    made.set_scales(((170.0, 0.25), (70.0, 0.2)))
    axis = made.figure.xaxis[0].formatter
    # Drawn at −5, a file's 150: (150 − 170) · 0.25.
    assert axis.args == {"offset": 170.0, "factor": 0.25}
    assert "tick / factor + offset" in axis.code
    assert made._hover.tooltips[:2] == [("height", "@x{custom}"), ("weight", "@y{custom}")]
    assert made._hover.formatters["@y"].args == {"offset": 70.0, "factor": 0.2}
    made.set_scales(None)
    assert made._hover.formatters == {}
    assert made._hover.tooltips[0] == ("height", "@x{0.000}")
