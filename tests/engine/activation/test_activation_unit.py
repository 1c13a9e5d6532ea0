"""A unit with a whole data set, a scaled sigmoid beside a function, and the spiking neuron."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine import SpecError
from engine.activation import ActivationSpec, difference, firing_rate, largest_slope, spike_train, through
from engine.activation.spikes import DURATION, TAU


@pytest.mark.parametrize(("mean", "spread", "bias"), [(0, 1, 0), (-2, 0.5, 1.5), (1, 3, -4)])
def test_the_inputs_have_the_mean_and_spread_that_are_asked_for(mean: float, spread: float, bias: float) -> None:
    unit = through(ActivationSpec(function="identity", mean=mean, spread=spread, bias=bias))
    assert unit.z.mean() == pytest.approx(mean + bias, abs=1e-12)
    assert unit.z.std() == pytest.approx(spread, abs=1e-12)
    assert unit.a.tolist() == unit.z.tolist()


@pytest.mark.concept("C056")
def test_a_relu_dies_by_its_bias_and_comes_back_by_it() -> None:
    alive = ActivationSpec(function="relu", spread=1.0)
    unit = through(alive)
    assert not unit.dead
    assert unit.mean_slope == np.mean(unit.z > 0)
    dead = through(alive.with_(bias=-5.0))
    assert dead.dead
    assert (dead.a == 0).all()
    assert dead.mean_slope == 0
    assert not through(alive.with_(bias=-5.0, function="leaky_relu")).dead
    # The gradient of any loss by weight and bias: a product with slopes that are all 0.
    for upstream in (np.ones(500), np.linspace(-1, 1, 500)):
        assert float((upstream * dead.slopes).sum()) == 0
        assert float((upstream * dead.slopes * dead.z).sum()) == 0


@pytest.mark.concept("C057")
def test_saturated_inputs_let_no_gradient_pass() -> None:
    spec = ActivationSpec(spread=1.0, bias=8.0)
    unit = through(spec)
    assert unit.flat_share == np.mean(np.exp(-np.abs(unit.z)) / (1 + np.exp(-np.abs(unit.z))) ** 2 < 0.01)
    assert unit.flat_share > 0.99
    assert unit.mean_slope < 0.01
    assert not unit.dead


def test_only_two_two_minus_one_makes_a_sigmoid_tanh() -> None:
    made = ActivationSpec(function="tanh", beside="scaled", outer=2, inner=2, shift=-1)
    assert difference(made) < 1e-12
    for change in ({"outer": 1.75}, {"inner": 1.75}, {"shift": -0.75}):
        assert difference(made.with_(**change)) > 0.01
    # tanh against the identity, at the end of the axis.
    assert difference(ActivationSpec(function="tanh", beside="identity")) == pytest.approx(6 - math.tanh(6))
    assert math.isnan(difference(ActivationSpec()))


@pytest.mark.parametrize(("name", "most"), [("identity", 1), ("sigmoid", 0.25), ("tanh", 1), ("relu", 1), ("step", 0)])
def test_largest_slopes(name: str, most: float) -> None:
    assert largest_slope(ActivationSpec(function=name)) == most


@pytest.mark.concept("C058")
@pytest.mark.parametrize("current", [-2.0, 0.5, 1.0, 1.2, 2.0, 5.0])
def test_the_spiking_neuron_against_small_steps_of_its_equation(current: float) -> None:
    dt, v, spikes = 1e-3, 0.0, []
    for k in range(int(DURATION / dt)):
        v += dt / TAU * (current - v)
        if v >= 1 and current > 1:
            spikes.append((k + 1) * dt)
            v = 0.0
    train = spike_train(current)
    assert len(train.spikes) == pytest.approx(len(spikes), abs=1)
    for exact, stepped in zip(train.spikes, spikes, strict=False):
        assert exact == pytest.approx(stepped, rel=2e-3, abs=0.01)
    assert train.voltage.max() <= 1 + 1e-9
    assert bool(len(train.spikes)) == (current > 1)


def test_the_rate_is_one_over_the_time_between_spikes() -> None:
    assert firing_rate(1.0) == firing_rate(-3.0) == 0
    train = spike_train(3.0)
    assert firing_rate(3.0) == pytest.approx(1000 / np.diff(train.spikes).mean())
    rates = [firing_rate(current) for current in np.linspace(1.01, 6, 50)]
    assert rates == sorted(rates)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"function": "softmax"}, "Function: unknown choice"), ({"sigma": 0}, "from 0.2 to 4"),
        ({"x": 7}, "Input x is a number from -6 to 6"), ({"spread": 0}, "from 0.1 to 4"),
        ({"spikes": "perhaps"}, "is on or off"), ({"color": 1}, "unknown setting"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(settings: dict[str, object], said: str) -> None:
    with pytest.raises(SpecError, match=said):
        ActivationSpec().with_(**settings)


def test_a_spec_survives_json() -> None:
    spec = ActivationSpec("gaussian", 2.0, -1.5, "tanh", bias=3.0, spikes=True)
    assert ActivationSpec.from_json(spec.to_json()) == spec
