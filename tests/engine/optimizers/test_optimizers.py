"""Optimizers step by step against their papers' formulas, written out in plain Python numbers."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arena import Arena, Memory
from engine.backend import Data
from engine.optimizers import OPTIMIZERS, SGD, Adam, get_optimizer
from engine.program import Builder, Phase

ETA = 0.1


def descend(optimizer, gradients, backend, start=1.0):
    """One parameter's way under these gradients."""
    build = Builder(1)
    build.parameter("W1", (1,), "W")
    with build.recording(Phase.UPDATE, "optimizer"):
        optimizer.record(build)
    program = build.build()
    memory = Memory(program.layout)
    for name, value in program.hyper.items():
        memory.view(program.refs[name])[...] = value
    memory.arena(Arena.PARAMETERS)[0] = start
    nothing = Data(np.zeros((1, 1)), np.zeros((1, 1)))
    way = []
    for g in gradients:
        memory.arena(Arena.GRADIENTS)[0] = g
        backend.run_operations(program, memory, nothing, np.zeros(1, np.int64), 0, 1, 0, len(program.ops))
        way.append(float(memory.arena(Arena.PARAMETERS)[0]))
    return way


GRADIENTS = (2.0, -1.0, 0.5, 0.0, -3.0)


def test_sgd(backend):
    w, way = 1.0, []
    for g in GRADIENTS:
        w -= ETA * g
        way.append(w)
    assert descend(SGD(ETA), GRADIENTS, backend) == pytest.approx(way, rel=1e-14)


@pytest.mark.parametrize("nesterov", [False, True])
def test_momentum(nesterov, backend):
    w, v, way = 1.0, 0.0, []
    for g in GRADIENTS:
        v = 0.8 * v + g
        w -= ETA * (g + 0.8 * v) if nesterov else ETA * v
        way.append(w)
    assert descend(SGD(ETA, 0.8, nesterov), GRADIENTS, backend) == pytest.approx(way, rel=1e-14)


@pytest.mark.parametrize("nesterov", [False, True])
def test_momentum_on_a_steady_slope_approaches_1_over_1_minus_mu(nesterov, backend):
    way = descend(SGD(ETA, 0.9, nesterov), [1.0] * 400, backend)
    assert way[-2] - way[-1] == pytest.approx(ETA / (1 - 0.9), rel=1e-9)


def test_nesterov_is_momentum_looked_at_from_ahead(backend):
    # Nesterov's own form, on J = w²/2: the gradient is taken at the point that the velocity leads to.
    w, v, ahead_of_way = 1.0, 0.0, []
    for _ in range(30):
        v = 0.8 * v - ETA * (w + 0.8 * v)
        w += v
        ahead_of_way.append(w + 0.8 * v)
    # PyTorch's variables follow the look-ahead point.
    at, gradients = 1.0, []
    for _ in range(30):
        gradients.append(at)
        at = descend(SGD(ETA, 0.8, True), gradients, backend)[-1]
    way = descend(SGD(ETA, 0.8, True), gradients, backend)
    assert way == pytest.approx(ahead_of_way, rel=1e-11)


def test_adam(backend):
    w, m, v, way = 1.0, 0.0, 0.0, []
    for t, g in enumerate(GRADIENTS, 1):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        w -= ETA * (m / (1 - 0.9**t)) / ((v / (1 - 0.999**t)) ** 0.5 + 1e-8)
        way.append(w)
    assert descend(Adam(ETA), GRADIENTS, backend) == pytest.approx(way, rel=1e-13)


@pytest.mark.concept("C118")
@pytest.mark.parametrize("gradient", [1e-3, 1.0, 1e4])
def test_adams_first_step_is_eta_whatever_the_gradient(gradient, backend):
    assert 1 - descend(Adam(ETA), [gradient], backend)[0] == pytest.approx(ETA, rel=2e-5)
    # Without the correction of the start at zero it would be 3.16 eta: 0.1 over the root of 0.001.
    uncorrected = 0.1 * gradient / (0.001 * gradient**2) ** 0.5
    assert uncorrected == pytest.approx(3.16, abs=5e-3)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_descends(name, backend):
    # J = w²/2, so the gradient is w.
    at, gradients = 1.0, []
    for _ in range(150):
        gradients.append(at)
        at = descend(get_optimizer(name, 0.05), gradients, backend)[-1]
    assert abs(at) < 0.1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: get_optimizer("adm"), "unknown optimizer 'adm': choose one of .*; did you mean adam"),
        (lambda: SGD(0.1, nesterov=True), "needs a momentum above 0, got 0.0"),
        (lambda: SGD(0.0).record(Builder(1)), "learning rate is above 0, got 0.0"),
        (lambda: SGD(float("nan")).record(Builder(1)), "learning rate is above 0, got nan"),
        (lambda: SGD(0.1, momentum=1.0).record(Builder(1)), "momentum is at least 0 and below 1, got 1.0"),
        (lambda: Adam(beta2=-0.1).record(Builder(1)), "beta2 is at least 0 and below 1, got -0.1"),
        (lambda: Adam(eps=0).record(Builder(1)), "eps is above 0, got 0"),
    ],
)
def test_settings_that_cannot_work_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
