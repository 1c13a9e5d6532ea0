"""What lessons know of a reader that learns, computed again here, and the commands that they give."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from engine import SpecError
from engine.reader import PRESETS as NETS
from engine.reader import ReaderRun
from lessons.conditions import Fact
from playground.benches.bench import finished
from playground.benches.training import BENCH
from playground.stages.training.stage import TrainingStage
from playground.training_link import from_query
from tests.playground.stages.visits import Visit

SMALL = {"preset": "small8"}


def done(at: dict[str, str], *commands: str) -> dict[str, Fact]:
    session = BENCH.begin(at)
    finished(BENCH.script(session, commands))
    return BENCH.facts(session)


def test_every_fact_is_documented_and_every_part_is_there() -> None:
    for at in ({"slide": "L1-36"}, {"slide": "L3-34"}, SMALL):
        names = {re.sub(r"^(parameters|maps|size)\.\d+$", r"\1.<layer>", name) for name in done(at)}
        assert names <= BENCH.names.keys()
    stage = Visit(lambda: TrainingStage(from_query(SMALL))).stage
    assert BENCH.parts.keys() == {view.styles["grid-area"] for view in stage.view}


def test_accuracy_is_the_share_of_test_digits_that_are_right() -> None:
    session = BENCH.begin(SMALL)
    finished(BENCH.script(session, ["play 3 epoch"]))
    facts, run = BENCH.facts(session), session.run
    read = run.judge().confusion
    assert facts["test_accuracy"] == pytest.approx(np.trace(read) / read.sum())
    assert facts["epoch"] == 3
    assert facts["updates"] == 3 * run.loop.batches
    assert facts["best_test_accuracy"] == max(y for _, y in facts["test_accuracy_curve"]) >= facts["test_accuracy"]
    assert facts["test_curve"][-1] == (3.0, facts["test_loss"])
    assert facts["curve"][-1] == (3.0, facts["loss"])
    # What was reached later is not known at an earlier moment.
    finished(BENCH.script(session, ["back 2 epoch"]))
    earlier = BENCH.facts(session)
    assert earlier["test_curve"] == tuple(point for point in facts["test_curve"] if point[0] <= 1)


def test_it_is_the_run_of_the_engine() -> None:
    run = ReaderRun(NETS["small8"].spec)
    run.step("epoch", 2)
    loss, accuracy = run.scores()[1]
    facts = done(SMALL, "step 2 epoch")
    assert [facts["test_loss"], facts["test_accuracy"]] == pytest.approx([loss, accuracy], rel=1e-6)


@pytest.mark.concept("C172")
def test_both_heads_of_one_network() -> None:
    facts = done(SMALL, "play 8 epoch")
    assert facts["best.softmax"] == facts["test_accuracy"] > 0.85
    assert facts["best.hinge"] == facts["both_heads"] == 0
    both = done(SMALL, "play 8 epoch", "set head hinge", "play 8 epoch")
    assert both["best.softmax"] == facts["best.softmax"]
    assert both["best.hinge"] == both["test_accuracy"] > 0.85
    assert both["heads_apart"] == pytest.approx(abs(both["best.softmax"] - both["best.hinge"]))
    assert both["heads_apart"] < 0.03
    assert (both["head"], both["parameters"]) == ("hinge", facts["parameters"])


def test_parameters_of_layers() -> None:
    facts = done({"slide": "L1-36"})
    assert (facts["parameters"], facts["weight_layers"]) == (1680, 3)
    assert [facts[f"parameters.{layer}"] for layer in range(1, 5)] == [104, 0, 606, 0]
    facts = done(SMALL, "set layers conv:filters.3:size.3,max_pool")
    # 3·(9 + 1), and 3·3·3 numbers to ten classes.
    assert facts["parameters"] == 30 + 270 + 10


def test_before_the_first_update_there_is_only_the_start() -> None:
    facts = done(SMALL)
    assert facts["updates"] == 0
    assert len(facts["curve"]) <= 1
    assert facts["both_heads"] == 0
    assert math.isnan(facts["test_accuracy"]) or facts["test_accuracy"] < 0.3


def test_another_step_undoes_everything() -> None:
    session = BENCH.begin(SMALL)
    commands = ("play 3 epoch", "set head hinge", "step 1 epoch", "set learning_rate 0.5", "choose dense", "watch 7")
    for at in ({"slide": "L1-36"}, SMALL):
        finished(BENCH.script(session, commands))
        session.pick(1, (1, 1, 1))
        BENCH.open(session, at)
        np.testing.assert_equal(BENCH.facts(session), done(at))
        assert session.scenes.picked is None
        assert not session.records.best
        assert session.notice == session.stopped == ""


def test_a_stage_shows_what_is_opened_in_place() -> None:
    visit = Visit(lambda: TrainingStage(from_query({"slide": "L3-34"})))
    BENCH.open(visit.session, SMALL | {"learning_rate": "0.002"})
    scene = visit.settle()
    assert scene.spec == NETS["small8"].spec.with_(learning_rate=0.002)
    assert visit.board.net.content == scene.net


@pytest.mark.parametrize("at", [{"slide": "L9-1"}, {"head": "none"}, {"nonsense": "1"}])
def test_an_address_that_asks_for_nothing_is_refused(at: dict[str, str]) -> None:
    with pytest.raises(SpecError):
        BENCH.begin(at)


@pytest.mark.parametrize(
    "command", ["hop", "step 1 day", "set head none", "set color 3", "set layers legs", "choose none", "watch x"]
)
def test_a_command_that_is_none_is_refused(command: str) -> None:
    with pytest.raises(SpecError):
        done(SMALL, command)
