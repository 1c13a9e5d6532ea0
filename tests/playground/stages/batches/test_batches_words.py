"""The numbers and words of the batches page."""

from __future__ import annotations

import pytest

from engine import Position
from engine.batches import BatchesRun, BatchesSpec
from playground.stages.batches import presentation
from playground.stages.batches.texts import about_cards


def test_numbers() -> None:
    assert presentation.signed(-0.001) == "0.00"
    assert presentation.signed(-1234.567) == "−1,234.57"
    assert presentation.signed(float("inf")) == "∞"
    assert presentation.cost_text(56.7117, BatchesSpec()) == "56.71"
    assert presentation.cost_text(0.28356, BatchesSpec(cost="mean")) == "0.2836"


@pytest.mark.parametrize(
    ("weights", "text"),
    [
        ((1.23, 1.0, -0.55), "1.23 x₁ + x₂ − 0.55 = 0"),
        ((-1.0, -0.5, 0.0), "−x₁ − 0.5 x₂ = 0"),
        ((0.0, 2.0, 10.0), "2 x₂ + 10 = 0"),
        ((-0.3889, 0.336, 1.0), "−0.389 x₁ + 0.336 x₂ + 1 = 0"),
        ((0.0, 0.0, 0.0), "no line yet"),
        ((0.0, 0.0, 3.0), "no line yet"),
    ],
)
def test_a_line_as_an_equation(weights, text) -> None:
    assert presentation.line_text(weights) == text


def test_sides() -> None:
    assert presentation.side_text(0.68) == "green, z > 0"
    assert presentation.side_text(-0.55) == "blue, z < 0"
    assert presentation.side_text(0.0) == "on the line"


def test_where_it_stands() -> None:
    run = BatchesRun(BatchesSpec())
    frame = run.frame()
    assert presentation.seen_text(frame) == "None of 200 points seen yet: press Play."
    assert presentation.status(run, "")["text"] == "At the start"
    assert presentation.status(run, "")["can_back"] is False
    run.step("op")
    assert presentation.seen_text(run.frame()) == "Each lane has seen 1 of 200 points."
    assert presentation.status(run, "L4-88")["text"] == "Slide L4-88 · Epoch 1 · 1 of 200 points seen"
    run.seek(Position(2, 40))
    assert presentation.seen_text(run.frame()) == "Each lane has seen 440 points: 2 epochs and 40 of 200."
    run.seek(Position(1))
    status = presentation.status(run, "")
    assert (status["text"], status["step"], status["length"], status["at_end"]) == ("1 epoch done", 200, 440, False)


def test_the_summary_says_what_the_table_shows() -> None:
    run = BatchesRun(BatchesSpec(cost="mean"))
    run.step("epoch")
    said = presentation.summary(run.frame(), "", (1.23, 1.0, -0.55), run.groups, False)
    rows = presentation.table_rows(run.frame(), (1.23, 1.0, -0.55), run.groups)
    for row in rows:
        assert row["cost"] in said
    assert "Batch 1 update, mean cost" in said
    assert "stochastic 200 updates" in said
    assert "Your line, 1.23 x₁ + x₂ − 0.55 = 0" in said
    assert "update" not in presentation.summary(run.frame(), "", None, run.groups, True)


def test_the_hand_row_has_the_cost_of_copies_too() -> None:
    groups = BatchesSpec().groups()
    line = (1.23, 1.0, -0.55)
    assert presentation.cost_of(groups, line, BatchesSpec(copies=3)) == pytest.approx(3 * 97.1905, abs=0.001)
    mean = presentation.cost_of(groups, line, BatchesSpec(copies=3, cost="mean"))
    assert mean == pytest.approx(97.1905 / 200, abs=1e-5)


def test_labels_of_branches() -> None:
    run = BatchesRun(BatchesSpec())
    run.step("epoch", 2)
    run.change(cost="mean", decay=20)
    run.step("op", 30)
    run.set_weights((1, 1, 0))
    run.change(decay=0)
    labels = [segment["label"].split("; ")[1] for segment in presentation.tree_segments(run)]
    assert labels[1] == "mean cost, a tenth of the rate in 20 epochs, from 2 epochs"
    assert labels[2] == "a constant rate, weights set by hand, from 30 points of epoch 3"


def test_every_card_says_something() -> None:
    for card in about_cards().values():
        assert card["title"]
        assert card["text"].endswith(".")
