"""The cards beside the stage: two runs compared, a case of the clinic, the views of the inside."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Position, TrainingSpec
from engine.inside.gradients import Quantity
from lessons.clinic import CASES
from playground.stages.network.inside_data import VIEWS
from playground.stages.network.tools.compare import difference_lines
from tests.playground.stages.views import labelled


def test_what_differs_is_said_in_words() -> None:
    spec = TrainingSpec()
    assert difference_lines(spec, spec)[0].startswith("Nothing differs yet.")
    other = spec.with_(learning_rate=0.1, hidden=(4, 2), formulas=("x1*x2",))
    assert difference_lines(spec, other) == [
        "Own inputs: none (pinned), x1*x2 (now)",
        "Hidden layers: 8, 8 (pinned), 4, 2 (now)",
        "Learning rate: 0.02 (pinned), 0.1 (now)",
    ]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"skip": True}, "Skip connections: off (pinned), on (now)"),
        ({"activation": "relu"}, "Activation: Tanh (pinned), ReLU (now)"),
        (
            {"activations": ("", "relu")},
            "Activations of single layers: as the others (pinned), as the others, ReLU (now)",
        ),
        ({"loss": "hinge"}, "Loss function: Fitting the data (pinned), Hinge (now)"),
        ({"optimizer": "sgd"}, "Optimizer: Adam (pinned), Gradient descent (now)"),
        ({"initializer": "he_normal"}, "Initializer: Glorot uniform (pinned), He normal (now)"),
    ],
)
def test_values_are_called_as_their_controls_call_them(changes: dict, line: str) -> None:
    spec = TrainingSpec()
    assert difference_lines(spec, spec.with_(**changes)) == [line]


def test_own_points_that_differ_are_counted(own_query: str, visit) -> None:
    spec = visit(own_query).session.run.spec
    lines = difference_lines(spec, spec.with_(points=spec.points.without(0)))
    assert lines == ["Own points: 40 points (pinned), 39 points (now)"]


def test_pinning_swapping_and_unpinning_from_the_card(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    card = visited.board.compare
    assert not card.panel.visible
    card.button.clicks += 1
    scene = visited.settle()
    assert card.panel.visible
    assert card.button.label == "Pin this one instead"
    assert card._text.lines[0].startswith("Nothing differs yet.")
    visited.board.settings.widgets["activation"].value = "relu"
    visited.session.run.step("epoch", 5)
    scene = visited.settle()
    assert card._text.lines == ["Activation: Tanh (pinned), ReLU (now)"]
    assert visited.board.readout.second["loss"] == f"{scene.pinned.train.loss:.4f}"
    labelled(card.panel, "Change places").clicks += 1
    visited.settle()
    assert card._text.lines == ["Activation: ReLU (pinned), Tanh (now)"]
    labelled(card.panel, "Unpin").clicks += 1
    visited.settle()
    assert not card.panel.visible
    assert card.button.label == "Pin and compare"
    assert visited.board.readout.second == {}


@pytest.mark.parametrize("key", ["zero-start", next(case.key for case in CASES.values() if case.view)])
def test_a_case_is_opened_explained_and_healed(visit, key: str) -> None:
    case = CASES[key]
    visited = visit("?seed=9")
    clinic = visited.dialog("clinic")
    assert not clinic.panel.visible
    labelled(clinic._dialog, case.title).clicks += 1
    visited.settle()
    assert visited.session.run.spec == case.spec
    assert clinic.panel.visible
    assert not clinic._dialog.open
    assert set(visited.session.scenes.inside.open) == ({case.view} if case.view else set())
    assert not any("Why:" in line for line in clinic._text.lines)
    labelled(clinic.panel, "Why?").clicks += 1
    assert clinic._text.lines[-1] == f"Why: {case.cause}"
    labelled(clinic.panel, "Try the remedy").clicks += 1
    visited.settle()
    assert visited.session.run.spec == case.spec.with_(**case.cure)
    labelled(clinic.panel, "Close the case").clicks += 1
    assert not clinic.panel.visible


def test_every_case_is_offered(visit) -> None:
    dialog = visit().dialog("clinic")._dialog
    for case in CASES.values():
        assert labelled(dialog, case.title)


def test_cards_of_the_inside_open_and_close(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    inside = visited.board.inside
    assert not inside.panel.visible
    assert inside._cards == {}, "built when they are wanted"
    for count, view in enumerate(VIEWS, 1):
        inside.switches.value = [*inside.switches.value, view]
        visited.settle()
        assert visited.session.scenes.inside.open == set(VIEWS[:count])
        assert len(inside.panel.objects) == count
    inside.open_only("confusion")
    visited.settle()
    assert visited.session.scenes.inside.open == {"confusion"}
    assert inside.panel.objects == [inside._cards["confusion"]]
    inside.switches.value = []
    visited.settle()
    assert visited.session.scenes.inside.open == set()
    assert not inside.panel.visible


@pytest.mark.parametrize(
    "query", ["?data=plane", "?data=blobs6", "?data=xor&loss=exponential&optimizer=sgd&learning_rate=10"]
)
def test_all_cards_draw_whatever_there_is(visit, query: str) -> None:
    visited = visit(f"{query}&hidden=3,3&samples=40")
    visited.board.inside.switches.value = list(VIEWS)
    visited.settle()
    visited.session.run.step("epoch", 5)
    visited.settle()
    visited.stage.dark = True
    visited.settle()
    inside = visited.board.inside
    regression = query == "?data=plane"
    assert inside._no_classes.lines == (["There are no classes here: the targets are numbers."] if regression else [])
    assert inside._views["confusion"].pane.visible is not regression
    for view in ("histograms", "landscape"):
        assert inside._cards[view] in inside.panel.objects


def test_what_a_card_asks_for_reaches_the_data(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    inside, data = visited.board.inside, visited.session.scenes.inside
    inside.switches.value = ["histograms", "landscape"]
    visited.settle()
    labelled(inside.panel, "Of what").value = "gradients"
    visited.settle()
    assert data.quantity is Quantity.GRADIENTS
    labelled(inside.panel, "Along").value = "path"
    visited.settle()
    assert data.directions == "path"
    assert "Train on, or choose random directions" in inside._no_landscape.lines[0]
    labelled(inside.panel, "Along").value = "random"
    visited.settle()
    assert inside._no_landscape.lines == []
    visited.session.run.step("epoch", 3)
    labelled(inside.panel, "Survey around the weights of now").clicks += 1
    visited.settle()
    assert np.array_equal(data._landscape.plane.center, visited.session.run.parameters)


def test_a_case_leaves_no_pinned_run(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    visited.board.compare.button.clicks += 1
    visited.settle()
    clinic = visited.dialog("clinic")
    labelled(clinic._dialog, next(iter(CASES.values())).title).clicks += 1
    visited.settle()
    assert visited.session.pinned is None
    assert not visited.board.compare.panel.visible
    assert visited.session.run.position == Position()
