"""The network as lessons see it: its facts against NumPy, its commands against what the page does."""

import math
import time

import numpy as np
import pytest

from engine import Position, SpecError
from engine.datasets.features import feature_matrix
from playground.benches.bench import finished
from playground.benches.network import BENCH
from playground.benches.regions import regions
from playground.views.pictures import GRID

SMALL = {"data": "xor", "hidden": "3", "samples": "60", "noise": "0.1"}


@pytest.fixture
def session():
    return BENCH.begin(SMALL)


def run(session, *texts):
    finished(BENCH.script(session, texts))
    return BENCH.facts(session)


def same(one, other):
    return one == other or (isinstance(one, float) and math.isnan(one) and math.isnan(other))


def forward(session, points):
    """Return the hidden values and the answers of a network with one hidden tanh layer."""
    r = session.run
    hidden = np.tanh(points @ r["W1"] + r["b1"])
    return hidden, 1 / (1 + np.exp(-(hidden @ r["W2"] + r["b2"])[:, 0]))


def cross_entropy(session, data):
    _, p = forward(session, data.inputs)
    y = data.targets.reshape(-1)
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))), float(((p > 0.5) == (y > 0.5)).mean())


def test_scores_are_those_of_numpy(session):
    facts = run(session, "step 20 epoch")
    loss, accuracy = cross_entropy(session, session.run.train)
    test_loss, test_accuracy = cross_entropy(session, session.run.test)
    assert facts["loss"] == pytest.approx(loss, rel=1e-9)
    assert facts["test_loss"] == pytest.approx(test_loss, rel=1e-9)
    assert (facts["accuracy"], facts["test_accuracy"]) == (accuracy, test_accuracy)
    assert facts["gap"] == pytest.approx(test_loss - loss)
    assert (facts["epoch"], facts["train_points"], facts["test_points"]) == (20, 30, 30)


def test_the_past_is_noted(session):
    start = BENCH.facts(session)["loss"]
    losses, tests = [start], [BENCH.facts(session)["test_loss"]]
    for _ in range(30):
        facts = run(session, "step 1 epoch")
        losses.append(facts["loss"])
        tests.append(facts["test_loss"])
    assert facts["start_loss"] == start
    assert facts["curve"] == tuple((float(epoch), loss) for epoch, loss in enumerate(losses))
    assert facts["best_test_loss"] == min(tests)
    assert facts["best_test_epoch"] == tests.index(min(tests))
    # Back in time nothing is known of later.
    facts = run(session, "seek 10")
    assert len(facts["curve"]) == 11
    assert (facts["epoch"], facts["newest_epoch"]) == (10, 30)


@pytest.mark.concept("C059")
def test_layers_are_added_live_and_their_parameters_counted(session):
    assert BENCH.facts(session)["parameters"] == 2 * 3 + 3 + 3 + 1
    facts = run(session, "set hidden 4,3", "activation 2 relu")
    assert (facts["hidden_layers"], facts["hidden_units"], facts["topology"]) == (2, 7, "2-4-3-1")
    assert [facts[f"parameters.{k}"] for k in (1, 2, 3)] == [12, 15, 4]
    assert facts["parameters"] == 31
    assert (facts["activation.1"], facts["activation.2"], facts["shape.2"]) == ("tanh", "relu", "4×3")
    scene = session.scene(False)
    assert len(session.scenes.unit_names()) == 4
    assert scene.spec.hidden == (4, 3)


@pytest.mark.concept("C060")
def test_a_forward_pass_goes_layer_by_layer(session):
    facts = run(session, "step 1 op")
    x, r = session.run["x"].copy(), session.run
    assert not r["a1"].any()
    facts = run(session, "step 1 layer")
    assert facts["layer"] == "dense1"
    hidden = np.tanh(x @ r["W1"] + r["b1"])
    assert r["a1"] == pytest.approx(hidden, rel=1e-12)
    facts = run(session, "step 1 layer")
    assert (facts["layer"], facts["operation"]) == ("dense2", "dense2.z")
    assert r["z2"] == pytest.approx(hidden @ r["W2"] + r["b2"], rel=1e-12)


@pytest.mark.concept("C063")
def test_an_edit_on_an_edge_stands_in_the_matrix_too(session):
    run(session, "look stepping")
    session.set_weight(0, 1, 2, 0.625)
    assert session.run["W1"][1, 2] == 0.625
    assert BENCH.facts(session)["weight.1.2.3"] == 0.625
    run(session, "step 2 op")
    scene = session.scene(False)
    x, r = session.run["x"], session.run
    # The matrices beside the network are those of the product that has just run, the edited weight among them.
    numbers = np.frombuffer(scene.stepping.numbers, np.float32)
    sums = (x @ r["W1"] + r["b1"]).astype(np.float32).ravel()
    assert np.isclose(numbers, 0.625).any()
    assert any(np.allclose(numbers[k : k + sums.size], sums) for k in range(numbers.size - sums.size + 1))


@pytest.mark.concept("C136")
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_without_a_hidden_layer_the_boundary_is_a_line(seed):
    session = BENCH.begin({"data": "circle", "hidden": "", "seed": str(seed)})
    facts = run(session, "step 200 epoch")
    # The curriculum says 0.65; on these points gradient descent has been seen at 0.664.
    assert facts["accuracy"] <= 2 / 3
    # Where the answer changes lie points of one line: of a matrix of ones and their places the rank is 2.
    blue = session.scenes.make(False).answer >= 128
    rows, columns = np.nonzero(blue[:, 1:] != blue[:, :-1])
    if len(rows) > 10:
        along = np.polyfit(rows, columns, 1)
        assert np.abs(np.polyval(along, rows) - columns).max() <= 1.0
    facts = run(session, "set data gauss", "step 50 epoch")
    assert facts["accuracy"] >= 0.98


@pytest.mark.concept("C137")
def test_more_hidden_neurons_come_closer():
    reached = []
    for hidden in ("", "1", "2", "3", "8"):
        session = BENCH.begin({"data": "circle", "hidden": hidden})
        reached.append(run(session, "step 200 epoch")["accuracy"])
    assert reached == sorted(reached)
    # The worked numbers of the curriculum: about half, and with three lines all.
    assert reached[0] < 0.65 < reached[2] < 0.95
    assert reached[3] >= 0.98


@pytest.mark.concept("C140")
def test_pictures_and_boundary_are_of_the_weights_of_now(session):
    before = session.scene(False)
    run(session, "step 25 epoch")
    scene, extent = session.scene(False), session.scenes.extent
    assert not np.array_equal(scene.answer, before.answer)
    axis = (np.arange(GRID) + 0.5) / GRID * 2 * extent - extent
    plane = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    hidden, answer = forward(session, feature_matrix(plane, session.run.first_spec.features))
    shown = scene.answer.astype(float).reshape(-1) / 255
    assert np.abs(shown - answer).max() < 0.01
    session.scenes.hovered = "dense1.1"
    neuron = session.scene(False).boundary.astype(float).reshape(-1) / 127.5 - 1
    assert np.abs(neuron - hidden[:, 1]).max() < 0.02


def test_gradients_are_those_of_the_batch(session):
    facts = BENCH.facts(session)
    assert math.isnan(facts["gradient.1"])
    facts = run(session, "step 3 phase")
    assert facts["gradient.1"] == pytest.approx(np.abs(session.run["dW1"]).mean())
    assert facts["gradient_ratio"] == pytest.approx(facts["gradient.1"] / facts["gradient.2"])
    assert (facts["phase"], facts["moved"]) == ("backward", 0)
    first = session.run["W1"].copy()
    facts = run(session, "step 1 batch")
    assert facts["moved.1"] == pytest.approx(np.abs(session.run["W1"] - first).mean())


def test_a_boundary_has_an_angle():
    session = BENCH.begin({"data": "gauss", "hidden": ""})
    facts = run(session, "weights 3 4 -10")
    assert facts["angle"] == pytest.approx(math.degrees(math.atan2(4, 3)))
    assert facts["offset"] == pytest.approx(2.0)
    facts = run(session, "weight 1 1 1 -3", "bias 1 1 5")
    assert facts["angle"] == pytest.approx(math.degrees(math.atan2(4, -3)))
    assert facts["offset"] == pytest.approx(-1.0)
    assert facts["by_hand"] >= 1


def test_two_runs_are_compared(session):
    facts = run(session, "step 5 epoch", "pin", "set learning_rate 0.2", "step 10 epoch")
    assert (facts["pinned"], facts["pinned_differs"]) == (True, "learning_rate")
    alone = run(BENCH.begin(SMALL), "step 15 epoch")
    assert facts["pinned.loss"] == alone["loss"]
    assert facts["loss_difference"] == facts["loss"] - alone["loss"]
    assert not run(session, "pin off")["pinned"]


def test_permuted_neurons_make_the_same_answer(session):
    facts = run(session, "pin", "permute 1 1 3")
    assert facts["moved"] > 0.01
    assert abs(facts["loss_difference"]) < 1e-12


def test_drawn_points_become_own_data(session):
    facts = run(session, "draw 1 2 1", "draw -1 2.5 0")
    assert facts["own_data"]
    assert facts["train_points"] + facts["test_points"] == 62


def test_another_state_opens_in_place(session):
    run(session, "step 5 epoch", "pin", "look stepping gradients", "set hidden 4,4", "draw 1 1 1", "step 3 epoch")
    session.speed = "fastest"
    BENCH.open(session, SMALL | {"views": "landscape"})
    facts, fresh = BENCH.facts(session), BENCH.facts(BENCH.begin(SMALL | {"views": "landscape"}))
    assert facts.keys() == fresh.keys()
    assert [name for name in facts if not same(facts[name], fresh[name])] == []
    assert (session.speed, session.pinned, session.draft) == ("normal", None, None)
    assert session.run.position == Position()
    assert session.scene(False).pinned is None


def test_regions_are_counted():
    answer = np.zeros((100, 100), np.uint8)
    assert regions(answer) == 1
    answer[20:40, 20:40] = answer[60:80, 60:80] = 200
    assert regions(answer) == 3
    # A ring: its inside and its outside do not touch.
    ring = np.zeros((100, 100), np.uint8)
    ring[20:80, 20:80] = 255
    ring[40:60, 40:60] = 0
    assert regions(ring) == 3
    # A comb whose teeth meet in the last row only.
    comb = np.zeros((100, 100), np.uint8)
    comb[:, ::20] = comb[:, 1::20] = 255
    comb[-2:] = 255
    assert regions(comb) == 1 + 5


@pytest.mark.parametrize(
    "text",
    [
        "set colour red", "set hidden 99", "weight 1 9 1 0", "weights 1 2", "look nowhere", "new year", "play 0 epoch",
        "step 1 hour", "draw 1 1 7", "dance",
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(session, text):
    with pytest.raises(SpecError):
        run(session, text)


def test_addresses_with_mistakes_are_refused():
    with pytest.raises(SpecError, match="views"):
        BENCH.begin({"views": "outside"})


def test_every_fact_is_documented(session):
    names = {name.split(".<")[0] for name in BENCH.names}
    settings = {"data", "samples"} | set(BENCH.names["<setting>"].removeprefix("any setting of the page: ").split(", "))
    undocumented = {fact for fact in BENCH.facts(session) if fact not in names | settings}
    assert {fact for fact in undocumented if fact.split(".")[0] not in names} == set()


def test_facts_take_little_time():
    session = BENCH.begin({"data": "spiral", "hidden": "8,8"})
    run(session, "step 300 epoch")
    times = []
    for _ in range(20):
        start = time.perf_counter()
        BENCH.facts(session)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.002
