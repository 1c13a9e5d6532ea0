"""What the hand over the plane says, if it is something."""

import math

import pytest

from playground.widgets.plane_pointer import PlanePointer

EXTENT = ((-2.0, 2.0), (0.0, 10.0))


@pytest.fixture
def heard():
    said = []
    pointer = PlanePointer(figure="p1")
    pointer.on_point(lambda *point: said.append(point), lambda: EXTENT)
    return lambda **message: [pointer._handle_msg(message), said][1]


@pytest.mark.parametrize("kind", ["start", "drag"])
def test_a_point_is_passed_on(heard, kind):
    assert heard(type=kind, x=1.5, y=3) == [(kind, 1.5, 3.0)]


def test_a_point_beyond_the_plane_moves_to_its_edge(heard):
    assert heard(type="start", x=-7, y=11.5) == [("start", -2.0, 10.0)]


@pytest.mark.parametrize(
    "message",
    [
        {"type": "start", "x": math.nan, "y": 1.0},
        {"type": "start", "x": math.inf, "y": 1.0},
        {"type": "start", "x": "1", "y": 1.0},
        {"type": "start", "y": 1.0},
        {"type": "jump", "x": 1.0, "y": 1.0},
        {},
    ],
)
def test_what_is_no_point_is_not(heard, message):
    assert heard(**message) == []


def test_it_lies_over_the_figure_and_lets_the_rest_through():
    pointer = PlanePointer()
    assert pointer.styles["position"] == "absolute"
    assert pointer.styles["pointer-events"] == "none"
