"""Histograms with mergeable bins, and their rows over time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.inside.histograms import BINS, MAX_ROWS, HistogramTrack, Scale, bin_edges, even_times, histogram

SCALES = pytest.mark.parametrize("scale", list(Scale))
VALUES = arrays(
    np.float64, st.integers(0, 60), elements=st.floats(-1e9, 1e9) | st.floats(-1e-3, 1e-3) | st.just(0.0)
)


@SCALES
@pytest.mark.parametrize("size", [1e-8, 1e-3, 0.4, 1.0, 37.0, 1e12])
def test_counts_are_numpys(scale, size, rng):
    values = rng.normal(0, size, (250, 8))
    counted = histogram(values, scale)
    assert counted.edges.shape == (BINS + 1,)
    np.testing.assert_array_equal(counted.counts, np.histogram(values, counted.edges)[0])
    assert counted.counts.sum() == values.size


@SCALES
def test_bins_are_as_narrow_as_the_values_allow(scale, rng):
    values = rng.uniform(-5, 5, 1000)
    counted = histogram(values, scale)
    narrower = bin_edges(scale, counted.level - 1)
    assert narrower[-1] < np.abs(values).max() < counted.edges[-1]


def test_linear_edges():
    np.testing.assert_array_equal(bin_edges(Scale.LINEAR, -2), np.arange(-3, 3.25, 0.25))
    counts = histogram(np.array([-2.9, -0.25, 0.0, 0.25, 2.9]), Scale.LINEAR).counts
    # A lower edge belongs to its bin.
    assert counts.nonzero()[0].tolist() == [0, 11, 12, 13, 23]
    # So 3.0, the upper edge of the last bin, needs wider ones.
    assert histogram(np.array([3.0]), Scale.LINEAR).level == -1


def test_logarithmic_edges():
    edges = bin_edges(Scale.LOGARITHMIC, 1)
    positive = [2.0**k for k in range(-20, 3, 2)]
    np.testing.assert_array_equal(edges, [-x for x in positive[::-1]] + [0.0] + positive)
    values = np.array([-3.9, -(2.0**-20), -1e-9, 0.0, -0.0, 1e-9, 2.0**-20, 2.0**-18, 3.9])
    counts = histogram(values, Scale.LOGARITHMIC).counts
    # Zero, with either sign, lies on the positive side; an edge belongs to the bin that is farther from zero.
    assert {k: int(n) for k, n in enumerate(counts) if n} == {0: 1, 10: 1, 11: 1, 12: 3, 13: 1, 14: 1, 23: 1}


@SCALES
@given(values=VALUES, farther=st.floats(2e9, 1e200))
def test_merged_bins_count_what_wider_bins_would_have_counted(scale, values, farther):
    wide = histogram(np.append(values, farther), scale)
    last = histogram(np.array([farther]), scale).counts
    merged = histogram(values, scale).at_level(wide.level)
    np.testing.assert_array_equal(merged.counts + last, wide.counts)


@SCALES
def test_bins_are_not_split(scale):
    with pytest.raises(ValueError, match="merged, not split"):
        histogram(np.array([1.0]), scale).at_level(-20)


@SCALES
def test_what_is_not_finite_is_counted_apart(scale):
    values = np.array([[1.0, np.nan, -np.inf], [np.inf, -2.0, 0.5]])
    counted = histogram(values, scale)
    assert counted.not_finite == 3
    np.testing.assert_array_equal(counted.counts, histogram(np.array([1.0, -2.0, 0.5]), scale).counts)
    nothing = histogram(np.full(4, np.nan), scale)
    assert (nothing.not_finite, nothing.counts.sum()) == (4, 0)


@SCALES
def test_the_largest_and_smallest_numbers(scale):
    largest, smallest = np.finfo(float).max, 5e-324
    counted = histogram(np.array([largest, -largest, smallest, -smallest, 0.0]), scale)
    outermost = {Scale.LINEAR: [0, 23], Scale.LOGARITHMIC: [2, 21]}[scale]
    assert counted.counts[[11, 12, *outermost]].tolist() == [1, 2, 1, 1]
    assert np.isfinite(counted.edges).all()
    assert (np.diff(counted.edges) >= 0).all()


def test_a_track_shows_all_rows_in_the_same_bins(rng):
    track, steps = HistogramTrack(Scale.LINEAR), [rng.normal(0, size, 300) for size in (0.01, 5, 1, 400, 0.1)]
    for epoch, values in enumerate(steps):
        track.add(epoch, histogram(values, Scale.LINEAR))
    rows = track.rows()
    np.testing.assert_array_equal(rows.epochs, range(5))
    for values, counts in zip(steps, rows.counts, strict=True):
        np.testing.assert_array_equal(counts, np.histogram(values, rows.edges)[0])
    # Where the widest row goes, the bins are narrow again.
    track.cut(3)
    assert track.rows().edges[-1] < rows.edges[-1] / 8


@pytest.mark.parametrize("last", [1, 7, 119, 120, 121, 400, 5000])
def test_a_track_is_thinned_evenly(last):
    track = HistogramTrack(Scale.LINEAR)
    for epoch in range(last + 1):
        track.add(epoch, histogram(np.array([epoch], float), Scale.LINEAR))
        assert len(track) <= MAX_ROWS
    rows = track.rows()
    assert rows.epochs[0] == 0
    assert rows.epochs[-1] == last
    assert len(track) >= min(last + 1, MAX_ROWS // 2 - 1)
    gaps = np.diff(rows.epochs)
    assert (gaps[:-1] == gaps[0]).all()
    assert gaps[-1] <= gaps[0]
    # Each row still holds its own epoch's value.
    places = np.searchsorted(rows.edges, rows.epochs, side="right") - 1
    np.testing.assert_array_equal(rows.counts.argmax(axis=1), places)


def test_a_track_goes_back():
    track = HistogramTrack(Scale.LINEAR)
    one, two = (histogram(np.array([x]), Scale.LINEAR) for x in (0.5, -0.5))
    for epoch in range(1000):
        track.add(epoch, one)
    track.add(200.5, two)
    rows = track.rows()
    assert rows.epochs[-1] == 200.5
    assert rows.epochs[-2] < 200.5
    assert rows.counts[-1].argmax() < 12 <= rows.counts[-2].argmax()
    track.cut(0)
    assert (len(track), track.rows().counts.shape) == (0, (0, BINS))


def test_a_track_takes_one_scale_only():
    with pytest.raises(ValueError, match=r"holds linear histograms, got a logarithmic one"):
        HistogramTrack(Scale.LINEAR).add(0, histogram(np.array([1.0]), Scale.LOGARITHMIC))


def test_even_times():
    assert even_times([0, 1, 2], 5) == [0, 1, 2]
    assert even_times(range(0, 101), 5) == [0, 25, 50, 75, 100]
    # Old moments are sparse, new ones dense: what is kept is even in time as far as there is anything.
    assert even_times([0, 50, 90, 91, 92, 93, 94, 100], 3) == [0, 1, 7]
