"""The shipped digits: what they are, and that nothing was lost on the way."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine.datasets.digits import BRIGHTEST, DIGITS, laid_out, load_digits
from engine.datasets.shipped import shipped

FILES = Path(__file__).resolve().parents[3] / "engine" / "datasets" / "files"
MNIST = "246e0c30eeea57c8d0037d3f38c8e00651ec204cc61b8022563e9aeeb9d756f4"


@pytest.mark.parametrize("name", DIGITS)
def test_they_are_what_their_card_says(name):
    kind, digits = DIGITS[name], load_digits(name)
    assert digits.images.shape == (kind.count, *kind.size)
    assert len(digits) == kind.count
    assert digits.images.dtype == digits.labels.dtype == np.uint8
    assert (digits.images.min(), digits.images.max()) == (0, BRIGHTEST)
    assert set(digits.labels.tolist()) == set(range(10))
    assert (digits.title, digits.source) == (kind.title, kind.source)


def test_of_mnist_there_are_500_of_each():
    assert np.bincount(load_digits("mnist").labels).tolist() == [500] * 10


def test_the_small_ones_are_those_of_the_repository():
    # As its description tells: so many of each, 17 shades.
    assert np.bincount(load_digits("digits8").labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    kept, shown = shipped("digits8")["images"], load_digits("digits8").images
    assert sorted(set(kept.ravel().tolist())) == list(range(17))
    assert np.abs(shown / BRIGHTEST - kept / 16).max() < 0.002


def test_shuffled_digits_have_the_same_pixels_elsewhere():
    plain, shuffled = load_digits("mnist"), load_digits("shuffled")
    assert np.array_equal(plain.labels, shuffled.labels)
    flat, moved = plain.images.reshape(5000, -1), shuffled.images.reshape(5000, -1)
    assert np.array_equal(np.sort(flat, axis=1), np.sort(moved, axis=1))
    # Where each pixel came from, found by what it shows in all pictures; those that are always dark look alike.
    columns = {column.tobytes() for column in flat.T}
    assert {column.tobytes() for column in moved.T} == columns
    assert (flat != moved).mean() > 0.2
    # Neighbours are strangers now.

    def likeness(images):
        beside = np.stack([images[:, :, :-1].ravel(), images[:, :, 1:].ravel()]).astype(float)
        return np.corrcoef(beside)[0, 1]

    assert likeness(plain.images) > 0.7
    assert likeness(shuffled.images) < 0.2
    assert np.array_equal(laid_out("shuffled", plain.images[7]), shuffled.images[7])
    assert laid_out("mnist", plain.images) is plain.images


def test_a_digit_looks_like_itself():
    # The mean one is narrow and stands in the middle; the mean zero has a hole there.
    digits = load_digits("mnist")
    one, zero = (digits.images[digits.labels == k].mean(axis=0) for k in (1, 0))
    assert one[14, 12:17].max() > 150 > zero[14, 12:17].max()
    assert one[:, :6].max() < 5
    assert zero[14, 6:10].max() > 80


@pytest.mark.parametrize("name", DIGITS)
def test_nobody_can_spoil_them_for_others(name):
    digits = load_digits(name)
    assert load_digits(name) is digits
    for array in (digits.images, digits.labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_an_unknown_set_is_refused():
    with pytest.raises(ValueError, match=r"unknown set of digits 'minst'.* did you mean mnist"):
        load_digits("minst")


def test_each_file_has_its_attribution():
    told = (FILES / "README.md").read_text(encoding="utf-8")
    found = sorted(FILES.glob("*.npz"))
    assert len(found) == 3
    for path in found:
        assert f"`{path.name}`" in told
        with zipfile.ZipFile(path) as archive:
            assert all(name.endswith(".npy") for name in archive.namelist())
    for words in ("CC BY-SA 3.0", "CC BY 4.0", "CC BY 2.0", "LeCun", "Alpaydin", "danielbuechele", "vultilion"):
        assert words in told


def test_the_mnist_file_is_unchanged():
    assert hashlib.sha256((FILES / "mnist5k.npz").read_bytes()).hexdigest() == MNIST
