"""The page's words and numbers."""

from __future__ import annotations

import math

import pytest

from engine import Grain, TrainingRun, TrainingSpec
from engine.backend import default_backend
from playground.stages import presentation
from playground.stages.session import TrainingSession


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
    names = [label for _, label, _ in presentation.readout_items(TrainingSpec(data="plane"))]
    assert names == ["Epoch", "Loss", "Test loss", "R²", "Test R²"]
    names = [label for _, label, _ in presentation.readout_items(TrainingSpec())]
    assert names[3:] == ["Accuracy", "Test accuracy"]


def test_the_status_says_where_the_run_stands() -> None:
    session = TrainingSession(TrainingSpec(), default_backend())
    run = session.run
    status = presentation.status(session.scene(False), run)
    assert status == {
        "step": 0, "length": 0, "text": "Epoch 0 · batch 1 of 13", "at_end": True, "can_back": False,
    }  # fmt: skip
    run.step(Grain.BATCH, 2)
    run.step(Grain.PHASE)
    run.step_back(Grain.OP)
    status = presentation.status(session.scene(False), run)
    assert status["text"] == "Epoch 0 · batch 3 of 13 · forward, next dense3.z"
    assert (status["step"], status["length"], status["at_end"], status["can_back"]) == (2, 2, False, True)


def test_neurons_have_names() -> None:
    assert presentation.neuron_name("") == ""
    assert presentation.neuron_name("dense2.0") == "neuron 1 of dense2"
    assert presentation.neuron_name("x1_squared") == "input x₁²"


def test_the_diagram_has_all_inputs_and_all_layers() -> None:
    columns = presentation.diagram_columns(TrainingRun(TrainingSpec(hidden=(3,), inputs=("x2",), data="blobs3")))
    assert [len(column["units"]) for column in columns] == [7, 3, 3]
    assert [unit["id"] for unit in columns[0]["units"] if unit["on"]] == ["x2"]
    assert [column["kind"] for column in columns] == ["input", "hidden", "output"]
    single = presentation.diagram_columns(TrainingRun(TrainingSpec()))[-1]["units"]
    assert [unit["label"] for unit in single] == ["ŷ"]


def test_clicks_on_the_diagram_stay_within_the_limits() -> None:
    assert presentation.resized((16, 1), 0, 1) == (16, 1)
    assert presentation.resized((16, 1), 1, -1) == (16, 1)
    assert presentation.resized((16, 1), 1, 1) == (16, 2)
    assert presentation.resized((16, 1), 7, 1) == (16, 1)
    assert presentation.with_layers((3,) * 8, 1) == (3,) * 8
    assert presentation.with_layers((), 1) == (4,)
    assert presentation.with_layers((), -1) == ()
    assert presentation.with_layers((3, 5), 1) == (3, 5, 5)
    name, value = presentation.structure_edit({"type": "toggle_input", "unit": "x1"})
    assert name == "inputs"
    assert value(TrainingSpec()) == ("x2",)
