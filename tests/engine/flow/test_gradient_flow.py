"""Vanishing, exploding, and the cure: what the curriculum says of gradients in deep stacks, over many seeds.

The curriculum's golden numbers belong to 10 layers of width 32; it names neither the definition nor the seeds. The
norm of dW of the first layer over that of the last, with a random gradient from N(0, 1) at the top, gives all four;
norms of delta, an upstream gradient of ones and a squared error do not. Over 40 seeds the logarithm of the ratio
scatters, for 8 examples, by a factor of 1.27 (sigmoid), 1.29 (tanh), 1.54 (ReLU) and 1.28 (sigmoid with skip
connections), one standard deviation. Each golden number has to lie within one of the geometric mean.
"""

from __future__ import annotations

import numpy as np
import pytest

from engine.flow import END, FlowRun, FlowSpec, flow_table

SEEDS = range(40)
GOLDEN = [
    (FlowSpec(), 3.2e-6),
    (FlowSpec(activation="tanh"), 0.97),
    (FlowSpec(activation="relu", initializer="he_normal"), 1.18),
    (FlowSpec(skip=True), 0.45),
]
NAMES = ["sigmoid", "tanh", "relu", "sigmoid-skip"]


def ratios(spec, seeds=SEEDS):
    """First over last for each seed."""
    return np.array([row[0] / row[-1] for row in flow_table(spec.with_(seed=seed) for seed in seeds)])


def finished(spec):
    run = FlowRun(spec)
    run.seek(END)
    return run


@pytest.mark.concept("C142")
@pytest.mark.parametrize(("spec", "golden"), GOLDEN, ids=NAMES)
def test_the_golden_numbers_lie_within_the_spread_over_seeds(spec, golden):
    logarithms = np.log(ratios(spec))
    # Else the spread would be wide enough for any number.
    assert logarithms.std() < np.log(1.6)
    assert abs(np.log(golden) - logarithms.mean()) < logarithms.std()


@pytest.mark.parametrize(("spec", "golden"), GOLDEN, ids=NAMES)
def test_the_first_stack_that_is_seen_shows_them_too(spec, golden):
    """Seed 0, within a factor of 1.4."""
    assert abs(np.log(ratios(spec, [0])[0] / golden)) < np.log(1.4)


@pytest.mark.parametrize(("spec", "golden"), GOLDEN, ids=NAMES)
def test_a_single_example_flows_alike(spec, golden):
    """One example scatters by up to a factor of 2; the mean of 100 of them is sure to 15 % (two standard errors)."""
    mean = np.exp(np.log(ratios(spec.with_(batch=1), range(100))).mean())
    assert abs(np.log(golden / mean)) < np.log(1.25)


@pytest.mark.concept("C142")
def test_a_sigmoids_slopes_bound_the_gradient():
    """A factor is at most 1/4 of what the weights' largest singular value lets through."""
    for seed in range(5):
        run = finished(FlowSpec(depth=20, seed=seed))
        for layer in run.frame().layers[:-1]:
            assert layer.slope <= 0.25
            largest = np.linalg.svd(run[f"W{layer.number + 1}"], compute_uv=False)[0]
            assert layer.factor <= 0.25 * largest


@pytest.mark.concept("C142")
def test_depth_makes_it_worse_and_skips_cure_it():
    """20 sigmoid layers: plain below 1e-9, with skip connections above 1e-3, and the first within 10 of the last."""
    means = {}
    for depth in (2, 5, 10, 20):
        plain, cured = ratios(FlowSpec(depth=depth)), ratios(FlowSpec(depth=depth, skip=True))
        means[depth] = np.exp(np.log(plain).mean())
        if depth == 20:
            assert plain.max() < 1e-9
            assert cured.min() > 1e-3
        assert cured.min() > 0.1
        assert cured.max() < 10
    assert means[2] > means[5] > means[10] > means[20]


@pytest.mark.concept("C145")
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "identity"])
def test_where_the_branch_is_flat_the_gradient_comes_down_unchanged(activation):
    """Weights of zero: F does not depend on x, and the derivative of F(x) + x is 1, to the last bit."""
    run = finished(FlowSpec(depth=20, initializer="zeros", activation=activation, skip=True))
    frame = run.frame()
    for number in range(1, 20):
        np.testing.assert_array_equal(frame[f"ds{number}"], frame["upstream"])
    plain = finished(FlowSpec(depth=20, initializer="zeros", activation=activation)).frame()
    assert plain.layers[0].delta == 0


def test_the_lesson_raises_the_first_gradient_a_hundredfold_at_fixed_depth():
    """By another activation, by larger weights, by skip connections: each at least 100 times, for every seed."""
    start = FlowSpec()
    for changes in ({"activation": "tanh"}, {"scale": 4.0}, {"skip": True}):
        for seed in SEEDS:
            (before, *_), (after, *_) = flow_table([start.with_(seed=seed), start.with_(seed=seed, **changes)])
            assert after > 100 * before


@pytest.mark.parametrize("scale", [0.01, 0.5, 3.0, 100.0])
def test_relu_multiplies_by_the_scale_in_every_layer(scale):
    """relu(s z) = s relu(z) for s > 0, so every dW is s^(depth-1) times as large, and the ratio does not change."""
    one = FlowSpec(activation="relu", initializer="he_normal", seed=4)
    (before,), (after,) = flow_table([one]), flow_table([one.with_(scale=scale)])
    assert after == pytest.approx(np.array(before) * scale**9, rel=1e-10)
    deltas = [finished(spec).frame().layers for spec in (one, one.with_(scale=scale))]
    for layer in (0, 4, 9):
        assert deltas[1][layer].delta == pytest.approx(deltas[0][layer].delta * scale ** (9 - layer), rel=1e-10)


def test_weights_a_hundred_times_as_large_explode_in_relu():
    """100⁹ = 1e18 times as large a gradient."""
    for seed in range(20):
        gradients = flow_table([FlowSpec(activation="relu", initializer="he_normal", scale=100, seed=seed)])[0]
        assert min(gradients) > 1e16


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_weights_a_hundred_times_as_large_saturate_what_saturates(activation):
    """z is a hundred times as large: nearly every unit sits where the activation is flat."""
    for seed in range(20):
        layers = [
            finished(FlowSpec(activation=activation, scale=scale, seed=seed)).frame().layers for scale in (1, 100)
        ]
        for before, after in zip(*layers, strict=True):
            assert before.saturated < 0.2
            assert after.saturated > 0.9
            assert after.slope < before.slope / 5


def test_weights_a_hundred_times_as_small_vanish_in_every_activation():
    """Each layer takes a hundredth of the little that the activation leaves."""
    for activation in ("sigmoid", "tanh", "relu", "gelu"):
        layers = finished(FlowSpec(activation=activation, scale=0.01)).frame().layers
        assert all(layer.factor < 0.02 for layer in layers[:-1])
