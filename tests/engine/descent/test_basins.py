"""Basins of attraction: the same descents one by one, in chunks and at once."""

from __future__ import annotations

import numpy as np
import pytest

from engine.checks import SpecError
from engine.descent import DIVERGED, NOWHERE, SURFACES, Basins, DescentRun, DescentSpec, basins
from engine.experiment import Position
from engine.optimizers import OPTIMIZERS


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_start_goes_as_it_goes_alone(optimizer, backend):
    spec = DescentSpec("himmelblau", optimizer=optimizer, noise=0.2, loss_scale=0.5, steps=80)
    found = basins(spec, 5, backend=backend)
    assert found.reached.shape == (5, 5)
    for row, y in enumerate(found.axes[1]):
        for column, x in enumerate(found.axes[0]):
            if (row + column) % 3:
                continue
            alone = DescentRun(spec.with_(start=(float(x), float(y))), backend=backend)
            alone.seek(Position(80))
            point = alone.frame().point
            np.testing.assert_array_equal(found.points[row, column], point)
            distances = [np.hypot(*(point - np.array(minimum))) for minimum in SURFACES["himmelblau"].minima]
            near = int(np.argmin(distances)) if min(distances) <= 0.05 else NOWHERE
            assert found.reached[row, column] == near


@pytest.mark.concept("C100")
def test_there_are_four_basins_and_the_quartics_barrier_divides_its_axis():
    found = basins(DescentSpec("himmelblau"), 41)
    assert set(np.unique(found.reached)) == {0, 1, 2, 3}
    quartic = basins(DescentSpec("khan", learning_rate=0.005), 401)
    (axis,) = quartic.axes
    assert np.array_equal(quartic.reached, np.where(axis > -1.49902818923869, 0, 1))


def test_too_large_a_rate_has_no_basin():
    cycles = basins(DescentSpec("khan", learning_rate=0.1), 201)
    assert 0 not in cycles.reached
    assert NOWHERE in cycles.reached
    gone = basins(DescentSpec("bowl", learning_rate=2.5, steps=5000), 5)
    # In the middle there is no slope.
    expected = np.full((5, 5), DIVERGED)
    expected[2, 2] = 0
    assert np.array_equal(gone.reached, expected)


def test_in_chunks_as_at_once():
    spec = DescentSpec("egg_box", optimizer="momentum", steps=203)
    slow, calls, seen = Basins(spec, 21), 0, []
    assert not slow.done
    while not slow.advance(0):
        calls += 1
        seen.append(slow.updates)
    assert calls > 10
    assert seen == sorted(set(seen))
    assert slow.updates == 203
    at_once = basins(spec, 21)
    np.testing.assert_array_equal(slow.points, at_once.points)
    np.testing.assert_array_equal(slow.reached, at_once.reached)
    assert slow.advance(1.0)
    assert slow.updates == 203
    # The basins are symmetric, as the surface is.
    x_and_y = at_once.points
    np.testing.assert_allclose(x_and_y[..., 0], x_and_y[..., 1].T, atol=1e-12)


@pytest.mark.parametrize(
    ("spec", "points", "message"),
    [
        (DescentSpec("saddle"), None, "Saddle has no known minimum"),
        (DescentSpec("own", "x - y"), None, "has no known minimum"),
        (DescentSpec("bowl"), 122, "a grid has 2 to 121 points along each axis, got 122"),
        (DescentSpec("khan"), 2002, "a grid has 2 to 2,001 points along each axis, got 2002"),
        (DescentSpec("khan"), 1, "got 1"),
    ],
)
def test_what_has_no_basins(spec, points, message):
    with pytest.raises(SpecError, match=message):
        Basins(spec, points)


def test_of_a_formula_of_ones_own():
    found = basins(DescentSpec("own", "(x^2 - 1)^2 + y^2", reach=2.0), 20)
    right = found.surface.minima.index(max(found.surface.minima))
    assert np.array_equal(found.reached == right, np.broadcast_to(found.axes[0] > 0, (20, 20)))
