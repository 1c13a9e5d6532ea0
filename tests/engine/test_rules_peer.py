"""Whole trainings and descents under schedules, weight decay and clipping beside PyTorch's own."""

from __future__ import annotations

import numpy as np
import pytest

from engine.descent import DescentRun, DescentSpec
from engine.experiment import Position
from engine.optimizers import OPTIMIZERS
from engine.spec import TrainingSpec
from engine.training import TrainingRun
from tests.engine.descent.formulas import FORMULAS
from tests.engine.test_peer_torch import OPTIMIZERS as CLASSES
from tests.engine.test_peer_torch import Twin

pytestmark = pytest.mark.peer

STEPS = 300
SCHEDULES = {
    "step": {"factor": 0.8, "every": 7},
    "exponential": {"tau": 90.0},
    "inverse_root": {"examples": 2},
    "time": {"decay": 0.01},
    "cosine": {"end": 0.002, "steps": 320},
    "warm_up": {"steps": 40},
    "warm cosine": {"end": 0.002, "steps": 250, "warm_up": 30},
}


@pytest.fixture(autouse=True)
def double(torch):
    # PyTorch keeps the product of NAdam's momenta in the default type.
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


def scheduler_of(torch, optimizer, name, settings):
    """PyTorch's own scheduler where it has one."""
    kinds = torch.optim.lr_scheduler
    match name:
        case "step":
            return kinds.StepLR(optimizer, settings["every"], settings["factor"])
        case "exponential":
            return kinds.ExponentialLR(optimizer, 10 ** (-1 / settings["tau"]))
        case "inverse_root":
            return kinds.LambdaLR(optimizer, lambda n: 1 / (settings["examples"] * (n + 1) ** 0.5))
        case "time":
            return kinds.LambdaLR(optimizer, lambda n: 1 / (1 + settings["decay"] * n))
        case "cosine":
            return kinds.CosineAnnealingLR(optimizer, settings["steps"], settings["end"])
        case "warm_up":
            count = settings["steps"]
            return kinds.LinearLR(optimizer, 1 / count, 1.0, count - 1)
        case "warm cosine":
            rate, end, count = optimizer.param_groups[0]["lr"], settings["end"], settings["warm_up"]

            def share(n):
                wave = (1 + np.cos(np.pi * min(n - count, settings["steps"]) / settings["steps"])) / 2
                return (n + 1) / count if n < count else (end + (rate - end) * wave) / rate

            return kinds.LambdaLR(optimizer, share)
    raise AssertionError(name)


def key_of(name):
    return name.removeprefix("warm ")


def clip(torch, spec, parameters):
    """Numbers first, then the norm; exact where PyTorch's own adds 1e-6 to the norm."""
    if spec.clip_value:
        torch.nn.utils.clip_grad_value_(parameters, spec.clip_value)
    if spec.clip_norm:
        norm = torch.sqrt(sum((p.grad**2).sum() for p in parameters))
        for p in parameters:
            p.grad *= spec.clip_norm / max(norm, spec.clip_norm)


def decayed(torch, spec, parameters):
    """The optimizer with coupled decay as its own setting; AdamW's own is decoupled, so there it is added by hand."""
    kind, settings = CLASSES[spec.optimizer]
    if spec.weight_decay and not spec.decoupled and spec.optimizer != "adamw":
        settings = {**settings, "weight_decay": spec.weight_decay}
    return getattr(torch.optim, kind)(parameters, lr=spec.learning_rate, **settings)


def update(torch, spec, optimizer, parameters):
    clip(torch, spec, parameters)
    with torch.no_grad():
        for p in parameters:
            if spec.decoupled:
                p.mul_(1 - optimizer.param_groups[0]["lr"] * spec.weight_decay)
            elif spec.optimizer == "adamw":
                p.grad += spec.weight_decay * p
    optimizer.step()


class RuledTwin(Twin):
    """A run's network in PyTorch with a scheduler, clipping and decay."""

    def __init__(self, torch, run, name, settings):
        super().__init__(torch, run)
        self.optimizer = decayed(torch, run.spec, self.parameters)
        self.scheduler = scheduler_of(torch, self.optimizer, name, settings) if name else None
        self.used = 0
        plain = self.optimizer

        class Around:
            """What the twin's own step calls."""

            zero_grad = plain.zero_grad

            @staticmethod
            def step():
                update(torch, run.spec, plain, self.parameters)

        self.around, self.optimizer = plain, Around

    def step(self):
        result = super().step()
        self.used += 1
        if self.scheduler and (self.run.spec.schedule_unit == "update" or self.used % self.run.loop.batches == 0):
            self.scheduler.step()
        return result


def trained(torch, backend, name="", settings=None, steps=STEPS, **rules):
    """Train both, batch by batch; return the run and its twin."""
    spec = TrainingSpec(
        data="moons", samples=90, noise=0.1, batch_size=10, hidden=(6, 4),
        schedule=key_of(name) if name else "constant", schedule_settings=settings or {}, **rules,
    )  # fmt: skip
    run = TrainingRun(spec, backend=backend)
    twin = RuledTwin(torch, run, name, settings)
    start = run["W1"].copy()
    for _ in range(steps):
        rate = twin.around.param_groups[0]["lr"]
        assert run.rate == pytest.approx(float(rate), rel=1e-12)
        run.step("batch")
        twin.step()
    twin.compare(1e-12)
    assert np.abs(run["W1"] - start).max() > 0.01
    return run, twin


@pytest.mark.parametrize("unit", ["update", "epoch"])
@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
@pytest.mark.parametrize("name", SCHEDULES)
def test_a_training_under_a_schedule(name, optimizer, unit, torch, backend):
    # Five batches an epoch: 300 updates are 60 epochs.
    settings = dict(SCHEDULES[name])
    if unit == "epoch":
        settings = {key: max(value // 5, 2) if key in ("tau", "steps", "warm_up") else value
                    for key, value in settings.items()}  # fmt: skip
    trained(torch, backend, name, settings, optimizer=optimizer, schedule_unit=unit, learning_rate=0.05)


@pytest.mark.parametrize("decoupled", [False, True])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_under_all_rules_at_once(optimizer, decoupled, torch, backend):
    trained(
        torch, backend, "time", {"decay": 0.01}, optimizer=optimizer, decoupled=decoupled, weight_decay=0.03,
        clip_norm=0.3, clip_value=0.08, schedule_unit="update", learning_rate=1.0 if optimizer == "adadelta" else 0.02,
        regularization="l2",
    )  # fmt: skip


def test_decoupled_decay_under_adam_is_pytorchs_adamw(torch, backend):
    run, _ = trained(torch, backend, steps=1, optimizer="adam", learning_rate=0.02, weight_decay=0.1, decoupled=True)
    twin = Twin(torch, run)
    twin.optimizer = torch.optim.AdamW(twin.parameters, lr=0.02, weight_decay=0.1)
    other = TrainingRun(run.spec, backend=backend, start=run.parameters.copy())
    twin.run = other
    for _ in range(STEPS):
        other.step("batch")
        twin.step()
    twin.compare(1e-12)


def test_clipping_by_norm_is_pytorchs_but_for_its_millionth(torch, backend):
    spec = TrainingSpec(data="moons", samples=90, noise=0.1, batch_size=10, optimizer="sgd", learning_rate=0.1,
                        clip_norm=0.2)  # fmt: skip
    run = TrainingRun(spec, backend=backend)
    twin = Twin(torch, run)
    plain, clipped = twin.optimizer, []

    class Around:
        zero_grad = plain.zero_grad

        @staticmethod
        def step():
            clipped.append(float(torch.nn.utils.clip_grad_norm_(twin.parameters, 0.2)) > 0.2)
            plain.step()

    twin.optimizer = Around
    for _ in range(60):
        run.step("batch")
        twin.step()
    assert sum(clipped) > 5
    twin.compare(1e-4)


def path_of_torch(torch, spec, name):
    """The path of PyTorch down a surface under a spec's rules, [301, d]."""
    parameters = [torch.tensor(spec.start, requires_grad=True)]
    optimizer = decayed(torch, spec, parameters)
    scheduler = scheduler_of(torch, optimizer, name, SCHEDULES[name]) if name else None
    path = [parameters[0].detach().numpy().copy()]
    for _ in range(STEPS):
        optimizer.zero_grad()
        FORMULAS[spec.surface](torch, *parameters[0]).backward()
        update(torch, spec, optimizer, parameters)
        if scheduler:
            scheduler.step()
        path.append(parameters[0].detach().numpy().copy())
    return np.array(path)


@pytest.mark.parametrize("optimizer", ["sgd", "nesterov", "adamw"])
@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("surface", ["khan", "beale"])
def test_a_descent_under_all_rules(surface, name, optimizer, torch, backend):
    spec = DescentSpec(
        surface, optimizer=optimizer, schedule=key_of(name), schedule_settings=SCHEDULES[name], weight_decay=0.02,
        decoupled=optimizer == "nesterov", clip_norm=3.0, clip_value=2.5,
    )  # fmt: skip
    run = DescentRun(spec, backend=backend)
    run.seek(Position(STEPS))
    ours = run.frame().path
    assert np.abs(ours - ours[0]).max() > 0.02
    np.testing.assert_allclose(ours, path_of_torch(torch, spec, name), rtol=1e-12, atol=1e-12)
