"""Every optimizer on every surface beside PyTorch's, with PyTorch's own gradients, for 300 updates."""

from __future__ import annotations

import numpy as np
import pytest

from engine.descent import SURFACES, DescentRun, DescentSpec
from engine.experiment import Position
from engine.optimizers import OPTIMIZERS
from tests.engine.descent.formulas import FORMULAS

pytestmark = pytest.mark.peer

STEPS = 300
# PyTorch's class, and what its settings are called here; those of the optimizer's spec are handed on.
TWINS = {
    "sgd": ("SGD", {}, {}),
    "momentum": ("SGD", {}, {"momentum": "momentum"}),
    "nesterov": ("SGD", {"nesterov": True}, {"momentum": "momentum"}),
    "adagrad": ("Adagrad", {}, {"eps": "eps"}),
    "adadelta": ("Adadelta", {}, {"rho": "rho", "eps": "eps"}),
    "rmsprop": ("RMSprop", {}, {"alpha": "rho", "eps": "eps"}),
    "adam": ("Adam", {}, {"betas": ("beta1", "beta2"), "eps": "eps"}),
    "adamw": ("AdamW", {}, {"betas": ("beta1", "beta2"), "eps": "eps", "weight_decay": "weight_decay"}),
    "adamax": ("Adamax", {}, {"betas": ("beta1", "beta2"), "eps": "eps"}),
    "nadam": ("NAdam", {}, {"betas": ("beta1", "beta2"), "eps": "eps", "momentum_decay": "momentum_decay"}),
    "amsgrad": ("Adam", {"amsgrad": True}, {"betas": ("beta1", "beta2"), "eps": "eps"}),
}
KNOWN = [name for name in OPTIMIZERS if name in TWINS]


@pytest.fixture(autouse=True)
def double(torch):
    # PyTorch keeps the product of NAdam's momenta in the default type.
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


PATHS = {}


def path_of_torch(torch, spec):
    """The twin's path [301, d]; both engines are compared with the same one."""
    if spec in PATHS:
        return PATHS[spec]
    kind, fixed, named = TWINS[spec.optimizer]
    ours = spec.make_optimizer()
    settings = {
        theirs: tuple(getattr(ours, name) for name in names) if isinstance(names, tuple) else getattr(ours, names)
        for theirs, names in named.items()
    }
    parameters = torch.tensor(spec.start, requires_grad=True)
    optimizer = getattr(torch.optim, kind)([parameters], lr=spec.learning_rate, **fixed, **settings)
    noise = [np.random.default_rng([spec.seed, block]).normal(size=(256, len(spec.start))) for block in range(2)]
    path = [parameters.detach().numpy().copy()]
    for xi in np.concatenate(noise)[:STEPS]:
        optimizer.zero_grad()
        wobble = spec.noise * (parameters * torch.tensor(xi)).sum()
        (spec.loss_scale * (FORMULAS[spec.surface](torch, *parameters) + wobble)).backward()
        optimizer.step()
        path.append(parameters.detach().numpy().copy())
    PATHS[spec] = np.array(path)
    return PATHS[spec]


def compare(torch, spec, backend):
    run = DescentRun(spec, backend=backend)
    run.seek(Position(STEPS))
    ours = run.frame().path
    assert np.isfinite(ours).all()
    assert np.abs(ours - ours[0]).max() > 0.05
    np.testing.assert_allclose(ours, path_of_torch(torch, spec), rtol=1e-12, atol=1e-12)


def test_the_first_four_are_among_them():
    assert {"sgd", "momentum", "nesterov", "adam"} <= set(KNOWN)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam"])
@pytest.mark.parametrize("surface", SURFACES)
def test_300_updates(torch, backend, surface, optimizer):
    compare(torch, DescentSpec(surface, optimizer=optimizer), backend)


@pytest.mark.parametrize("optimizer", KNOWN)
@pytest.mark.parametrize("surface", SURFACES)
def test_300_updates_with_noise_and_a_factor(torch, backend, surface, optimizer):
    # Without noise gradients fade, and what divides by their size makes steps of rounding errors.
    compare(torch, DescentSpec(surface, optimizer=optimizer, noise=0.3, seed=3, loss_scale=0.5), backend)
