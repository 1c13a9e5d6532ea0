"""The parts of an update: what each line of an optimizer makes, beside PyTorch's states and numbers worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arena import Arena, Memory
from engine.backend import Data, NumpyBackend
from engine.descent import DescentRun, DescentSpec, fan
from engine.experiment import Position
from engine.optimizers import OPTIMIZERS, SGD, Adam, AdamW, Clipped, Decayed
from engine.outlook import Role, follow, lines_of
from engine.program import Builder, Phase

UPDATES = 37
RATE = 0.02
# PyTorch's class, its settings, and the names of its states, by ours.
TWINS = {
    "sgd": ("SGD", {}, {}),
    "momentum": ("SGD", {"momentum": 0.9}, {"v": "momentum_buffer"}),
    "nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}, {"v": "momentum_buffer"}),
    "adagrad": ("Adagrad", {}, {"s": "sum"}),
    "adadelta": ("Adadelta", {}, {"v": "square_avg", "u": "acc_delta"}),
    "rmsprop": ("RMSprop", {"alpha": 0.9}, {"v": "square_avg"}),
    "adam": ("Adam", {}, {"m": "exp_avg", "v": "exp_avg_sq"}),
    "adamw": ("AdamW", {}, {"m": "exp_avg", "v": "exp_avg_sq"}),
    "adamax": ("Adamax", {}, {"m": "exp_avg", "u": "exp_inf"}),
    "nadam": ("NAdam", {}, {"m": "exp_avg", "v": "exp_avg_sq"}),
    "amsgrad": ("Adam", {"amsgrad": True}, {"m": "exp_avg", "v": "exp_avg_sq", "v_max": "max_exp_avg_sq"}),
}
# By which of its parts a step is made, as the papers write it.
STEPS = {
    "sgd": lambda p: -p["rate"] * p["g"],
    "momentum": lambda p: -p["rate"] * p["v"],
    "nesterov": lambda p: -p["rate"] * (p["g"] + 0.9 * p["v"]),
    "adagrad": lambda p: -p["rate"] * p["g"] / (np.sqrt(p["s"]) + 1e-10),
    "adadelta": lambda p: -p["rate"] * p["change"],
    "rmsprop": lambda p: -p["rate"] * p["g"] / (np.sqrt(p["v"]) + 1e-8),
    "adam": lambda p: -p["rate"] * p["m_hat"] / (np.sqrt(p["v_hat"]) + 1e-8),
    "adamw": lambda p: p["decay"] - p["rate"] * p["m_hat"] / (np.sqrt(p["v_hat"]) + 1e-8),
    "adamax": lambda p: -p["rate"] * p["m_hat"] / p["u"],
    "nadam": lambda p: -p["rate"] * p["n"] / (np.sqrt(p["v_hat"]) + 1e-8),
    "amsgrad": lambda p: -p["rate"] * p["m_hat"] / (np.sqrt(p["v_hat"]) + 1e-8),
}


@pytest.fixture(scope="module")
def frame():
    """A descent by gradient descent, that has come some way."""
    run = DescentRun(DescentSpec("himmelblau", optimizer="sgd", learning_rate=0.004))
    run.seek(Position(UPDATES))
    return run.frame()


@pytest.fixture(scope="module")
def parts(frame):
    """The parts of all optimizers there, by optimizer and name."""
    outlooks = fan(frame, dict.fromkeys(OPTIMIZERS, RATE), backend=NumpyBackend())
    return {outlook.optimizer: {part.name: part.values for part in outlook.parts} for outlook in outlooks}


@pytest.fixture
def double(torch):
    """PyTorch in double precision: the product of NAdam's momenta is of the default type."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield torch
    torch.set_default_dtype(before)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_step_is_made_of_its_parts(optimizer, parts) -> None:
    made = STEPS[optimizer](parts[optimizer])
    np.testing.assert_allclose(parts[optimizer]["step"], made, rtol=1e-9)
    assert parts[optimizer]["rate"] == RATE


@pytest.mark.peer
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_what_is_remembered_and_corrected_is_what_pytorch_remembers(optimizer, parts, frame, double) -> None:
    torch, (kind, settings, states) = double, TWINS[optimizer]
    weights = torch.zeros(2, requires_grad=True)
    twin = getattr(torch.optim, kind)([weights], lr=RATE, **settings)
    for point in frame.path:
        # The path is another's: only what is remembered goes on.
        weights.data = torch.tensor(point)
        x, y = weights
        twin.zero_grad()
        ((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2).backward()
        twin.step()
    ours, theirs = parts[optimizer], twin.state[weights]
    np.testing.assert_allclose(ours["g"], weights.grad.numpy(), rtol=1e-11)
    np.testing.assert_allclose(ours["step"], weights.detach().numpy() - frame.point, rtol=1e-9)
    for name, place in states.items():
        np.testing.assert_allclose(ours[name], theirs[place].numpy(), rtol=1e-11)
    if "m_hat" in ours:
        np.testing.assert_allclose(ours["m_hat"], theirs["exp_avg"] / (1 - 0.9 ** (UPDATES + 1)), rtol=1e-11)
    if "v_hat" in ours:
        mean = theirs["max_exp_avg_sq" if optimizer == "amsgrad" else "exp_avg_sq"]
        np.testing.assert_allclose(ours["v_hat"], mean / (1 - 0.999 ** (UPDATES + 1)), rtol=1e-11)
    # Everything that PyTorch keeps for each parameter is told.
    kept = {name for name, value in theirs.items() if value is not None and value.numel() == 2}
    assert kept == set(states.values())


def test_each_part_is_told_in_the_order_of_the_update_and_in_its_role(frame) -> None:
    (nadam,) = fan(frame, ["nadam"])
    told = [(part.name, part.role) for part in nadam.parts if part.role is not Role.OTHER]
    assert told == [
        ("g", Role.GRADIENT), ("m", Role.MEAN), ("v", Role.SIZE), ("n", Role.CORRECTED), ("v_hat", Role.CORRECTED),
        ("rate", Role.RATE), ("step", Role.STEP),
    ]  # fmt: skip
    assert {part.tex for part in nadam.parts} >= {"g", "m", r"\hat{v}", r"\eta"}
    assert not nadam.parts[0].values.flags.writeable


def parts_of(optimizer, w, g, backend, chosen=None):
    """The first update of an optimizer at w with the gradient g, and where it leads."""
    build = Builder(1)
    build.parameter("W1", (len(w),), "W")
    with build.recording(Phase.UPDATE, "optimizer"):
        optimizer.record(build)
    program = build.build()
    memory = Memory(program.layout)
    for name, value in program.hyper.items():
        memory.view(program.refs[name])[...] = value
    memory.arena(Arena.PARAMETERS)[:] = w
    memory.arena(Arena.GRADIENTS)[:] = g
    nothing = Data(np.zeros((1, 1)), np.zeros((1, 1)))

    def operate(start, stop):
        backend.run_operations(program, memory, nothing, np.zeros(1, np.int64), 0, 1, start, stop)

    found = follow(program, lines_of(program), memory, operate, chosen)
    return found, memory.arena(Arena.PARAMETERS)


def test_a_clipped_gradient_stands_beside_the_one_that_came(backend) -> None:
    found, w = parts_of(Clipped(SGD(0.1), norm=1.0), [1.0, 2.0], [3.0, 4.0], backend)
    values = {part.name: part.values for part in found}
    assert [part.name for part in found] == ["g", "norm", "scaled", "rate", "step"]
    assert [part.role for part in found][:3] == [Role.GRADIENT, Role.OTHER, Role.GRADIENT]
    np.testing.assert_allclose(values["g"], [3, 4])
    assert values["norm"] == pytest.approx(5)
    np.testing.assert_allclose(values["scaled"], [0.6, 0.8])
    np.testing.assert_allclose(values["step"], [-0.06, -0.08])
    np.testing.assert_allclose(w, [0.94, 1.92])
    found, _ = parts_of(Clipped(SGD(0.1), value=3.5), [1.0, 2.0], [3.0, 4.0], backend)
    np.testing.assert_allclose(next(part.values for part in found if part.name == "clipped"), [3, 3.5])


def test_a_decay_is_told_apart_from_the_rest_of_the_step(backend) -> None:
    found, w = parts_of(Decayed(SGD(0.1), 0.5, decoupled=True), [1.0, 2.0], [3.0, 4.0], backend)
    steps = {part.name: part.values for part in found if part.role is Role.STEP}
    np.testing.assert_allclose(steps["decay"], [-0.05, -0.1])
    np.testing.assert_allclose(steps["step"], [-0.35, -0.5])
    np.testing.assert_allclose(w, [0.65, 1.5])
    # Coupled, it is part of the gradient instead.
    found, _ = parts_of(Decayed(SGD(0.1), 0.5), [1.0, 2.0], [3.0, 4.0], backend)
    gradients = [part.values for part in found if part.role is Role.GRADIENT]
    np.testing.assert_allclose(gradients, [[3, 4], [3.5, 5]])
    assert [part.name for part in found if part.role is Role.STEP] == ["step"]


def test_the_first_update_of_adam_undoes_the_start_at_zero(backend) -> None:
    found, _ = parts_of(Adam(0.3), [1.0, 2.0, 0.0], [3.0, -4.0, 0.5], backend, chosen=[1, 2])
    values = {part.name: part.values for part in found}
    np.testing.assert_allclose(values["m"], [-0.4, 0.05])
    np.testing.assert_allclose(values["v"], [0.016, 0.00025])
    np.testing.assert_allclose(values["m_hat"], [-4, 0.5])
    np.testing.assert_allclose(values["v_hat"], [16, 0.25])
    np.testing.assert_allclose(values["step"], [0.3, -0.3], rtol=1e-6)
    assert values["t"] == 1


def test_what_is_no_number_is_told_as_it_is(backend) -> None:
    found, _ = parts_of(AdamW(), [1.0], [np.inf], backend)
    values = {part.name: part.values for part in found}
    assert np.isinf(values["m_hat"][0])
    assert np.isnan(values["step"][0])
