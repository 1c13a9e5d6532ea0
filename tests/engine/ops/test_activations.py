"""Activations: the values, slopes and shapes that the curriculum names."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arena import Memory
from engine.backend import Data
from engine.layers import ACTIVATIONS, get_activation
from engine.layers.activation import record_backward, record_forward
from engine.program import Builder


def outputs_and_slopes(name, z, backend):
    """a and da/dz of one activation at all z; for soft-max, z is one row."""
    z = np.atleast_2d(np.asarray(z, float))
    build, activation = Builder(len(z)), get_activation(name)
    ref = build.signal("z1", z.shape[1], "z")
    a = record_forward(build, activation, 1, ref)
    da = build.signal("one", z.shape[1], "1")
    delta = record_backward(build, activation, 1, da)
    program = build.build()
    memory = Memory(program.layout)
    for name_, value in program.hyper.items():
        memory.view(program.refs[name_])[...] = value
    memory.view(ref)[:] = z
    memory.view(da)[:] = 1
    nothing = Data(np.zeros((1, 1)), np.zeros((1, 1)))
    backend.run_operations(program, memory, nothing, np.zeros(1, np.int64), 0, len(z), 0, len(program.ops))
    return memory.view(a), memory.view(delta)


Z = np.linspace(-8, 8, 401)


@pytest.mark.concept("C052")
def test_the_identity_records_nothing_and_its_slope_is_1(backend):
    build = Builder(1)
    z = build.signal("z1", 3, "z")
    assert record_forward(build, get_activation("linear"), 1, z) is z
    a, slope = outputs_and_slopes("identity", Z, backend)
    assert (a == Z).all()
    assert (slope == 1).all()


@pytest.mark.concept("C053")
def test_sigmoid(backend):
    a, slope = outputs_and_slopes("sigmoid", Z, backend)
    assert a[0, 200] == 0.5
    assert slope.max() == slope[0, 200] == 0.25
    np.testing.assert_allclose(a, 1 / (1 + np.exp(-Z))[None], rtol=1e-14)
    np.testing.assert_allclose(a + a[:, ::-1], 1, rtol=1e-15)


@pytest.mark.concept("C054")
def test_tanh_is_a_stretched_sigmoid(backend):
    a, slope = outputs_and_slopes("tanh", Z, backend)
    sigmoid, _ = outputs_and_slopes("sigmoid", 2 * Z, backend)
    np.testing.assert_allclose(a, 2 * sigmoid - 1, rtol=1e-12, atol=1e-15)
    assert slope.max() == slope[0, 200] == 1


@pytest.mark.concept("C055")
def test_the_gaussian_falls_to_1_over_e_at_sigma(backend):
    a, slope = outputs_and_slopes("gaussian", [0, 1, -1], backend)
    assert a[0] == pytest.approx([1, np.exp(-1), np.exp(-1)], rel=1e-15)
    assert slope[0] == pytest.approx([0, -2 / np.e, 2 / np.e], rel=1e-15)


def test_relu(backend):
    a, slope = outputs_and_slopes("relu", [-2, 0, 3], backend)
    assert a[0].tolist() == [0, 0, 3]
    assert slope[0].tolist() == [0, 0, 1]


def test_step(backend):
    a, slope = outputs_and_slopes("step", [-2, 0, 3], backend)
    assert a[0].tolist() == [0, 0, 1]
    assert slope[0].tolist() == [0, 0, 0]


@pytest.mark.concept("C077")
def test_softmax(backend):
    a, slope = outputs_and_slopes("softmax", [2, 1, 0.1], backend)
    assert a[0] == pytest.approx([0.6590, 0.2424, 0.0986], abs=5e-5)
    assert a.sum() == pytest.approx(1, rel=1e-15)
    # The probabilities sum to 1 whatever z is: the slope of their sum is 0.
    assert slope[0] == pytest.approx([0, 0, 0], abs=1e-16)
    # Neither a common shift nor huge scores change or break it.
    shifted, _ = outputs_and_slopes("softmax", [1002, 1001, 1000.1], backend)
    np.testing.assert_allclose(shifted, a, rtol=1e-12)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "gaussian", "softmax"])
def test_huge_inputs_give_finite_outputs(name, backend):
    for size in (1e3, 1e6, 1e300):
        a, slope = outputs_and_slopes(name, [size, 0, -size], backend)
        assert np.isfinite(a).all()
        assert np.isfinite(slope).all()


def test_unknown_names_suggest_the_nearest():
    with pytest.raises(
        ValueError, match=r"unknown activation 'sigmod': choose one of .*; did you mean sigmoid"
    ):
        get_activation("sigmod")
    assert get_activation(None) is ACTIVATIONS["identity"]
