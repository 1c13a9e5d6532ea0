"""The presets' numbers, worked by hand or by plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from engine.expression.presets import PRESETS
from engine.expression.run import ExpressionRun
from engine.expression.spec import ExpressionSpec


def finished(key):
    run = ExpressionRun(PRESETS[key].spec)
    run.step("epoch")
    return run, {name: float(run[f"{name}.grad"]) for name in run.graph.leaves}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize(
    ("key", "value", "slopes"),
    [
        ("xyz", -12, {"x": -4, "y": -4, "z": 3}),
        ("two_path", 11, {"x1": 8, "x2": 7}),
        # x² + xy + x at 3, 2: 2x + y + 1 and x.
        ("fan_out", 18, {"x": 9, "y": 3}),
        ("max", -20, {"x": -8, "y": 6, "z": 2, "w": 0}),
        ("line", 2, {"w1": -2, "x1": -2, "w2": -4, "x2": -2, "b": -2}),
    ],
)
def test_worked_numbers(key, value, slopes):
    run, found = finished(key)
    assert run.frame().values[-1] == value
    assert found == slopes


def test_the_sigmoid_neuron():
    run, slopes = finished("neuron")
    assert float(run["f"]) == pytest.approx(0.8021839, abs=5e-8)
    slope = sigmoid(1.4) * (1 - sigmoid(1.4))
    expected = {"w1": slope, "w2": 2 * slope, "w3": 3 * slope, "x1": 0.1 * slope, "x2": 0.2 * slope, "x3": 0.3 * slope}
    assert slopes == pytest.approx(expected, rel=1e-12)


def test_the_network_by_matrices():
    start = PRESETS["network"].spec.start
    x = np.array([start["x1"], start["x2"]])
    w = np.array([[start["w1"], start["w2"]], [start["w3"], start["w4"]]])
    v = np.array([start["v1"], start["v2"]])
    a = sigmoid(w @ x + [start["b1"], start["b2"]])
    y = sigmoid(v @ a + start["c"])
    delta = (y - 1) * y * (1 - y)
    hidden = delta * v * a * (1 - a)
    run, slopes = finished("network")
    assert float(run["J"]) == pytest.approx((y - 1) ** 2 / 2, rel=1e-12)
    (w1, w2), (w3, w4) = np.outer(hidden, x)
    x1, x2 = w.T @ hidden
    expected = {
        "w1": w1, "w2": w2, "w3": w3, "w4": w4, "b1": hidden[0], "b2": hidden[1],
        "v1": delta * a[0], "v2": delta * a[1], "c": delta, "x1": x1, "x2": x2,
    }  # fmt: skip
    assert slopes == pytest.approx(expected, rel=1e-12)
    assert set(PRESETS["network"].spec.inputs) == {"x1", "x2"}


def test_one_loop_of_a_preset_with_a_loss_lowers_it():
    for key in ("line", "network"):
        run, _ = finished(key)
        before = float(run["J"])
        run.step("epoch")
        assert float(run["J"]) < before, key


def test_the_gradient_vanishes_in_the_deep_chain():
    _, slopes = finished("vanishing")
    a, activations = 1.0, []
    for _ in range(10):
        a = sigmoid(a)
        activations.append(a)
    # The gradient at w1 is the product of all slopes, times the input, which is 1.
    assert slopes["w1"] == pytest.approx(np.prod([a * (1 - a) for a in activations]), rel=1e-12)
    assert slopes["w1"] < 0.25**10 * 1.0000001
    ratios = [slopes[f"w{k}"] / slopes[f"w{k + 1}"] for k in range(2, 10)]
    assert max(ratios) < 0.25
    assert slopes["w1"] / slopes["w10"] < 1e-5


def test_each_preset_can_be_sent_and_says_what_there_is_to_see():
    for key, preset in PRESETS.items():
        assert preset.key == key
        assert ExpressionSpec.from_json(preset.spec.to_json()) == preset.spec
        assert preset.sentence.endswith(".")
        run = ExpressionRun(preset.spec)
        for position in preset.slides.values():
            run.seek(position)
            assert run.position == position
