"""Moving, turning and scaling images: exact cases by hand, the rest against PyTorch's sampling."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.reader import rotated, scaled, shifted, transformed
from engine.reader.transforms import resized


def test_whole_pixels_only_move(rng):
    image = rng.uniform(0, 1, (5, 7))
    moved = shifted(image, 2, -1)
    np.testing.assert_array_equal(moved[:4, 2:], image[1:, :5])
    assert not moved[4].any()
    assert not moved[:, :2].any()
    assert not shifted(image, 7, 0).any()
    np.testing.assert_array_equal(shifted(image, 0, 0), image)


def test_half_a_pixel_is_the_mean_of_two():
    image = np.zeros((3, 4))
    image[1] = [0, 8, 4, 0]
    np.testing.assert_array_equal(shifted(image, 0.5, 0)[1], [0, 4, 6, 2])
    np.testing.assert_array_equal(shifted(image, 0, 0.25)[1:, 1], [6, 2])


def test_quarter_turns_go_against_the_clock(rng):
    image = rng.uniform(0, 1, (6, 6))
    for quarters in range(-4, 5):
        np.testing.assert_array_equal(rotated(image, 90 * quarters), np.rot90(image, quarters))


def test_twice_as_large_keeps_the_centre():
    image = np.zeros((9, 9))
    image[4, 4] = 1
    grown = scaled(image, 2)
    np.testing.assert_array_equal(grown[4, 2:7], [0, 0.5, 1, 0.5, 0])
    # A bar of 3 pixels about the centre has 6 pixels of ink then, and 1.5 at half the size.
    image[:] = 0
    image[4, 3:6] = 1
    assert scaled(image, 2)[4].sum() == 6
    assert scaled(image, 0.5)[4].sum() == pytest.approx(1.0, abs=0.51)


@pytest.mark.peer
@given(
    dx=st.floats(-4, 4), dy=st.floats(-4, 4), degrees=st.floats(-180, 180), factor=st.floats(0.4, 2.5),
    shape=st.sampled_from([(8, 8), (7, 10), (12, 5)]),
)  # fmt: skip
def test_all_at_once_is_pytorchs_sampling(dx, dy, degrees, factor, shape):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: nothing was compared with it")
    image = np.random.default_rng(0).uniform(0, 1, shape)
    height, width = shape
    # Where PyTorch asks: from -1 to 1 between the middles of the outermost pixels.
    angle = math.radians(degrees)
    rows, columns = np.mgrid[:height, :width]
    y, x = rows - (height - 1) / 2 - dy, columns - (width - 1) / 2 - dx
    back_x = (math.cos(angle) * x - math.sin(angle) * y) / factor
    back_y = (math.sin(angle) * x + math.cos(angle) * y) / factor
    grid = np.stack([2 * back_x / (width - 1), 2 * back_y / (height - 1)], axis=-1)
    expected = torch.nn.functional.grid_sample(
        torch.tensor(image)[None, None], torch.tensor(grid)[None], padding_mode="zeros", align_corners=True
    )[0, 0]
    np.testing.assert_allclose(transformed(image, dx, dy, degrees, factor), expected, atol=1e-9)


def test_it_is_the_three_in_order(rng):
    """Scaled and turned first, shifted last: with whole pixels and quarter turns nothing is lost between."""
    image = rng.uniform(0, 1, (8, 8))
    np.testing.assert_array_equal(transformed(image, 2, 1, 90), shifted(rotated(image, 90), 2, 1))


def test_the_type_stays():
    grey = np.array([[0, 255], [255, 0]], np.uint8)
    moved = shifted(grey, 0.5, 0)
    assert moved.dtype == np.uint8
    assert moved.tolist() == [[0, 128], [128, 128]]
    assert rotated(grey.astype(np.float32), 90).dtype == np.float32


def test_channels_move_together(rng):
    image = rng.uniform(0, 1, (5, 6, 3))
    moved = transformed(image, 0.3, 1, 20, 1.2)
    for c in range(3):
        np.testing.assert_array_equal(moved[..., c], transformed(image[..., c], 0.3, 1, 20, 1.2))


def test_what_is_refused():
    with pytest.raises(ValueError, match=r"factor is 0\.1 to 10, got 0\.05"):
        scaled(np.zeros((3, 3)), 0.05)
    with pytest.raises(ValueError, match="finite"):
        shifted(np.zeros((3, 3)), float("nan"), 0)
    with pytest.raises(ValueError, match="at least 1 × 1 pixels, got 0 × 3"):
        resized(np.zeros((3, 3)), 0, 3)


@pytest.mark.peer
@pytest.mark.parametrize("size", [(20, 20), (4, 9), (7, 7), (1, 1), (23, 31)])
def test_another_size_is_pytorchs(size, torch, rng):
    image = rng.uniform(0, 1, (17, 23))
    expected = torch.nn.functional.interpolate(
        torch.tensor(image)[None, None], size, mode="bilinear", antialias=True
    )[0, 0]
    np.testing.assert_allclose(resized(image, *size), expected, atol=1e-9)
