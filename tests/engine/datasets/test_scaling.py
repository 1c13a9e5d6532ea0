"""The map from a file's numbers into the plane and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets.scaling import IDENTITY, fit_scale, from_plane, to_plane


def test_the_ends_of_the_range_are_drawn_at_the_ends_of_the_plane():
    scale = fit_scale(np.array([190.0, 150.0, 160.0]), 5.0)
    assert scale == (170.0, 0.25)
    assert to_plane(np.array([150.0, 160.0, 170.0, 190.0]), scale).tolist() == [-5.0, -2.5, 0.0, 5.0]


def test_equal_values_are_shifted_to_zero():
    assert fit_scale(np.array([7.5, 7.5]), 5.0) == (7.5, 1.0)


@pytest.mark.parametrize("value", [150.1, 0.1, 1e-7, 123456.789])
def test_the_way_back_gives_the_number_as_people_write_it(value):
    scale = fit_scale(np.array([value, 3.7 * value, 1.3 * value]), 5.0)
    assert from_plane(to_plane(np.array([value]), scale), scale).tolist() == [value]


def test_without_a_scale_nothing_changes():
    values = np.array([0.1 + 0.2, -7.0])
    assert from_plane(values, IDENTITY).tobytes() == to_plane(values, IDENTITY).tobytes() == values.tobytes()


@given(
    values=st.lists(st.floats(-1e100, 1e100), min_size=2, max_size=20).map(np.array),
    half_width=st.sampled_from([1.0, 5.0]),
)
def test_there_and_back_is_drawn_at_the_same_place(values, half_width):
    scale = fit_scale(values, half_width)
    drawn = to_plane(values, scale)
    if np.ptp(values) >= 1e-100:
        # Twice the half width only where two neighbouring floats leave no room for the middle.
        assert np.abs(drawn).max() <= 2.0 * half_width + 1e-4
        relative = np.ptp(values) / np.abs(values).max()
        if relative > 1e-9:
            assert drawn.min() == pytest.approx(-half_width, abs=1e-4)
            assert drawn.max() == pytest.approx(half_width, abs=1e-4)
    assert to_plane(from_plane(drawn, scale), scale).tobytes() == (drawn + 0.0).tobytes()


def test_a_place_that_no_number_is_drawn_at_gives_the_nearest():
    scale = (1e9, 0.3)
    assert from_plane(np.array([1e-9]), scale) == pytest.approx([1e9], rel=1e-15)
