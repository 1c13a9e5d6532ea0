"""The squares of two photographs."""

from __future__ import annotations

import numpy as np
import pytest

from engine.datasets.photos import PHOTOS, photo_crop


@pytest.mark.parametrize("name", PHOTOS)
def test_they_are_colours(name):
    photo = photo_crop(name)
    assert photo.shape == (64, 64, 3)
    assert photo.dtype == np.float64
    assert 0 <= photo.min() < 0.15
    assert 0.8 < photo.max() <= 1
    assert PHOTOS[name].source.endswith("CC BY 2.0")


def test_they_show_what_they_should():
    china, flower = photo_crop("china"), photo_crop("flower")
    # The sky over the tower is bluish and even; the flower's middle is red, its ground green and dark.
    sky = china[:6, :20]
    assert sky[..., 2].mean() > sky[..., 0].mean() > 0.6
    assert sky.std(axis=(0, 1)).max() < 0.1
    middle, corner = flower[24:40, 24:40].mean(axis=(0, 1)), flower[:8, :8].mean(axis=(0, 1))
    assert middle[0] > 0.6 > middle[2]
    assert corner[0] < 0.2 < middle[0]


def test_a_copy_may_be_changed():
    photo_crop("china")[:] = 0
    assert photo_crop("china").max() > 0.8


def test_an_unknown_photograph_is_refused():
    with pytest.raises(ValueError, match=r"unknown photograph 'flowers'.* did you mean flower"):
        photo_crop("flowers")
