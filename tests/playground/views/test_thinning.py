"""What is kept of a long line."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from playground.views.thinning import thinned


@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), max_size=300),
    st.integers(min_value=4, max_value=40),
)
def test_a_thinned_line_keeps_its_ends_and_its_extremes(values, most):
    values = np.array(values, float)
    kept = thinned(values, most)
    assert len(kept) <= most
    assert (np.diff(kept) > 0).all()
    if len(values):
        assert kept[0] == 0
        assert kept[-1] == len(values) - 1
    finite = values[np.isfinite(values)]
    if len(finite):
        assert finite.max() in values[kept]
        assert finite.min() in values[kept]


def test_a_two_cycle_looks_the_same_when_it_is_thinned():
    """Every second point would be a flat line."""
    values = np.tile([0.3, 1.7], 2500)
    kept = thinned(values)
    assert len(kept) <= 400
    assert set(values[kept]) == {0.3, 1.7}
