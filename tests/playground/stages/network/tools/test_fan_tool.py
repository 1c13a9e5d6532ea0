"""The dialog of what each optimizer would do: real numbers of the chosen weight, and whose memory is real."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Grain, Position, TrainingRun, TrainingSpec
from engine.capsule import save_run
from engine.inside.outlook import network_fan, usual_rates
from engine.optimizers import OPTIMIZERS
from playground.optimizer_marks import TITLES
from playground.stages.network.tools.fan import honesty, place_of, sources
from tests.playground.stages.views import labelled


def opened(visited):
    tool = visited.dialog("fan")
    visited.settle()
    return tool


def cells(tool, key: str) -> list[list[float]]:
    """The numbers of a row, in full."""
    row = next(row for row in tool._table.content["rows"] if row["key"] == key)
    return [[float(line["exact"]) for line in cell] for cell in row["cells"]]


def test_the_row_of_the_networks_optimizer_is_its_next_update(visit) -> None:
    visited = visit("?hidden=3&samples=40&batch_size=5")
    run = visited.session.run
    run.step(Grain.EPOCH, 6)
    saved = save_run(run)
    tool = opened(visited)
    assert save_run(run) == saved
    assert [row["key"] for row in tool._table.content["rows"]] == list(OPTIMIZERS)
    rate, g, m, v, corrected, step, lead, length, angle, batch_loss, train_loss = cells(tool, "adam")
    alone = TrainingRun(run.spec)
    alone.seek(run.position)
    before = alone.parameters.copy()
    alone.step(Grain.BATCH)
    moved = alone.parameters - before
    assert (rate, g) == ([0.02], [alone["dW1"][0, 0]])
    assert (m, v) == ([alone["m"][0]], [alone["v"][0]])
    np.testing.assert_allclose(corrected, [m[0] / (1 - 0.9**25), v[0] / (1 - 0.999**25)], rtol=1e-9)
    assert (step, lead) == ([moved[0]], [alone["W1"][0, 0]])
    assert length[0] == pytest.approx(np.linalg.norm(moved))
    assert train_loss[0] == pytest.approx(alone.scores()[0].loss)
    assert batch_loss != train_loss
    assert 0 < angle[0] < 180


def test_the_page_says_whose_memory_is_real(visit) -> None:
    visited = visit("?hidden=3&samples=40&batch_size=5")
    tool = opened(visited)
    assert "no optimizer remembers anything" in tool._table.content["note"]
    visited.session.run.step(Grain.EPOCH, 6)
    note = opened(visited)._table.content["note"]
    assert (
        "Only Adam has trained this network and goes on from a copy of its real memory; what the others remember is "
        "made from the 24 gradients met on its path, not on a path of their own." in note
    )
    assert note.startswith("Epoch 6, batch 1 of 4.")
    tags = {row["key"]: row["tag"] for row in tool._table.content["rows"]}
    assert tags.pop("adam") == "trains this network"
    assert set(tags.values()) == {""}


def test_the_sentence_tells_what_is_left_out(visit) -> None:
    visited = visit("?hidden=3&samples=40&batch_size=5&optimizer=sgd")
    run = visited.session.run
    run.step(Grain.BATCH)
    said = honesty(network_fan(run))
    assert said.startswith("Only gradient descent, which remembers nothing, has trained this network;")
    assert "the 1 gradient met" in said
    run.step(Grain.EPOCH, 3)
    assert "the last 5 of 12 gradients met" in honesty(network_fan(run, most=5))


def test_points_that_were_changed_are_told_of(visit) -> None:
    visited = visit("?hidden=3&samples=40&batch_size=5")
    session = visited.session
    session.run.step(Grain.EPOCH, 2)
    session.draw(lambda points: points, visited.stage.backend)
    assert honesty(network_fan(session.run)) == (
        "Only Adam remembers what was before the points were changed; the others begin with nothing."
    )
    session.run.step(Grain.BATCH, 3)
    assert "3 gradients met on its path since the points were changed" in honesty(network_fan(session.run))


def test_any_weight_and_bias_can_be_chosen(visit) -> None:
    visited = visit("?hidden=3,2&samples=40")
    run = visited.session.run
    visited.session.scenes.chosen = "dense2.1"
    tool = opened(visited)
    assert (tool._layer.value, tool._unit.value) == ("2", "2")
    labelled(tool._dialog, "Weight").value = "from neuron 3 of layer 1"
    visited.settle()
    alone = TrainingRun(run.spec)
    alone.step(Grain.BATCH)
    assert cells(tool, "adam")[1] == [alone["dW2"][2, 1]]
    labelled(tool._dialog, "Weight").value = "its bias"
    visited.settle()
    assert cells(tool, "adam")[1] == [alone["db2"][1]]
    assert "<mi>b</mi>" in tool._table.content["head"][6]["symbol"]
    labelled(tool._dialog, "Layer").value = "1"
    visited.settle()
    assert labelled(tool._dialog, "Neuron").options == ["1", "2", "3"]
    assert labelled(tool._dialog, "Weight").value == "its bias"
    assert cells(tool, "adam")[1] == [alone["db1"][1]]


def test_places_and_names_are_those_of_the_network() -> None:
    run = TrainingRun(TrainingSpec(hidden=(4,), inputs=("x1", "x2", "x1_x2")))
    for layer in (1, 2):
        W, b = run[f"W{layer}"], run[f"b{layer}"]
        for unit in range(W.shape[1]):
            for source in range(W.shape[0]):
                assert run.parameters[place_of(run, layer, unit, source)] == W[source, unit]
            run.parameters[place_of(run, layer, unit, None)] = 0.25
            assert b[unit] == 0.25
        assert len(sources(run, layer)) == len(W)
    assert sources(run, 1) == ["from x₁", "from x₂", "from x₁x₂"]


def test_each_with_its_usual_rate_but_the_networks_own_with_that_of_the_run(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    tool = opened(visited)
    assert [cells(tool, key)[0] for key in OPTIMIZERS] == [[0.02]] * len(OPTIMIZERS)
    labelled(tool._dialog, "Learning rate").value = "The usual one of each"
    visited.settle()
    rates = {key: cells(tool, key)[0][0] for key in OPTIMIZERS}
    assert rates == {**usual_rates(), "adam": 0.02}
    assert rates["adadelta"] == 1.0


def test_the_best_row_has_the_lowest_training_loss(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    visited.session.run.step(Grain.EPOCH, 3)
    rows = opened(visited)._table.content["rows"]
    losses = {row["key"]: float(row["cells"][-1][0]["exact"]) for row in rows}
    best = [row["key"] for row in rows if row["best"]]
    assert best == [min(losses, key=lambda key: losses[key])]


def test_the_moment_is_that_of_opening_also_while_it_plays(visit) -> None:
    visited = visit("?hidden=3&samples=40&batch_size=5")
    visited.board.transport._handle_msg({"type": "play"})
    visited.settle()
    visited.frame()
    tool = opened(visited)
    assert not visited.stage.loop.playing
    at = visited.session.run.position
    assert at > Position()
    assert tool._table.content["note"].startswith(f"Epoch {at.epoch}, batch 1 of 4.")


def test_the_picture_has_every_step(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    visited.session.run.step(Grain.EPOCH, 3)
    tool = opened(visited)
    assert tool._picture.visible
    assert not tool._waiting.visible
    assert list(tool._figure._heads.data["title"]) == [TITLES[key] for key in OPTIMIZERS]
