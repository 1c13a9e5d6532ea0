"""Exercises, and the diagnosis of answers that were made wrong on purpose, by means other than the engine's."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from engine.expression import parse
from engine.expression.graph import Edge
from engine.expression.practice import LEVELS, Mistake, diagnose_answer, exercise
from engine.expression.presets import PRESETS
from engine.expression.run import ExpressionRun
from engine.expression.spec import ExpressionSpec
from tests.engine.expression.peers import EXTENDED
from tests.engine.expression.test_gradient import WIDE, differences

# What is often taken for the local derivative: by operation, from operands and result.
WRONG = {
    ("add", 0): lambda a, b, r: b,
    ("divide", 0): lambda a, b, r: b,
    ("divide", 1): lambda a, b, r: -a / b,
    ("power", 0): lambda a, b, r: b * r,
    ("exp", 0): lambda a, b, r: a * np.exp(a - 1),
    ("tanh", 0): lambda a, b, r: 1 - r,
    ("sigmoid", 0): lambda a, b, r: 1 - r,
    ("square", 0): lambda a, b, r: a,
    ("softplus", 0): lambda a, b, r: 1 / (1 + np.exp(a)),
    ("multiply", 0): lambda a, b, r: r,
    ("relu", 0): lambda a, b, r: a,
}


class Peer:
    """The same passes with local derivatives by differences."""

    def __init__(self, run):
        self.graph, leaves = run.graph, run.leaves
        self.values, self.locals = [], {}
        for node in self.graph.nodes:
            operands = [WIDE(self.values[parent]) for parent in node.parents]
            if node.operation is None:
                self.values.append(leaves.get(node.symbol, node.value))
                continue
            function = EXTENDED[node.operation.name]
            self.values.append(function(*operands))
            for k, parent in enumerate(node.parents):

                def along(value, operands=operands, k=k, function=function):
                    return function(*operands[:k], value, *operands[k + 1 :])

                with np.errstate(invalid="ignore"):
                    self.locals[Edge(node.id, parent, k)] = float(differences(along, operands[k], WIDE(1e-4)))
        self.gradients = [0.0] * len(self.values)
        self.gradients[-1] = 1.0
        self.down = {}
        for node in reversed(self.graph.nodes):
            for k, parent in enumerate(node.parents):
                if self.graph.nodes[parent].varies:
                    edge = Edge(node.id, parent, k)
                    self.down[edge] = self.gradients[node.id] * self.locals[edge]
                    self.gradients[parent] += self.down[edge]

    def wrong_along(self, edge):
        """Yield pairs of a mistake and the number it makes."""
        node, upstream = self.graph.nodes[edge.node], self.gradients[edge.node]
        yield Mistake.FORGOT_UPSTREAM, self.locals[edge]
        yield Mistake.FORGOT_LOCAL, upstream
        yield Mistake.SIGN, -self.down[edge]
        for k, parent in enumerate(node.parents):
            other = self.locals[Edge(node.id, parent, k)]
            if k != edge.argument and np.isfinite(other):
                yield Mistake.OTHER_OPERAND, upstream * other
        if (node.operation.name, edge.argument) in WRONG:
            a, b = (*(float(self.values[parent]) for parent in node.parents), math.nan)[:2]
            wrong = WRONG[node.operation.name, edge.argument](a, b, float(self.values[node.id]))
            yield Mistake.WRONG_LOCAL, upstream * wrong

    def wrong_at(self, place):
        arriving = [edge for edge in self.down if edge.parent == place]
        yield Mistake.VALUE, float(self.values[place])
        for edge in arriving:
            others = sum(self.down[other] for other in arriving if other != edge)
            if len(arriving) > 1:
                yield Mistake.OVERWROTE, self.down[edge]
            if len(arriving) > 2:
                yield Mistake.MISSED_PATH, others
            for mistake, number in self.wrong_along(edge):
                yield mistake, others + number
        if len(arriving) > 1:
            yield Mistake.FORGOT_UPSTREAM, sum(self.locals[edge] for edge in arriving)
            yield Mistake.SIGN, -self.gradients[place]


def runs():
    rng = np.random.default_rng(11)
    for k in range(150):
        yield ExpressionRun(exercise(LEVELS[k % 3], rng))
    texts = ("x*y + x*z + x^2 + tanh(x)", "exp(x*y)/(x + z)", "square(x*z) - z/y", "z^3*x + sigmoid(z)*z")
    for k in range(40):
        names = parse(texts[k % 4]).names
        yield ExpressionRun(ExpressionSpec(texts[k % 4], {name: rng.uniform(0.3, 2.5) for name in names}))


def test_each_mistake_on_random_graphs_gets_its_diagnosis():
    found, alone = Counter(), Counter()
    for run in runs():
        peer = Peer(run)
        asked = [(edge, peer.down[edge], peer.wrong_along(edge)) for edge in peer.down]
        nodes = [node for node in run.graph.nodes if node.varies and node.id != run.graph.root]
        asked += [(node.symbol, peer.gradients[node.id], peer.wrong_at(node.id)) for node in nodes]
        for where, right, mistaken in asked:
            verdict = diagnose_answer(run, where, right)
            assert verdict.right, (run.first_spec, where)
            assert verdict.findings == ()
            assert verdict.sentence == "Right."
            for mistake, number in mistaken:
                verdict = diagnose_answer(run, where, number)
                assert verdict.correct == pytest.approx(right, rel=1e-9, abs=1e-9)
                if math.isclose(number, right, rel_tol=1e-3, abs_tol=1e-9):
                    assert verdict.right
                    continue
                assert not verdict.right
                assert mistake in verdict.mistakes, (run.first_spec, where, number, verdict)
                assert verdict.ambiguous == (len(verdict.mistakes) > 1)
                found[mistake] += 1
                alone[mistake] += not verdict.ambiguous
    assert set(found) == set(Mistake)
    assert min(found.values()) > 20
    assert min(alone.values()) > 5


def test_an_answer_that_no_mistake_makes_is_unknown():
    run = ExpressionRun(PRESETS["xyz"].spec)
    verdict = diagnose_answer(run, "x", 0.123)
    assert (verdict.right, verdict.findings, verdict.ambiguous) == (False, (), False)
    assert "no usual mistake makes this number" in verdict.sentence


def test_the_sentences():
    run = ExpressionRun(PRESETS["xyz"].spec)
    sign = diagnose_answer(run, "x", 4.0)
    assert sign.mistakes == (Mistake.SIGN,)
    assert sign.sentence == "Not right. The sign is wrong: upstream is −4, and the local derivative of + is 1."
    forgot = diagnose_answer(run, "x", 1.0)
    assert forgot.sentence == (
        "Not right. This is the local derivative of + alone: "
        "multiply it by the gradient that arrives from upstream, −4."
    )
    # 3 is the value at q, and the gradient of the other factor.
    several = diagnose_answer(run, "q", 3.0)
    assert several.ambiguous
    assert set(several.mistakes) == {Mistake.VALUE, Mistake.OTHER_OPERAND}
    assert several.sentence == (
        "Not right. Several mistakes make this number, so it may have been one of these: "
        "value instead of gradient or other operand."
    )
    paths = ExpressionRun(PRESETS["two_path"].spec)
    assert diagnose_answer(paths, "x1", 6.0).mistakes == (Mistake.OVERWROTE,)
    assert "2 paths meet at x₁" in diagnose_answer(paths, "x1", 6.0).sentence


def test_an_answer_is_judged_by_the_values_of_the_step_wherever_the_run_stands():
    run = ExpressionRun(PRESETS["line"].spec)
    for _ in range(len(run.instructions) + 1):
        verdict = diagnose_answer(run, "w2", -4.0)
        assert verdict.right == (run.position.epoch == 0 or run.position.op == 0)
        run.step("op")
    # In the second step the error is 0.8, and so is the input's part in it.
    assert diagnose_answer(run, "w2", -1.6).right
    run.set_value("x2", 1.0)
    assert not diagnose_answer(run, "w2", -1.6).right


def test_of_many_paths_those_answers_are_known_that_leave_out_one():
    run = ExpressionRun(ExpressionSpec(" + ".join(f"{k}*x" for k in range(11, 21)), {"x": 300}))
    assert diagnose_answer(run, "x", 155).right
    assert Mistake.MISSED_PATH in diagnose_answer(run, "x", 155 - 13).mistakes
    assert diagnose_answer(run, "x", 155 - 13 - 14).mistakes == ()
    few = ExpressionRun(ExpressionSpec(" + ".join(f"{k}*x" for k in range(11, 17)), {"x": 300}))
    assert Mistake.MISSED_PATH in diagnose_answer(few, "x", 81 - 13 - 14).mistakes


def test_three_digits_are_enough():
    run = ExpressionRun(PRESETS["neuron"].spec)
    assert diagnose_answer(run, "w1", 0.1587).right
    assert not diagnose_answer(run, "w1", 0.16).right
    assert diagnose_answer(run, "w1", 0.16, tolerance=0.05).right


def test_what_cannot_be_asked_is_said():
    run = ExpressionRun(ExpressionSpec("2*x", {"x": 3}))
    with pytest.raises(ValueError, match="an answer is a number, got nan"):
        diagnose_answer(run, "x", math.nan)
    with pytest.raises(ValueError, match="there is no gradient at '2': ask for one of x, f"):
        diagnose_answer(run, "2", 1.0)
    with pytest.raises(ValueError, match="no gradient goes along"):
        diagnose_answer(run, Edge(2, 0, 0), 1.0)


@pytest.mark.parametrize("level", LEVELS)
def test_exercises_are_friendly_and_as_their_level_says(level):
    rng = np.random.default_rng(5)
    specs = [exercise(level, rng) for _ in range(200)]
    assert len({spec.text for spec in specs}) > 50
    for spec in specs:
        assert set(spec.start) == {"x", "y", "z"}
        assert len({abs(value) for value in spec.start.values()}) == 3
        peer = Peer(ExpressionRun(spec))
        numbers = np.abs([*peer.values, *peer.gradients]).astype(float)
        assert numbers.max() <= 151
        uses = [spec.text.count(name) for name in "xyz"]
        functions = [name for name in ("sigmoid", "tanh", "exp", "relu", "softplus") if name in spec.text]
        if level == 1:
            assert uses == [1, 1, 1]
            assert not set("/²") & set(spec.text)
        if level < 3:
            assert not functions
            assert sum(uses) == level + 2
            assert np.allclose(numbers * 4, np.round(numbers * 4), atol=1e-8)
        else:
            assert functions
    if level == 2:
        assert any("/" in spec.text for spec in specs)
        assert any("²" in spec.text for spec in specs)


def test_the_same_generator_makes_the_same_exercise():
    first, second = (exercise(3, np.random.default_rng(9)) for _ in range(2))
    assert first == second
    with pytest.raises(ValueError, match="level is one of 1, 2, 3, got 4"):
        exercise(4, np.random.default_rng(9))
