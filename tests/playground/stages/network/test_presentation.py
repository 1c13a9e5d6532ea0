"""The page's words and numbers."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from engine import Grain, Position, SpecError, TrainingRun, TrainingSpec
from engine.backend import default_backend
from engine.datasets.csv_table import read_table
from engine.datasets.dataset import Task
from engine.datasets.own import Points
from engine.metrics import Score
from engine.spec import OWN
from playground.stages.network import presentation

# Four batches in an epoch.
SMALL = {"hidden": (3,), "samples": 40, "batch_size": 5}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.5000"), (-0.25, "−0.2500"), (math.nan, "NaN"), (math.inf, "∞"), (-math.inf, "−∞"),
        (123456.0, "1.23e+05"), (0.0, "0.0000"),
    ],
)  # fmt: skip
def test_numbers_read_well(value: float, text: str) -> None:
    assert presentation.number(value) == text


def test_real_targets_have_r_squared() -> None:
    items = presentation.readout_items(TrainingSpec(data="plane"))
    assert [item[1] for item in items] == ["Epoch", "Loss", "Test loss", "R²", "Test R²"]
    items = presentation.readout_items(TrainingSpec())
    assert [item[1] for item in items][3:] == ["Accuracy", "Test accuracy"]
    assert all(len(item[3]) > 20 for item in items), "each number says what it is"


def test_the_numbers_are_the_scene_s_and_the_pinned_run_s(session) -> None:
    one = session(**SMALL)
    one.run.step(Grain.EPOCH, 1200)
    one.pin()
    one.run.change(learning_rate=1.0)
    one.run.step(Grain.EPOCH)
    scene = one.scene(False)
    for run, shown, rate in ((one.run, scene, "1"), (one.pinned, scene.pinned, "0.02")):
        train, test = run.scores()
        assert presentation.numbers(shown) == {
            "epoch": "1,201",
            "loss": f"{train.loss:.4f}",
            "test_loss": f"{test.loss:.4f}",
            "score": f"{train.accuracy:.3f}",
            "test_score": f"{test.accuracy:.3f}",
            "rate": rate,
        }
    assert presentation.numbers(scene) != presentation.numbers(scene.pinned)


def test_the_status_says_where_the_run_stands(session) -> None:
    one = session()
    run = one.run
    assert presentation.status(one.scene(False), run) == {
        "step": 0, "length": 0, "text": "Epoch 0 · batch 1 of 13", "at_end": True, "can_back": False,
        "can_reset": False,
    }  # fmt: skip
    run.step(Grain.BATCH, 2)
    run.step(Grain.PHASE)
    run.step_back(Grain.OP)
    status = presentation.status(one.scene(False), run)
    assert status["text"] == "Epoch 0 · batch 3 of 13 · forward, next dense3.z"
    assert (status["step"], status["length"], status["at_end"], status["can_back"]) == (2, 2, False, True)


def test_neurons_have_names() -> None:
    spec = TrainingSpec(formulas=("x1*x2",))
    assert presentation.neuron_name("", spec) == ""
    assert presentation.neuron_name("dense2.0", spec) == "neuron 1 of dense2"
    assert presentation.neuron_name("x1_squared", spec) == "input x₁²"
    assert presentation.neuron_name("own1", spec) == f"input {spec.offered_features[-1].label}"
    assert presentation.neuron_name("own2", spec) == "", "an input that is gone has no name"


# --- the diagram ---------------------------------------------------------------------------------------------


def test_the_diagram_has_all_inputs_and_all_layers() -> None:
    columns = presentation.diagram_columns(TrainingRun(TrainingSpec(hidden=(3,), inputs=("x2",), data="blobs3")))
    assert [len(column["units"]) for column in columns] == [7, 3, 3]
    assert [unit["id"] for unit in columns[0]["units"] if unit["on"]] == ["x2"]
    assert [column["kind"] for column in columns] == ["input", "hidden", "output"]
    single = presentation.diagram_columns(TrainingRun(TrainingSpec()))[-1]["units"]
    assert [unit["label"] for unit in single] == ["ŷ"]


def test_own_inputs_stand_below_the_others_and_can_be_removed() -> None:
    spec = TrainingSpec(hidden=(3,), formulas=("x1*x2", "sin(x1)"), inputs=("x1", "own2"))
    units = presentation.diagram_columns(TrainingRun(spec))[0]["units"]
    assert [(unit["id"], unit["on"]) for unit in units[-2:]] == [("own1", False), ("own2", True)]
    assert [unit["id"] for unit in units if unit["removable"]] == ["own1", "own2"]
    assert [unit["label"] for unit in units[-2:]] == [feature.label for feature in spec.offered_features[-2:]]


def test_skip_dropout_and_activation_stand_at_the_layers_that_have_them() -> None:
    spec = TrainingSpec(hidden=(4, 4, 2), skip=True, dropout=0.25, activations=("", "relu"))
    columns = presentation.diagram_columns(TrainingRun(spec))
    assert [column.get("skip") for column in columns] == [None, False, True, False, None]
    assert [column.get("dropout") for column in columns] == [None, 0.25, 0.25, 0.25, None]
    assert [column.get("activation") for column in columns] == [None, "tanh", "relu", "tanh", None]
    assert [column["title"] for column in columns] == ["Inputs", "4 × Tanh", "4 × ReLU", "2 × Tanh", "Output"]


def edited(spec: TrainingSpec, **message: object) -> TrainingSpec:
    changes = presentation.structure_edit(message)
    return spec.with_(**{name: change(spec) for name, change in changes.items()})


def test_clicks_on_the_diagram_stay_within_the_limits() -> None:
    assert presentation.resized((16, 1), 0, 1) == (16, 1)
    assert presentation.resized((16, 1), 1, -1) == (16, 1)
    assert presentation.resized((16, 1), 1, 1) == (16, 2)
    assert presentation.resized((16, 1), 7, 1) == (16, 1)
    assert presentation.with_layers((3,) * 8, 1) == (3,) * 8
    assert presentation.with_layers((), 1) == (4,)
    assert presentation.with_layers((), -1) == ()
    assert presentation.with_layers((3, 5), 1) == (3, 5, 5)


def test_units_and_layers_change_the_hidden_layers() -> None:
    spec = TrainingSpec(hidden=(3, 5))
    assert edited(spec, type="units", column=2, delta=1).hidden == (3, 6)
    assert edited(spec, type="units", column=1, delta=-1).hidden == (2, 5)
    assert edited(spec, type="units", column=3, delta=1).hidden == (3, 5), "the output's neurons are the classes"
    assert edited(spec, type="layers", delta=1).hidden == (3, 5, 5)
    assert edited(spec, type="layers", delta=-1).hidden == (3,)


def test_an_input_is_turned_on_and_off() -> None:
    spec = TrainingSpec(formulas=("x1*x2",))
    assert edited(spec, type="toggle_input", unit="x1").inputs == ("x2",)
    assert edited(spec, type="toggle_input", unit="own1").inputs == ("x1", "x2", "own1")
    with pytest.raises(SpecError, match="at least one is needed"):
        edited(TrainingSpec(inputs=("x1",)), type="toggle_input", unit="x1")


@pytest.mark.concept("C051")
def test_a_layer_gets_an_activation_of_its_own() -> None:
    spec = TrainingSpec(hidden=(3, 3, 3))
    one = edited(spec, type="activation", column=2, activation="relu")
    assert one.resolved_activations == ("tanh", "relu", "tanh")
    assert edited(one, type="activation", column=2, activation="tanh") == spec
    assert edited(one, type="activation", column=4, activation="sine") == one, "the output's belongs to the loss"
    # The common one still reaches those that have none of their own.
    assert one.with_(activation="sigmoid").resolved_activations == ("sigmoid", "relu", "sigmoid")


@pytest.mark.parametrize(
    ("unit", "formulas", "inputs"),
    [
        ("own1", ("x2**2", "x1+x2"), ("x1", "own1", "own2")),
        ("own2", ("x1*x2", "x1+x2"), ("x1", "own2")),
        ("own3", ("x1*x2", "x2**2"), ("x1", "own2")),
        ("x1", ("x1*x2", "x2**2", "x1+x2"), ("x1", "own2", "own3")),
    ],
)
def test_of_own_inputs_those_behind_a_removed_one_move_up(unit, formulas, inputs) -> None:
    spec = TrainingSpec(formulas=("x1*x2", "x2**2", "x1+x2"), inputs=("x1", "own2", "own3"))
    after = edited(spec, type="remove_input", unit=unit)
    assert (after.formulas, after.inputs) == (formulas, inputs)
    kept = [feature.sentence for feature in spec.features if feature.key != unit]
    if unit.startswith("own"):
        assert [feature.sentence for feature in after.features] == kept, "what was on stays on, the same formulas"


def test_the_last_input_that_is_on_is_not_removed_without_another() -> None:
    spec = TrainingSpec(formulas=("x1*x2",), inputs=("own1",))
    assert edited(spec, type="remove_input", unit="own1") == TrainingSpec(inputs=("x1",))
    assert edited(TrainingSpec(), type="remove_input", unit="own1") == TrainingSpec()


# --- names of a student's data -------------------------------------------------------------------------------


def of_file() -> TrainingSpec:
    rows = [f"{k},{10 * k},{'cat' if k % 2 else 'dog'}" for k in range(20)]
    points = read_table("\n".join(["age,weight,animal", *rows]).encode(), "pets.csv").points("age", "weight", "animal")
    return TrainingSpec(data=OWN, points=points, hidden=(2,))


def test_classes_and_axes_have_the_names_of_the_file() -> None:
    spec = of_file()
    assert presentation.class_names(spec) == ["cat", "dog"]
    assert presentation.axis_labels(spec) == ("age", "weight")


def test_without_a_file_they_have_the_course_s_names() -> None:
    assert presentation.class_names(TrainingSpec()) is None
    assert presentation.axis_labels(TrainingSpec()) == ("x₁", "x₂")
    # Own points that are not shown say nothing.
    assert presentation.axis_labels(of_file().with_(data="spiral")) == ("x₁", "x₂")
    assert presentation.class_names(of_file().with_(data="spiral")) is None
    drawn = Points(np.arange(20.0).reshape(10, 2), np.arange(10) % 2.0, Task.CLASSIFICATION, 2)
    assert presentation.axis_labels(TrainingSpec(data=OWN, points=drawn)) == ("x₁", "x₂")


# --- the tree of history -------------------------------------------------------------------------------------


def test_the_tree_names_each_branch_by_what_was_changed(session) -> None:
    one = session(**SMALL)
    backend = default_backend()
    one.run.step(Grain.EPOCH, 4)
    one.seek(Position(1))
    one.edit("learning_rate", 0.1, backend)
    one.run.step(Grain.EPOCH, 2)
    one.seek(Position(2))
    one.edit_many({"regularization": "l2", "regularization_rate": 0.01}, backend)
    one.run.step(Grain.EPOCH)
    one.seek(Position(2))
    one.set_weight(0, 0, 0, 1.0)
    one.set_weight(0, 0, 1, 1.0)
    one.run.step(Grain.EPOCH)
    segments = presentation.tree_segments(one.run)
    assert [segment["label"] for segment in segments] == [
        "to epoch 4; the first run",
        "to epoch 3; learning rate 0.02 → 0.1, from epoch 1",
        "to epoch 3; regularization None → L2, regularization rate 0.001 → 0.01, from epoch 2",
        # From where the penalty was changed, and so with the penalty.
        "to epoch 3; 2 weights set by hand, from epoch 2",
    ]
    assert [segment["parent"] for segment in segments] == [None, 0, 1, 2]
    batches = one.run.loop.batches
    assert [segment["start"] for segment in segments] == [0, batches, 2 * batches, 2 * batches]
    assert [segment["end"] for segment in segments] == [4 * batches] + [3 * batches] * 3
    assert [segment["leaf"] for segment in segments] == [0, 1, 2, 3]


def test_the_tree_s_parents_come_before_their_children(session) -> None:
    one = session(**SMALL)
    for rate in (0.1, 0.2, 0.3, 0.4):
        one.run.step(Grain.EPOCH, 2)
        one.seek_step(one.run.loop.updates // 2)
        one.edit("learning_rate", rate, default_backend())
    one.stand_on(1)
    segments = presentation.tree_segments(one.run)
    seen: set[int] = set()
    for segment in segments:
        assert segment["parent"] is None or segment["parent"] in seen
        seen.add(segment["id"])
    assert len(seen) == len(segments)
    leaves = {segment["leaf"]: segment for segment in segments if segment["leaf"] is not None}
    assert sorted(leaves) == list(range(len(one.run.branches)))
    # The line that is stood on runs from the root to the branch's end.
    line, at = set(), leaves[1]["id"]
    while at is not None:
        line.add(at)
        at = segments[at]["parent"]
    assert {segment["id"] for segment in segments if segment["current"]} == line


def test_one_weight_is_one(session) -> None:
    one = session(**SMALL)
    one.run.step(Grain.EPOCH, 2)
    one.seek_step(1)
    one.set_bias(1, 0, 1.0)
    assert presentation.tree_segments(one.run)[-1]["label"] == "to epoch 0; 1 weight set by hand, from epoch 0"


def test_a_diagnosis_is_said_in_lines(session) -> None:
    one = session(hidden=(4,), loss="exponential", optimizer="sgd", learning_rate=10.0, activation="relu")
    one.run.step(Grain.EPOCH, 3)
    one.scene(False)
    trouble = one.trouble
    what, why, *remedies = presentation.trouble_lines(trouble, one.run.position)
    assert what[0].isupper()
    assert what.lower() == trouble.what.lower()
    assert why == trouble.why
    assert remedies == [f"Try: {remedy}" for remedy in trouble.remedies] != []
    lines = presentation.trouble_lines(trouble, trouble.position)
    assert lines[2].startswith("You stand just before it")
    assert [*lines[:2], *lines[3:]] == [what, why, *remedies]


# --- the picture in words ------------------------------------------------------------------------------------


def test_the_summary_s_numbers_are_the_scene_s(session) -> None:
    one = session(data="circle", hidden=(4, 3), samples=100)
    one.run.step(Grain.EPOCH, 60)
    scene = one.scene(False)
    train, test = one.run.scores()
    text = presentation.summary(scene, one.run, "")
    assert text.startswith(
        f"Epoch 60 of a 2–4–3–1 network on {one.run.spec.kind.title}: loss {train.loss:.4f} in training and "
        f"{test.loss:.4f} in the test, accuracy {train.accuracy:.3f}, test accuracy {test.accuracy:.3f}. "
    )
    # The share of the plane, counted by the network itself on another, finer grid.
    axis = np.linspace(-one.scenes.extent, one.scenes.extent, 400)
    x = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    a = np.tanh(np.tanh(x @ one.run["W1"] + one.run["b1"]) @ one.run["W2"] + one.run["b2"])
    blue = float((a @ one.run["W3"] + one.run["b3"] > 0).mean())
    assert 0.02 < blue < 0.98
    said = int(re.search(r"blue on (\d+)% of the plane", text)[1])
    assert abs(said - 100 * blue) < 1.5


def test_the_summary_of_a_neuron_names_it(session) -> None:
    one = session(**SMALL)
    text = presentation.summary(one.scene(False), one.run, "neuron 2 of dense1")
    assert text.endswith("The plane shows neuron 2 of dense1.")
    assert "blue" not in text


def test_the_summary_of_real_targets(session) -> None:
    one = session(data="plane", **SMALL)
    one.run.step(Grain.EPOCH, 5)
    train, test = one.run.scores()
    text = presentation.summary(one.scene(False), one.run, "")
    assert f", R² {presentation.number(train.accuracy, 3)}, test R² {presentation.number(test.accuracy, 3)}. " in text
    axis = np.linspace(-one.scenes.extent, one.scenes.extent, 400)
    x = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    answers = np.tanh(x @ one.run["W1"] + one.run["b1"]) @ one.run["W2"] + one.run["b2"]
    said = int(re.search(r"Its answer is above 0 on (\d+)% of the plane.* and below on the rest\.$", text)[1])
    assert abs(said - 100 * float((answers > 0).mean())) < 1.5


def test_the_summary_of_several_classes_gives_each_its_share(session) -> None:
    one = session(data="blobs3", hidden=(4,), samples=90)
    one.run.step(Grain.EPOCH, 40)
    text = presentation.summary(one.scene(False), one.run, "")
    said = re.search(r"Of the plane it gives class 0 (\d+)%, class 1 (\d+)%, class 2 (\d+)%\.$", text)
    axis = np.linspace(-one.scenes.extent, one.scenes.extent, 400)
    x = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    answers = (np.tanh(x @ one.run["W1"] + one.run["b1"]) @ one.run["W2"] + one.run["b2"]).argmax(axis=1)
    shares = np.bincount(answers, minlength=3) / len(answers)
    assert np.abs(np.array([int(share) for share in said.groups()]) / 100 - shares).max() < 0.015


def halves(row: slice, column: slice) -> np.ndarray:
    answer = np.zeros((100, 100), np.uint8)
    answer[row, column] = 255
    return answer


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (halves(slice(50, 100), slice(None)), "blue on 50% of the plane, mostly upper, and orange on the rest"),
        (halves(slice(0, 50), slice(None)), "blue on 50% of the plane, mostly lower, and"),
        (halves(slice(None), slice(0, 25)), "blue on 25% of the plane, mostly left, and"),
        (halves(slice(70, 100), slice(80, 100)), "blue on 6% of the plane, mostly upper right, and"),
        (halves(slice(30, 70), slice(30, 70)), "blue on 16% of the plane and orange"),
        (halves(slice(0, 0), slice(None)), "blue on 0% of the plane and orange"),
        (halves(slice(None), slice(None)), "blue on 100% of the plane and orange"),
    ],
)
def test_where_the_blue_is(session, answer: np.ndarray, says: str) -> None:
    """The picture's first row is the lowest."""
    one = session(**SMALL)
    scene = replace(one.scene(False), answer=answer)
    assert says in presentation.summary(scene, one.run, "")


def test_numbers_that_are_none_are_said_too(session) -> None:
    one = session(**SMALL)
    scene = replace(one.scene(False), train=Score(math.nan, 0.0), test=Score(math.inf, 0.0))
    assert "loss NaN in training and ∞ in the test" in presentation.summary(scene, one.run, "")
