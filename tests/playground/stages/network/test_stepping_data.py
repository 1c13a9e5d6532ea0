"""Step by step: the matrices that are sent are the engine's, and a cell lights what it was made of."""

from __future__ import annotations

import itertools
import struct
from typing import Any

import numpy as np
import pytest

from engine import Grain, Position, TrainingRun, TrainingSpec
from engine.inside.operation import lamp_of
from playground.stages.network.stepping_data import LAMPS, SteppingData, SteppingScene
from playground.stages.network.stepping_tables import MOST_ROWS

RICH = TrainingSpec(
    hidden=(4, 4, 2), skip=True, dropout=0.2, activations=("relu",), regularization="l1", data="blobs3",
    formulas=("x1*x2",), inputs=("x1", "own1"),
)  # fmt: skip


def stepping(**settings: Any) -> tuple[TrainingRun, SteppingData]:
    """Return a run and open data of it."""
    run, data = TrainingRun(TrainingSpec(**settings)), SteppingData()
    data.open = True
    return run, data


def after(run: TrainingRun, name: str) -> None:
    """Run until the operation of that name has just run."""
    index = [op.name for op in run.program.ops].index(name)
    at = run.position
    run.seek(Position(at.epoch, at.batch, index + 1) if index + 1 < len(run.program.ops) else run.loop.at(1))


def scene_of(data: SteppingData, run: TrainingRun) -> SteppingScene:
    scene = data.make(run)
    assert scene is not None
    return scene


def tables(scene: SteppingScene) -> dict[tuple[str, bool], np.ndarray]:
    """Read the matrices as the browser does: by name, and whether it is written."""
    numbers = np.frombuffer(scene.numbers, "<f4")
    found = {}
    for table in scene.operation["matrices"]:
        rows, columns = table["shape"]
        part = numbers[table["offset"] : table["offset"] + rows * columns].reshape(rows, columns)
        found[table["name"], table["written"]] = part
    return found


def gradients(scene: SteppingScene) -> tuple[np.ndarray, np.ndarray]:
    weights, units = struct.unpack_from("<2I", scene.gradients)
    numbers = np.frombuffer(scene.gradients, "<f4", offset=8)
    assert len(numbers) == weights + units
    return numbers[:weights], numbers[weights:]


def test_while_closed_nothing_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise AssertionError("computed although nobody looks")

    monkeypatch.setattr("playground.stages.network.stepping_data.operation_view", fail)
    run, data = stepping(hidden=(3,))
    data.open = False
    run.step(Grain.OP, 3)
    assert data.make(run) is None


def test_at_the_very_beginning_there_is_nothing_to_show() -> None:
    run, data = stepping(hidden=(3,))
    assert scene_of(data, run).operation == {}


def test_the_matrices_are_those_of_the_operation() -> None:
    run, data = stepping(hidden=(3,), batch_size=7)
    after(run, "dense1.z")
    shown = tables(scene_of(data, run))
    x = run.prepare(run.train)[0][run.loop.examples()]
    np.testing.assert_array_equal(shown["x", False], x.astype("f4"))
    np.testing.assert_allclose(shown["z1", True], x @ run["W1"] + run["b1"], rtol=1e-6)
    np.testing.assert_array_equal(shown["b1", False], run["b1"].reshape(1, 3).astype("f4"))


def test_rows_and_columns_have_names() -> None:
    run, data = stepping(hidden=(3,), batch_size=7)
    after(run, "dense1.dW")
    operation = scene_of(data, run).operation
    by_name = {table["name"]: table for table in operation["matrices"]}
    axes = operation["axes"]
    assert axes[by_name["dW1"]["rows"]]["labels"] == ["x₁", "x₂"]
    assert axes[by_name["dW1"]["columns"]] == {"unit": "neuron", "of": "of dense1", "labels": ["1", "2", "3"]}
    assert axes[by_name["x"]["rows"]]["labels"] == [str(k) for k in run.loop.examples()]
    # Columns of the weights and of δ are the same neurons: they stand on each other.
    assert [by_name[name]["place"] for name in ("x", "dz1", "dW1")] == ["left", "right", "top"]


def test_parameters_are_named_in_the_order_in_which_they_lie() -> None:
    run, data = stepping(hidden=(2,), optimizer="sgd")
    after(run, "optimizer.w")
    operation = scene_of(data, run).operation
    names = operation["axes"]["parameters"]["labels"]
    assert names == [
        "W1 x₁→1", "W1 x₁→2", "W1 x₂→1", "W1 x₂→2", "b1 1", "b1 2", "W2 1→ŷ", "W2 2→ŷ", "b2 ŷ",
    ]  # fmt: skip
    at = names.index("W1 x₂→1")
    assert tables(scene_of(data, run))["w", True][at, 0] == np.float32(run["W1"][1, 0])


def test_what_is_overwritten_is_shown_as_it_was_before() -> None:
    run, data = stepping(hidden=(2,), optimizer="sgd", learning_rate=0.5)
    before = run.parameters.copy()
    after(run, "optimizer.w")
    shown = tables(scene_of(data, run))
    np.testing.assert_array_equal(shown["w", False].ravel(), before.astype("f4"))
    np.testing.assert_array_equal(shown["w", True].ravel(), run.parameters.astype("f4"))
    np.testing.assert_allclose(
        before - 0.5 * shown["g", False].ravel(), run.parameters, rtol=1e-5, atol=1e-7
    )
    notes = [(table["name"], table["note"]) for table in scene_of(data, run).operation["matrices"]]
    assert sorted(notes) == [("g", ""), ("w", ""), ("w", "before")]


def test_a_cell_lights_its_row_and_column_and_the_sum_is_their_product() -> None:
    run, data = stepping(hidden=(3, 4), batch_size=7)
    after(run, "dense2.dW")
    data.choose(run, 0, 2, 1)
    scene = scene_of(data, run)
    names = [table["name"] for table in scene.operation["matrices"]]
    lit = {names[k]: span for k, *span in scene.cell["lit"]}
    assert lit == {"a1": [0, 7, 2, 3], "dz2": [0, 7, 1, 2]}
    shown = tables(scene)
    expected = shown["a1", False][:, 2] @ shown["dz2", False][:, 1]
    value = float(scene.cell["sentence"].rsplit("= ", 1)[1].replace("−", "-"))
    assert value == pytest.approx(expected, rel=2e-3)
    assert value == pytest.approx(shown["dW2", True][2, 1], rel=1e-3)
    assert scene.cell["sentence"].startswith("dW2[2, 1] = ")


def test_a_chosen_cell_is_of_one_moment_only() -> None:
    run, data = stepping(hidden=(3,))
    after(run, "dense1.z")
    data.choose(run, 0, 1, 1)
    assert scene_of(data, run).cell["row"] == 1
    run.step(Grain.OP)
    assert scene_of(data, run).cell == {}
    run.step_back(Grain.OP)
    assert scene_of(data, run).cell["row"] == 1
    data.choose(run, 0, -1, -1)
    assert scene_of(data, run).cell == {}


@pytest.mark.parametrize("cell", [(3, 0, 0), (0, 99, 0), (0, 0, 99)])
def test_a_cell_that_is_not_there_is_nobodys_fault(cell: tuple[int, int, int]) -> None:
    run, data = stepping(hidden=(3,))
    after(run, "dense1.z")
    data.choose(run, *cell)
    assert scene_of(data, run).cell == {}


def test_one_example_shows_its_row_and_the_shares_add_up() -> None:
    run, data = stepping(hidden=(3, 4), batch_size=6)
    after(run, "dense2.dW")
    total = np.zeros((3, 4))
    for example in range(6):
        data.example = example
        scene = scene_of(data, run)
        shown = tables(scene)
        np.testing.assert_array_equal(shown["a1", False], run["a1"][example : example + 1].astype("f4"))
        np.testing.assert_allclose(
            shown["dW2", True], np.outer(run["a1"][example], run["dz2"][example]), rtol=1e-6, atol=1e-12
        )
        assert scene.example == run.loop.examples()[example]
        total += shown["dW2", True]
    np.testing.assert_allclose(total, run["dW2"], rtol=1e-5, atol=1e-8)


def test_a_cell_of_a_share_is_one_product() -> None:
    run, data = stepping(hidden=(3, 4), batch_size=6)
    after(run, "dense2.dW")
    data.example = 4
    data.choose(run, 0, 2, 1)
    scene = scene_of(data, run)
    example = run.loop.examples()[4]
    assert scene.cell["sentence"].startswith(f"Share of example {example} in dW2[2, 1]: ")
    said = float(scene.cell["value"].replace("−", "-"))
    assert said == pytest.approx(run["a1"][4, 2] * run["dz2"][4, 1], rel=1e-3)
    names = [table["name"] for table in scene.operation["matrices"]]
    assert {names[k]: span for k, *span in scene.cell["lit"]} == {"a1": [0, 1, 2, 3], "dz2": [0, 1, 1, 2]}


def test_a_row_of_a_batch_stays_itself_when_it_is_looked_at_alone() -> None:
    run, data = stepping(hidden=(3,), batch_size=6)
    after(run, "dense1.z")
    data.example = 2
    data.choose(run, 0, 0, 1)
    sentence = scene_of(data, run).cell["sentence"]
    assert sentence.startswith("z1[2, 1] = ")
    assert float(sentence.rsplit("= ", 1)[1].replace("−", "-")) == pytest.approx(run["z1"][2, 1], rel=1e-3)


def test_an_example_that_a_smaller_batch_has_not_gives_way_to_all() -> None:
    run, data = stepping(hidden=(2,), samples=20, train_share=0.5, batch_size=7)
    run.seek(Position(0, 0, 2))
    data.example = 5
    assert scene_of(data, run).operation["example"] == 5
    run.seek(Position(0, 1, 2))
    assert scene_of(data, run).operation["example"] == -1


def test_delta_and_gradients_come_with_the_backward_pass_and_go_with_the_next_batch() -> None:
    run, data = stepping(hidden=(3, 2), batch_size=7)
    sizes = 2 * 3 + 3 * 2 + 2 * 1
    after(run, "loss.loss")
    weights, units = gradients(scene_of(data, run))
    assert len(weights) == sizes
    assert np.isnan(weights).all()
    assert np.isnan(units).all()
    after(run, "dense2.delta")
    weights, units = gradients(scene_of(data, run))
    assert np.isnan(weights[:12]).all()
    np.testing.assert_array_equal(weights[12:], run["dW3"].ravel().astype("f4"))
    assert np.isnan(units[:3]).all()
    np.testing.assert_allclose(units[3:5], run["dz2"].mean(axis=0), rtol=1e-6)
    data.example = 4
    np.testing.assert_array_equal(gradients(scene_of(data, run))[1][3:5], run["dz2"][4].astype("f4"))
    data.example = -1
    run.step(Grain.BATCH)
    weights, units = gradients(scene_of(data, run))
    assert np.isfinite(weights).all()
    assert np.isfinite(units).all()
    run.step(Grain.OP)
    assert np.isnan(gradients(scene_of(data, run))[1]).all()


@pytest.mark.parametrize("settings", [{"hidden": (3, 2)}, {"hidden": (4, 4), "dropout": 0.3, "skip": True}])
def test_every_step_back_shows_the_same_numbers_again(settings: dict[str, Any]) -> None:
    run, data = stepping(**settings, batch_size=9)
    run.step(Grain.BATCH, 2)
    steps = len(run.program.ops) + 3
    seen = []
    for _ in range(steps):
        run.step(Grain.OP)
        scene = scene_of(data, run)
        seen.append((scene.operation, scene.numbers, scene.gradients))
    assert len({name["name"] for name, _, _ in seen}) == len(run.program.ops)
    for earlier in reversed(seen[:-1]):
        run.step_back(Grain.OP)
        scene = scene_of(data, run)
        assert (scene.operation, scene.numbers, scene.gradients) == earlier


@pytest.mark.concept("C134")
def test_the_four_lamps_light_in_order_one_a_step_of_a_phase() -> None:
    run, data = stepping(hidden=(3,))
    lit = []
    for _ in range(len(run.program.ops)):
        run.step(Grain.OP)
        lit.append(scene_of(data, run).operation["lamp"])
    assert [lamp for lamp, _ in itertools.groupby(lit)] == list(LAMPS)
    assert [lamp_of(op) for op in run.program.ops] == lit


def test_every_number_of_a_rich_network_can_be_explained() -> None:
    run, data = TrainingRun(RICH), SteppingData()
    data.open = True
    for _ in range(len(run.program.ops)):
        run.step(Grain.OP)
        for example in (-1, 3):
            data.example = example
            operation = scene_of(data, run).operation
            for write, index in enumerate(operation["results"]):
                rows, columns = operation["matrices"][index]["shape"]
                data.choose(run, write, rows - 1, columns - 1)
                scene = scene_of(data, run)
                assert scene.cell["sentence"], operation["name"]
                for k, r0, r1, c0, c1 in scene.cell["lit"]:
                    height, width = scene.operation["matrices"][k]["shape"]
                    assert 0 <= r0 < r1 <= height, operation["name"]
                    assert 0 <= c0 < c1 <= width, operation["name"]


def test_of_a_large_batch_the_first_rows_are_sent() -> None:
    run, data = stepping(hidden=(16, 16), samples=1000, batch_size=400)
    after(run, "dense2.z")
    scene = scene_of(data, run)
    shown = tables(scene)
    assert shown["z2", True].shape == (MOST_ROWS, 16)
    assert scene.operation["batch"] == 400
    assert len(scene.operation["examples"]) == MOST_ROWS
    assert len(scene.numbers) < 32_000


def test_the_data_set_itself_is_not_sent() -> None:
    run, data = stepping(hidden=(3,), batch_size=7)
    run.step(Grain.OP)
    scene = scene_of(data, run)
    assert [(table["name"], table["shape"]) for table in scene.operation["matrices"]] == [("x", [7, 2]), ("y", [7, 1])]
    data.choose(run, 0, 2, 1)
    row = run.loop.examples()[2]
    assert scene_of(data, run).cell["sentence"].startswith(f"x[2, 1] = inputs[{row}, 1] = ")


@pytest.mark.parametrize(
    ("data_set", "unit", "labels"), [("blobs3", "class", ["0", "1", "2"]), ("circle", "output", ["ŷ"])]
)
def test_outputs_are_named_as_in_the_diagram(data_set: str, unit: str, labels: list[str]) -> None:
    run, data = stepping(hidden=(2,), data=data_set)
    after(run, "dense2.z")
    operation = scene_of(data, run).operation
    axis = operation["axes"][operation["matrices"][-1]["columns"]]
    assert (axis["unit"], axis["labels"]) == (unit, labels)


@pytest.mark.parametrize(("data_set", "labels"), [("blobs3", ["0", "1", "2"]), ("circle", ["y"])])
def test_targets_are_named_for_what_they_are(data_set: str, labels: list[str]) -> None:
    run, data = stepping(hidden=(2,), data=data_set)
    run.step(Grain.OP)
    operation = scene_of(data, run).operation
    assert operation["matrices"][1]["name"] == "y"
    assert operation["axes"][operation["matrices"][1]["columns"]]["labels"] == labels
