"""What there is to reach, and whether it has been."""

from __future__ import annotations

import pytest

from engine.reader import PRESETS as NETS
from engine.reader import ReaderRun, layer
from playground.stages.training.presets import PRESETS
from playground.stages.training.tasks import Records, tasks


def test_records_keep_the_best_of_each_network() -> None:
    records, spec = Records(), NETS["lecture"].spec
    assert records.of(spec) == 0
    for accuracy in (0.5, 0.96, 0.9):
        records.note(spec.with_(learning_rate=0.01 * accuracy, seed=3), accuracy)
    assert records.of(spec) == 0.96
    assert records.of(spec.with_(head="hinge")) == 0
    assert records.among("mnist", 1_680, 1_680) == 0.96
    assert records.among("mnist", 0, 1_679) == records.among("digits8", 0, 10**6) == 0


def test_95_per_cent() -> None:
    records, spec = Records(), NETS["lecture"].spec
    (task,) = tasks("lecture", spec, records, None)
    assert (task["done"], task["seen"]) == (False, "Not trained yet.")
    records.note(spec, 0.949)
    (task,) = tasks("lecture", spec, records, None)
    assert (task["done"], task["seen"]) == (False, "Best so far: 94.9 %.")
    records.note(spec, 0.95)
    (task,) = tasks("", spec, records, None)
    assert task["done"]
    # Another network begins anew.
    (task,) = tasks("", spec.with_(layers=()), records, None)
    assert not task["done"]


def test_lenet_of_another_kind_counts_as_long_as_it_has_its_parameters() -> None:
    records, lenet = Records(), NETS["lenet"].spec
    records.note(lenet, 0.96)
    records.note(NETS["lecture"].spec, 0.99)
    (task,) = tasks("lenet", lenet, records, None)
    assert (task["done"], task["seen"]) == (False, "Best so far: 96.0 %.")
    modern = tuple(
        layer("max_pool") if each.kind == "average_pool" else
        each.with_(activation="relu") if each.kind in ("conv", "dense") else each
        for each in lenet.layers
    )  # fmt: skip
    records.note(lenet.with_(layers=modern), 0.975)
    (task,) = tasks("lenet", lenet, records, None)
    assert task["done"]


@pytest.mark.parametrize(
    ("softmax", "hinge", "done"), [(0.95, 0.93, True), (0.95, 0.91, False), (0.8, 0.8, False), (0.95, None, False)]
)
def test_both_heads_within_three_points(softmax, hinge, done) -> None:
    records, spec = Records(), NETS["svm"].spec
    records.note(spec.with_(head="softmax"), softmax)
    if hinge is not None:
        records.note(spec, hinge)
    (task,) = tasks("svm", spec, records, None)
    assert task["done"] is done
    assert f"Soft-max {100 * softmax:.1f} %" in task["seen"]


def test_the_network_without_convolutions_against_the_lectures() -> None:
    records = Records()
    records.note(PRESETS["dense"].spec, 0.92)
    (task,) = tasks("dense", PRESETS["dense"].spec, records, None)
    assert (task["done"], task["seen"]) == (False, "Best so far: no convolution 92.0 % with 25,450 parameters.")
    records.note(PRESETS["lecture"].spec, 0.96)
    (task,) = tasks("dense", PRESETS["dense"].spec, records, None)
    assert task["done"]
    assert "the lecture’s net 96.0 % with 1,680 parameters" in task["seen"]


@pytest.mark.parametrize(
    ("lecture", "dense", "done"),
    [((0.96, 0.85), (0.92, 0.925), True), ((0.96, 0.93), (0.92, 0.925), False), ((0.96, 0.85), (0.92, 0.89), False),
     ((0.96, 0.85), (0.92, 0.0), False)],
)  # fmt: skip
def test_only_the_network_with_convolutions_suffers_from_shuffled_pixels(lecture, dense, done) -> None:
    records = Records()
    for key, (plain, shuffled) in {"lecture": lecture, "dense": dense}.items():
        records.note(PRESETS[key].spec, plain)
        records.note(PRESETS[key].spec.with_(data="shuffled"), shuffled)
    (task,) = tasks("shuffled", PRESETS["shuffled"].spec, records, None)
    assert task["done"] is done
    assert f"the lecture’s net 96.0 % plain, {100 * lecture[1]:.1f} % shuffled" in task["seen"]


def test_a_small_network_can_be_trained_to_95_per_cent() -> None:
    # The task can be done: 3 filters make 30 + 280 = 310 parameters.
    spec = NETS["small8"].spec.with_(layers=(layer("conv", filters=3, size=3), layer("max_pool")))
    run, records = ReaderRun(spec), Records()
    while records.of(spec) < 0.95 and run.position.epoch < 60:
        run.step("epoch")
        records.note(spec, run.judge().accuracy)
    (task,) = tasks("small8", spec, records, None)
    assert task["done"]
    records = Records()
    records.note(NETS["small8"].spec, 0.99)
    (task,) = tasks("small8", spec, records, None)
    assert not task["done"]


def test_a_pick_in_the_third_convolution(session) -> None:
    looked = session("preset=hierarchy")
    assert not looked.scene(False).tasks[0]["done"]
    looked.pick(1, (3, 3, 0))
    assert not looked.scene(False).tasks[0]["done"]
    looked.pick(5, (2, 2, 0))
    scene = looked.scene(False)
    assert scene.tasks[0]["done"]
    # Rows 2 to 4 of pool4, 4 to 9 of conv3, 3 to 10 of pool2, 6 to 21 of conv1: 18 pixels.
    field = scene.wall["fields"][0]
    assert (field["first"], field["last"]) == ([5, 5], [22, 22])


def test_what_was_reached_is_kept_during_a_visit(session) -> None:
    visit = session()
    visit.run.step("epoch", 2)
    visit.scene(False)
    reached = visit.records.of(visit.run.spec)
    assert reached > 0.5
    visit.open_preset("lecture")
    visit.scene(False)
    assert visit.records.of(PRESETS["small8"].spec) == reached
    assert visit.records.of(PRESETS["lecture"].spec) == 0
