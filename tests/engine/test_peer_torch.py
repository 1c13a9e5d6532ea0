"""The same nets on the same batches in PyTorch: losses, gradients and whole trainings."""

from __future__ import annotations

import numpy as np
import pytest

from engine.losses import LOSSES, Targets
from engine.spec import HIDDEN_ACTIVATIONS, TrainingSpec
from engine.training import TrainingRun

pytestmark = pytest.mark.peer

DATA = {
    Targets.REAL: "multi-gauss",
    Targets.BINARY: "moons",
    Targets.SIGNED: "moons",
    Targets.ONE_HOT: "blobs3",
}
OPTIMIZERS = {
    "sgd": ("SGD", {}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "adagrad": ("Adagrad", {}),
    "adadelta": ("Adadelta", {}),
    "rmsprop": ("RMSprop", {"alpha": 0.9}),
    "adam": ("Adam", {}),
    "adamw": ("AdamW", {}),
    "adamax": ("Adamax", {}),
    "nadam": ("NAdam", {}),
    "amsgrad": ("Adam", {"amsgrad": True}),
}


@pytest.fixture(autouse=True)
def double(torch):
    """PyTorch in float64: it keeps the product of NAdam's momenta in the default type."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


class Twin:
    """A run's network in PyTorch, with the run's weights of now."""

    def __init__(self, torch, run):
        self.torch, self.run = torch, run
        functions = {
            "identity": lambda z: z,
            "tanh": torch.tanh,
            "sigmoid": torch.sigmoid,
            "relu": torch.relu,
            "gaussian": lambda z: torch.exp(-(z**2)),
            "softmax": lambda z: torch.softmax(z, 1),
            "elu": torch.nn.functional.elu,
            "leaky_relu": torch.nn.functional.leaky_relu,
            "selu": torch.selu,
            "swish": torch.nn.functional.silu,
            "gelu": lambda z: torch.nn.functional.gelu(z, approximate="tanh"),
            "softplus": lambda z: torch.nn.functional.softplus(z, threshold=40),
            "sine": torch.sin,
        }
        count = len(run.network.layers)
        last = run.network.output_activation
        names = [layer.activation for layer in run.network.layers]
        # Where the loss contains the output's activation, both sides work on logits.
        names[-1] = "identity" if last != "identity" else names[-1]
        self.activations = [functions[name] for name in names]
        self.names = [f"{kind}{n}" for n in range(1, count + 1) for kind in "Wb"]
        self.parameters = [torch.tensor(run[name].copy(), requires_grad=True) for name in self.names]
        kind, settings = OPTIMIZERS[run.spec.optimizer]
        self.optimizer = getattr(torch.optim, kind)(self.parameters, lr=run.spec.learning_rate, **settings)

    def batch(self):
        """The batch that stands in the run's memory."""
        chosen = self.run.loop.examples()
        return tuple(
            self.torch.tensor(part[chosen])
            for part in (self.run.loop.data.inputs, self.run.loop.data.targets)
        )

    def loss(self, o, y):
        F = self.torch.nn.functional
        name = self.run.network.loss.name
        return {
            "half_squared_error": lambda: 0.5 * F.mse_loss(o, y, reduction="sum") / len(y),
            "mean_squared_error": lambda: F.mse_loss(o, y),
            "mean_absolute_error": lambda: F.l1_loss(o, y),
            "binary_crossentropy": lambda: F.binary_cross_entropy_with_logits(o, y),
            "categorical_crossentropy": lambda: F.cross_entropy(o, y),
            "hinge": lambda: F.relu(1 - y * o).mean(),
            "exponential": lambda: self.torch.exp(-y * o).mean(),
            "logistic": lambda: F.soft_margin_loss(o, y) / np.log(2),
        }[name]()

    def step(self):
        """One step on the run's last batch; returns the loss and the gradients before it."""
        x, y = self.batch()
        for n, activation in enumerate(self.activations):
            x = activation(x @ self.parameters[2 * n] + self.parameters[2 * n + 1])
        loss = self.loss(x, y)
        penalty, rate = self.run.spec.regularization, self.run.spec.regularization_rate
        total = loss
        for W in self.parameters[::2]:
            total = total + {"none": 0, "l1": rate * W.abs().sum(), "l2": rate / 2 * (W**2).sum()}[penalty]
        self.optimizer.zero_grad()
        total.backward()
        gradients = [p.grad.numpy().copy() for p in self.parameters]
        self.optimizer.step()
        return float(loss.detach()), gradients

    def compare(self, tolerance):
        for name, parameter in zip(self.names, self.parameters, strict=True):
            np.testing.assert_allclose(
                self.run[name], parameter.detach().numpy(), rtol=tolerance, atol=tolerance, err_msg=name
            )


def both(torch, backend, **settings):
    settings = {"batch_size": 10, "learning_rate": 0.03, **settings}
    run = TrainingRun(TrainingSpec(samples=90, noise=0.1, **settings), backend=backend)
    return run, Twin(torch, run)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_three_steps(loss, optimizer, torch, backend):
    run, twin = both(
        torch,
        backend,
        data=DATA[loss.targets],
        loss=loss.name,
        optimizer=optimizer,
        hidden=(5, 4),
        batch_size=8,
    )
    for _ in range(3):
        run.step("batch")
        value, gradients = twin.step()
        assert float(run["loss"]) == pytest.approx(value, rel=1e-12)
        for name, gradient in zip(twin.names, gradients, strict=True):
            np.testing.assert_allclose(run[f"d{name}"], gradient, rtol=1e-11, atol=1e-13, err_msg=name)
        twin.compare(1e-12)


@pytest.mark.parametrize("activation", [name for name in HIDDEN_ACTIVATIONS if name != "step"])
@pytest.mark.parametrize("penalty", ["none", "l1", "l2"])
def test_activations_and_penalties(activation, penalty, torch, backend):
    run, twin = both(
        torch, backend, data="circle", activation=activation, regularization=penalty,
        regularization_rate=0.05,
        hidden=(6, 3), optimizer="momentum", batch_size=7, learning_rate=0.05,
    )  # fmt: skip
    for _ in range(20):
        run.step("batch")
        twin.step()
    twin.compare(1e-12)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_three_hundred_steps(optimizer, torch, backend):
    # 45 training points in batches of 10: the last batch of each epoch has 5.
    rate = 1.0 if optimizer == "adadelta" else 0.01
    run, twin = both(torch, backend, data="moons", optimizer=optimizer, hidden=(8, 8), learning_rate=rate)
    start = run["W1"].copy()
    for _ in range(300):
        run.step("batch")
        twin.step()
    twin.compare(1e-12)
    assert np.abs(run["W1"] - start).max() > 0.01
