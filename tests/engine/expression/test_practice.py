"""The questions of a backward pass, and the diagnosis of answers made wrong on purpose, by means of our own."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from engine.expression import parse
from engine.expression.exercises import LEVELS, exercise
from engine.expression.graph import Edge
from engine.expression.practice import (
    Mistake,
    answer_question,
    diagnose_answer,
    diagnose_local,
    parse_answer,
    questions,
)
from engine.expression.presets import PRESETS
from engine.expression.run import ExpressionRun
from engine.expression.spec import ExpressionSpec
from tests.engine.expression.peers import EXTENDED, torch_functions
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

    def wrong_of_local(self, edge):
        """The same where the local derivative alone is asked."""
        node, upstream, local = self.graph.nodes[edge.node], self.gradients[edge.node], self.locals[edge]
        yield Mistake.SIGN, -local
        yield Mistake.INCLUDED_UPSTREAM, upstream * local
        yield Mistake.FORGOT_LOCAL, upstream
        yield Mistake.WRONG_LOCAL, float(self.values[node.id])
        for k, parent in enumerate(node.parents):
            other = self.locals[Edge(node.id, parent, k)]
            if k != edge.argument and np.isfinite(other):
                yield Mistake.OTHER_OPERAND, other
        if (node.operation.name, edge.argument) in WRONG:
            a, b = (*(float(self.values[parent]) for parent in node.parents), math.nan)[:2]
            yield Mistake.WRONG_LOCAL, WRONG[node.operation.name, edge.argument](a, b, float(self.values[node.id]))

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
    assert set(found) == set(Mistake) - {Mistake.INCLUDED_UPSTREAM}
    assert min(found.values()) > 20
    assert min(alone.values()) > 5


def test_an_answer_that_no_mistake_makes_is_unknown():
    run = ExpressionRun(PRESETS["xyz"].spec)
    verdict = diagnose_answer(run, "x", 0.123)
    assert (verdict.right, verdict.findings, verdict.ambiguous) == (False, (), False)
    assert "no usual mistake makes this number" in verdict.sentence
    beginning = diagnose_answer(run, "f", 0.0)
    assert beginning.sentence == "This is not the gradient: f changes one for one with itself."
    assert diagnose_answer(run, "f", 1.0).right
    assert diagnose_answer(run, "f", -12.0).mistakes == (Mistake.VALUE,)


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


def test_the_questions_of_a_backward_pass():
    asked = questions(PRESETS["xyz"].spec.graph())
    assert [(question.kind, question.text) for question in asked] == [
        ("gradient", "∂f/∂f"),
        ("local", "∂f/∂z"), ("gradient", "∂f/∂z"), ("local", "∂f/∂q"), ("gradient", "∂f/∂q"),
        ("local", "∂q/∂y"), ("gradient", "∂f/∂y"), ("local", "∂q/∂x"), ("gradient", "∂f/∂x"),
    ]  # fmt: skip
    assert asked[-2].edge == Edge(3, 0, 0)
    assert (asked[-2].node, asked[-1].node, asked[-1].edge) == (3, 0, None)
    assert asked[-2].tex == r"\frac{\partial q}{\partial x}"
    assert asked[-2].prompt == "How fast does q change with x?"
    assert asked[-1].prompt == "Only q uses x: multiply the gradient at q by the local derivative."
    assert asked[0].prompt == "The backward pass begins at f: how fast does f change with itself?"
    assert [question.text for question in questions(PRESETS["xyz"].spec.graph(), locals=False)] == [
        *("∂f/∂f", "∂f/∂z", "∂f/∂q", "∂f/∂y", "∂f/∂x")
    ]


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("x*y + x", "q and f both use x: add up what comes back along each path."),
        ("x*y + sin(x) + x", "q, r and f all use x: add up what comes back along each path."),
        ("x*x + y", "q uses x twice: add up what comes back along each path."),
        ("max(x, x, x) + y", "q uses x 3 times: add up what comes back along each path."),
    ],
)
def test_where_paths_meet_the_question_says_so(text, prompt):
    graph = ExpressionSpec(text, {"x": 2, "y": 3}).graph()
    found = next(q for q in questions(graph) if q.kind == "gradient" and q.text == "∂f/∂x")
    assert found.prompt == prompt


def test_the_uses_of_one_operation_are_told_apart():
    spec = ExpressionSpec("x*x + y", {"x": 2, "y": 3})
    twice = [question for question in questions(spec.graph()) if question.kind == "local" and question.node == 2]
    assert [question.text for question in twice] == ["∂q/∂x (second x)", "∂q/∂x (first x)"]
    assert twice[1].tex == r"\frac{\partial q}{\partial x} \text{ (first x)}"
    assert twice[1].prompt == "q uses x twice: how fast does it change with the first one alone?"
    assert answer_question(ExpressionRun(spec), twice[1], 2.0).right


def test_every_question_can_be_answered_when_its_turn_comes():
    for run in runs():
        graph, asked = run.graph, questions(run.graph)
        known, edges = set(), set()
        for question in asked:
            if question.kind == "local":
                edges.add(question.edge)
                assert question.node == question.edge.node
                assert question.node in known  # the gradient upstream was asked before
            else:
                arriving = {edge for edge in graph.edges if edge.parent == question.node}
                assert arriving <= edges
                # At once: what was asked last is one of the edges that it is made of.
                assert question.node == graph.root or asked[asked.index(question) - 1].edge in arriving
                known.add(question.node)
        assert known == {node.id for node in graph.nodes if node.varies}
        assert edges == {edge for edge in graph.edges if graph.nodes[edge.parent].varies}
        assert len(asked) == len(known) + len(edges)
        assert [q for q in asked if q.kind == "gradient"] == list(questions(graph, locals=False))


def test_right_answers_are_right_and_each_mistake_about_a_local_derivative_gets_its_diagnosis():
    found, alone = Counter(), Counter()
    for run in runs():
        peer = Peer(run)
        for question in questions(run.graph):
            if question.kind == "gradient":
                right, mistaken = peer.gradients[question.node], peer.wrong_at(question.node)
            else:
                right, mistaken = peer.locals[question.edge], peer.wrong_of_local(question.edge)
            assert answer_question(run, question, float(right)).right, (run.first_spec, question)
            for mistake, number in mistaken:
                verdict = answer_question(run, question, number)
                if math.isclose(number, right, rel_tol=1e-3, abs_tol=1e-9):
                    assert verdict.right
                    continue
                assert mistake in verdict.mistakes, (run.first_spec, question, number, verdict)
                if question.kind == "local":
                    found[mistake] += 1
                    alone[mistake] += not verdict.ambiguous
    assert set(found) == {
        *(Mistake.SIGN, Mistake.INCLUDED_UPSTREAM, Mistake.FORGOT_LOCAL, Mistake.WRONG_LOCAL, Mistake.OTHER_OPERAND)
    }
    assert min(found.values()) > 100
    assert min(alone.values()) > 50


def test_the_right_answers_are_pytorchs(torch):
    rng = np.random.default_rng(3)
    count = 0
    for k in range(300):
        run = ExpressionRun(exercise(LEVELS[k % 3], rng))
        values = []
        for node in run.graph.nodes:
            if node.operation is None:
                number = run.leaves.get(node.symbol, node.value)
                values.append(torch.tensor(number, dtype=torch.float64, requires_grad=node.varies))
            else:
                values.append(torch_functions(torch)[node.operation.name](*(values[parent] for parent in node.parents)))
                values[-1].retain_grad()
        values[-1].backward()
        for question in questions(run.graph, locals=False):
            assert answer_question(run, question, float(values[question.node].grad)).right
            count += 1
    assert count > 1500


def test_the_sentences_about_a_local_derivative():
    run = ExpressionRun(PRESETS["xyz"].spec)
    edge = Edge(4, 3, 0)
    assert diagnose_local(run, edge, -4.0).sentence == "Right."
    sign = diagnose_local(run, edge, 4.0)
    assert sign.sentence == "Not right. The sign is wrong: the local derivative of × is z = −4."
    other = diagnose_local(run, edge, 3.0)
    assert other.mistakes == (Mistake.OTHER_OPERAND,)
    assert other.sentence == (
        "Not right. This is the derivative with respect to the other operand, z: with respect to this one it is z = −4."
    )
    value = diagnose_local(run, edge, -12.0)
    assert value.sentence == (
        "Not right. The local derivative of × is not −12: that is the value of the operation, not its derivative. "
        "It is z = −4."
    )
    included = diagnose_local(ExpressionRun(ExpressionSpec("3*(x*y)^2", {"x": 2, "y": 5})), Edge(4, 1, 0), 300.0)
    assert included.mistakes == (Mistake.INCLUDED_UPSTREAM,)
    assert included.sentence == (
        "Not right. This is upstream times local, 60 times 5: the local derivative alone is y = 5."
    )
    unknown = diagnose_local(run, edge, 0.123)
    assert unknown.sentence == (
        "This is not the local derivative, and no usual mistake makes this number: look at this operation alone, "
        "and at how much f changes when q does."
    )
    with pytest.raises(ValueError, match="no gradient goes along"):
        diagnose_local(run, Edge(4, 0, 0), 1.0)
    with pytest.raises(ValueError, match="an answer is a number, got inf"):
        diagnose_local(run, edge, math.inf)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("−4", -4.0), ("-4", -4.0), (" 0.25 ", 0.25), ("1/4", 0.25), ("2e-3", 0.002), ("1/3", 1 / 3), ("+7", 7.0),
        ("(-3)·2", -6.0), ("3²", 9.0), ("-.5", -0.5), ("2*(1 - 0.5)", 1.0), ("0", 0.0), ("0,5", 0.5),
        (" −2,25", -2.25),
    ],
)  # fmt: skip
def test_an_answer_is_typed_as_a_number_or_as_arithmetic_with_numbers(text, number):
    assert parse_answer(text) == number


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "^type a number, such as −4 or 0.25$"),
        (" \t", "^type a number, such as −4 or 0.25$"),
        ("x", "^x is not a number: type a number, such as −4 or 0.25$"),
        ("2·z", "^z is not a number"),
        ("nan", "^nan is not a number"),
        ("1/0", "^this has no finite value: type a number"),
        ("log(-1)", "^this has no finite value"),
        ("4,5,6", "for a decimal number write a point"),
        ("2 +", r"nothing stands after \+"),
        ("__import__('os')", "cannot stand in a formula"),
        ("9" * 301, "at most 300 are read"),
        ("f(2)", "unknown function f"),
    ],
)
def test_what_is_no_answer_is_said_plainly(text, message):
    with pytest.raises(ValueError, match=message):
        parse_answer(text)
