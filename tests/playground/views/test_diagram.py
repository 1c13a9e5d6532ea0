"""The frame of the network diagram: its bytes are read in the browser by offsets alone."""

import struct

import numpy as np

from playground.views.diagram import NetworkDiagram, pack_frame


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


def test_columns_and_frame_reach_the_browser():
    diagram = NetworkDiagram()
    model = diagram.get_root()
    columns = [{"name": "inputs", "title": "Inputs", "kind": "input", "units": [{"id": "x1", "label": "x₁"}]}]
    frame = pack_frame(1, np.zeros(1), np.zeros(1), np.zeros((1, 2, 2), np.uint8))
    diagram.param.update(columns=columns, frame=frame)
    assert model.data.columns == columns
    assert model.data.frame == frame
