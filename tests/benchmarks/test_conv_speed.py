"""How long training takes: a step beside PyTorch on one thread, and digits until they are read; no time is asserted.

Run: pytest tests/benchmarks/test_conv_speed.py --benchmark-enable -s; the last lines are the table.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import pytest

from engine.arena import Arena, Memory
from engine.backend import Data, compiled_backend
from engine.layers import Conv, Dense, Flatten, MaxPool
from engine.losses import get_loss
from engine.map_network import MapNetwork
from engine.network import Network
from engine.optimizers import get_optimizer
from engine.reader import PRESETS, ReaderRun

STEPS = 4
LAYOUTS = ("channels_last", "contiguous_format")


@dataclass(frozen=True)
class Case:
    """A network of ours and the same of PyTorch."""

    title: str
    shape: tuple[int, ...]
    layers: tuple
    parameters: int
    # The number of the dense layer that reads maps, and their shape.
    flat: tuple[int, tuple[int, ...]] | None = None

    def theirs(self, nn):
        """Return the modules, and the numbers of our layers with weights by theirs."""
        if self.flat:
            modules = [
                nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(),
                nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(),
                nn.Linear(84, 10),
            ]  # fmt: skip
            return modules, {0: 1, 3: 3, 7: 6, 9: 7, 11: 8}
        return [nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)], {0: 1, 2: 2}

    def network(self):
        loss, optimizer = get_loss("categorical_crossentropy"), get_optimizer("sgd", 1e-3)
        if self.flat:
            return MapNetwork(self.shape, self.layers, loss, optimizer)
        return Network(self.shape[0], self.layers, loss, optimizer)


LENET = Case("LeNet-5 on 28 × 28", (28, 28, 1), (
    Conv(6, 5, "relu", padding="same"), MaxPool(2), Conv(16, 5, "relu"), MaxPool(2), Flatten(), Dense(120, "relu"),
    Dense(84, "relu"), Dense(10),
), 61_706, (6, (5, 5, 16)))  # fmt: skip
SMALL = Case("64-32-10", (64,), (Dense(32, "relu"), Dense(10)), 2410)
cases = pytest.mark.parametrize(
    ("case", "batch"), [(LENET, 1), (LENET, 8), (LENET, 32), (SMALL, 32)],
    ids=["LeNet-5, 1", "LeNet-5, 8", "LeNet-5, 32", "64-32-10, 32"],
)  # fmt: skip


def examples(case, batch):
    """Random pictures and classes for so many steps."""
    rng = np.random.default_rng(0)
    count = batch * STEPS
    return rng.normal(size=(count, *case.shape)).astype(np.float32), rng.integers(0, 10, count)


def our_step(case, batch):
    """Return a function that makes `STEPS` training steps and returns their losses, the memory and the program."""
    x, classes = examples(case, batch)
    network = case.network()
    program = network.record(batch)
    memory = Memory(program.layout, np.float32)
    network.initialize(program, memory, np.random.default_rng(1))
    data = Data(x.reshape(len(x), -1), np.eye(10, dtype=np.float32)[classes])
    backend, order = compiled_backend(), np.arange(len(x))
    return lambda: backend.run_batches(program, memory, data, order, batch, 0, STEPS), memory, program


def their_step(torch, case, batch, layout):
    """The same in PyTorch: the function, and the modules."""
    x, classes = examples(case, batch)
    layout = getattr(torch, layout)
    model = torch.nn.Sequential(*case.theirs(torch.nn)[0])
    inputs, targets = torch.tensor(x), torch.tensor(classes)
    if case.flat:
        model = model.to(memory_format=layout)
        inputs = inputs.reshape(-1, 1, *case.shape[:2]).to(memory_format=layout)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    cross_entropy = torch.nn.functional.cross_entropy

    def step():
        losses = []
        for first in range(0, len(x), batch):
            optimizer.zero_grad(set_to_none=True)
            loss = cross_entropy(model(inputs[first : first + batch]), targets[first : first + batch])
            loss.backward()
            optimizer.step()
            losses.append(loss)
        return losses

    return step, model


def seconds(function, least):
    """Return the time of this thread for one call, from as many calls as fill `least` seconds."""
    calls, start = 0, time.thread_time()
    while calls == 0 or time.thread_time() - start < least:
        function()
        calls += 1
    return (time.thread_time() - start) / calls


@cases
@pytest.mark.peer
def test_beside_pytorch(case, batch, torch, benchmark, capsys):
    """The three take turns; the median of each."""
    step, memory, program = our_step(case, batch)
    rounds, least = (15, 0.05) if benchmark.enabled else (1, 0.0)
    functions = [step, *(their_step(torch, case, batch, layout)[0] for layout in LAYOUTS)]
    for function in functions:
        function()
    times = np.median([[seconds(f, least) for f in functions] for _ in range(rounds)], axis=0) / STEPS * 1e6
    assert memory.arena(Arena.PARAMETERS).size == case.parameters
    assert np.isfinite(memory.view(program.refs["loss"]))
    with capsys.disabled():
        if benchmark.enabled:
            ours, last, first = times
            print(
                f"\n{case.title}, batch {batch:2}: {ours:7.1f} µs a step; PyTorch {last:7.1f} (channels last), "
                f"{first:7.1f} (channels first): {min(last, first) / ours:.1f} times"
            )
    benchmark(step)


@cases
@pytest.mark.peer
def test_both_make_the_same_steps(case, batch, torch):
    """The losses of four steps from the same parameters: what is timed is the same work."""
    step, memory, program = our_step(case, batch)
    theirs, model = their_step(torch, case, batch, LAYOUTS[1])
    with torch.no_grad():
        for layer, number in case.theirs(torch.nn)[1].items():
            weight = memory.view(program.refs[f"W{number}"])
            if case.flat and number == case.flat[0]:
                # Ours flattens with the channels fastest, PyTorch with the columns.
                weight = weight.reshape(*case.flat[1], -1).transpose(2, 0, 1, 3).reshape(weight.shape)
            model[layer].weight[:] = torch.tensor(np.moveaxis(weight, (-1, -2), (0, 1)).copy())
            model[layer].bias[:] = torch.tensor(memory.view(program.refs[f"b{number}"]).copy())
    np.testing.assert_allclose(step(), [float(loss.detach()) for loss in theirs()], rtol=1e-5)


@pytest.mark.parametrize("preset", ["lecture", "lenet"])
@pytest.mark.benchmark(group="training until 95 % of the test digits are read")
def test_training_to_95_percent(preset, benchmark, capsys):
    """Without the time of judging, which a training that is only run does not need."""

    def trained():
        run, epochs, spent = ReaderRun(PRESETS[preset].spec), 0, 0.0
        while epochs < 15:
            start = time.thread_time()
            run.step("epoch")
            spent, epochs = spent + time.thread_time() - start, epochs + 1
            if run.judge().accuracy >= 0.95:
                break
        return run.judge().accuracy, epochs, spent

    accuracy, epochs, spent = benchmark.pedantic(trained)
    assert accuracy >= 0.95
    with capsys.disabled():
        if benchmark.enabled:
            print(f"\n{preset}: {accuracy:.1%} of the test digits after {epochs} epochs, {spent:.2f} s of training")
