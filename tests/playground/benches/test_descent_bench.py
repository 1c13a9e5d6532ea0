"""What lessons know of a descent, compared with walks that are computed here, and the commands that they give."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np
import pytest

from engine import SpecError
from engine.descent.tiny_networks import REAL_LOSSES
from lessons.conditions import Fact
from playground.benches.bench import finished
from playground.benches.descent import BENCH
from playground.descent_link import from_query
from playground.stages.descent.board import Board
from playground.stages.descent.session import DescentSession
from playground.stages.descent.stage import DescentStage
from playground.views.plane_ground import Ground
from tests.playground.stages.visits import Visit

Facts = dict[str, Fact]


def two_valleys(w: float) -> float:
    """Return the slope of the quartic of slides L3-21 and L3-22."""
    return 2.96 * w**3 + 9.3 * w**2 + 1.4 * w - 8.82866


def walked(slope: Callable[[float], float], w: float, rates: list[float], momentum: float = 0.0) -> list[float]:
    """Return the path of the textbook's rule, Δw = η J′ + m Δw."""
    path, step = [w], 0.0
    for rate in rates:
        step = rate * slope(w) + momentum * step
        w -= step
        path.append(w)
    return path


def done(at: dict[str, str], *commands: str) -> tuple[DescentSession, Facts]:
    session = BENCH.begin(at)
    finished(BENCH.script(session, commands))
    return session, BENCH.facts(session)


def documented(name: str) -> str:
    """Return the entry that documents a fact: of minima by their letters and of names one stands for all."""
    for pattern, entry in ((r"\.[A-Z]$", ".A"), (r"^at\..*", "at.<name>"), (r"^state\..*", "state.<name>1")):
        if re.search(pattern, name):
            return re.sub(pattern, entry, name)
    return name


def test_every_fact_is_documented() -> None:
    own = {"rho", "beta1", "beta2", "eps", "weight_decay", "momentum_decay"}
    for at in ({"slide": "L3-21"}, {"slide": "L4-82"}, {"slide": "L2-25"}, {"slide": "L1-17"}, {"slide": "L2-22"}):
        missing = {documented(name) for name in done(at)[1]} - BENCH.names.keys() - own
        missing -= {f"{name}{axis}" for name in ("start", "slope", "moved", "effective_rate") for axis in "12"}
        assert not missing


def test_the_path_is_the_textbooks() -> None:
    _, facts = done({"slide": "L3-21"}, "play 30 epoch")
    path = walked(two_valleys, -3.3, [0.005] * 30)
    np.testing.assert_allclose([w for _, w in facts["path"]], path, rtol=1e-12)
    assert facts["w"] == pytest.approx(path[-1], rel=1e-12)
    assert facts["moved"] == pytest.approx(path[-1] - path[-2], rel=1e-9)
    assert facts["slope"] == pytest.approx(two_valleys(path[-1]), rel=1e-9)
    assert facts["effective_rate"] == pytest.approx(0.005, rel=1e-9)
    _, facts = done({"slide": "L3-23"}, "play 60 epoch")
    assert facts["w"] == pytest.approx(walked(two_valleys, -3.3, [0.005] * 60, 0.9)[-1], rel=1e-9)


def test_curvature_and_stability() -> None:
    # J″ = 8.88 w² + 18.6 w + 1.4
    bend = 8.88 * 0.8108905171886**2 + 18.6 * 0.8108905171886 + 1.4
    _, facts = done({"slide": "L3-22"}, "play 60 epoch")
    assert facts["curvature.A"] == pytest.approx(bend, rel=1e-6)
    assert facts["product.A"] == pytest.approx(0.1 * bend, rel=1e-6)
    assert facts["cycle"] is True
    assert facts["cycle_low"] == pytest.approx(0.39876, abs=1e-5)
    assert facts["cycle_high"] == pytest.approx(1.05915, abs=1e-5)
    assert facts["settled"] == ""
    _, facts = done({"surface": "saddle", "start": "0.5,0"})
    assert facts["kind"] == "saddle"
    assert [facts["curvature"], facts["least_curvature"]] == pytest.approx([2, -2])


@pytest.mark.parametrize(("near", "first"), [(0.001, 125), (0.01, 77)])
def test_since_when_it_is_near(near: float, first: int) -> None:
    path = np.array(walked(two_valleys, -3.3, [0.005] * 200))
    expected = int(np.flatnonzero(np.abs(path + 2.45375421984) > near)[-1]) + 1
    assert expected == first
    assert done({"slide": "L3-21"}, "play 200 epoch")[1][f"near_{near:g}_since"] == expected
    assert math.isnan(done({"slide": "L3-21"}, f"play {first - 1} epoch")[1][f"near_{near:g}_since"])


@pytest.mark.concept("C105")
def test_a_step_decay_settles_where_its_first_rate_does_not() -> None:
    at = {"surface": "khan", "learning_rate": "0.1", "schedule": "step", "schedule_settings": "factor:0.5,every:10"}
    _, facts = done(at, "play 35 epoch")
    rates = [0.1 / 2 ** (n // 10) for n in range(36)]
    assert facts["rate"] == rates[35] == 0.0125
    np.testing.assert_allclose([rate for _, rate in facts["rates"]], rates)
    assert facts["w"] == pytest.approx(walked(two_valleys, -3.3, rates[:35])[-1], rel=1e-12)
    assert facts["settled"] == "A"
    assert done({"surface": "khan", "learning_rate": "0.1"}, "play 200 epoch")[1]["settled"] == ""


@pytest.mark.concept("C120")
def test_a_schedule_counts_updates_and_sees_no_gradient() -> None:
    curves = []
    for surface in ("khan", "convex"):
        at = {"surface": surface, "learning_rate": "0.1", "schedule": "exponential", "schedule_settings": "tau:20"}
        curves.append(done(at, "play 60 epoch")[1]["rates"])
    assert curves[0] == curves[1]
    known = dict(curves[0])
    for n, rate in {0: 0.1, 10: 0.0316228, 20: 0.01, 40: 0.001, 60: 0.0001}.items():
        assert known[n] == pytest.approx(rate, rel=1e-5)
    # An adaptive rate does see it: of the same optimizer, on two slopes.
    adaptive = [
        done({"surface": "own", "dimensions": "1", "formula": f"{slope}*w", "optimizer": "adagrad"}, "play 9 epoch")[1]
        for slope in (1, 10)
    ]
    assert adaptive[0]["effective_rate"] == pytest.approx(10 * adaptive[1]["effective_rate"], rel=1e-6)


@pytest.mark.concept("C098")
def test_the_error_surface_is_the_cross_entropy_over_two_weights() -> None:
    session, _ = done({"slide": "L4-78"})
    scene = session.scene(False)
    assert "space" in scene.views
    ground = scene.ground
    assert isinstance(ground, Ground)
    data = REAL_LOSSES["gauss"].make().data
    labels = data.targets.ravel()
    assert set(labels) == {0.0, 1.0}
    (left, right), (low, high) = ground.extent
    rows, columns = ground.values.shape
    for row, column in ((0, 0), (10, 40), (30, 5), (60, 60)):
        w = np.array([np.linspace(left, right, columns)[column], np.linspace(low, high, rows)[row]])
        # −log of the probability of each label.
        expected = np.mean(np.logaddexp(0, -(2 * labels - 1) * (data.inputs @ w)))
        assert ground.values[row, column] == pytest.approx(expected, rel=1e-9)


def test_a_gradient_has_a_part_for_each_parameter() -> None:
    _, before = done({"slide": "L1-17"})
    assert before["downhill"] == pytest.approx(math.degrees(math.atan2(4, 2)))
    _, facts = done({"slide": "L1-17"}, "step 1 epoch")
    assert [facts[name] for name in ("w1", "w2", "at.b", "loss")] == pytest.approx([1.2, 1.4, 0.2, 0.32])
    # The residual is −0.8 now: the gradient is −0.8 (1, 2, 1).
    assert facts["gradient_norm"] == pytest.approx(0.8 * math.sqrt(6))


def test_tries_are_told_apart_and_forgotten() -> None:
    at = {"preset": "convex"}
    session, facts = done(at, "set learning_rate 3.9", "again 4", "set learning_rate 4.2", "again 4")
    assert (facts["falling_rate"], facts["rising_rate"]) == (3.9, 4.2)
    assert facts["bracket"] == pytest.approx(0.3)
    # Exactly on the edge it neither falls nor rises.
    finished(BENCH.script(session, ["set learning_rate 4", "again 4"]))
    assert BENCH.facts(session)["bracket"] == pytest.approx(0.3)
    BENCH.open(session, at)
    assert BENCH.facts(session)["tries"] == 0
    # What is changed on the way is no descent of one rate.
    finished(BENCH.script(session, ["play 3 epoch", "set learning_rate 4.2", "play 3 epoch"]))
    facts = BENCH.facts(session)
    assert facts["changed"] is True
    assert math.isnan(facts["rising_rate"])


def test_momentum_passes_by_and_does_not_settle() -> None:
    path = np.array(walked(two_valleys, -3.3, [0.005] * 130, 0.9))
    passing = np.flatnonzero(np.abs(path + 2.45375) <= 0.01)
    assert passing.size, "it has to pass by the bottom of valley B"
    session = BENCH.begin({"slide": "L3-23"})
    finished(BENCH.script(session, [f"step {passing[0]} epoch"]))
    facts = BENCH.facts(session)
    assert (facts["at_minimum"], facts["settled"], facts["tried.B"]) == ("B", "", False)


def test_momentum_that_ends_higher_than_plain_descent() -> None:
    _, facts = done({"slide": "L4-85"}, "play 140 epoch")
    assert (facts["settled"], facts["momentum_lost"]) == ("B", False)
    _, facts = done({"slide": "L4-85"}, "play 140 epoch", "optimizer sgd", "play 60 epoch")
    assert (facts["settled"], facts["momentum_lost"]) == ("A", True)
    # From the other side momentum wins.
    _, facts = done({"slide": "L3-23"}, "play 140 epoch", "optimizer sgd", "set learning_rate 0.005", "play 140 epoch")
    assert (facts["settled"], facts["momentum_lost"]) == ("B", False)
    assert (facts["least_momentum.A"], facts["most_momentum.B"]) == (0.9, 0.0)


def test_basins_are_known_when_they_have_grown() -> None:
    session, facts = done({"preset": "local_minima", "views": "gradient"})
    assert math.isnan(facts["basins"])
    finished(BENCH.script(session, ["grow"]))
    assert BENCH.facts(session)["basins"] == 4


@pytest.mark.parametrize(
    "command",
    ["set learning_rate -1", "set learning_rate x", "set nonsense 1", "optimizer magic", "start 1 2", "start 99",
     "choose nothing", "show nothing", "play 0 epoch", "set"],
)  # fmt: skip
def test_what_cannot_be_done_is_said(command: str) -> None:
    session = BENCH.begin({"slide": "L3-21"})
    with pytest.raises(SpecError):
        finished(BENCH.script(session, [command]))
    assert BENCH.facts(session)["w"] == -3.3


def test_an_address_that_asks_for_what_is_not_there() -> None:
    with pytest.raises(SpecError, match="L9-99"):
        BENCH.begin({"slide": "L9-99"})


def test_another_step_undoes_everything() -> None:
    visited = Visit(lambda: DescentStage(from_query("slide=L4-82")))
    visited.session.basins.all_at_once = True
    stage = visited.stage
    board: Board = stage.board
    changes = ["play 9 epoch", "optimizer adam", "set noise 1", "start 2 2", "play 3 epoch"]
    finished(BENCH.script(visited.session, changes))
    visited.settle()
    board.settings.fields["learning_rate"].value = "many"
    board.settings.folded.collapsed = False
    assert board.settings.fields["learning_rate"].error_state
    BENCH.open(visited.session, {"slide": "L3-21"})
    visited.settle()
    assert board.settings.fields["learning_rate"].value == "0.005"
    assert not board.settings.fields["learning_rate"].error_state
    assert board.settings.folded.collapsed
    assert board.settings.optimizer.value == "sgd"
    assert stage.transport.status["text"].startswith("Slide L3-21 · At the start")
    assert not stage.transport.status["can_reset"]
    assert len(visited.session.scene(False).losses) == 1
    assert BENCH.facts(visited.session)["tries"] == 0


def test_parts_beside_the_figure_are_shown_alone() -> None:
    stage = Visit(lambda: DescentStage(from_query("slide=L3-21"))).stage
    board: Board = stage.board
    assert set(BENCH.parts) == {view.styles["grid-area"] for view in stage.view} | board.sides.keys()

    def hidden() -> set[str]:
        areas = {view.styles["grid-area"]: view for view in stage.view} | board.sides
        return {name for name, view in areas.items() if view.styles.get("display") == "none"}

    stage.show_parts(["figure", "settings"], "settings")
    # Folded away, it is not even built.
    assert not board.rules.widgets
    assert hidden() == set(BENCH.parts) - {"transport", "figure", "side", "settings"}
    assert "outline" in board.sides["settings"].styles
    stage.show_parts(["figure", "side"])
    assert hidden() == set(BENCH.parts) - {"transport", "figure", "side", *board.sides}
    assert board.sides["settings"].styles["outline"] is None
    stage.show_parts(["figure", "rules"], "rules")
    assert "schedule" in board.rules.widgets
    stage.show_parts([])
    assert not hidden()
