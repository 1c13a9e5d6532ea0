"""Optimizers step by step against their papers' formulas, written out in plain Python numbers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engine.arena import Arena, Memory
from engine.backend import Data
from engine.optimizers import (
    OPTIMIZERS,
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    AMSGrad,
    Clipped,
    Decayed,
    NAdam,
    RMSprop,
    get_optimizer,
)
from engine.program import Builder, Phase
from engine.spec import TrainingSpec
from engine.training import TrainingRun

ETA = 0.1


def descend(optimizer, gradients, backend, start=1.0, rates=None):
    """One parameter's way under these gradients, perhaps with a learning rate for each update."""
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
    for number, g in enumerate(gradients):
        if rates is not None:
            memory.view(program.refs["learning_rate"])[...] = rates[number]
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


def test_the_lectures_momentum_and_pytorchs_go_the_same_way(backend):
    # The lectures remember steps, dw = eta J' + m dw, w -= dw; PyTorch remembers gradients, v = m v + J', w -= eta v.
    # As long as eta stays, dw is eta v. J' = w³ - 2w + 0.3 has two valleys.
    w, step, way, gradients = 2.5, 0.0, [], []
    for _ in range(200):
        gradients.append(w**3 - 2 * w + 0.3)
        step = 0.02 * gradients[-1] + 0.9 * step
        w -= step
        way.append(w)
    assert min(way) < -1 < 1 < max(way)
    ours = descend(SGD(0.02, 0.9), gradients, backend, start=2.5)
    assert ours == pytest.approx(way, rel=1e-12, abs=1e-13)
    # With its own gradients too: each is taken where the engine's own path has come.
    at, own = 2.5, []
    for _ in range(60):
        own.append(at**3 - 2 * at + 0.3)
        at = descend(SGD(0.02, 0.9), own, backend, start=2.5)[-1]
    assert own == pytest.approx(gradients[:60], rel=1e-11, abs=1e-12)


def test_a_rate_that_changes_parts_the_two_momenta(backend):
    # Ten times as slow from the third update on: a remembered step keeps the old rate, a velocity takes the new one.
    rates = [0.1, 0.1, 0.01, 0.01, 0.01]
    w, v, way, lectures, step, other = 1.0, 0.0, [], 1.0, 0.0, []
    for eta, g in zip(rates, GRADIENTS, strict=True):
        v = 0.9 * v + g
        w -= eta * v
        way.append(w)
        step = eta * g + 0.9 * step
        lectures -= step
        other.append(lectures)
    ours = descend(SGD(0.1, 0.9), GRADIENTS, backend, rates=rates)
    assert ours == pytest.approx(way, rel=1e-14)
    assert ours[:2] == pytest.approx(other[:2], rel=1e-14)
    assert abs(ours[2] - other[2]) > 0.05


def test_adagrad(backend):
    w, s, way = 1.0, 0.0, []
    for g in GRADIENTS:
        s += g * g
        w -= ETA * g / (s**0.5 + 1e-4)
        way.append(w)
    assert descend(Adagrad(ETA, 1e-4), GRADIENTS, backend) == pytest.approx(way, rel=1e-14)


@pytest.mark.concept("C115")
def test_adagrads_rate_after_100_equal_gradients_is_a_tenth(backend):
    way = [1.0, *descend(Adagrad(ETA), [1.0] * 401, backend)]
    rates = [before - after for before, after in pairwise(way)]
    assert [rates[t - 1] for t in (1, 4, 25, 100)] == pytest.approx([ETA, ETA / 2, ETA / 5, ETA / 10], rel=1e-9)
    assert next(t for t, rate in enumerate(rates, 1) if rate < 0.05 * ETA * (1 - 1e-9)) == 401


def test_rmsprop(backend):
    w, v, way = 1.0, 0.0, []
    for g in GRADIENTS:
        v = 0.8 * v + 0.2 * g * g
        w -= ETA * g / (v**0.5 + 1e-4)
        way.append(w)
    assert descend(RMSprop(ETA, 0.8, 1e-4), GRADIENTS, backend) == pytest.approx(way, rel=1e-14)


@pytest.mark.concept("C116")
def test_rmsprop_remembers_1_over_1_minus_rho_updates(backend):
    # What one gradient still counts for k updates later; small ones after it measure the mean of squares.
    way = [1.0, *descend(RMSprop(1.0), [1.0] + [1e-6] * 300, backend)]
    shares = [(1e-6 / (before - after)) ** 2 for before, after in pairwise(way)][1:]
    assert shares[9] / shares[0] == pytest.approx(0.9**9, rel=1e-4)
    assert sum(shares[:100]) / (0.1 * 0.9) == pytest.approx(10, rel=1e-3)


@pytest.mark.parametrize("name", ["adagrad", "rmsprop", "adam", "adamax", "nadam", "amsgrad"])
def test_a_loss_a_hundred_times_as_large_changes_no_step(name, backend):
    small = descend(get_optimizer(name, ETA), GRADIENTS, backend)
    large = descend(get_optimizer(name, ETA), [100 * g for g in GRADIENTS], backend)
    assert np.diff(large) == pytest.approx(np.diff(small), rel=0.01)
    assert np.diff(descend(SGD(ETA), [100 * g for g in GRADIENTS], backend)) == pytest.approx(
        100 * np.diff(descend(SGD(ETA), GRADIENTS, backend))
    )


def test_adadelta(backend):
    w, v, u, way = 1.0, 0.0, 0.0, []
    for g in GRADIENTS:
        v = 0.8 * v + 0.2 * g * g
        change = (u + 1e-3) ** 0.5 / (v + 1e-3) ** 0.5 * g
        u = 0.8 * u + 0.2 * change * change
        w -= 0.7 * change
        way.append(w)
    assert descend(Adadelta(0.7, 0.8, 1e-3), GRADIENTS, backend) == pytest.approx(way, rel=1e-14)


@pytest.mark.concept("C117")
@pytest.mark.parametrize("gradient", [0.1, 1.0, 1e4])
def test_adadelta_starts_slowly_and_needs_no_rate(gradient, backend):
    way = [1.0, *descend(Adadelta(), [gradient] * 200, backend)]
    steps = [before - after for before, after in pairwise(way)]
    # The root of epsilon over that of the mean square, whatever the gradient's size.
    assert steps[0] == pytest.approx((1e-6 / 0.1) ** 0.5, rel=1e-3)
    assert way[0] - way[10] < 0.05
    # Each change is measured by those before: they grow, and go on growing as long as the slope stays.
    assert steps[-1] > 1.7 * steps[0]
    assert steps[-1] > steps[-2] > steps[-100]


def test_adamw(backend):
    w, m, v, way = 1.0, 0.0, 0.0, []
    for t, g in enumerate(GRADIENTS, 1):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        w -= ETA * ((m / (1 - 0.9**t)) / ((v / (1 - 0.999**t)) ** 0.5 + 1e-8) + 0.3 * w)
        way.append(w)
    assert descend(AdamW(ETA, weight_decay=0.3), GRADIENTS, backend) == pytest.approx(way, rel=1e-13)


def test_adamax(backend):
    w, m, u, way = 1.0, 0.0, 0.0, []
    for t, g in enumerate(GRADIENTS, 1):
        m = 0.9 * m + 0.1 * g
        u = max(0.8 * u, abs(g))
        w -= ETA / (1 - 0.9**t) * m / u
        way.append(w)
    assert descend(Adamax(ETA, beta2=0.8, eps=1e-300), GRADIENTS, backend) == pytest.approx(way, rel=1e-14)


def test_nadam(backend):
    def mu(t):
        return 0.9 * (1 - 0.5 * 0.96 ** (0.02 * t))

    w, m, v, product, way = 1.0, 0.0, 0.0, 1.0, []
    for t, g in enumerate(GRADIENTS, 1):
        product *= mu(t)
        m = 0.9 * m + 0.1 * g
        v = 0.99 * v + 0.01 * g * g
        ahead = (1 - mu(t)) * g / (1 - product) + mu(t + 1) * m / (1 - product * mu(t + 1))
        w -= ETA * ahead / ((v / (1 - 0.99**t)) ** 0.5 + 1e-8)
        way.append(w)
    ours = NAdam(ETA, beta2=0.99, momentum_decay=0.02)
    assert descend(ours, GRADIENTS, backend) == pytest.approx(way, rel=1e-13)


def test_amsgrad(backend):
    w, m, v, largest, way = 1.0, 0.0, 0.0, 0.0, []
    for t, g in enumerate(GRADIENTS, 1):
        m = 0.9 * m + 0.1 * g
        v = 0.5 * v + 0.5 * g * g
        largest = max(largest, v)
        w -= ETA * (m / (1 - 0.9**t)) / ((largest / (1 - 0.5**t)) ** 0.5 + 1e-8)
        way.append(w)
    assert descend(AMSGrad(ETA, beta2=0.5), GRADIENTS, backend) == pytest.approx(way, rel=1e-13)
    assert descend(Adam(ETA, beta2=0.5), GRADIENTS, backend) != pytest.approx(way, rel=1e-3)


@pytest.mark.concept("C108")
@pytest.mark.parametrize("decoupled", [False, True])
def test_decay_alone_for_100_steps(decoupled, backend):
    way = descend(Decayed(SGD(0.1), 0.01, decoupled), [0.0] * 100, backend)
    assert way[-1] == pytest.approx(0.9048, abs=5e-5)


def test_coupled_and_decoupled_decay_are_one_for_plain_descent_only(backend):
    def both(optimizer):
        return [descend(Decayed(optimizer, 0.5, decoupled), GRADIENTS, backend) for decoupled in (False, True)]

    coupled, decoupled = both(SGD(ETA))
    assert coupled == pytest.approx(decoupled, rel=1e-14)
    w, way = 1.0, []
    for g in GRADIENTS:
        w -= ETA * (g + 0.5 * w)  # the gradient of J + 0.5/2 w²
        way.append(w)
    assert coupled == pytest.approx(way, rel=1e-14)
    coupled, decoupled = both(Adam(ETA))
    assert coupled != pytest.approx(decoupled, rel=0.01)
    # Under Adam a decay in the gradient moves a parameter as far as any gradient does, however weak it is.
    assert 1 - descend(Decayed(Adam(ETA), 1e-3), [0.0], backend)[0] == pytest.approx(ETA, rel=1e-4)
    assert 1 - descend(Decayed(Adam(ETA), 1e-3, True), [0.0], backend)[0] == pytest.approx(ETA * 1e-3, rel=1e-9)


def test_clipping_holds_the_step(backend):
    gradients = [3.0, -0.5, -40.0, 2.0]
    held = [2.0, -0.5, -2.0, 2.0]
    for clipped in (Clipped(SGD(ETA), value=2.0), Clipped(SGD(ETA), norm=2.0), Clipped(SGD(ETA), 2.0, 2.0)):
        way = descend(clipped, gradients, backend)
        assert way == pytest.approx(descend(SGD(ETA), held, backend), rel=1e-15)


def test_clipping_comes_before_the_decay(backend):
    # PyTorch clips what backward left in .grad; the optimizer adds its decay later.
    way = descend(Clipped(Decayed(SGD(ETA), 0.5), value=2.0), [10.0], backend)
    assert way == pytest.approx([1 - ETA * (2 + 0.5)])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_descends(name, backend):
    # J = w²/2, so the gradient is w. Adadelta finds its own size of steps; Adagrad's shrink from the start.
    rate = {"adadelta": 10.0, "adagrad": 0.5}.get(name, 0.05)
    at, gradients = 1.0, []
    for _ in range(150):
        gradients.append(at)
        at = descend(get_optimizer(name, rate), gradients, backend)[-1]
    assert abs(at) < 0.1


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_what_an_optimizer_remembers_lies_in_the_checkpoint(name):
    build = Builder(1)
    build.parameter("W1", (3,), "W")
    with build.recording(Phase.UPDATE, "optimizer"):
        get_optimizer(name).record(build)
    program = build.build()
    kept = {Arena.STATE, Arena.PARAMETERS, Arena.GRADIENTS, Arena.HYPER}
    assert {ref.arena for op in program.ops for ref in op.operands} <= kept
    assert all(op.name.startswith("optimizer.") for op in program.ops)
    assert len({op.name for op in program.ops}) == len(program.ops)
    assert "learning_rate" in program.hyper


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_run_can_be_rewound_under_every_optimizer(name, backend):
    spec = TrainingSpec(data="moons", samples=22, batch_size=4, hidden=(3,), optimizer=name)
    run = TrainingRun(spec, backend=backend)
    seen = {}
    for _ in range(150):
        run.step("batch")
        seen[run.position] = run.loop.memory.flat.tobytes()
    places = list(seen)
    # To a batch before the first checkpoint, behind it, to the end, and operation by operation through an update.
    for position in (places[20], places[130], places[-1], places[60]):
        run.seek(position)
        assert run.loop.memory.flat.tobytes() == seen[position]
    walked = []
    for _ in run.program.ops:
        walked.append((run.position, run.loop.memory.flat.tobytes()))
        run.step("op")
    for position, memory in reversed(walked):
        run.step_back("op")
        assert run.position == position
        assert run.loop.memory.flat.tobytes() == memory


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_learning_rate_changes_live(name, backend):
    spec = TrainingSpec(data="moons", samples=22, batch_size=4, hidden=(3,), optimizer=name, learning_rate=0.5)
    run, other = TrainingRun(spec, backend=backend), TrainingRun(spec, backend=backend)
    for one in (run, other):
        one.step("batch", 5)
    before = run.parameters.copy()
    other.change(learning_rate=1e-6)
    for one in (run, other):
        one.step("batch")
    # Half a millionth of the step, but for rounding.
    step = np.abs(run.parameters - before).max()
    assert np.abs(other.parameters - before).max() == pytest.approx(2e-6 * step, rel=1e-3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: get_optimizer("adm"), "unknown optimizer 'adm': choose one of .*; did you mean adam"),
        (lambda: SGD(0.1, nesterov=True), "needs a momentum above 0, got 0.0"),
        (lambda: SGD(0.0).record(Builder(1)), "learning rate is above 0, got 0.0"),
        (lambda: SGD(float("nan")).record(Builder(1)), "learning rate is above 0, got nan"),
        (lambda: SGD(0.1, momentum=1.0).record(Builder(1)), "momentum is at least 0 and below 1, got 1.0"),
        (lambda: Adam(beta2=-0.1).record(Builder(1)), "beta2 is at least 0 and below 1, got -0.1"),
        (lambda: Adam(eps=0).record(Builder(1)), "eps is above 0 and finite, got 0"),
        (lambda: RMSprop(rho=1).record(Builder(1)), "rho is at least 0 and below 1, got 1"),
        (lambda: NAdam(momentum_decay=-1).record(Builder(1)), "momentum_decay is at least 0 and finite, got -1"),
        (lambda: AdamW(weight_decay=-0.1).record(Builder(1)), "weight_decay is at least 0 and finite, got -0.1"),
        (lambda: Decayed(SGD(), float("nan")).record(Builder(1)), "decay is at least 0 and finite, got nan"),
        (lambda: Clipped(SGD()), "clipping needs a limit: give norm, value, or both"),
        (lambda: Clipped(SGD(), norm=0.0).record(Builder(1)), "clip_norm is above 0 and finite, got 0.0"),
        (lambda: Clipped(SGD(), value=float("inf")).record(Builder(1)), "clip_value is above 0 and finite, got inf"),
    ],
)
def test_settings_that_cannot_work_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
