"""What the gradient flow experiment is made from: there and back as JSON, the weights, and what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.flow import FLOW_INITIALIZERS, FlowRun, FlowSpec
from engine.flow.spec import SpecError, Times

SPEC = FlowSpec(20, 64, "relu", "he_normal", 2.5, True, 4, 7)


def test_json_there_and_back():
    for spec in (SPEC, FlowSpec()):
        assert FlowSpec.from_json(spec.to_json()) == spec
    assert json.loads(SPEC.to_json()) == {
        "version": 1, "depth": 20, "width": 64, "activation": "relu", "initializer": "he_normal", "scale": 2.5,
        "skip": True, "batch": 4, "seed": 7,
    }  # fmt: skip
    assert FlowSpec.from_json('{"depth": 3}') == FlowSpec(depth=3)
    assert FlowSpec(depth="3", scale="2", skip="true") == FlowSpec(depth=3, scale=2.0, skip=True)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"depth": 1}, "depth", "Layers is a whole number from 2 to 20, got 1"),
        ({"depth": 21}, "depth", "Layers is a whole number from 2 to 20, got 21"),
        ({"depth": 2.5}, "depth", "Layers is a whole number"),
        ({"width": 3}, "width", "Width is a whole number from 4 to 64, got 3"),
        ({"width": 65}, "width", "Width is a whole number from 4 to 64, got 65"),
        ({"activation": "softmax"}, "activation", "Activation: unknown choice 'softmax': choose one of identity"),
        ({"activation": "sigmoit"}, "activation", "did you mean sigmoid?"),
        ({"initializer": "lecun_norm"}, "initializer", "did you mean lecun_normal?"),
        ({"scale": 0}, "scale", "Factor on the weights is a number from 0.01 to 100, got 0"),
        ({"scale": 101}, "scale", "Factor on the weights is a number from 0.01 to 100, got 101"),
        ({"scale": float("nan")}, "scale", "got nan"),
        ({"skip": "perhaps"}, "skip", "Skip connections is on or off: true or false, got 'perhaps'"),
        ({"batch": 0}, "batch", "Examples of noise is a whole number from 1 to 32, got 0"),
        ({"batch": 33}, "batch", "Examples of noise is a whole number from 1 to 32, got 33"),
        ({"seed": -1}, "seed", "Seed is a whole number from 0"),
        ({"colour": 1}, "colour", "unknown setting 'colour'"),
    ],
)
def test_what_is_refused_is_named(changes, field, message):
    with pytest.raises(SpecError) as raised:
        FlowSpec().with_(**changes)
    assert message in str(raised.value)
    assert raised.value.field == field


@pytest.mark.parametrize("text", ["nonsense", "[1]", '{"version": 9}', "[" * 100_000])
def test_json_that_is_no_spec_is_refused(text):
    with pytest.raises(SpecError):
        FlowSpec.from_json(text)


def test_the_default_weights_have_the_variance_one_over_width():
    """A variance of n numbers of N(0, v) scatters by v·sqrt(2/n): here 1.4 %."""
    weights = np.concatenate([FlowRun(FlowSpec(seed=seed))[f"W{n}"].ravel() for seed in (0, 1) for n in range(1, 11)])
    assert weights.size == 20 * 32 * 32
    assert weights.var() == pytest.approx(1 / 32, rel=0.04)
    assert weights.mean() == pytest.approx(0, abs=0.005)


def test_the_factor_multiplies_the_weights_and_only_them():
    one, ten = FlowRun(FlowSpec(depth=3)), FlowRun(FlowSpec(depth=3, scale=10))
    for n in (1, 2, 3):
        np.testing.assert_array_equal(ten[f"W{n}"], 10 * one[f"W{n}"])
        assert not ten[f"b{n}"].any()
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(Times(FLOW_INITIALIZERS["constant"](), 4.0)((2, 3), rng), np.full((2, 3), 2.0))


def test_two_specs_differ_in_nothing_but_what_was_changed():
    """The same seed: the same noise, and the same weights in the layers that both have."""
    short, other = FlowRun(FlowSpec(depth=3, seed=5)), FlowRun(FlowSpec(depth=9, seed=5, activation="relu", skip=True))
    for run in (short, other):
        run.step("op")
    for name in ("x", "upstream", "W1", "W2", "W3"):
        np.testing.assert_array_equal(short[name], other[name])
    assert not np.array_equal(short["x"], short["upstream"])
    fresh = FlowRun(FlowSpec(depth=3, seed=6))
    assert not np.array_equal(short["W1"], fresh["W1"])
