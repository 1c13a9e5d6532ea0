"""A sigmoid neuron that learns two groups is logistic regression."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import Grain
from engine.neuron import TASKS, NeuronRun, NeuronSpec, fit_logistic


@pytest.mark.parametrize("intercept", [True, False])
def test_newton_finds_what_torch_finds(torch: Any, intercept: bool) -> None:
    data = TASKS["groups"]
    x, t = torch.tensor(data.inputs), torch.tensor(data.targets)
    w, b = torch.zeros(2, dtype=torch.float64, requires_grad=True), torch.zeros(1, dtype=torch.float64)
    b.requires_grad_(intercept)
    optimizer = torch.optim.LBFGS([w, b] if intercept else [w], max_iter=500, tolerance_grad=1e-12, tolerance_change=0)

    def closure() -> Any:
        optimizer.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(x @ w + b, t)
        loss.backward()
        return loss

    optimizer.step(closure)
    found = fit_logistic(data.inputs, data.targets, intercept)
    np.testing.assert_allclose(found, [*w.detach().numpy(), float(b.detach()[0])], atol=1e-6)


def test_the_neuron_ends_at_the_weights_of_logistic_regression() -> None:
    data = TASKS["groups"]
    run = NeuronRun(NeuronSpec((0, 0), (0, 0), task="groups"), 0)
    for _ in range(2000):
        run.step(1, Grain.EPOCH)
        if run.frame().settled:
            break
    frame = run.frame()
    assert frame.settled
    expected = fit_logistic(data.inputs, data.targets)
    np.testing.assert_allclose([*frame.spec.weights, frame.bias], expected, atol=1e-6)
    p = 1 / (1 + np.exp(-(data.inputs @ expected[:2] + expected[2])))
    np.testing.assert_allclose(frame.answers, p, atol=1e-7)


def test_a_round_is_a_step_down_the_mean_cross_entropy() -> None:
    data = TASKS["groups"]
    spec = NeuronSpec((0, 0), (0.3, -0.2), 0.1, task="groups", rate=0.8)

    def cost(w: np.ndarray) -> float:
        z = data.inputs @ w[:2] + w[2]
        return float(np.mean(np.logaddexp(0, z) - data.targets * z))

    start, h = np.array([0.3, -0.2, 0.1]), 1e-6
    slope = [(cost(start + h * e) - cost(start - h * e)) / (2 * h) for e in np.eye(3)]
    run = NeuronRun(spec, 0)
    run.step(1, Grain.BATCH)
    frame = run.frame()
    np.testing.assert_allclose([*frame.spec.weights, frame.bias], start - 0.8 * np.array(slope), atol=1e-8)


def test_groups_that_a_line_parts_have_no_best_weights() -> None:
    with pytest.raises(ValueError, match="without an error"):
        fit_logistic([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])


def test_the_two_groups_overlap() -> None:
    data = TASKS["groups"]
    w1, w2, b = fit_logistic(data.inputs, data.targets)
    wrong = ((data.inputs @ [w1, w2] + b > 0) != (data.targets == 1)).sum()
    assert 0 < wrong < 8
    assert data.targets.mean() == 0.5
