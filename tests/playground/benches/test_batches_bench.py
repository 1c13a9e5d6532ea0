"""What lessons know of the three lanes, computed again here, and the commands that they give."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from engine import SpecError
from engine.backend import default_backend
from lessons.conditions import Fact, holds
from lessons.reading import read_lesson
from playground.batches_link import from_query
from playground.benches.batches import BENCH
from playground.benches.bench import finished
from playground.stages.batches.session import BatchesSession
from playground.stages.batches.stage import BatchesStage
from tests.playground.stages.visits import Visit

LESSON = Path(__file__).parents[3] / "lessons/optimization/11_linear_classifier.toml"


def done(at: dict[str, str], *commands: str) -> dict[str, Fact]:
    session = BENCH.begin(at)
    finished(BENCH.script(session, commands))
    return BENCH.facts(session)


@pytest.fixture(scope="module")
def points() -> tuple[np.ndarray, np.ndarray]:
    """The lecture's points as its notebook draws them: 100 of each group, N(±(4, 4), 20 I)."""
    rng = np.random.default_rng(0)
    first = rng.normal(size=(100, 2)) * math.sqrt(20) - 4
    second = rng.normal(size=(100, 2)) * math.sqrt(20) + 4
    return np.concatenate([first, second]), np.repeat([0.0, 1.0], 100)


def cost(points: tuple[np.ndarray, np.ndarray], w1: float, w2: float, b: float) -> float:
    """Return the summed cross-entropy as it is written on slides."""
    x, label = points
    p = 1 / (1 + np.exp(-(x @ [w1, w2] + b)))
    return float(-(label * np.log(p) + (1 - label) * np.log(1 - p)).sum())


def test_every_fact_is_documented_and_every_part_is_there() -> None:
    for at in ({}, {"slide": "L2-20"}, {"slide": "L4-92"}, {"preset": "copies"}):
        assert done(at).keys() == BENCH.names.keys()
    stage = Visit(lambda: BatchesStage(from_query({}))).stage
    assert BENCH.parts.keys() == {view.styles["grid-area"] for view in stage.view}


@pytest.mark.concept("C124")
def test_a_line_by_hand_and_one_step_of_the_batch_lane(points) -> None:
    facts = done({"slide": "L4-62"}, "hand 0.5 0.5 0.1", "step 1 epoch")
    assert [facts[f"hand.{name}"] for name in ("w1", "w2", "b")] == [0.5, 0.5, 0.1]
    assert facts["hand.cost"] == pytest.approx(cost(points, 0.5, 0.5, 0.1), rel=1e-9)
    x, label = points
    assert facts["hand.errors"] == ((x.sum(axis=1) * 0.5 + 0.1 > 0) != (label > 0)).sum()
    assert facts["hand.accuracy"] == pytest.approx(1 - facts["hand.errors"] / 200)
    # From zero every p is one half.
    slope = ((0.5 - label)[:, None] * np.column_stack([x, np.ones(200)])).sum(axis=0)
    assert [facts[f"batch.{name}"] for name in ("w1", "w2", "b")] == pytest.approx((-0.001 * slope).tolist(), abs=1e-9)
    assert facts["batch.cost"] == pytest.approx(cost(points, *(-0.001 * slope)), rel=1e-9)
    assert facts["batch.cost"] < facts["hand.cost"]
    assert facts["batch.below_60_at"] == 200
    assert facts["batch.curve"][0] == (0.0, pytest.approx(200 * math.log(2)))
    assert facts["batch.curve"][-1] == (200.0, facts["batch.cost"])


def test_the_least_cost_has_no_slope_in_any_direction(points) -> None:
    facts = done({}, "step 100 epoch")
    found = [facts[f"batch.{name}"] for name in ("w1", "w2", "b")]
    assert facts["batch.above_least"] == pytest.approx(cost(points, *found) - facts["least_cost"], abs=1e-9)
    assert 56.55 < facts["least_cost"] < facts["batch.cost"] < 56.56
    assert done({"cost": "mean"}, "step 1 epoch")["least_cost"] == pytest.approx(facts["least_cost"] / 200)
    assert done({"copies": "3"})["least_cost"] == pytest.approx(3 * facts["least_cost"])


@pytest.mark.concept("C122")
@pytest.mark.parametrize(("mean", "variance", "ceiling"), [(4, 20, 0.897048), (2, 20, 0.736455), (0, 20, 0.5)])
def test_the_ceiling_is_what_a_large_sample_says(mean: float, variance: float, ceiling: float) -> None:
    facts = done({}, f"set mean {mean}", f"set variance {variance}")
    assert facts["ceiling"] == pytest.approx(ceiling, abs=1e-5)
    drawn = np.random.default_rng(5).normal(mean, math.sqrt(variance), (400_000, 2))
    assert (drawn.sum(axis=1) > 0).mean() == pytest.approx(facts["ceiling"], abs=0.003)


@pytest.mark.concept("C109")
@pytest.mark.concept("C110")
@pytest.mark.concept("C111")
@pytest.mark.concept("C114")
def test_updates_of_an_epoch() -> None:
    facts = done({}, "step 5 batch")
    assert [facts[f"{lane}.updates"] for lane in ("batch", "mini", "stochastic")] == [1, 5, 200]
    assert (facts["epoch"], facts["seen"]) == (1, 200)
    facts = done({}, "play 2 epoch", "back 1 batch")
    assert [facts[f"{lane}.updates"] for lane in ("batch", "mini", "stochastic")] == [1, 9, 360]


def test_the_line_of_the_slide_in_other_words() -> None:
    assert not done({"slide": "L4-63"})["hand.same_line"]
    for factor in (2, -1, 0.5):
        line = " ".join(str(factor * value) for value in (1.23, 1, -0.55))
        assert done({"slide": "L4-63"}, f"hand {line}")["hand.same_line"]
    assert not done({"slide": "L4-63"}, "hand 2.46 2 -1.2")["hand.same_line"]
    facts = done({"slide": "L4-63"}, "ask 0 0.55")
    assert facts["side"] == "line"
    facts = done({"slide": "L4-63"}, "ask -1 1")
    assert (facts["side"], facts["x1"]) == ("blue", -1)
    assert facts["z"] == pytest.approx(-0.78)
    assert facts["p"] == pytest.approx(0.314320, abs=1e-6)


@pytest.mark.concept("C113")
def test_noise_and_copies(points) -> None:
    one, four = (done({"preset": "lanes"}, f"set mini_batch {size}", "look noise") for size in (40, 160))
    x, label = points
    # At the start p is one half everywhere.
    single = (0.5 - label)[:, None] * np.column_stack([x, np.ones(200)])
    assert one["noise"] == pytest.approx(math.sqrt(single.var(axis=0).sum() / 40))
    assert one["noise"] / four["noise"] == pytest.approx(2)
    assert one["noise_ratio"] == pytest.approx(2, abs=0.3)
    assert math.isnan(done({})["noise_ratio"])
    for copies in (1, 10):
        facts = done({"shaded": "batch"}, f"set copies {copies}")
        assert facts["gradient.sum"] == pytest.approx(copies * np.linalg.norm(single.sum(axis=0)))
        assert facts["gradient.mean"] == pytest.approx(np.linalg.norm(single.mean(axis=0)))
        assert facts["copies_apart"] < 1e-12


@pytest.mark.concept("C127")
def test_a_cost_that_is_no_number_is_found_and_cured(points) -> None:
    at = {"slide": "L4-92", "factor": "1"}
    facts = done(at)
    assert facts["written"] == "number"
    assert facts["written.cost"] == pytest.approx(cost(points, 1.23, 1, -0.55), rel=1e-12)
    with np.errstate(all="ignore"):
        assert math.isnan(cost(points, 8 * 1.23, 8, -8 * 0.55))
    facts = done(at, "factor 8")
    assert facts["written"] == "undefined"
    x, label = points
    z = 8 * (x @ [1.23, 1] - 0.55)
    # Wrong by z, each error costs about z; what is right costs nothing.
    assert facts["logits.cost"] == pytest.approx(np.where((z > 0) != (label > 0), np.abs(z), 0).sum(), abs=10)
    assert done(at, "factor 8", "factor 0.5", "precision float32")["written"] == "number"
    assert done(at, "precision float32")["written"] == "undefined"


@pytest.mark.concept("C112")
def test_the_lesson_tells_the_names_apart() -> None:
    """Each sentence of the step about names has one answer that fits 200 points, and the check is B = N."""
    step = next(each for each in read_lesson(LESSON).steps if each.key == "which-batch")
    assert step.question is not None
    assert step.check is not None
    (right,) = (each for each in step.question.options if each.right)
    assert "mini-batches of 32" in right.text
    for size, fits in ((32, False), (199, False), (200, True)):
        assert holds(step.check.when, done({}, f"set mini_batch {size}")) is fits


def test_another_step_undoes_everything() -> None:
    session = BENCH.begin({"slide": "L4-92"})
    fresh = {at: done({"slide": at}) for at in ("L4-62", "L2-19", "L4-92")}
    commands = (
        "precision float32", "factor 20", "hand 1 2 3", "ask 5 5", "set learning_rate 0.5", "set mean 2",
        "play 3 epoch", "back 1 epoch", "set cost mean", "start", "shade stochastic", "step 9 op", "look names",
    )  # fmt: skip
    for slide, expected in fresh.items():
        finished(BENCH.script(session, commands))
        session.notice = "said of before"
        BENCH.open(session, {"slide": slide})
        np.testing.assert_equal(BENCH.facts(session), expected)
        assert session.notice == ""
        assert len(session.run.history.segments) == 1


def test_a_stage_shows_what_is_opened_in_place() -> None:
    visit = Visit(lambda: BatchesStage(from_query({"slide": "L4-92"})))
    BENCH.open(visit.session, {"preset": "by_hand", "learning_rate": "0.01", "shaded": "hand"})
    scene = visit.settle()
    assert visit.board.settings.widgets["learning_rate"].value == pytest.approx(-2)
    assert [slider.value for slider in visit.board.closer.hand.sliders] == [1.0, -0.5, 1.0]
    assert (visit.board.looks.value, scene.factor) == ("hand", 1.0)
    assert not visit.board.closer._log0.visible


@pytest.mark.parametrize("at", [{"slide": "L9-1"}, {"learning_rate": "fast"}, {"nonsense": "1"}])
def test_an_address_that_asks_for_nothing_is_refused(at: dict[str, str]) -> None:
    with pytest.raises(SpecError):
        BENCH.begin(at)
    session = BatchesSession(from_query({}), default_backend)
    with pytest.raises(SpecError):
        BENCH.open(session, at)


@pytest.mark.parametrize(
    "command",
    ["hop", "step", "step many epoch", "step 0 epoch", "step 1 hour", "set", "set color 3", "set cost free", "hand 1 2",
     "hand a b c", "ask 1", "look up", "shade me", "choose none", "precision float16", "factor x"],
)  # fmt: skip
def test_a_command_that_is_none_is_refused(command: str) -> None:
    with pytest.raises(SpecError):
        done({}, command)
