"""Activations as functions of one number: against PyTorch, worked numbers and central differences."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from engine import SpecError
from engine.activation import FLAT, FUNCTIONS, evaluate, flat_pieces, slope

AWAY = np.concatenate([np.linspace(-6, -0.05, 60), np.linspace(0.05, 6, 60)])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_and_slopes_as_torch_computes_them(torch: Any, name: str) -> None:
    x = torch.tensor(AWAY, requires_grad=True)
    functions = {
        "identity": lambda x: x * 1, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu,
        "leaky_relu": lambda x: torch.nn.functional.leaky_relu(x, 0.01),
        "gaussian": lambda x: torch.exp(-x**2 / 1.5**2),
        "step": lambda x: torch.heaviside(x.detach(), torch.zeros(1, dtype=x.dtype)) + 0 * x,
    }  # fmt: skip
    y = functions[name](x)
    (expected,) = torch.autograd.grad(y.sum(), x)
    np.testing.assert_allclose(evaluate(name, AWAY, 1.5), y.detach().numpy(), atol=1e-14)
    np.testing.assert_allclose(slope(name, AWAY, 1.5), expected.numpy(), atol=1e-14)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != "step"])
def test_slopes_are_those_of_the_curve(name: str) -> None:
    h = 1e-6
    measured = (evaluate(name, AWAY + h, 0.7) - evaluate(name, AWAY - h, 0.7)) / (2 * h)
    np.testing.assert_allclose(slope(name, AWAY, 0.7), measured, atol=1e-8)


@pytest.mark.concept("C052")
def test_the_identity_hands_on_what_it_gets_with_slope_1() -> None:
    assert evaluate("identity", [-3.0, 0.0, 2.5]).tolist() == [-3.0, 0.0, 2.5]
    assert slope("identity", [-3.0, 0.0, 2.5]).tolist() == [1.0, 1.0, 1.0]


@pytest.mark.concept("C053")
def test_the_sigmoid_is_a_half_at_0_and_steepest_there() -> None:
    assert evaluate("sigmoid", 0.0) == 0.5
    at = np.linspace(-8, 8, 1601)
    slopes = slope("sigmoid", at)
    assert slopes.max() == 0.25
    assert at[slopes.argmax()] == pytest.approx(0, abs=1e-12)
    # The sign of the exponent: it rises.
    assert evaluate("sigmoid", 1.0) == pytest.approx(1 / (1 + math.exp(-1)), abs=1e-15)
    assert evaluate("sigmoid", 1.0) > 0.5


@pytest.mark.concept("C054")
def test_tanh_is_a_scaled_sigmoid() -> None:
    at = np.linspace(-20, 20, 4001)
    assert np.abs(evaluate("tanh", at) - (2 * evaluate("sigmoid", 2 * at) - 1)).max() < 1e-12
    assert evaluate("tanh", 1.0) == pytest.approx(0.7616, abs=5e-5)


@pytest.mark.concept("C055")
@pytest.mark.parametrize("sigma", [0.5, 1.0, 3.0])
def test_the_gaussian_is_one_over_e_at_sigma(sigma: float) -> None:
    assert evaluate("gaussian", sigma, sigma) == pytest.approx(math.exp(-1), abs=1e-15)
    assert evaluate("gaussian", -sigma, sigma) == pytest.approx(0.3679, abs=5e-5)
    assert slope("gaussian", 0.0, sigma) == 0


def test_relu_and_step_are_0_at_exactly_0_with_no_slope() -> None:
    assert (evaluate("relu", 0.0), slope("relu", 0.0), evaluate("step", 0.0), slope("step", 0.0)) == (0, 0, 0, 0)


@pytest.mark.concept("C057")
def test_a_sigmoid_is_flat_beyond_where_its_slope_falls_below_a_hundredth() -> None:
    # a (1 − a) = 0.01, solved for the logit.
    a = (1 + math.sqrt(1 - 4 * FLAT)) / 2
    edge = math.log(a / (1 - a))
    assert edge == pytest.approx(4.585, abs=5e-4)
    at = np.linspace(-6, 6, 12001)
    (left, right) = flat_pieces(at, slope("sigmoid", at))
    assert left == (-6.0, pytest.approx(-edge, abs=0.001))
    assert right == (pytest.approx(edge, abs=0.001), 6.0)


def test_pieces_of_an_axis() -> None:
    at = np.arange(6.0)
    assert flat_pieces(at, np.array([0, 0, 1, 0, 1, 0.0])) == [(0, 1), (3, 3), (5, 5)]
    assert flat_pieces(at, np.ones(6)) == []
    assert flat_pieces(at, np.zeros(6)) == [(0, 5)]


def test_shapes_are_kept_and_unknown_names_refused() -> None:
    assert evaluate("relu", np.zeros((2, 3))).shape == slope("relu", np.zeros((2, 3))).shape == (2, 3)
    assert evaluate("tanh", 0.3).shape == ()
    with pytest.raises(SpecError, match="did you mean sigmoid"):
        evaluate("sigmoidd", 0.0)
