"""The check by differences beside a graph: which node, which values, which numbers."""

import math
import re
from html import unescape

import numpy as np
import pytest

from engine.experiment import Position
from engine.expression.run import ExpressionRun
from engine.expression.spec import ExpressionSpec
from playground.stages.graph.checking import STEPS_UPWARDS, Checking
from playground.stages.graph.tools.differences import DifferenceCheck

X, Y = 0.5, 2.0


class Host:
    """Runs what it is given at once."""

    def __init__(self, run):
        self.session, self.run = self, run
        self.checking = Checking()

    def submit(self, command):
        command()


@pytest.fixture
def run():
    return ExpressionRun(ExpressionSpec("exp(x)*y + x", (("x", X), ("y", Y))))


@pytest.fixture
def check(run):
    made = DifferenceCheck(Host(run))
    made.toggle(True)
    return made


def named(run, symbol):
    return next(node.id for node in run.graph.nodes if node.symbol == symbol)


def numbers(scene):
    return {row[0]: "".join(row[1:]).replace("−", "-") for row in scene.card["rows"][2:]}


def test_closed_it_computes_nothing(run):
    check = DifferenceCheck(Host(run))
    assert check._host.checking.make(run) is None
    assert check._host.checking.selected(run) == -1
    check.toggle(True)
    assert check._host.checking.make(run) is not None
    assert check._host.checking.selected(run) == run.graph.leaves["x"]
    check.toggle(False)
    assert check._host.checking.make(run) is None


def test_numbers_are_those_of_the_formula(check, run):
    scene = check._host.checking.make(run)
    h = float(STEPS_UPWARDS[scene.place])
    assert h == pytest.approx(1e-5)
    above, below = math.exp(X + h) * Y + X + h, math.exp(X - h) * Y + X - h
    shown = numbers(scene)
    assert float("".join(scene.card["rows"][0][1:])) == pytest.approx(above, rel=1e-15)
    assert float("".join(scene.card["rows"][1][1:])) == pytest.approx(below, rel=1e-15)
    assert float(shown["difference"]) == pytest.approx((above - below) / (2 * h), rel=1e-10)
    assert float(shown["back-propagation"]) == pytest.approx(math.exp(X) * Y + 1, rel=1e-15)
    error = abs(float(shown["difference"]) - float(shown["back-propagation"]))
    assert float(shown["|error|"]) == pytest.approx(error, rel=0.06)
    # Both values begin alike, and the first digit that differs is not among the pale ones.
    same, one, other = scene.card["rows"][0][1], scene.card["rows"][0][2], scene.card["rows"][1][2]
    assert same == scene.card["rows"][1][1] == "3.797"
    assert one[0] != other[0]


def test_the_formula_has_its_numbers_filled_in(check, run):
    formula = check._host.checking.make(run).card["formula"]
    pieces = [unescape(re.sub(r"<[^>]+>", " ", piece)).split() for piece in formula]
    assert pieces[1][0] == "="
    assert pieces[2] == ["=", f"{math.exp(X) * Y + 1:.5g}"]


def test_every_value_in_between_can_be_chosen(check, run):
    nodes = dict(check._host.checking.make(run).card["nodes"])
    assert set(nodes.values()) == {"x", "y", "q = exp(x)", "r = exp(x)·y"}
    exact = {"x": math.exp(X) * Y + 1, "y": math.exp(X), "q": Y, "r": 1.0}
    for symbol, slope in exact.items():
        check.choose(named(run, symbol))
        scene = check._host.checking.make(run)
        assert scene.card["node"] == check._host.checking.selected(run) == named(run, symbol)
        shown = numbers(scene)
        assert float(shown["back-propagation"]) == pytest.approx(slope, rel=1e-15)
        assert float(shown["difference"]) == pytest.approx(slope, rel=1e-8)


def test_the_result_and_numbers_are_not_checked(check, run):
    check.choose(named(run, "y"))
    for node in (run.graph.root, 99, -1):
        check.choose(node)
        assert check._host.checking.selected(run) == named(run, "y")
    bare = ExpressionRun(ExpressionSpec("x", (("x", 1.0),)))
    check._host.run = bare
    assert numbers(check._host.checking.make(bare))["back-propagation"] == "1"


def test_a_step_is_chosen_on_the_scale(check, run):
    check._hear({"type": "place", "place": 40})
    scene = check._host.checking.make(run)
    assert scene.place == scene.card["place"] == 40
    for nonsense in (57, -1, "3", None):
        check._hear({"type": "place", "place": nonsense})
    assert check._host.checking.make(run).place == 40
    np.testing.assert_allclose(STEPS_UPWARDS[[0, -1]], [1e-15, 1e-1])
    assert scene.card["steps"][0] == "1e−15"


@pytest.mark.parametrize("text", ["abs(x)", "relu(x)"])
def test_a_kink_is_named_once_whether_the_numbers_show_it_or_not(check, text):
    # The slope that abs takes at 0 is the mean of both sides; that of relu is not.
    bent = ExpressionRun(ExpressionSpec(text, (("x", 0.0),)))
    check._host.run = bent
    words = check._host.checking.make(bent).card["words"]
    assert words.count("kink") == 1
    assert "no derivative" in words


def test_the_curve_is_computed_again_only_for_other_numbers(check, run):
    first = check._host.checking.make(run).curve
    check._hear({"type": "place", "place": 10})
    run.seek(Position(0, 0, 2))
    assert check._host.checking.make(run).curve is first
    run.set_value("x", 1.0)
    moved = check._host.checking.make(run)
    assert moved.curve is not first
    assert moved.curve.exact == pytest.approx(math.e * Y + 1)
    check._hear({"type": "node", "node": named(run, "y")})
    assert check._host.checking.make(run).curve.exact == pytest.approx(math.e)


def test_the_values_in_use_are_checked_after_an_update(check):
    run = ExpressionRun(ExpressionSpec("(w*x - 1)^2", (("w", 1), ("x", 2)), ("w",), 0.1))
    run.seek(Position(1))
    # The gradient on the graph is that of w = 1, though the update has moved w already.
    assert run.leaves["w"] != 1
    assert check._host.checking.make(run).curve.exact == pytest.approx(4.0) == float(run["w.grad"])


def test_the_choice_survives_a_graph_that_has_the_same_value(check, run):
    check.choose(named(run, "y"))
    check._host.checking.make(run)
    with_target = ExpressionRun(run.first_spec.with_(target=1.0))
    assert with_target.graph.nodes[check._host.checking.selected(with_target)].symbol == "y"
    other = ExpressionRun(ExpressionSpec("a*b", (("a", 1), ("b", 2))))
    assert other.graph.nodes[check._host.checking.selected(other)].symbol == "a"


def test_it_is_drawn_with_its_figure(check, run):
    assert not check.panel.visible
    check.draw(check._host.checking.make(run))
    assert check.panel.visible
    view = check._view
    assert len(check.panel) == 2
    assert view._mark.location == pytest.approx(-5)
    check._hear({"type": "place", "place": 56})
    check.draw(check._host.checking.make(run))
    assert check._view is view
    assert view._mark.location == pytest.approx(-1)
    assert check._card.card["place"] == 56
    check.set_dark(True)
    assert check._card.dark
    assert view._dark
    check.draw(None)
    assert not check.panel.visible


def test_a_long_part_of_the_formula_is_cut(check):
    run = ExpressionRun(ExpressionSpec("(" + " + ".join(["x"] * 30) + ")*y", (("x", 1), ("y", 2))))
    assert max(len(text) for _, text in check._host.checking.make(run).card["nodes"]) < 50
