"""Exercises: friendly numbers, and what their level says is in them."""

from __future__ import annotations

import numpy as np
import pytest

from engine.expression.exercises import LEVELS, exercise
from engine.expression.run import ExpressionRun
from tests.engine.expression.test_practice import Peer


@pytest.mark.parametrize("level", LEVELS)
def test_exercises_are_friendly_and_as_their_level_says(level):
    rng = np.random.default_rng(5)
    specs = [exercise(level, rng) for _ in range(200)]
    assert len({spec.text for spec in specs}) > 50
    for spec in specs:
        assert set(spec.start) == {"x", "y", "z"}
        assert len({abs(value) for value in spec.start.values()}) == 3
        peer = Peer(ExpressionRun(spec))
        numbers = np.abs([*peer.values, *peer.gradients]).astype(float)
        assert numbers.max() <= 151
        uses = [spec.text.count(name) for name in "xyz"]
        functions = [name for name in ("sigmoid", "tanh", "exp", "relu", "softplus") if name in spec.text]
        if level == 1:
            assert uses == [1, 1, 1]
            assert not set("/²") & set(spec.text)
        if level < 3:
            assert not functions
            assert sum(uses) == level + 2
            assert np.allclose(numbers * 4, np.round(numbers * 4), atol=1e-8)
        else:
            assert functions
    if level == 2:
        assert any("/" in spec.text for spec in specs)
        assert any("²" in spec.text for spec in specs)


def test_the_same_generator_makes_the_same_exercise():
    first, second = (exercise(3, np.random.default_rng(9)) for _ in range(2))
    assert first == second
    with pytest.raises(ValueError, match="level is one of 1, 2, 3, got 4"):
        exercise(4, np.random.default_rng(9))
