"""Where weights start: the spread that each rule promises."""

from __future__ import annotations

import numpy as np
import pytest

from engine.initializers import INITIALIZERS, Constant, Uniform, get_initializer
from engine.layers import Dense

SHAPE = (300, 500)
VARIANCES = {
    "zeros": 0.0,
    "constant": 0.0,
    "uniform": 0.1**2 / 12,
    "glorot_uniform": 2 / 800,
    "glorot_normal": 2 / 800,
    "he_uniform": 2 / 300,
    "he_normal": 2 / 300,
}


@pytest.mark.parametrize("name", INITIALIZERS)
def test_the_spread_is_as_promised(name, rng):
    weights = get_initializer(name)(SHAPE, rng)
    assert weights.shape == SHAPE
    assert weights.var() == pytest.approx(VARIANCES[name], rel=0.02)
    if VARIANCES[name]:
        assert abs(weights.mean()) < 5 * np.sqrt(VARIANCES[name] / weights.size)
        bounded = np.abs(weights).max() <= np.sqrt(3 * VARIANCES[name])
        assert bounded == name.endswith("uniform")


def test_the_same_generator_gives_the_same_weights():
    for name in INITIALIZERS:
        one, two = (get_initializer(name)((3, 4), np.random.default_rng(1)) for _ in range(2))
        assert (one == two).all()


def test_biases_start_at_zero(rng):
    assert (Dense(5, kernel_initializer=Constant(2.0)).initial(3, rng)["b"] == 0).all()
    assert (Dense(5, kernel_initializer=Constant(2.0)).initial(3, rng)["W"] == 2).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: get_initializer("he_norml"), "unknown initializer 'he_norml': .*; did you mean he_normal"),
        (lambda: Uniform(1, 0), "low <= high, got low 1 and high 0"),
        (lambda: Dense(3, kernel_initializer="ones"), "unknown initializer 'ones'"),
    ],
)
def test_what_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
