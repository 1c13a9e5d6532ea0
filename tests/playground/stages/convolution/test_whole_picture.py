"""A whole picture under the window, held against a plain double loop."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from engine.sliding import SlidingSpec
from engine.sliding.fit import fitted, flat
from engine.sliding.inputs import input_spec
from engine.sliding.kernels import kernel_spec
from playground.images import grey
from playground.stages.convolution.tools.whole import filtered, pictures, within

PICTURE = np.random.default_rng(5).random((40, 30, 3))


def spec(channels: int = 1, **changes: object) -> SlidingSpec:
    """A 3 × 3 window on a picture."""
    made = input_spec(SlidingSpec(), "patch" if channels == 3 else "edge")
    made = fitted(made, filters=2, **changes)
    rng = np.random.default_rng(9)
    return made.with_(w=flat(rng.normal(size=made.kernel_shape)), b=(0.25, -0.5))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("flip", [False, True])
def test_a_convolution_of_all_of_it(channels: int, flip: bool) -> None:
    window = spec(channels, stride=2, dilation=2, padding=1, flip=flip)
    seen = PICTURE if channels == 3 else grey(PICTURE)[..., None]
    padded = np.pad(seen, ((1, 1), (1, 1), (0, 0)))
    W = window.arrays()["W"][..., 1]
    W = W[::-1, ::-1] if flip else W
    expected = np.array([
        [(padded[i : i + 5 : 2, j : j + 5 : 2] * W).sum() - 0.5 for j in range(0, 28, 2)] for i in range(0, 38, 2)
    ])  # fmt: skip
    np.testing.assert_allclose(filtered(seen, window, 1), expected, atol=1e-5)
    relu = window.with_(relu=True)
    np.testing.assert_allclose(filtered(seen, relu, 1), np.maximum(expected, 0), atol=1e-5)


@pytest.mark.parametrize("count_padding", [False, True])
def test_pooling_of_all_of_it(count_padding: bool) -> None:
    window = spec(3, stride=2, padding=1, operation="average", count_padding=count_padding)
    found = filtered(PICTURE, window)
    corner = PICTURE[:2, :2].sum(axis=(0, 1)) / (9 if count_padding else 4)
    np.testing.assert_allclose(found[0, 0], corner, atol=1e-6)
    np.testing.assert_allclose(found[3, 4], PICTURE[5:8, 7:10].mean(axis=(0, 1)), atol=1e-6)
    largest = filtered(PICTURE - 2, window.with_(operation="max"))
    # Padding never wins, not even over numbers below 0.
    np.testing.assert_allclose(largest[0, 0], PICTURE[:2, :2].max(axis=(0, 1)) - 2, atol=1e-6)


def test_a_picture_smaller_than_the_window_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit: along the height it is 3 wide, but its input only 2"):
        filtered(np.ones((2, 9, 1)), spec())


def test_a_large_picture_is_brought_to_256() -> None:
    assert within(np.ones((1000, 500, 3))).shape == (256, 128, 3)
    assert within(PICTURE) is PICTURE


def pixels(source: str) -> np.ndarray:
    kind, content = source.split(",")
    assert kind == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(content))))


def test_an_edge_kernel_is_shown_around_middle_grey() -> None:
    half = np.zeros((20, 20, 3))
    half[:, 10:] = 1
    edges = kernel_spec(input_spec(SlidingSpec(), "edge"), "sobel_x")
    content = pictures("Half", half, edges)
    before, after = (pixels(picture["source"]) for picture in content["pictures"])
    assert before.shape == (20, 20)
    assert after.shape == (18, 18)
    assert set(after[5]) == {128, 255}
    assert list(np.flatnonzero(after[5] == 255)) == [8, 9]
    assert "middle grey" in content["words"][0]
    assert content["pictures"][1]["title"] == "After the kernel: 18 × 18"
    dark = pixels(pictures("Half", half[:, ::-1], edges)["pictures"][1]["source"])
    assert set(dark[5]) == {128, 0}
    kept = pictures("Half", half[:, ::-1], edges.with_(relu=True))
    assert set(pixels(kept["pictures"][1]["source"]).ravel()) == {0}


def test_a_blur_keeps_the_shades_and_colour_pools_in_colour() -> None:
    blur = kernel_spec(input_spec(SlidingSpec(), "edge"), "blur")
    even = np.full((9, 9, 3), 0.2)
    assert set(pixels(pictures("Even", even, blur)["pictures"][1]["source"]).ravel()) == {51}
    pooled = fitted(input_spec(SlidingSpec(), "patch"), operation="max", size=2, stride=2)
    red = np.zeros((8, 8, 3))
    red[::2, ::2, 0] = 1
    content = pictures("Red", red, pooled)
    found = pixels(content["pictures"][1]["source"])
    assert found.shape == (4, 4, 3)
    assert (found == (255, 0, 0)).all()
    assert content["pictures"][1]["title"] == "After pooling: 4 × 4"
