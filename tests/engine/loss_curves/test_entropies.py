"""Entropy, cross-entropy and the gap between them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.loss_curves import cross_entropy, divergence, entropy, normalized
from engine.probability import one_hot, softmax

PAIRS = st.integers(2, 6).flatmap(
    lambda count: st.tuples(*[st.lists(st.floats(0.01, 1), min_size=count, max_size=count)] * 2)
)


@pytest.mark.concept("C084")
def test_a_fair_coin_is_one_bit() -> None:
    assert entropy((0.5, 0.5)) == pytest.approx(math.log(2))
    assert entropy((0.5, 0.5)) / math.log(2) == pytest.approx(1)
    assert entropy((1.0, 0.0)) == 0
    assert entropy((0.25,) * 4) / math.log(2) == pytest.approx(2)


@pytest.mark.concept("C085")
@given(PAIRS)
def test_the_cross_entropy_is_the_entropy_and_the_divergence(heights: tuple[list[float], list[float]]) -> None:
    p, q = map(normalized, heights)
    assert cross_entropy(p, q) == pytest.approx(entropy(p) + divergence(p, q), abs=1e-12)
    assert cross_entropy(p, q) >= entropy(p) - 1e-12
    assert divergence(p, p) == 0


@pytest.mark.concept("C085")
def test_the_golden_divergence() -> None:
    assert divergence((0.05, 0.95), (0.2, 0.8)) == pytest.approx(0.09394, abs=5e-6)


@pytest.mark.concept("C083")
def test_a_one_hot_target_costs_minus_the_log_of_its_class() -> None:
    q = tuple(softmax((2, 1, 0.1)).tolist())
    assert cross_entropy(one_hot(0, 3), q) == pytest.approx(0.4170, abs=5e-5)
    assert cross_entropy(one_hot(0, 3), (1.0, 0.0, 0.0)) == 0


@pytest.mark.concept("C083")
def test_against_pytorch(torch) -> None:
    scores, p = torch.tensor([[0.3, -1.2, 2.0, 0.0]], dtype=torch.float64), (0.1, 0.2, 0.3, 0.4)
    expected = torch.nn.functional.cross_entropy(scores, torch.tensor([p], dtype=torch.float64))
    assert cross_entropy(p, tuple(softmax(scores[0].numpy()).tolist())) == pytest.approx(float(expected), abs=1e-12)


def test_what_is_ruled_out_and_comes_costs_without_end() -> None:
    assert cross_entropy((0.5, 0.5), (1.0, 0.0)) == math.inf
    assert divergence((0.5, 0.5), (1.0, 0.0)) == math.inf
    # What never comes may be ruled out.
    assert cross_entropy((1.0, 0.0), (1.0, 0.0)) == 0


@pytest.mark.parametrize("heights", [(0.0, 0.0), (1.0, -0.1)])
def test_bars_that_are_no_distribution(heights: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="not negative"):
        normalized(heights)
