"""Activations: the values, slopes and shapes that the curriculum names."""

from __future__ import annotations

import math

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


TORCH = {
    "elu": lambda F: F.elu,
    "leaky_relu": lambda F: lambda z: F.leaky_relu(z, 0.01),
    "selu": lambda F: F.selu,
    "swish": lambda F: F.silu,
    "gelu": lambda F: lambda z: F.gelu(z, approximate="tanh"),
    # PyTorch hands large z on unchanged: from 40 on there is no difference in float64.
    "softplus": lambda F: lambda z: F.softplus(z, threshold=40),
    "sine": lambda F: lambda z: z.sin(),
}


@pytest.mark.peer
@pytest.mark.parametrize("name", TORCH)
def test_values_and_slopes_are_those_of_pytorch(name, torch, backend):
    z = np.concatenate([Z, np.linspace(-60, 60, 241), [-1e-9, 0, 1e-9]])
    a, slope = outputs_and_slopes(name, z, backend)
    x = torch.tensor(z, requires_grad=True)
    y = TORCH[name](torch.nn.functional)(x)
    y.sum().backward()
    np.testing.assert_allclose(a[0], y.detach().numpy(), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(slope[0], x.grad.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", [*TORCH, "sigmoid", "tanh", "gaussian"])
def test_slopes_are_central_differences(name, backend):
    z, h = Z[Z != 0], 1e-4  # four of them have a seam at 0
    ahead, behind = (outputs_and_slopes(name, z + step, backend)[0] for step in (h, -h))
    _, slope = outputs_and_slopes(name, z, backend)
    np.testing.assert_allclose(slope, (ahead - behind) / (2 * h), rtol=0, atol=3e-8)


def test_worked_values(backend):
    # By hand, from e = 2.718281828 and the definitions; GELU's from its tanh form with t = tanh(0.833407).
    for name, at, expected in [
        ("elu", [-1, 0, 2], [1 / np.e - 1, 0, 2]),
        ("leaky_relu", [-3, 0, 3], [-0.03, 0, 3]),
        ("selu", [-1, 0, 1], [-1.1113307378, 0, 1.0507009874]),
        ("swish", [-1, 0, 1], [-0.2689414214, 0, 0.7310585786]),
        ("gelu", [-1, 0, 1], [-0.1588080094, 0, 0.8411919906]),
        ("softplus", [-1, 0, 1], [0.3132616875, np.log(2), 1.3132616875]),
        ("sine", [-np.pi / 2, 0, np.pi / 6], [-1, 0, 0.5]),
    ]:
        a, _ = outputs_and_slopes(name, at, backend)
        assert a[0] == pytest.approx(expected, abs=5e-11), name


def test_where_the_sentences_say_that_they_end(backend):
    z = np.linspace(-10, 10, 20001)
    lowest = {name: outputs_and_slopes(name, z, backend)[0][0] for name in ("swish", "gelu", "elu", "selu")}
    assert z[lowest["swish"].argmin()] == pytest.approx(-1.28, abs=0.005)
    assert lowest["swish"].min() == pytest.approx(-0.28, abs=0.005)
    assert lowest["gelu"].min() == pytest.approx(-0.17, abs=0.005)
    assert lowest["elu"].min() == pytest.approx(-1, abs=1e-4)
    assert lowest["selu"].min() == pytest.approx(-1.758, abs=5e-4)


def test_gelu_is_close_to_the_exact_one(backend):
    exact = np.array([0.5 * z * (1 + math.erf(z / math.sqrt(2))) for z in Z])
    a, _ = outputs_and_slopes("gelu", Z, backend)
    difference = np.abs(a[0] - exact).max()
    assert 1e-5 < difference < 5e-4


def test_selu_keeps_mean_0_and_variance_1(backend, rng):
    a, _ = outputs_and_slopes("selu", rng.normal(size=1_000_000), backend)
    assert a.mean() == pytest.approx(0, abs=0.005)
    assert a.var() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("name", TORCH)
def test_nan_stays_nan(name, backend):
    a, slope = outputs_and_slopes(name, [np.nan, 1.0], backend)
    assert np.isnan(a[0, 0])
    # As for ReLU, the slope of a kink asks only whether z is above it.
    assert np.isnan(slope[0, 0]) == (name != "leaky_relu")
    assert np.isfinite(a[0, 1])


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_every_activation_has_one_sentence_and_a_formula(activation):
    assert activation.sentence.endswith(".")
    assert ". " not in activation.sentence
    assert activation.formula.startswith("a = ")
    assert activation.tex.startswith("a = ")


@pytest.mark.parametrize(
    "name", ["sigmoid", "tanh", "gaussian", "softmax", "elu", "selu", "swish", "gelu", "softplus", "leaky_relu"]
)
def test_huge_inputs_give_finite_outputs(name, backend):
    # Beyond 1e150 the slope of GELU contains infinity times zero, as in PyTorch.
    for size in (1e3, 1e6, 1e100 if name == "gelu" else 1e300):
        a, slope = outputs_and_slopes(name, [size, 0, -size], backend)
        assert np.isfinite(a).all()
        assert np.isfinite(slope).all()


def test_unknown_names_suggest_the_nearest():
    with pytest.raises(
        ValueError, match=r"unknown activation 'sigmod': choose one of .*; did you mean sigmoid"
    ):
        get_activation("sigmod")
    assert get_activation(None) is ACTIVATIONS["identity"]
