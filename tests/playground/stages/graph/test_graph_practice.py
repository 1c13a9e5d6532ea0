"""Back-propagation by hand: what is asked, what an answer does to the graph, and the streak."""

import numpy as np
import pytest

from engine.experiment import Position
from engine.expression import parse
from engine.expression.exercises import LEVELS
from engine.expression.run import ExpressionRun
from engine.expression.spec import ExpressionSpec
from engine.program import Phase
from playground.stages.graph.practice import Practice

# Of f = (x + y)·z at −2, 5, −4, as the lectures have it: q = 3, and back from f to x.
WORKED = ("1", "3", "3", "−4", "-4", "1", "−4", "1", "-8/2")
SYMBOLS = {"f": 1.0, "z": 3.0, "q": -4.0, "y": -4.0, "x": -4.0}


@pytest.fixture
def practice():
    return Practice(np.random.default_rng(5))


@pytest.fixture
def run():
    return ExpressionRun(ExpressionSpec())


def card(practice, run):
    return practice.make(run).card


def found(practice, run):
    """The gradients that stand on the graph for the student to see."""
    scene = practice.make(run)
    shown = zip(run.graph.nodes, run.frame().gradients, strict=True)
    return {node.symbol: grad for node, grad in shown if grad is not None and node.id not in scene.hidden_gradients}


def by_differences(spec, symbol_values):
    """Gradients of the names by differences of the formula itself."""
    expression, h = parse(spec.text), 1e-6
    moved = {}
    for name in symbol_values:
        above, below = ({**symbol_values, name: symbol_values[name] + sign * h} for sign in (1, -1))
        moved[name] = (float(expression.evaluate(above)) - float(expression.evaluate(below))) / (2 * h)
    return moved


def solve(practice, run):
    """Answer all that is asked, by differences of the graph's own result."""
    practice.ask_locals(False)
    for _ in range(100):
        scene = practice.make(run)
        if scene.asked is None:
            return
        practice.answer(repr(slope(run, scene.asked["id"])))
    raise AssertionError("the questions do not end")


def slope(run, place):
    """How fast the result changes with a node, by computing the graph again beside its value."""

    def result(offset):
        values = [node.value for node in run.graph.nodes]
        for name, leaf in run.graph.leaves.items():
            values[leaf] = run.used[name]
        for node in run.graph.nodes:
            if node.operation is not None:
                values[node.id] = float(node.operation.forward(*(np.float64(values[k]) for k in node.parents)))
            values[node.id] += offset if node.id == place else 0.0
        return values[run.graph.root]

    return (result(1e-6) - result(-1e-6)) / 2e-6


def test_it_begins_at_the_end_of_the_forward_pass(practice, run):
    practice.begin(run)
    assert (run.last.phase, run.next.phase) == (Phase.FORWARD, Phase.BACKWARD)
    scene = practice.make(run)
    assert scene.asked == {"kind": "gradient", "id": run.graph.root}
    assert scene.hidden_gradients == (0, 1, 2, 3, 4)
    assert scene.hidden_locals == (0, 1, 2, 3)
    assert scene.card["progress"] == "Question 1 of 9"


def test_right_answers_bring_the_gradients_one_after_the_other(practice, run):
    practice.begin(run)
    seen, asked = [], []
    for answer in WORKED:
        asked.append(practice.make(run).asked["kind"])
        practice.answer(answer)
        seen.append(found(practice, run))
    assert asked == ["gradient", *["local", "gradient"] * 4]
    # A local derivative adds no gradient; each gradient comes with its answer, and with nothing else.
    expected = [("f",), ("f",), ("f", "z"), ("f", "z"), ("f", "z", "q"), ("f", "z", "q"), ("f", "z", "q", "y")]
    expected += [expected[-1], ("f", "z", "q", "y", "x")]
    assert seen == [{symbol: SYMBOLS[symbol] for symbol in symbols} for symbols in expected]
    scene = practice.make(run)
    assert (scene.asked, scene.hidden_gradients, scene.hidden_locals) == (None, (), ())
    assert scene.card["summary"]["headline"] == "Right at the first try: 9 of 9"
    assert [text for _, text in scene.card["summary"]["rows"]] == ["−4", "−4", "3"]
    assert run.position == Position(1)


def test_a_right_answer_says_the_product(practice, run):
    practice.begin(run)
    said = []
    for answer in WORKED:
        practice.answer(answer)
        said.append(card(practice, run)["verdict"])
    assert {verdict["kind"] for verdict in said} == {"right"}
    assert len({verdict["serial"] for verdict in said}) == len(WORKED)
    texts = [verdict["text"] for verdict in said]
    assert texts[0] == "Right: f changes one for one with itself."
    assert texts[1] == "Right: ∂f/∂z = q = 3."
    assert texts[2] == "Right: at z upstream 1 × local 3 = 3."
    assert texts[-1] == "Right: at x upstream −4 × local 1 = −4."


def test_where_paths_meet_the_sum_is_written_out(practice):
    # x·(x + y) + x at 3, 2: along r 5 and 3, and along f itself 1.
    run = ExpressionRun(ExpressionSpec("x*(x + y) + x", (("x", 3), ("y", 2))))
    practice.begin(run)
    practice.ask_locals(False)
    for answer in ("1", "1", "3", "3", "9"):
        practice.answer(answer)
    assert card(practice, run)["verdict"]["text"] == "Right: at x paths add up, 1 + 5 + 3 = 9."
    assert card(practice, run)["summary"] is not None


def test_a_wrong_answer_is_diagnosed_and_the_question_stays(practice, run):
    practice.begin(run)
    practice.answer("1")
    before, at = card(practice, run), run.position
    practice.answer("2")
    practice.answer("−4")  # the value of z, not the derivative by it
    after = card(practice, run)
    assert after["verdict"]["kind"] == "wrong"
    assert after["verdict"]["text"].startswith("Not right")
    assert (after["key"], after["progress"], run.position) == (before["key"], before["progress"], at)
    practice.answer("3")
    practice.answer("1")  # upstream alone
    assert "multiply it by the local derivative" in card(practice, run)["verdict"]["text"]
    assert found(practice, run) == {"f": 1.0}
    for answer in WORKED[2:]:
        practice.answer(answer)
    assert card(practice, run)["summary"]["headline"] == "Right at the first try: 7 of 9"


@pytest.mark.parametrize("text", ["", "  ", "minus four", "1/0", "2*", "4 4", "x", "(", "9" * 1000])
def test_what_is_no_number_costs_nothing(practice, run, text):
    practice.begin(run)
    key = card(practice, run)["key"]
    practice.answer(text)
    verdict = card(practice, run)["verdict"]
    assert verdict["kind"] == "unreadable"
    assert verdict["text"][0] == verdict["text"][0].upper()
    assert verdict["text"].endswith(".")
    assert card(practice, run)["key"] == key
    for answer in WORKED:
        practice.answer(answer)
    assert card(practice, run)["summary"]["headline"] == "Right at the first try: 9 of 9"


def test_show_me_explains_and_goes_on(practice):
    run = ExpressionRun(ExpressionSpec("x*(x + y) + x", (("x", 3), ("y", 2))))
    practice.begin(run)
    told = []
    while practice.make(run).asked is not None:
        practice.reveal()
        told.append(card(practice, run)["verdict"])
    assert {verdict["kind"] for verdict in told} == {"shown"}
    assert told[0]["text"] == "The gradient at f is 1: f changes one for one with itself."
    assert told[1]["text"] == "The local derivative of + alone is ∂f/∂x = 1."
    # The three paths to x, and the sum after each.
    assert told[-1]["text"].count("Along") == 3
    assert told[-1]["text"].endswith("Paths add up: 6 + 3 = 9 at x.")
    assert card(practice, run)["summary"]["headline"] == "Right at the first try: 0 of 11"
    assert run.position == Position(1)


def test_an_answer_counts_for_the_question_that_it_was_given_to(practice, run):
    practice.begin(run)
    key = card(practice, run)["key"]
    practice.answer("1", key)
    # Enter twice: the second comes when the next question is asked already.
    practice.answer("1", key)
    practice.reveal(key)
    assert card(practice, run)["progress"] == "Question 2 of 9"
    assert card(practice, run)["verdict"]["kind"] == "right"


def test_local_derivatives_are_asked_where_they_help(practice):
    practice.begin(ExpressionRun(ExpressionSpec("a*b + c*d + a", dict.fromkeys("abcd", 2.0))))
    assert practice._locals
    practice.begin(ExpressionRun(ExpressionSpec("a*b + c*d + a*b", dict.fromkeys("abcd", 2.0))))
    assert not practice._locals
    for level in LEVELS:
        practice.begin(ExpressionRun(practice.begin_exercise(level)))
        assert practice._locals == (level == 1)
    # The student's own choice stays for the exercises of this level.
    practice.ask_locals(True)
    practice.begin(ExpressionRun(practice.next_exercise()))
    assert (practice.level, practice._locals) == (3, True)


def test_without_local_questions_an_edge_tells_nothing_before_its_gradient_is_found(practice, run):
    practice.begin(run)
    practice.ask_locals(False)
    for answer in ("1", "3"):
        practice.answer(answer)
    to_z = next(place for place, edge in enumerate(run.graph.edges) if edge.parent == run.graph.leaves["z"])
    assert set(range(4)) - set(practice.make(run).hidden_locals) == {to_z}


def test_what_was_answered_stays_when_local_derivatives_are_switched(practice, run):
    practice.begin(run)
    for answer in WORKED[:4]:
        practice.answer(answer)
    key = card(practice, run)["key"]
    practice.ask_locals(False)
    assert card(practice, run)["progress"] == "Question 3 of 5"
    assert card(practice, run)["key"] == key, "the same question: what stands in the field stays there"
    practice.ask_locals(True)
    assert card(practice, run)["progress"] == "Question 5 of 9"


def test_the_streak_counts_exercises_without_a_fault(practice):
    for count in (1, 2):
        run = ExpressionRun(practice.begin_exercise(1))
        practice.begin(run)
        solve(practice, run)
        assert card(practice, run)["summary"] is not None
        assert (practice.streak, practice.best) == (count, count)
    run = ExpressionRun(practice.next_exercise())
    practice.begin(run)
    practice.answer("12345")
    assert (practice.streak, practice.best) == (0, 2)
    solve(practice, run)
    assert (practice.streak, practice.best) == (0, 2)
    assert "again" in card(practice, run)["summary"]["sentence"]
    run = ExpressionRun(practice.next_exercise())
    practice.begin(run)
    solve(practice, run)
    assert card(practice, run)["streak"] == "Streak 1 · best 2"


def test_showing_and_leaving_end_the_streak(practice):
    def solved():
        run = ExpressionRun(practice.begin_exercise(1))
        practice.begin(run)
        solve(practice, run)
        assert practice.streak == 1
        run = ExpressionRun(practice.next_exercise())
        practice.begin(run)
        assert practice.streak == 1
        return run

    solved()
    practice.reveal()
    assert practice.streak == 0
    practice.end()
    solved()
    practice.begin(ExpressionRun(practice.next_exercise()))
    assert practice.streak == 0, "passing a difficult one over is no exercise done"
    practice.end()
    solved()
    practice.end()
    assert practice.streak == 0


def test_an_expression_of_ones_own_counts_for_no_streak(practice, run):
    practice.begin(run)
    for answer in WORKED:
        practice.answer(answer)
    assert (practice.streak, card(practice, run)["streak"]) == (0, "")


@pytest.mark.parametrize("level", LEVELS)
def test_exercises_can_be_solved_by_what_differences_give(practice, level):
    for _ in range(5):
        run = ExpressionRun(practice.begin_exercise(level))
        practice.begin(run)
        solve(practice, run)
        scene = card(practice, run)
        assert scene["summary"]["headline"].endswith(f"{scene['total']} of {scene['total']}")
        expected = by_differences(run.first_spec, run.used)
        gradients = dict(zip(expected, (float(run[f"{name}.grad"]) for name in expected), strict=True))
        assert gradients == pytest.approx(expected, rel=1e-5, abs=1e-7)


def test_the_same_seed_gives_the_same_exercises():
    one, other, third = (Practice(np.random.default_rng(seed)) for seed in (1, 1, 2))
    specs = [[practice.begin_exercise(level) for level in (1, 2, 3, 3)] for practice in (one, other, third)]
    assert specs[0] == specs[1] != specs[2]


def test_whoever_steps_away_is_asked_of_the_same_step(practice, run):
    practice.begin(run)
    for answer in WORKED[:3]:
        practice.answer(answer)
    run.seek(Position())
    assert found(practice, run) == {}
    practice.answer(WORKED[3])
    assert card(practice, run)["verdict"]["kind"] == "right"
    assert found(practice, run) == {"f": 1.0, "z": 3.0}


def test_a_leaf_that_is_moved_changes_the_answers(practice, run):
    practice.begin(run)
    practice.answer("1")
    run.set_value("x", 1.0)
    practice.answer("3")
    assert card(practice, run)["verdict"]["kind"] == "wrong"
    practice.answer("6")
    practice.answer("6")
    assert found(practice, run) == {"f": 1.0, "z": 6.0}


def test_in_the_middle_of_training_the_values_in_use_count(practice):
    run = ExpressionRun(ExpressionSpec("(w*x - 1)^2", (("w", 1), ("x", 2)), ("w",), 0.1))
    run.seek(Position(1, 0, 2))
    # w after one step: 1 − 0.1·2·(2 − 1)·2.
    assert run.leaves["w"] == pytest.approx(0.6)
    practice.begin(run)
    practice.ask_locals(False)
    assert run.position.epoch == 1
    gradient = 2 * (0.6 * 2 - 1)
    # Back from the square to the product, and from there to both names.
    for answer in (1, gradient, gradient, gradient * 0.6, gradient * 2):
        practice.answer(str(answer))
    assert card(practice, run)["verdict"]["kind"] == "right"
    assert card(practice, run)["summary"]["headline"] == "Right at the first try: 5 of 5"
    assert run.position.epoch == 1, "the update is not part of the exercise"


def test_a_finished_step_is_asked_again_as_it_stands(practice, run):
    run.seek(Position(3))
    practice.begin(run)
    assert run.position == Position(2, 0, 2)


def test_nothing_is_asked_of_another_run_nor_after_the_end(practice, run):
    assert practice.make(run) is None
    practice.answer("1")
    practice.reveal()
    practice.ask_locals(True)
    practice.begin(run)
    assert practice.make(ExpressionRun(ExpressionSpec())) is None
    practice.end()
    assert practice.make(run) is None
    practice.answer("1")


def test_each_exercise_has_questions_with_keys_of_their_own(practice, run):
    practice.begin(run)
    first = card(practice, run)["key"]
    practice.begin(run)
    assert card(practice, run)["key"] != first
