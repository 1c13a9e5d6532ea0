"""What every optimizer would do next from a real moment: the run's own to the last bit, the others beside PyTorch's."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine import Grain, Position, TrainingRun, TrainingSpec
from engine.arena import Arena
from engine.backend import whole_state
from engine.capsule import save_run
from engine.inside.outlook import network_fan
from engine.optimizers import OPTIMIZERS
from engine.program import Phase

SMALL = TrainingSpec(hidden=(3,), samples=50, batch_size=8)
# PyTorch's class and its settings.
TWINS = {
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


def of(fan, optimizer):
    return next(outlook for outlook in fan.outlooks if outlook.optimizer == optimizer)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_own_outlook_is_the_runs_next_update_to_the_last_bit(optimizer, backend) -> None:
    run = TrainingRun(SMALL.with_(optimizer=optimizer, regularization="l2"), backend=backend)
    for updates in (0, 1, 11):
        run.seek(run.loop.at(updates))
        fan = network_fan(run, [optimizer])
        assert fan.parameters.tobytes() == run.parameters.tobytes()
        run.step(Grain.BATCH)
        (own,) = fan.outlooks
        assert own.own
        assert own.point.tobytes() == run.parameters.tobytes()
        assert own.learning_rate == 0.02


def gradient_of(run):
    """The gradient that the run's next update gets; the run is left within that batch."""
    run.seek(run.loop.at(run.loop.updates, run.program.phases()[-1][0]))
    return run.loop.memory.arena(Arena.GRADIENTS).copy()


def test_the_run_is_not_touched() -> None:
    spec = SMALL.with_(dropout=0.3, hidden=(4, 4))
    run, alone = TrainingRun(spec, record=True), TrainingRun(spec, record=True)
    for each in (run, alone):
        each.step(Grain.EPOCH, 3)
        each.step(Grain.OP, 5)
    saved, memory = save_run(run), run.loop.memory.flat.copy()
    network_fan(run, parameters=[0, 5])
    assert save_run(run) == saved
    assert run.loop.memory.flat.tobytes() == memory.tobytes()
    assert run.position == alone.position
    assert run.history.checkpoints == alone.history.checkpoints
    # Nor is what comes.
    for each in (run, alone):
        each.step(Grain.EPOCH, 120)
    assert whole_state(run.loop.memory).tobytes() == whole_state(alone.loop.memory).tobytes()
    np.testing.assert_array_equal(run.curve(), alone.curve())


@pytest.mark.peer
@pytest.mark.parametrize("own", ["sgd", "adam"])
def test_the_others_do_what_pytorchs_do_with_the_same_gradients_along_the_same_path(own, torch, backend) -> None:
    updates, rate = 60, 0.03
    spec = SMALL.with_(optimizer=own, learning_rate=rate)
    run = TrainingRun(spec, backend=backend)
    run.seek(run.loop.at(updates))
    fan = network_fan(run)
    assert (fan.updates, fan.handed, fan.optimizer) == (updates, updates, own)
    path = TrainingRun(spec, backend=backend)
    steps = []
    for update in range(updates + 1):
        path.seek(path.loop.at(update))
        where = path.parameters.copy()
        steps.append((where, gradient_of(path)))
    np.testing.assert_array_equal(fan.gradient, steps[-1][1])
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    for optimizer, (kind, settings) in TWINS.items():
        weights = torch.zeros(run.network.parameters, requires_grad=True)
        twin = getattr(torch.optim, kind)([weights], lr=rate, **settings)
        for where, gradient in steps:
            weights.data, weights.grad = torch.tensor(where), torch.tensor(gradient)
            twin.step()
        outlook = of(fan, optimizer)
        theirs = weights.detach().numpy()
        np.testing.assert_allclose(outlook.point, theirs, rtol=0, atol=1e-12, err_msg=optimizer)
        np.testing.assert_allclose(outlook.step, theirs - steps[-1][0], rtol=0, atol=1e-12, err_msg=optimizer)
        assert np.linalg.norm(theirs - steps[-1][0]) > 1e-5
        assert outlook.norm == pytest.approx(np.linalg.norm(theirs - steps[-1][0]), rel=1e-9)
        assert outlook.own == (optimizer == own)
    torch.set_default_dtype(before)


def test_the_gradient_is_that_of_the_batchs_loss() -> None:
    run = TrainingRun(SMALL.with_(hidden=(2,), samples=20, regularization="none"))
    run.step(Grain.EPOCH, 2)
    fan = network_fan(run, ["sgd"])
    inside = TrainingRun(run.spec)
    inside.seek(run.position)
    inside.step(Grain.BATCH)
    rows = inside.loop.examples()
    x, y = run.prepare(run.train)

    def loss(parameters):
        return mean_loss(parameters, x[rows], y[rows])

    h = 1e-6
    for place in range(run.network.parameters):
        moved = np.zeros(run.network.parameters)
        moved[place] = h
        slope = (loss(fan.parameters + moved) - loss(fan.parameters - moved)) / (2 * h)
        assert fan.gradient[place] == pytest.approx(slope, abs=1e-8)


def mean_loss(parameters, x, y):
    """The cross-entropy of a 2-2-1 network with tanh, by itself."""
    first, last = parameters[:4].reshape(2, 2), parameters[6:8].reshape(2, 1)
    z = np.tanh(x @ first + parameters[4:6]) @ last + parameters[8]
    return float((np.log1p(np.exp(z)) - y * z).mean())


def test_the_losses_are_those_at_the_end_of_each_step() -> None:
    run = TrainingRun(SMALL.with_(hidden=(2,), samples=40, batch_size=7, learning_rate=0.2))
    run.step(Grain.EPOCH, 2)
    # The last batch of an epoch is smaller.
    run.step(Grain.BATCH, run.loop.batches - 1)
    fan = network_fan(run)
    path = TrainingRun(run.spec)
    path.seek(run.position)
    path.step(Grain.BATCH)
    rows = path.loop.examples()
    assert len(rows) == 20 % 7
    x, y = run.prepare(run.train)
    assert fan.batch_loss == pytest.approx(mean_loss(fan.parameters, x[rows], y[rows]), rel=1e-12)
    assert fan.train_loss == pytest.approx(mean_loss(fan.parameters, x, y), rel=1e-12)
    for outlook in fan.outlooks:
        assert outlook.batch_loss == pytest.approx(mean_loss(outlook.point, x[rows], y[rows]), rel=1e-12)
        assert outlook.train_loss == pytest.approx(mean_loss(outlook.point, x, y), rel=1e-12)
    assert len({outlook.batch_loss for outlook in fan.outlooks}) > 5


def test_with_dropout_the_same_neurons_are_dropped_at_the_end_of_the_step() -> None:
    run = TrainingRun(SMALL.with_(dropout=0.5, hidden=(8,)))
    run.step(Grain.EPOCH)
    fan = network_fan(run, {"sgd": 1e-6, "adam": 0.02})
    path = TrainingRun(run.spec)
    path.seek(run.position)
    forward = next(end for _, end in path.program.phases())
    path.seek(path.loop.at(path.loop.updates, forward + 1))
    assert path.program.ops[forward].phase is Phase.LOSS
    assert fan.batch_loss == float(path["loss"])
    # So small a step changes the loss by as much as the gradient says, which other neurons would not.
    change = of(fan, "sgd").batch_loss - fan.batch_loss
    assert change == pytest.approx(-1e-6 * float(fan.gradient @ fan.gradient), rel=1e-3)


def test_lengths_and_angles() -> None:
    run = TrainingRun(SMALL)
    run.step(Grain.EPOCH, 4)
    fan = network_fan(run)
    sgd, adagrad = of(fan, "sgd"), of(fan, "adagrad")
    assert sgd.norm == pytest.approx(0.02 * np.linalg.norm(fan.gradient), rel=1e-12)
    assert sgd.angle == pytest.approx(0, abs=1e-5)
    cosine = -adagrad.step @ fan.gradient / np.linalg.norm(adagrad.step) / np.linalg.norm(fan.gradient)
    assert adagrad.angle == pytest.approx(math.degrees(math.acos(cosine)), abs=1e-6)
    assert 5 < adagrad.angle < 90


def test_the_parts_are_those_of_the_chosen_weights() -> None:
    run = TrainingRun(SMALL)
    run.step(Grain.EPOCH, 4)
    W, b = run.program.refs["W2"], run.program.refs["b1"]
    chosen = [W.offset + 1, b.offset]
    fan = network_fan(run, parameters=chosen)
    own = {part.name: part.values for part in of(fan, "adam").parts}
    run.step(Grain.BATCH)
    np.testing.assert_array_equal(own["g"], [run["dW2"][1, 0], run["db1"][0]])
    np.testing.assert_array_equal(own["m"], run["m"][chosen])
    np.testing.assert_array_equal(own["v"], run["v"][chosen])
    np.testing.assert_array_equal(own["step"], of(fan, "adam").step[chosen])
    np.testing.assert_allclose(fan.parameters[chosen] + own["step"], [run["W2"][1, 0], run["b1"][0]], rtol=1e-12)


def test_only_the_last_gradients_are_handed_where_there_are_too_many() -> None:
    run = TrainingRun(SMALL.with_(optimizer="sgd"))
    run.seek(run.loop.at(40))
    fan = network_fan(run, {"momentum": 0.1, "adagrad": 0.1, "sgd": 0.1}, most=6)
    assert (fan.updates, fan.handed) == (40, 6)
    path = TrainingRun(run.spec)
    gradients = []
    for update in range(34, 41):
        path.seek(path.loop.at(update))
        gradients.append(gradient_of(path))
    velocity = sum(0.9 ** (6 - k) * g for k, g in enumerate(gradients))
    np.testing.assert_allclose(of(fan, "momentum").step, -0.1 * velocity, rtol=1e-9, atol=1e-15)
    squares = np.sqrt(sum(g**2 for g in gradients)) + 1e-10
    np.testing.assert_allclose(of(fan, "adagrad").step, -0.1 * gradients[-1] / squares, rtol=1e-9, atol=1e-15)


def test_within_a_batch_the_update_of_that_batch_is_meant() -> None:
    run = TrainingRun(SMALL)
    run.seek(Position(2, 1))
    whole = network_fan(run)
    run.seek(Position(2, 1, 4))
    fan = network_fan(run)
    assert fan.position == Position(2, 1)
    for outlook, other in zip(fan.outlooks, whole.outlooks, strict=True):
        assert outlook.point.tobytes() == other.point.tobytes()


def test_after_changes_weights_set_by_hand_and_on_a_branch_it_is_still_the_next_update() -> None:
    run = TrainingRun(SMALL.with_(regularization="l1"))
    run.step(Grain.EPOCH, 2)
    run.change(learning_rate=0.5)
    run.step(Grain.EPOCH, 2)
    run.seek(Position(3, 1))
    run.set_parameter("W1", (0, 0), 2.0)
    run.change(regularization="l2", regularization_rate=0.1)
    run.step(Grain.BATCH, 3)
    run.set_parameter("b1", (2,), -1.0)
    fan = network_fan(run, ["adam", "sgd"])
    # The gradients on the way were met at the weights that were set.
    path = [Position(0), Position(2), Position(3, 1)]
    assert all(position < fan.position for position in path)
    run.step(Grain.BATCH)
    assert of(fan, "adam").point.tobytes() == run.parameters.tobytes()
    assert of(fan, "adam").learning_rate == 0.5


def test_a_run_that_was_carried_over_goes_on_from_the_state_that_it_was_given() -> None:
    first = TrainingRun(SMALL)
    first.step(Grain.EPOCH, 3)
    run = TrainingRun(SMALL.with_(data="xor"), start=whole_state(first.loop.memory).copy())
    run.step(Grain.BATCH, 2)
    fan = network_fan(run, ["adam"])
    run.step(Grain.BATCH)
    assert of(fan, "adam").point.tobytes() == run.parameters.tobytes()


def test_rates_of_their_own() -> None:
    run = TrainingRun(SMALL)
    run.step(Grain.EPOCH)
    fan = network_fan(run, {"adam": 0.001, "sgd": 0.5})
    assert [outlook.learning_rate for outlook in fan.outlooks] == [0.001, 0.5]
    usual = network_fan(run, ["adam"])
    np.testing.assert_allclose(of(fan, "adam").step, of(usual, "adam").step / 20, rtol=1e-6, atol=1e-15)


def test_what_there_is_not_is_refused() -> None:
    run = TrainingRun(SMALL)
    with pytest.raises(ValueError, match="a parameter here is one of 0 to 12, got 13"):
        network_fan(run, parameters=[13])
    with pytest.raises(ValueError, match="adem"):
        network_fan(run, ["adem"])


def test_where_numbers_are_no_numbers_they_are_told() -> None:
    start = np.linspace(-1, 1, 13)
    start[4] = math.inf
    fan = network_fan(TrainingRun(SMALL, start=start), ["sgd", "adam"])
    assert all(math.isnan(outlook.norm) for outlook in fan.outlooks)
    assert math.isnan(fan.train_loss)


RULES = {
    "schedule": "exponential", "schedule_settings": {"tau": 2.0}, "schedule_unit": "epoch", "clip_norm": 0.3,
    "weight_decay": 0.05,
}  # fmt: skip


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("decoupled", [False, True])
def test_with_a_schedule_a_decay_and_a_clip_it_is_still_the_next_update(optimizer, decoupled, backend) -> None:
    run = TrainingRun(SMALL.with_(optimizer=optimizer, decoupled=decoupled, **RULES), backend=backend)
    run.seek(run.loop.at(11))
    (own,) = network_fan(run, [optimizer]).outlooks
    run.step(Grain.BATCH)
    assert own.point.tobytes() == run.parameters.tobytes()
    # 25 examples in batches of 8: eleven updates are two epochs and a bit.
    assert own.learning_rate == pytest.approx(0.02 * 10 ** (-2 / 2.0))


@pytest.mark.peer
@pytest.mark.parametrize("most", [1000, 5])
def test_the_others_too_are_clipped_and_decay_at_the_rate_that_the_schedule_has_come_to(most, torch) -> None:
    run = TrainingRun(SMALL.with_(optimizer="sgd", **RULES))
    run.seek(run.loop.at(11))
    fan = network_fan(run, ["adam", "momentum"], most=most)
    path, steps = TrainingRun(run.spec), []
    for update in range(max(0, 11 - most), 12):
        path.seek(path.loop.at(update))
        steps.append((path.parameters.copy(), gradient_of(path)))
    for optimizer, kind, settings in (("adam", "Adam", {}), ("momentum", "SGD", {"momentum": 0.9})):
        weights = torch.zeros(run.network.parameters, dtype=torch.float64, requires_grad=True)
        twin = getattr(torch.optim, kind)([weights], lr=0.02 * 10**-1.0, **settings)
        for where, gradient in steps:
            weights.data = torch.tensor(where)
            # In the order in which the run has them.
            weights.grad = torch.tensor(treated(run, where, gradient))
            twin.step()
        np.testing.assert_allclose(of(fan, optimizer).point, weights.detach().numpy(), rtol=0, atol=1e-12)
        assert of(fan, optimizer).learning_rate == pytest.approx(0.002)


def treated(run, where, gradient):
    """The gradient after decay and clip, in the order of the run's listing."""
    order = [op.kind.name for op in run.program.ops if op.kind.name in ("coupled_decay", "clip_norm")]
    for line in order:
        if line == "coupled_decay":
            gradient = gradient + 0.05 * where
        else:
            gradient = gradient * min(1.0, 0.3 / np.linalg.norm(gradient))
    assert len(order) == 2
    return gradient
