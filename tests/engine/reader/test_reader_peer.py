"""A whole training of a digit reader beside the same in PyTorch."""

from __future__ import annotations

import numpy as np
import pytest

from engine.backend import NumpyBackend, compiled_backend
from engine.reader import PRESETS, ReaderRun, layer

NETS = {
    "lecture": PRESETS["lecture"].spec.with_(batch_size=16),
    "lenet": PRESETS["lenet"].spec.with_(batch_size=8),
    "svm": PRESETS["svm"].spec.with_(batch_size=16, optimizer="momentum", learning_rate=0.01),
    "decayed": PRESETS["small8"].spec.with_(
        optimizer="sgd", learning_rate=0.2, weight_decay=0.01, clip_norm=0.5,
        layers=(
            layer("conv", filters=4, size=3, padding="same"), layer("response_norm", neighbours=3, alpha=0.1),
            layer("conv", filters=4, size=3, stride=2), layer("global_pool", kind="max"), layer("dense", units=6),
        ),
    ),
}  # fmt: skip


class Peer:
    """The same net in PyTorch, with the parameters of a run."""

    def __init__(self, torch, run):
        self.torch, self.run = torch, run
        self.names = [name for name in run.program.refs if name[0] in "Wb" and name[1:].isdigit()]
        self.weights = {name: self.laid(run[name]).requires_grad_() for name in self.names}
        spec, rate = run.spec, run.spec.learning_rate
        makes = {
            "adam": lambda p: torch.optim.Adam(p, rate, weight_decay=spec.weight_decay),
            "sgd": lambda p: torch.optim.SGD(p, rate, weight_decay=spec.weight_decay),
            "momentum": lambda p: torch.optim.SGD(p, rate, momentum=0.9),
        }
        self.optimizer = makes[spec.optimizer](list(self.weights.values()))

    def laid(self, values):
        """Weights [h, w, C, O] as [O, C, h, w], and [I, O] as [O, I]."""
        return self.torch.tensor(values.transpose(3, 2, 0, 1).copy() if values.ndim == 4 else values.T.copy())

    def forward(self, x):
        functional = self.torch.nn.functional
        for number, made in enumerate(self.run.network.layers, 1):
            kind = type(made).__name__
            if kind == "Conv":
                pad = made.size // 2 if made.padding == "same" else 0
                x = functional.conv2d(x, self.weights[f"W{number}"], self.weights[f"b{number}"], made.stride, pad)
            elif kind == "Dense":
                x = functional.linear(x, self.weights[f"W{number}"], self.weights[f"b{number}"])
            elif kind == "MaxPool":
                x = functional.max_pool2d(x, made.size, made.stride)
            elif kind == "AveragePool":
                x = functional.avg_pool2d(x, made.size, made.stride)
            elif kind == "GlobalPool":
                x = x.amax(dim=(2, 3))
            elif kind == "LocalResponseNorm":
                # PyTorch divides alpha by the number of neighbours.
                x = functional.local_response_norm(x, made.neighbours, made.alpha * made.neighbours, made.beta, made.k)
            else:
                x = x.permute(0, 2, 3, 1).flatten(1)
            x = {"relu": functional.relu, "tanh": self.torch.tanh}.get(made.activation, lambda x: x)(x)
        return x

    def step(self, rows):
        """Train on these rows of the run's data; return the loss."""
        data, (height, width, _) = self.run.loop.data, self.run.spec.shape
        x = self.torch.tensor(data.inputs[rows]).reshape(-1, 1, height, width)
        y, scores = self.torch.tensor(data.targets[rows]), self.forward(x)
        if self.run.spec.head == "hinge":
            loss = (1 - y * scores).clamp(min=0).sum(dim=1).mean()
        else:
            loss = self.torch.nn.functional.cross_entropy(scores, y.argmax(dim=1))
        self.optimizer.zero_grad()
        loss.backward()
        if self.run.spec.clip_norm:
            self.torch.nn.utils.clip_grad_norm_(list(self.weights.values()), self.run.spec.clip_norm)
        self.optimizer.step()
        return float(loss.detach())


@pytest.mark.peer
@pytest.mark.concept("C174")
@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize(
    ("backend", "dtype", "tolerance"),
    [(NumpyBackend, "float64", 1e-10), (NumpyBackend, "float32", 1e-4), (compiled_backend, "float32", 1e-4)],
    ids=["NumPy float64", "NumPy float32", "Numba float32"],
)
def test_forty_updates(name, backend, dtype, tolerance, torch):
    run = ReaderRun(NETS[name], backend=backend(), dtype=dtype)
    peer = Peer(torch, run)
    first = run.parameters.copy()
    for _ in range(40):
        run.step("batch")
        loss = peer.step(run.loop.examples())
        assert float(run["loss"]) == pytest.approx(loss, rel=tolerance)
    for each in peer.names:
        assert np.allclose(peer.laid(run[each]), peer.weights[each].detach(), rtol=0, atol=tolerance), each
    assert np.abs(run.parameters - first).max() > 10 * tolerance
