"""The dense layer's settings and what it records."""

from __future__ import annotations

import pytest

from engine.layers import ACTIVATIONS, Dense
from engine.program import Builder, Phase


def listing(layer, need_dx=True):
    build = Builder(4)
    x = build.signal("x", 3, "x")
    with build.recording(Phase.FORWARD, "dense1"):
        y = layer.forward(build, 1, x)
    with build.recording(Phase.LOSS, "dense1"):
        layer.penalty(build, 1)
    with build.recording(Phase.BACKWARD, "dense1"):
        dx = layer.backward(build, 1, x, build.signal("dy", layer.units, "dy"), need_dx)
    return build.build(), y, dx


@pytest.mark.concept("C062")
def test_it_records_one_line_forward_and_three_back():
    program, y, dx = listing(Dense(2))
    assert [op.name for op in program.ops] == ["dense1.z", "dense1.dW", "dense1.db", "dense1.dx"]
    assert [op.code for op in program.ops] == [
        "z1[:] = x @ W1 + b1", "dW1[:] = x.T @ dy", "db1[:] = dy.sum(axis=0)", "dx[:] = dy @ W1.T",
    ]  # fmt: skip
    assert y.shape == (4, 2)
    assert dx.shape == (4, 3)
    assert program.ops[0].tex == r"z_{1} = x\,W_{1} + b_{1}"


def test_an_activation_and_a_penalty_add_their_lines():
    program, _, dx = listing(Dense(2, "tanh", regularizer="l2", regularization_rate=0.1), need_dx=False)
    assert [op.name.split(".")[1] for op in program.ops] == [
        "z",
        "a",
        "penalty",
        "delta",
        "dW",
        "penalty_dW",
        "db",
    ]
    assert dx is None
    assert program.hyper == {"regularization_rate": 0.1}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_can_be_recorded(name):
    program, y, _ = listing(Dense(2, name))
    assert y.name == ("z1" if name == "identity" else "a1")
    assert all("<" not in op.code for op in program.ops)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"units": 0}, "1 to 4096 units, got 0"),
        ({"units": 5000}, "1 to 4096 units, got 5000"),
        ({"units": 1, "inputs": 0}, "at least 1 input, got 0"),
        ({"units": 1, "regularizer": "l3"}, "none, l1 or l2, got 'l3'"),
        ({"units": 1, "regularization_rate": -1}, "0 or more, got -1"),
        ({"units": 1, "activation": "rleu"}, "did you mean relu"),
        ({"units": 1, "dropout": 1.0}, "at least 0 and below 1, got 1.0"),
        ({"units": 1, "dropout": -0.1}, "at least 0 and below 1, got -0.1"),
        ({"units": 1, "dropout_seed": -1}, "from 0 to 2⁶⁴ - 1, got -1"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        Dense(**settings)


def test_linear_is_the_identity_as_in_keras():
    assert Dense(1, "linear").activation == "identity"
