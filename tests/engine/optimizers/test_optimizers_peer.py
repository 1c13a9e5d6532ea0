"""Every optimizer, weight decay and clipping beside PyTorch's for 300 steps, each on the gradients of its own path."""

from __future__ import annotations

import math

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

pytestmark = pytest.mark.peer

STEPS = 300
SIZE = 21  # parameters: no whole number of vector registers
# Ours, PyTorch's class and its settings.
PAIRS = {
    "sgd": (SGD(0.05), "SGD", {"lr": 0.05}),
    "momentum": (SGD(0.01, 0.8), "SGD", {"lr": 0.01, "momentum": 0.8}),
    "nesterov": (SGD(0.01, 0.8, True), "SGD", {"lr": 0.01, "momentum": 0.8, "nesterov": True}),
    "adagrad": (Adagrad(0.3, 1e-6), "Adagrad", {"lr": 0.3, "eps": 1e-6}),
    "adadelta": (Adadelta(0.8, 0.85, 1e-4), "Adadelta", {"lr": 0.8, "rho": 0.85, "eps": 1e-4}),
    "rmsprop": (RMSprop(0.01, 0.95, 1e-4), "RMSprop", {"lr": 0.01, "alpha": 0.95, "eps": 1e-4}),
    "adam": (Adam(0.02, 0.8, 0.99, 1e-6), "Adam", {"lr": 0.02, "betas": (0.8, 0.99), "eps": 1e-6}),
    "adamw": (
        AdamW(0.02, 0.8, 0.99, 1e-6, 0.3), "AdamW",
        {"lr": 0.02, "betas": (0.8, 0.99), "eps": 1e-6, "weight_decay": 0.3},
    ),
    "adamax": (Adamax(0.02, 0.8, 0.99, 1e-6), "Adamax", {"lr": 0.02, "betas": (0.8, 0.99), "eps": 1e-6}),
    "nadam": (
        NAdam(0.02, 0.8, 0.99, 1e-6, 0.01), "NAdam",
        {"lr": 0.02, "betas": (0.8, 0.99), "eps": 1e-6, "momentum_decay": 0.01},
    ),
    "amsgrad": (
        AMSGrad(0.02, 0.8, 0.99, 1e-6), "Adam", {"lr": 0.02, "betas": (0.8, 0.99), "eps": 1e-6, "amsgrad": True}
    ),
}  # fmt: skip
# What `get_optimizer` gives, by PyTorch's defaults.
USUAL = {
    "sgd": ("SGD", {}), "momentum": ("SGD", {"momentum": 0.9}),
    "nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}), "adagrad": ("Adagrad", {}),
    "adadelta": ("Adadelta", {}), "rmsprop": ("RMSprop", {"alpha": 0.9}), "adam": ("Adam", {}),
    "adamw": ("AdamW", {}), "adamax": ("Adamax", {}), "nadam": ("NAdam", {}), "amsgrad": ("Adam", {"amsgrad": True}),
}  # fmt: skip


@pytest.fixture(autouse=True)
def double(torch):
    # PyTorch keeps the product of NAdam's momenta in the default type.
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


class Ours:
    """An optimizer on a vector of parameters."""

    def __init__(self, optimizer, start, backend):
        build = Builder(1)
        build.parameter("W1", start.shape, "W")
        with build.recording(Phase.UPDATE, "optimizer"):
            optimizer.record(build)
        self.program, self.backend = build.build(), backend
        self.memory = Memory(self.program.layout)
        for name, value in self.program.hyper.items():
            self[name][...] = value
        self.w, self.g = self.memory.arena(Arena.PARAMETERS), self.memory.arena(Arena.GRADIENTS)
        self.w[:] = start

    def __getitem__(self, name):
        return self.memory.view(self.program.refs[name])

    def step(self, gradient):
        self.g[:] = gradient
        nothing = Data(np.zeros((1, 1)), np.zeros((1, 1)))
        self.backend.run_operations(
            self.program, self.memory, nothing, np.zeros(1, np.int64), 0, 1, 0, len(self.program.ops)
        )


CENTRE = np.random.default_rng(3).normal(size=SIZE)
SCALE = np.geomspace(0.1, 10, SIZE)
# As from batch to batch: without it all gradients fade, and what divides by their size makes steps of rounding errors.
WOBBLE = np.random.default_rng(5).normal(0, 0.5, (STEPS, SIZE))


def slope(w, step):
    """The gradient of the sum of scale log(cosh(w - centre)): steep here, flat there, never quite quadratic."""
    return SCALE * np.tanh(w - CENTRE - WOBBLE[step])


def compare(torch, ours, optimizer_class, settings, before=None, tolerance=1e-12):
    """Go 300 steps with both, each along its own path; return the largest difference."""
    start = np.random.default_rng(4).normal(size=SIZE)
    theirs = torch.tensor(start, requires_grad=True)
    optimizer = getattr(torch.optim, optimizer_class)([theirs], **settings)
    ours = ours(start)
    worst = 0.0
    for step in range(STEPS):
        ours.step(slope(ours.w, step))
        theirs.grad = torch.tensor(slope(theirs.detach().numpy(), step))
        if before is not None:
            before(theirs)
        optimizer.step()
        np.testing.assert_allclose(ours.w, theirs.detach().numpy(), rtol=tolerance, atol=tolerance)
        worst = max(worst, np.abs(ours.w - theirs.detach().numpy()).max())
    assert np.abs(ours.w - start).max() > 0.1
    return worst


def test_all_are_here():
    assert set(PAIRS) == set(USUAL) == set(OPTIMIZERS)


@pytest.mark.parametrize("name", PAIRS)
def test_with_settings_of_its_own(name, torch, backend):
    ours, kind, settings = PAIRS[name]
    compare(torch, lambda start: Ours(ours, start, backend), kind, settings)


@pytest.mark.parametrize("name", USUAL)
def test_with_its_usual_settings(name, torch, backend):
    rate = 1.0 if name == "adadelta" else 0.02
    kind, settings = USUAL[name]
    compare(torch, lambda start: Ours(get_optimizer(name, rate), start, backend), kind, {"lr": rate, **settings})


@pytest.mark.parametrize("name", [name for name in PAIRS if name != "adamw"])
def test_coupled_weight_decay(name, torch, backend):
    ours, kind, settings = PAIRS[name]
    compare(
        torch, lambda start: Ours(Decayed(ours, 0.3), start, backend), kind, {**settings, "weight_decay": 0.3}
    )


@pytest.mark.parametrize("name", [name for name in PAIRS if name != "adamw"])
def test_decoupled_weight_decay(name, torch, backend):
    ours, kind, settings = PAIRS[name]

    def before(theirs):
        with torch.no_grad():
            theirs.mul_(1 - settings["lr"] * 0.3)

    compare(torch, lambda start: Ours(Decayed(ours, 0.3, decoupled=True), start, backend), kind, settings, before)


@pytest.mark.parametrize("name", ["sgd", "nesterov", "adam"])
def test_clipping_by_value(name, torch, backend):
    ours, kind, settings = PAIRS[name]
    compare(
        torch, lambda start: Ours(Clipped(ours, value=0.7), start, backend), kind, settings,
        lambda theirs: torch.nn.utils.clip_grad_value_([theirs], 0.7),
    )  # fmt: skip


@pytest.mark.parametrize("name", ["sgd", "nesterov", "adam"])
def test_clipping_by_norm(name, torch, backend):
    ours, kind, settings = PAIRS[name]

    clipped = []

    def before(theirs):
        # PyTorch's own adds 1e-6 to the norm.
        length = torch.linalg.vector_norm(theirs.grad)
        clipped.append(bool(length > 8))
        if clipped[-1]:
            theirs.grad *= 8 / length

    compare(torch, lambda start: Ours(Clipped(ours, norm=8.0), start, backend), kind, settings, before)
    assert 20 < sum(clipped) < STEPS - 20


@pytest.mark.parametrize("name", ["sgd", "adam"])
def test_clipping_by_norm_is_pytorchs_but_for_a_millionth(name, torch, backend):
    ours, kind, settings = PAIRS[name]
    worst = compare(
        torch, lambda start: Ours(Clipped(ours, norm=8.0), start, backend), kind, settings,
        lambda theirs: torch.nn.utils.clip_grad_norm_([theirs], 8.0), tolerance=1e-5,
    )  # fmt: skip
    assert worst > 1e-12


def test_amsgrad_differs_from_adam(torch, backend):
    # Large gradients first: AMSGrad does not forget them.
    ways = {}
    for optimizer in (Adam(0.01, beta2=0.9), AMSGrad(0.01, beta2=0.9)):
        ours = Ours(optimizer, np.zeros(1), backend)
        for k in range(50):
            ours.step(100.0 if k < 5 else 1.0)
        ways[type(optimizer)] = float(ours.w[0])
    assert math.isfinite(ways[AMSGrad])
    assert ways[Adam] < ways[AMSGrad] < 0
