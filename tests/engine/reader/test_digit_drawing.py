"""Drawings and photographs become digits as the data sets have them."""

from __future__ import annotations

import time

import numpy as np
import pytest

from engine.datasets.digits import load_digits
from engine.reader import PRETRAINED, centred, photo_to_digit, rotated, scaled, shifted, small_digit, unseen_images
from engine.reader.transforms import resized


def centre_of_mass(image):
    total = image.sum(dtype=float)
    return (
        float(np.arange(28) @ image.sum(axis=1, dtype=float)) / total,
        float(np.arange(28) @ image.sum(axis=0, dtype=float)) / total,
    )


def drawn_bar(top, left, height, width):
    page = np.zeros((28, 28), np.uint8)
    page[top : top + height, left : left + width] = 255
    return page


@pytest.mark.parametrize("bar", [(0, 0, 10, 2), (3, 15, 5, 13), (0, 26, 28, 2), (20, 20, 3, 3)])
def test_what_is_drawn_fills_20_pixels_about_the_middle(bar):
    digit = centred(drawn_bar(*bar))
    rows, columns = np.flatnonzero(digit.any(axis=1)), np.flatnonzero(digit.any(axis=0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    # Proportions stay.
    assert np.ptp(rows) + 1 == round(20 * bar[2] / max(bar[2:]))
    assert np.ptp(columns) + 1 == round(20 * bar[3] / max(bar[2:]))
    assert centre_of_mass(digit) == pytest.approx((14, 14), abs=0.51)
    assert digit.dtype == np.uint8


def test_the_centre_is_that_of_the_mass_and_not_of_the_box():
    page = drawn_bar(4, 4, 20, 4)
    page[20:24, 4:18] = 255
    digit = centred(page)
    rows, columns = np.flatnonzero(digit.any(axis=1)), np.flatnonzero(digit.any(axis=0))
    assert centre_of_mass(digit) == pytest.approx((14, 14), abs=0.51)
    # The foot draws the centre down and the stem to the left: the box lies up and right.
    assert (rows[0] + rows[-1]) / 2 < 14
    assert (columns[0] + columns[-1]) / 2 > 14


def test_the_digits_of_mnist_were_prepared_that_way():
    images, labels = unseen_images("lenet")
    ours = PRETRAINED["lenet"].reader()
    again = np.stack([centred(image) for image in images])
    # As MNIST's own they have 20 pixels and the mass in the middle.
    tall = [max(np.ptp(np.flatnonzero(image.any(axis=k))) for k in (0, 1)) + 1 for image in images]
    assert np.mean(np.array(tall) == 20) > 0.95
    assert np.median(np.abs([np.array(centre_of_mass(image)) - 14 for image in images])) < 0.4
    before = np.mean(ours.predict(images).argmax(axis=1) == labels)
    after = np.mean(ours.predict(again).argmax(axis=1) == labels)
    assert after > before - 0.01


def test_where_and_how_large_somebody_draws_is_of_no_matter():
    images, labels = unseen_images("lenet")
    ours = PRETRAINED["lenet"].reader()
    moved = np.stack([shifted(scaled(image, 0.6), 6, -5) for image in images[:300]])
    prepared = np.stack([centred(image) for image in moved])
    share = [np.mean(ours.predict(some).argmax(axis=1) == labels[:300]) for some in (moved, prepared)]
    assert share[0] < 0.6
    assert share[1] > 0.9


def test_an_empty_page_stays_empty():
    for prepare in (centred, small_digit, photo_to_digit):
        assert not prepare(np.zeros((28, 28), np.uint8)).any()
    assert not photo_to_digit(np.full((40, 30), 0.7)).any()


def test_a_small_digit_fills_8_by_8():
    digit = small_digit(drawn_bar(4, 10, 20, 5))
    assert digit.shape == (8, 8)
    assert digit[:, 3:5].min() == 255
    assert not digit[:, :3].any()
    assert small_digit(np.ones((28, 14))).dtype == np.float64
    # The digits of other writers look like the small ones that are shipped, more often than not: the nearest is of
    # their class.
    small, large = load_digits("digits8"), load_digits("mnist")
    chosen = np.arange(0, 5000, 25)
    made = np.stack([small_digit(large.images[k]).ravel() for k in chosen]).astype(float)
    known = small.images.reshape(len(small), -1)
    near = small.labels[((made[:, None] - known) ** 2).sum(axis=2).argmin(axis=1)]
    assert np.mean(near == large.labels[chosen]) > 0.5


@pytest.mark.parametrize("paper", [0.95, 0.6, 0.1])
@pytest.mark.parametrize("factor", [1, 5])
def test_a_digit_on_any_paper_is_read(paper, factor):
    """Ink on light paper, on grey, and chalk on dark; with noise, uneven light, and turned a little."""
    images, labels = unseen_images("lenet")
    ours = PRETRAINED["lenet"].reader()
    rng = np.random.default_rng(3)
    count, right = 60 // factor, 0
    for k in range(0, 60, factor):
        image, label = images[k], labels[k]
        ink = resized(np.pad(rotated(image, 5) / 255, 12), 52 * factor, (52 + 8) * factor)
        light = np.linspace(0, 0.06, ink.shape[1])
        photo = paper + (0.05 - paper if paper > 0.5 else 0.8) * ink + light + rng.normal(0, 0.01, ink.shape)
        digit = photo_to_digit(np.clip(photo, 0, 1))
        assert digit.shape == (28, 28)
        assert digit.dtype == np.uint8
        right += int(ours.predict(digit[None]).argmax() == label)
    assert right >= 0.85 * count


def test_light_from_one_side_and_specks_are_no_ink():
    page = np.full((120, 160), 0.9)
    page[30:90, 70:82] = 0.1
    plain = photo_to_digit(page)
    shaded = page * np.linspace(1, 0.55, 160) * np.linspace(0.8, 1, 120)[:, None]
    shaded[5, 5] = shaded[100, 150] = shaded[100, 151] = 0
    # A bar of 60 × 12 is one of 20 × 4.
    for digit in (plain, photo_to_digit(shaded)):
        ink = digit > 127
        assert (ink.sum(), ink.any(axis=1).sum(), ink.any(axis=0).sum()) == (80, 20, 4)


def test_a_large_photograph_is_quick():
    page = np.full((3000, 4000), 0.9, np.float32)
    page[700:2200, 1800:2100] = 0.1
    start = time.process_time()
    digit = photo_to_digit(page)
    assert time.process_time() - start < 2
    assert (digit > 127).sum() == 80


def test_whole_numbers_and_real_ones_are_the_same_photograph():
    grey = (255 - drawn_bar(4, 10, 20, 5)).astype(np.uint8)
    np.testing.assert_array_equal(photo_to_digit(grey), photo_to_digit(grey / 255))


def test_what_is_no_image():
    with pytest.raises(ValueError, match="grey image"):
        centred(np.zeros((3, 3, 3)))
    with pytest.raises(ValueError, match="1 to 4096 pixels a side is expected, got an array of 1 × 5000"):
        photo_to_digit(np.zeros((1, 5000)))
    with pytest.raises(ValueError, match="not finite"):
        photo_to_digit(np.full((3, 3), np.nan))
