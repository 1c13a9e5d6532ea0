"""How long things take; no time is asserted. Run: pytest tests/benchmarks --benchmark-enable."""

from __future__ import annotations

import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from engine.arena import Arena
from engine.backend import NumpyBackend, default_backend
from engine.experiment import Position
from engine.metrics import Evaluator
from engine.spec import TrainingSpec
from engine.training import TrainingRun

ROOT = Path(__file__).resolve().parents[2]
# 2-8-8-1 on 500 training points in batches of 10: 50 steps an epoch.
SPEC = TrainingSpec(
    data="spiral", samples=1000, train_share=0.5, hidden=(8, 8), activation="tanh", batch_size=10,
    loss="half_squared_error", optimizer="sgd", learning_rate=0.03,
)  # fmt: skip


@pytest.mark.parametrize("backend", [default_backend(), NumpyBackend()], ids=lambda backend: backend.name)
@pytest.mark.benchmark(group="epoch of 2-8-8-1, 500 points, batch 10")
def test_an_epoch(benchmark, backend):
    run = TrainingRun(SPEC, backend=backend)
    run.step("epoch")
    benchmark(run.step, "epoch")
    benchmark.extra_info["batches"] = run.loop.batches


@pytest.mark.peer
@pytest.mark.benchmark(group="epoch of 2-8-8-1, 500 points, batch 10")
def test_an_epoch_in_pytorch(benchmark, torch):
    run = TrainingRun(SPEC)
    x, y = torch.tensor(run.loop.data.inputs), torch.tensor(run.loop.data.targets)
    units = (2, 8, 8, 1)
    layers = []
    for inputs, outputs in pairwise(units):
        layers += [torch.nn.Linear(inputs, outputs, dtype=torch.float64), torch.nn.Tanh()]
    model = torch.nn.Sequential(*layers)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.03)

    def epoch():
        order = torch.randperm(len(x))
        for first in range(0, len(x), 10):
            batch = order[first : first + 10]
            optimizer.zero_grad()
            loss = 0.5 * torch.nn.functional.mse_loss(model(x[batch]), y[batch])
            loss.backward()
            optimizer.step()

    epoch()
    benchmark(epoch)


@pytest.mark.parametrize("grain", ["op", "batch"])
@pytest.mark.benchmark(group="one step")
def test_a_single_step(benchmark, grain):
    run = TrainingRun(SPEC)
    benchmark(run.step, grain)


@pytest.mark.benchmark(group="pictures")
def test_all_neurons_on_a_grid(benchmark):
    run = TrainingRun(SPEC)
    axis = np.linspace(-6, 6, 100)
    grid = np.column_stack([part.ravel() for part in np.meshgrid(axis, axis)])
    evaluator = Evaluator(run.network, grid, None, run.backend)
    parameters = run.loop.memory.arena(Arena.PARAMETERS).copy()
    benchmark(evaluator.run, parameters)
    assert evaluator["a2"].shape == (10_000, 8)


@pytest.mark.benchmark(group="history")
def test_seek_from_100_000_steps(benchmark):
    run = TrainingRun(SPEC.with_(optimizer="adam"))
    run.step("epoch", 2000)
    assert run.loop.updates == 100_000
    rng = np.random.default_rng(0)

    def anywhere():
        return (Position(int(rng.integers(2000)), int(rng.integers(50)), int(rng.integers(10))),), {}

    benchmark.pedantic(run.seek, setup=anywhere, rounds=200)
    benchmark.extra_info["checkpoint bytes"] = run.history.bytes


@pytest.mark.benchmark(group="start")
def test_import_to_first_step_with_a_warm_cache(benchmark):
    code = (
        "from engine.spec import TrainingSpec; from engine.training import TrainingRun; "
        "TrainingRun(TrainingSpec()).step('batch')"
    )

    def start():
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)

    start()  # compiles what is not in the cache
    before = time.perf_counter()
    benchmark.pedantic(start, rounds=3)
    benchmark.extra_info["seconds of all rounds"] = time.perf_counter() - before
