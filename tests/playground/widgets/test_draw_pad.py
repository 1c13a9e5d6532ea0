"""The drawing pad, as far as it is Python."""

import base64

import numpy as np
import pytest

from playground.widgets.draw_pad import DrawPad, drawn_pixels


def test_a_picture_that_is_set_again_is_told_again(rng):
    pad = DrawPad()
    model, image = pad.get_root(), rng.integers(0, 256, (28, 28)).astype(np.uint8)
    turns = []
    for _ in range(2):
        pad.show(image)
        turns.append(model.data.turn)
    assert model.data.image == image.tobytes()
    assert turns[1] > turns[0] > 0


@pytest.mark.parametrize("image", [np.zeros((28, 27), np.uint8), np.zeros((28, 28))])
def test_what_is_no_picture_is_refused(image):
    with pytest.raises(ValueError, match=r"a drawing is uint8 \[28, 28\], got"):
        DrawPad().show(image)


def test_what_is_drawn_arrives_row_by_row(rng):
    heard, pad = [], DrawPad()
    pad.on_drawn(heard.append)
    image = rng.integers(0, 256, (28, 28)).astype(np.uint8)
    pad._handle_msg({"type": "drawn", "pixels": base64.b64encode(image.tobytes()).decode()})
    assert np.array_equal(heard[0], image)


@pytest.mark.parametrize(
    "pixels", [None, 7, "", "not base64 !", base64.b64encode(bytes(783)).decode(), "A" * 10**6, ["A"], "Ω" * 1048]
)
def test_what_is_no_drawing_is_left_alone(pixels):
    heard, pad = [], DrawPad()
    pad.on_drawn(heard.append)
    pad._handle_msg({"type": "drawn", "pixels": pixels})
    pad._handle_msg({"type": "other", "pixels": base64.b64encode(bytes(784)).decode()})
    assert heard == []
    assert drawn_pixels({"pixels": pixels}) is None
