"""What is said of an instruction: the rule, the numbers and the sentence agree with what the run does."""

from __future__ import annotations

import numpy as np
import pytest

from engine.experiment import Position
from engine.expression import OPERATIONS, parse
from engine.expression.explain import LOCAL_DERIVATIVES, explain, local_tex, local_text, shown_number
from engine.expression.graph import Graph
from engine.expression.passes import complete_pass
from engine.expression.presets import PRESETS
from engine.expression.run import ExpressionRun
from engine.expression.spec import ExpressionSpec
from tests.engine.expression.peers import EXTENDED
from tests.engine.expression.test_gradient import INSIDE, STEP, WIDE, differences

KINDS = [kind for kind in OPERATIONS.values() if kind.name in LOCAL_DERIVATIVES]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_formula_of_a_local_derivative_is_what_differences_say(kind, rng):
    low, high = INSIDE.get(kind.name, (-3.0, 3.0))
    text = kind.text.template.replace("<*>", "x").replace("<0>", "x").replace("<1>", "y")
    graph = Graph.of(parse(text), {"x": 1.0, "y": 1.0})
    for _ in range(20):
        at = [WIDE(value) for value in rng.uniform(low, high, kind.arity)]
        for argument in range(kind.arity):

            def along(value, at=at, argument=argument):
                return EXTENDED[kind.name](*at[:argument], value, *at[argument + 1 :])

            formula = parse(local_text(graph, graph.root, argument))
            value = float(formula.evaluate({"x": float(at[0]), "y": float(at[-1])}))
            assert value == pytest.approx(float(differences(along, at[argument], WIDE(STEP))), rel=1e-9, abs=1e-9)


def test_every_operation_has_a_formula_or_words_for_each_operand():
    for kind in OPERATIONS.values():
        names = ["x1", "y", "z"][: 3 if kind.variadic else kind.arity]
        template = kind.text.template.replace("<*>", ", ".join(names))
        text = template.replace("<0>", "x1").replace("<1>", "y")
        graph = Graph.of(parse(text), dict.fromkeys(names, 1.0))
        for argument in range(len(names)):
            tex, words = (say(graph, graph.root, argument) for say in (local_tex, local_text))
            assert tex
            assert words
            assert "<" not in tex + words
            assert "{own}" not in words
    with pytest.raises(ValueError, match="x1 is a leaf: only operations have local derivatives"):
        local_tex(graph, 0, 0)


def test_the_sentences_of_the_lectures_example():
    run = ExpressionRun(PRESETS["xyz"].spec)
    said = []
    assert explain(run, "last") is None
    while run.position.epoch == 0:
        said.append(explain(run))
        run.step("op")
        assert explain(run, "last") == said[-1]
    assert [(e.title, e.tex, e.sentence) for e in said] == [
        ("Value of q", "q = x + y", "q = x + y = −2 + 5 = 3."),
        ("Value of f", "f = q z", "f = q·z = 3·(−4) = −12."),
        (
            "The backward pass begins at f",
            r"\frac{\partial f}{\partial f} = 1",
            "The gradient at f is 1: f changes one for one with itself.",
        ),
        (
            "Gradient at z",
            r"\frac{\partial f}{\partial z} = q",
            "Along × to z: upstream 1 times local 3 (q) is 3.",
        ),
        (
            "Gradient at q",
            r"\frac{\partial f}{\partial q} = z",
            "Along × to q: upstream 1 times local −4 (z) is −4.",
        ),
        (
            "Gradient at y",
            r"\frac{\partial f}{\partial y} = \frac{\partial f}{\partial q} \cdot \frac{\partial q}{\partial y}, "
            r"\quad \frac{\partial q}{\partial y} = 1",
            "Along + to y: upstream −4 times local 1 is −4.",
        ),
        (
            "Gradient at x",
            r"\frac{\partial f}{\partial x} = \frac{\partial f}{\partial q} \cdot \frac{\partial q}{\partial x}, "
            r"\quad \frac{\partial q}{\partial x} = 1",
            "Along + to x: upstream −4 times local 1 is −4.",
        ),
    ]
    assert said[1].numbers == (("q", 3.0), ("z", -4.0), ("result", -12.0))


def test_where_paths_meet_the_sum_is_told_and_an_update_too():
    run = ExpressionRun(PRESETS["line"].spec)
    run.seek(Position(0, 0, len(run.instructions) - 3))
    update = explain(run)
    assert update.tex == r"w_1 \leftarrow w_1 - \eta \, \frac{\partial J}{\partial w_1}"
    assert update.sentence == "w₁ moves against its gradient: 1 − 0.1·(−2) = 1.2."
    run = ExpressionRun(PRESETS["two_path"].spec)
    sentences = [explain(run).sentence]
    while run.next.phase != "forward" or run.position.epoch == 0:
        run.step("op")
        sentences.append(explain(run, "last").sentence)
        if run.position.epoch:
            break
    assert sentences[-1].endswith("Paths add up: 2 + 6 = 8 at x₁.")
    assert r"\text{+=}" in explain(run, "last").tex


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_what_is_told_of_the_next_instruction_is_what_it_does(preset):
    run = ExpressionRun(preset.spec)
    for _ in range(2 * len(run.instructions)):
        before = repr(run.frame().values)
        told = explain(run, "next")
        assert repr(run.frame().values) == before
        instruction = run.next
        run.step("op")
        assert explain(run, "last") == told
        frame = run.frame()
        if instruction.phase == "backward":
            place = instruction.edge.parent if instruction.edge else run.graph.root
            assert told.numbers[-1] == ("result", frame.gradients[place])
        else:
            assert told.numbers[-1] == ("result", frame.values[instruction.node])
        assert told.sentence.endswith(".")


def test_an_explanation_knows_a_value_that_was_set_within_the_update():
    run = ExpressionRun(PRESETS["line"].spec)
    run.seek(Position(0, 0, len(run.instructions) - 1))
    run.set_value("b", 5.0)
    assert explain(run).sentence == "b moves against its gradient: 5 − 0.1·(−2) = 5.2."
    run.step("op")
    run.set_value("b", 0.0)
    assert explain(run, "last").sentence == "b moves against its gradient: 5 − 0.1·(−2) = 5.2."


def test_what_is_not_finite_can_be_told():
    run = ExpressionRun(ExpressionSpec("log(x)*x + 0/x - exp(1000)", {"x": 0}))
    while run.position.epoch == 0:
        run.step("op")
        assert explain(run, "last").sentence
    assert np.isnan(complete_pass(run.graph, {"x": 0.0}).values[run.graph.root])


def test_numbers_are_short_and_have_a_true_minus():
    shown = [shown_number(v) for v in (-2.0, 0.5, 1 / 3, -0.0, 1e6, 1.5e12, -2e-7, float("-inf"), float("nan"))]
    assert shown == ["−2", "0.5", "0.3333", "0", "1000000", "1.5e12", "−2e−7", "−inf", "nan"]


def test_which_is_next_or_last():
    with pytest.raises(ValueError, match="which is 'next' or 'last', got 'first'"):
        explain(ExpressionRun(PRESETS["xyz"].spec), "first")


@pytest.mark.parametrize(
    ("text", "values", "kinked"),
    [
        ("max(x, y)", {"x": 2, "y": 2}, True), ("max(x, y)", {"x": 2, "y": 1}, False),
        ("min(x, y, z)", {"x": 2, "y": 2, "z": 1}, False), ("min(x, y, z)", {"x": 1, "y": 2, "z": 1}, True),
        ("abs(x)", {"x": 0}, True), ("relu(x)", {"x": 0}, True), ("relu(x)", {"x": 3}, False), ("x*x", {"x": 0}, False),
    ],
)  # fmt: skip
def test_where_there_is_no_derivative_it_is_said_which_one_is_taken(text, values, kinked):
    run = ExpressionRun(ExpressionSpec(text, values))
    while run.next.edge is None:
        run.step("op")
    kink = run.graph.nodes[run.graph.root].operation.kink
    assert (bool(kink) and explain(run).sentence.endswith(kink)) == kinked
