"""The frame of the network diagram: its bytes are read in the browser by offsets alone."""

import re
import struct

import numpy as np
import pytest

from engine.spec import MAX_HIDDEN_LAYERS, MAX_UNITS
from playground import theme
from playground.assets import STATIC
from playground.views.diagram import NetworkDiagram, pack_frame, pack_gradients


def test_a_frame_holds_header_weights_biases_pictures():
    weights = np.arange(6.0)
    biases = np.array([0.5, -0.5])
    pictures = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    frame = pack_frame(7, weights, biases, pictures, first_picture=4)

    assert struct.unpack_from("<6I", frame) == (7, 6, 2, 3, 4, 2)
    np.testing.assert_array_equal(np.frombuffer(frame, "<f4", 6, 24), weights)
    np.testing.assert_array_equal(np.frombuffer(frame, "<f4", 2, 48), biases)
    np.testing.assert_array_equal(np.frombuffer(frame, np.uint8, offset=56).reshape(2, 3, 3), pictures)


def test_a_frame_may_come_without_pictures():
    frame = pack_frame(1, np.zeros(4), np.zeros(1), np.zeros((0, 30, 30), np.uint8))
    assert struct.unpack_from("<6I", frame) == (1, 4, 1, 0, 0, 0)
    assert len(frame) == 24 + 4 * 5


def test_frames_differ_by_their_number_alone():
    arrays = (np.zeros(4), np.zeros(1), np.zeros((1, 2, 2), np.uint8))
    assert pack_frame(1, *arrays) != pack_frame(2, *arrays)


def test_gradients_lie_as_a_frame_s_weights_and_biases_do():
    weights = [np.array([[1.0, 2.0]]), np.array([[np.nan], [np.nan]])]
    packed = pack_gradients(weights, [np.array([0.5, -0.5]), np.array([1e300])])
    assert struct.unpack_from("<2I", packed) == (4, 3)
    expected = [1, 2, np.nan, np.nan, 0.5, -0.5, np.inf]
    np.testing.assert_array_equal(np.frombuffer(packed, "<f4", offset=8), expected)


def test_columns_and_frame_reach_the_browser():
    diagram = NetworkDiagram()
    model = diagram.get_root()
    columns = [{"name": "inputs", "title": "Inputs", "kind": "input", "units": [{"id": "x1", "label": "x₁"}]}]
    frame = pack_frame(1, np.zeros(1), np.zeros(1), np.zeros((1, 2, 2), np.uint8))
    diagram.param.update(columns=columns, frame=frame)
    assert model.data.columns == columns
    assert model.data.frame == frame


def test_what_is_asked_of_it_reaches_the_browser_and_nothing_else():
    model = NetworkDiagram(frozen=True, activations=[("relu", "ReLU")], cards={"edge": {"title": "Weight"}}).get_root()
    assert model.data.frozen is True
    assert model.data.weights_editable is True
    assert model.data.can_add_input is False
    assert model.data.activations == [("relu", "ReLU")]
    assert model.data.cards == {"edge": {"title": "Weight"}}
    assert model.data.save == 0


@pytest.mark.parametrize(("name", "limit"), [("MOST_UNITS", MAX_UNITS), ("MOST_LAYERS", MAX_HIDDEN_LAYERS)])
def test_the_buttons_end_where_the_engine_does(name, limit):
    assert re.findall(rf"^const {name} = (\d+)$", NetworkDiagram._esm, re.MULTILINE) == [str(limit)]


def test_every_file_of_the_diagram_is_part_of_it():
    for path in (STATIC / "js").glob("diagram*.js"):
        assert path.read_text(encoding="utf-8") in NetworkDiagram._esm


def luminance(color):
    return theme.linear_rgb(color) @ [0.2126, 0.7152, 0.0722]


def test_what_is_wrong_with_a_number_can_be_read_in_both_modes():
    light, dark = re.findall(r"--error: (#\w{6})", NetworkDiagram._stylesheets[-1])
    for color, mode in ((light, "light"), (dark, "dark")):
        low, high = sorted([luminance(color), luminance(theme.SURFACE[mode]["surface"])])
        assert (high + 0.05) / (low + 0.05) >= 4.5
