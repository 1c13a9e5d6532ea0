"""The six changes of a picture, and the space of all pictures."""

from __future__ import annotations

import numpy as np
import pytest

from engine.augmentation import (
    CHANGES,
    Augmentation,
    images_of_side,
    log10_images,
    safety,
    share_labeled,
    training_digits,
    varied,
)
from engine.checks import SpecError
from engine.reader.transforms import transformed

DIGITS, LABELS = training_digits(0)


class Fixed:
    """A generator that draws what a test says."""

    def __init__(self, **chance: float) -> None:
        rows = ("flip", "rotation", "crop", "scale", "left_y", "left_x", "down", "right")
        self.chance = np.array([chance.get(name, 0.0) for name in rows])[:, None]

    def uniform(self, low: float, high: float, size: tuple[int, int]):
        assert (low, high) == (-1.0, 1.0)
        return np.repeat(self.chance, size[1], axis=1)

    def standard_normal(self, size):
        return np.ones(size)


def changed(chance: dict[str, float], **limits: float):
    return varied(DIGITS[:5], Augmentation(**limits), Fixed(**chance))


def test_no_change_changes_nothing(rng: np.random.Generator) -> None:
    assert np.array_equal(varied(DIGITS, Augmentation(), rng), DIGITS)


@pytest.mark.concept("C151")
def test_each_change_is_the_move_it_says() -> None:
    same = [transformed(image, degrees=45.0) for image in DIGITS[:5]]
    assert changed({"rotation": 0.5}, rotation=90.0) == pytest.approx(np.array(same), abs=1e-9)
    same = [transformed(image, factor=1.25) for image in DIGITS[:5]]
    assert changed({"scale": 0.5}, scale=0.5) == pytest.approx(np.array(same), abs=1e-9)
    same = [transformed(image, dx=3.0, dy=-1.5) for image in DIGITS[:5]]
    assert changed({"right": 0.75, "down": -0.375}, translation=4.0) == pytest.approx(np.array(same), abs=1e-9)
    assert np.array_equal(changed({"flip": -0.9}, flip=0.5), DIGITS[:5, :, ::-1])
    assert np.array_equal(changed({"flip": 0.9}, flip=0.5), DIGITS[:5])
    # Half of the side is lost: the window is 14 wide and blown up twice; in the middle it is a scale of two.
    same = [transformed(image, factor=2.0) for image in DIGITS[:5]]
    assert changed({"crop": 1.0}, crop=0.5) == pytest.approx(np.array(same), abs=1e-9)
    # At the lower right the window's last pixels are the picture's last.
    corner = changed({"crop": 1.0, "left_y": 1.0, "left_x": 1.0}, crop=0.5)
    assert corner[:, 27, 27] == pytest.approx(DIGITS[:5, 27, 27] * 0.75**2, abs=0.2)
    inside = [transformed(transformed(image, dx=-7, dy=-7), factor=2.0) for image in DIGITS[:5]]
    assert corner[:, 2:-2, 2:-2] == pytest.approx(np.array(inside)[:, 2:-2, 2:-2], abs=1e-9)


@pytest.mark.concept("C156")
def test_noise_has_mean_zero_and_the_chosen_spread(rng: np.random.Generator) -> None:
    noise = varied(DIGITS, Augmentation(noise=0.3), rng) - DIGITS
    assert noise.mean() == pytest.approx(0.0, abs=0.01)
    assert noise.std() == pytest.approx(0.3, abs=0.01)


def test_another_limit_leaves_the_other_chances() -> None:
    one = varied(DIGITS, Augmentation(rotation=20), np.random.default_rng(3))
    other = varied(DIGITS, Augmentation(rotation=20, flip=1), np.random.default_rng(3))
    # A flip before the turn: the turned mirror image is the mirror image turned the other way.
    assert not np.allclose(one, other)
    still = varied(DIGITS, Augmentation(rotation=20, translation=0, scale=0), np.random.default_rng(3))
    assert np.array_equal(one, still)


@pytest.mark.concept("C151")
def test_safety_knows_six_and_nine_and_mirror_images() -> None:
    def unsafe(digit: int, **limits: float) -> set[str]:
        return {each.change for each in safety(digit, Augmentation(**limits)) if not each.safe}

    assert unsafe(6, rotation=180) == unsafe(9, rotation=180) == {"rotation"}
    assert "9" in next(iter(safety(6, Augmentation(rotation=180)))).why
    assert unsafe(6, rotation=10) == set()
    assert unsafe(0, rotation=180) == set()
    assert [digit for digit in range(10) if not unsafe(digit, flip=0.5)] == [0, 1, 8]
    assert unsafe(5, noise=1.0) == {"noise"}
    usual = {key: change.usual for key, change in CHANGES.items()}
    assert all(unsafe(digit, **usual) == set() for digit in range(10))


def test_limits_are_checked() -> None:
    for limits in ({"noise": 1.5}, {"rotation": -1}, {"scale": float("nan")}, {"crop": "much"}):
        with pytest.raises(SpecError, match="is a number from 0 to"):
            Augmentation(**limits)


@pytest.mark.concept("C149")
def test_the_space_of_pictures() -> None:
    assert images_of_side(3) == 512
    assert images_of_side(10) == 1267650600228229401496703205376
    assert log10_images(10) == pytest.approx(30.103, abs=1e-4)
    assert share_labeled(10, 10**6) == pytest.approx(7.8886e-25, rel=1e-4)
    assert share_labeled(3, 10**6) == 1.0
    assert next(side for side in range(1, 13) if images_of_side(side) > 10**6) == 5
