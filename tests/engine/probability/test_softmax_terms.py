"""Soft-max term by term, against the course's numbers, PyTorch and its own algebra."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.probability import best_classes, naive_softmax, one_hot, sigmoid, softmax, terms

SCORES = st.lists(st.floats(-50, 50), min_size=2, max_size=5)


@pytest.mark.concept("C077")
def test_the_course_s_example() -> None:
    assert softmax((2, 1, 0.1)) == pytest.approx([0.6590, 0.2424, 0.0986], abs=5e-5)


@pytest.mark.concept("C077")
@given(SCORES, st.floats(-100, 100))
def test_only_differences_count(scores: list[float], constant: float) -> None:
    moved = [score + constant for score in scores]
    assert softmax(moved) == pytest.approx(softmax(scores), rel=1e-9, abs=1e-12)
    assert softmax(scores).sum() == pytest.approx(1)
    assert (softmax(scores) > 0).all()


def test_against_pytorch(torch, rng: np.random.Generator) -> None:
    scores = rng.normal(0, 5, (20, 4))
    for temperature in (0.2, 1.0, 7.0):
        expected = torch.softmax(torch.tensor(scores) / temperature, dim=-1).numpy()
        np.testing.assert_allclose(softmax(scores, temperature), expected, rtol=1e-12)


def test_written_down_plainly_it_overflows_and_shifted_it_does_not() -> None:
    scores = (1002.0, 1001.0, 1000.1)
    assert np.isnan(naive_softmax(scores)).all()
    assert softmax(scores) == pytest.approx([0.6590, 0.2424, 0.0986], abs=5e-5)
    plain, shifted = terms(scores, shifted=False), terms(scores)
    assert plain[0].value == math.inf
    assert all(math.isnan(term.value) for term in plain[-3:])
    assert [term.value for term in shifted[-3:]] == pytest.approx(softmax(scores).tolist())
    # One score that is too large takes the others down with it: 1/∞ is 0.
    assert [term.value for term in terms((1000.0, 0.0), shifted=False)][-1] == 0


@given(SCORES, st.floats(0.1, 10), st.booleans())
def test_the_terms_are_powers_sums_and_shares(scores: list[float], temperature: float, shifted: bool) -> None:
    count = len(scores)
    found = terms(scores, temperature, shifted)
    assert [term.kind for term in found] == ["exp"] * count + ["sum"] * count + ["divide"] * count
    assert [term.index for term in found] == [*range(count)] * 3
    off = max(scores) if shifted else 0.0
    powers = [math.exp((score - off) / temperature) for score in scores]
    assert [term.value for term in found[:count]] == pytest.approx(powers)
    assert [term.value for term in found[count : 2 * count]] == pytest.approx(
        [math.fsum(powers[: k + 1]) for k in range(count)]
    )
    assert [term.value for term in found[2 * count :]] == pytest.approx([each / math.fsum(powers) for each in powers])


def test_a_low_temperature_sharpens_and_a_high_one_levels() -> None:
    assert softmax((2, 1, 0.1), 0.05)[0] > 0.999
    assert softmax((2, 1, 0.1), 20.0) == pytest.approx([1 / 3] * 3, abs=0.02)


@pytest.mark.concept("C078")
def test_ties_are_reported() -> None:
    assert best_classes((1.5, 0.0, 1.5, -1.0)) == (0, 2)
    assert best_classes((1.0, 2.0, 0.0)) == (1,)
    # 0.1 + 0.2 is not 0.3 to a computer; it is a tie all the same.
    assert best_classes((0.1 + 0.2, 0.3)) == (0, 1)
    assert best_classes((0.3, 0.3 + 1e-6)) == (1,)


@pytest.mark.concept("C079")
def test_one_hot_targets() -> None:
    table = np.array([one_hot(k, 4) for k in range(4)])
    np.testing.assert_array_equal(table, np.eye(4))
    with pytest.raises(ValueError, match="0 to 3, got 4"):
        one_hot(4, 4)


@pytest.mark.concept("C076")
@given(st.floats(-700, 700))
def test_the_sigmoid_is_soft_max_with_one_score_at_zero(v: float) -> None:
    assert sigmoid(v) == pytest.approx(softmax((v, 0.0))[0], rel=1e-12, abs=1e-15)
    assert sigmoid(v) + sigmoid(-v) == pytest.approx(1)


@pytest.mark.concept("C076")
def test_the_sigmoid_does_not_overflow() -> None:
    assert sigmoid(-2000.0) == 0
    assert sigmoid(2000.0) == 1
    assert sigmoid(0.0) == 0.5
