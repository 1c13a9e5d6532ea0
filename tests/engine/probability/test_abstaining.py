"""Synthetic labels that are flipped, and a model that may abstain."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.probability import answered, noisy_labels, reliability, steepness


@pytest.mark.parametrize("flip", [0.05, 0.2, 0.4])
def test_labels_are_flipped_as_often_as_asked_for(flip: float) -> None:
    a = steepness(flip, 1000)
    u = (np.arange(1000) + 0.5) / 1000
    assert np.mean(1 / (1 + np.exp(a * u**2))) == pytest.approx(flip, abs=1e-9)
    shares = [noisy_labels(np.random.default_rng(seed), flip=flip).flipped for seed in range(20)]
    assert np.mean(shares) == pytest.approx(flip, abs=0.01)


@pytest.mark.concept("C009")
def test_no_threshold_on_the_score_beats_the_noise_ceiling() -> None:
    """The ceiling is 1 − the flip rate: over many draws no border does better, the true one reaches it."""
    rights = {border: [] for border in (-2.0, -0.5, 0.0, 0.5, 2.0)}
    for seed in range(30):
        decisions = noisy_labels(np.random.default_rng(seed))
        for border, found in rights.items():
            found.append(np.mean((decisions.logits > border) == (decisions.labels > 0)))
    means = {border: float(np.mean(found)) for border, found in rights.items()}
    assert means[0.0] == pytest.approx(0.8, abs=0.005)
    assert max(means, key=lambda border: means[border]) == 0.0


@pytest.mark.concept("C089")
def test_who_abstains_is_right_about_the_rest() -> None:
    for seed in range(10):
        decisions = noisy_labels(np.random.default_rng(seed))
        share, right = answered(decisions, 0.85)
        assert share >= 0.5
        assert right >= 0.95
        given = np.abs(decisions.logits) >= math.log(0.85 / 0.15)
        agree = (decisions.logits[given] > 0) == (decisions.labels[given] > 0)
        assert (share, right) == pytest.approx((given.mean(), agree.mean()))


def test_all_are_answered_at_one_half_and_none_beyond_reach() -> None:
    decisions = noisy_labels(np.random.default_rng(0))
    assert answered(decisions, 0.5)[0] == 1.0
    assert answered(decisions, 0.5)[1] == pytest.approx(1 - decisions.flipped)
    share, right = answered(decisions, 1.0)
    assert share == 0
    assert math.isnan(right)


@pytest.mark.concept("C089")
def test_the_reliability_curve_tells_who_may_be_believed() -> None:
    decisions = noisy_labels(np.random.default_rng(0), count=40_000)
    honest, bold, timid = (reliability(decisions, sharpness) for sharpness in (1.0, 3.0, 1 / 3))
    np.testing.assert_allclose(honest.said, honest.seen, atol=0.03)
    assert honest.gap < 0.01 < 0.05 < min(bold.gap, timid.gap)
    # Whoever claims too much sees less than it says where it is sure, and a modest one more.
    sure = [(curve.said > 0.6) & (curve.said < 0.97) for curve in (bold, timid)]
    assert (bold.seen[sure[0]] < bold.said[sure[0]]).all()
    assert (timid.seen[sure[1]] > timid.said[sure[1]]).all()
    assert honest.counts.sum() == len(decisions)


def test_the_groups_are_means_of_their_members() -> None:
    decisions = noisy_labels(np.random.default_rng(3), count=200)
    p = 1 / (1 + np.exp(-decisions.logits))
    curve = reliability(decisions)
    first = p < 0.1
    assert curve.said[0] == pytest.approx(p[first].mean())
    assert curve.seen[0] == pytest.approx(decisions.labels[first].mean())
    assert curve.counts[0] == first.sum()


@pytest.mark.parametrize("flip", [0.0, 0.5, 0.9])
def test_a_share_that_cannot_be(flip: float) -> None:
    with pytest.raises(ValueError, match=r"below 0\.5"):
        steepness(flip, 100)
