"""The probability that a line gives to points: the numbers of the lecture."""

from __future__ import annotations

import math

import pytest

from engine.batches import SLIDE_LINE
from engine.probability import factor_for, line_probability

# Golden row `line`: z of each point, and p where the course states it.
GOLDEN = {
    (0.0, 0.0): (-0.55, 0.365864), (1.0, 1.0): (1.68, 0.842905), (-1.0, 1.0): (-0.78, 0.314320),
    (4.0, 4.0): (8.37, None), (-4.0, -4.0): (-9.47, None),
}  # fmt: skip


@pytest.mark.concept("C076")
@pytest.mark.parametrize("point", GOLDEN)
def test_the_lecture_s_points(point: tuple[float, float]) -> None:
    z, p = GOLDEN[point]
    assert 1.23 * point[0] + point[1] - 0.55 == pytest.approx(z)
    found = line_probability(SLIDE_LINE, point)
    assert found == pytest.approx(1 / (1 + math.exp(-z)), rel=1e-9)
    if p is not None:
        assert found == pytest.approx(p, abs=1e-6)


def test_on_the_line_it_is_one_half_with_any_factor() -> None:
    for factor in (0.1, 1.0, 10.0):
        weights = tuple(factor * each for each in SLIDE_LINE)
        assert line_probability(weights, (0.0, 0.55)) == pytest.approx(0.5)


def test_the_factor_that_makes_a_point_sure() -> None:
    factor = factor_for(SLIDE_LINE, (1.0, 1.0), 0.95)
    assert factor == pytest.approx(1.753, abs=5e-4)
    assert line_probability([factor * each for each in SLIDE_LINE], (1.0, 1.0)) == pytest.approx(0.95)
    with pytest.raises(ValueError, match="on the line"):
        factor_for((1.0, 1.0, -2.0), (1.0, 1.0), 0.95)
    with pytest.raises(ValueError, match="between 0 and 1"):
        factor_for(SLIDE_LINE, (1.0, 1.0), 1.0)
