"""One neuron: its terms, its answer, the perceptron rule, and the way back."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Grain, SpecError
from engine.neuron import LARGEST_WEIGHT, TABLES, NeuronRun, NeuronSpec, best_score, code_lines

ROWS = list(itertools.product((0.0, 1.0), repeat=2))
numbers = st.floats(-10, 10).map(lambda x: round(x, 3))


@pytest.mark.concept("C050")
@pytest.mark.parametrize(
    ("weights", "v", "a"), [((0.1, 0.2, 0.3), 1.4, 0.8021839), ((1, 1, 1), 6.0, 0.9975274), ((-1, 0.5, 0), 0.0, 0.5)]
)
def test_the_worked_numbers_of_the_lecture(weights: tuple[float, ...], v: float, a: float) -> None:
    frame = NeuronRun(NeuronSpec((1, 2, 3), weights, biased=False)).frame()
    assert frame.v == pytest.approx(v, abs=1e-12)
    assert frame.a == pytest.approx(a, abs=5e-8)


@given(st.lists(numbers, min_size=3, max_size=3), st.lists(numbers, min_size=3, max_size=3), numbers)
def test_terms_are_added_one_by_one(inputs: list[float], weights: list[float], bias: float) -> None:
    run = NeuronRun(NeuronSpec(tuple(inputs), tuple(weights), bias), 0)
    total = 0.0
    assert run.frame().partial == 0
    for x, w in zip(inputs, weights, strict=True):
        run.step(1, Grain.OP)
        total += x * w
        assert run.frame().partial == pytest.approx(total, abs=1e-9)
    run.step(1, Grain.OP)
    assert run.frame().partial == pytest.approx(total + bias, abs=1e-9)
    run.step(1, Grain.OP)
    assert run.frame().a == pytest.approx(0.5 * (1 + math.tanh((total + bias) / 2)), abs=1e-9)
    run.step(1, Grain.OP)
    assert run.index == run.end == 5


@pytest.mark.concept("C041")
def test_the_bias_is_a_weight_whose_input_is_always_one() -> None:
    with_bias = NeuronRun(NeuronSpec((0.5, -2.0), (1.5, 0.25), -0.7)).frame()
    appended = NeuronRun(NeuronSpec((0.5, -2.0, 1.0), (1.5, 0.25, -0.7), biased=False)).frame()
    assert with_bias.a == appended.a
    off = NeuronRun(NeuronSpec((0.5, -2.0), (1.5, 0.25), -0.7, biased=False)).frame()
    assert off.v == pytest.approx(1.5 * 0.5 - 0.25 * 2)


@pytest.mark.concept("C047")
def test_a_step_answers_0_at_exactly_0() -> None:
    compare = NeuronSpec((2, 2), (1, -1), activation="step")
    assert NeuronRun(compare).frame().a == 0
    assert NeuronRun(compare.with_(bias=1e-9)).frame().a == 1


@pytest.mark.concept("C047")
def test_lines_solve_and_or_nand_and_three_rows_of_xor() -> None:
    lines = {"and": (1, 1, -1.5), "or": (1, 1, -0.5), "nand": (-1, -1, 1.5), "xor": (1, 1, -0.5)}
    for task, (w1, w2, b) in lines.items():
        frame = NeuronRun(NeuronSpec((0, 0), (w1, w2), b, activation="step", task=task)).frame()
        answers = [float(w1 * x1 + w2 * x2 + b > 0) for x1, x2 in ROWS]
        assert frame.answers.tolist() == answers
        assert frame.right == sum(a == t for a, t in zip(answers, TABLES[task], strict=True))
        assert frame.right == best_score(TABLES[task]) == (3 if task == "xor" else 4)


def test_no_random_line_beats_the_best_score(rng: np.random.Generator) -> None:
    lines = rng.normal(size=(20_000, 3))
    answers = lines[:, :2] @ np.array(ROWS).T + lines[:, 2:] > 0
    for targets in itertools.product((0, 1), repeat=4):
        assert (answers == np.array(targets, bool)).sum(axis=1).max() == best_score(targets)


def perceptron(targets: tuple[int, ...], updates: int, rate: float = 1.0) -> list[float]:
    """Rosenblatt's rule in plain Python."""
    w1 = w2 = b = 0.0
    for k in range(updates):
        (x1, x2), t = ROWS[k % 4], targets[k % 4]
        error = t - (1 if w1 * x1 + w2 * x2 + b > 0 else 0)
        w1, w2, b = w1 + rate * error * x1, w2 + rate * error * x2, b + rate * error
    return [w1, w2, b]


@pytest.mark.concept("C048")
@pytest.mark.parametrize("task", TABLES)
@pytest.mark.parametrize("rate", [1.0, 0.5])
def test_the_rule_rests_where_a_line_exists_and_circles_where_none_does(task: str, rate: float) -> None:
    run = NeuronRun(NeuronSpec((0, 0), (0, 0), activation="step", task=task, rate=rate), 0)
    for passes in range(1, 30):
        run.step(1, Grain.EPOCH)
        frame = run.frame()
        assert [*frame.spec.weights, frame.bias] == perceptron(TABLES[task], 4 * passes, rate)
        if frame.settled or frame.cycle:
            break
    if task == "xor":
        assert frame.cycle
        assert not frame.settled
        assert perceptron(TABLES[task], 4 * (passes - frame.cycle), rate) == perceptron(TABLES[task], 4 * passes, rate)
        assert frame.right < 4
    else:
        assert frame.settled
        assert frame.right == 4
        # It has rested for the last pass, and had not before.
        assert perceptron(TABLES[task], 4 * passes, rate) == perceptron(TABLES[task], 4 * passes - 4, rate)
        assert perceptron(TABLES[task], 4 * passes - 4, rate) != perceptron(TABLES[task], 4 * passes - 8, rate)


def test_an_update_is_the_rule_also_with_a_sigmoid() -> None:
    spec = NeuronSpec((0, 0), (0.4, -0.3), 0.2, activation="sigmoid", task="or", rate=0.7)
    run = NeuronRun(spec, 0)
    for _ in range(2):
        run.step(1, Grain.BATCH)
    w = np.array([0.4, -0.3, 0.2])
    for x, t in (((0, 0, 1), 0), ((0, 1, 1), 1)):
        a = 1 / (1 + math.exp(-float(w @ x)))
        before, w = w, w + 0.7 * (t - a) * np.array(x)
    frame = run.frame()
    np.testing.assert_allclose([*frame.spec.weights, frame.bias], w, atol=1e-14)
    assert frame.change == pytest.approx(w - before)
    assert frame.row == 1


def test_without_a_bias_only_the_weights_are_taught() -> None:
    run = NeuronRun(NeuronSpec((0, 0), (0, 0), 3.0, biased=False, activation="step", task="nand"), 0)
    run.seek(12 * run.parts)
    assert run.frame().bias == 0
    # (0, 0) is to be answered with 1, and without a bias its sum is 0.
    assert run.frame().answers[0] == 0
    run.change(biased=True)
    assert run.frame().bias == 3.0


def test_every_moment_can_be_returned_to() -> None:
    run = NeuronRun(NeuronSpec((0, 0), (0, 0), activation="step", task="xor"), 0)
    seen = []
    for _ in range(60):
        run.step(1, Grain.OP)
        frame = run.frame()
        seen.append((run.index, frame.part, frame.spec.weights, frame.bias, frame.row, frame.partial))
    for expected in reversed(seen[:-1]):
        run.step(-1, Grain.OP)
        frame = run.frame()
        assert (run.index, frame.part, frame.spec.weights, frame.bias, frame.row, frame.partial) == expected


def test_larger_steps_end_where_updates_and_passes_do() -> None:
    run = NeuronRun(NeuronSpec((0, 0), (0, 0), activation="step", task="and"), 0)
    run.step(1, Grain.OP)
    run.step(1, Grain.BATCH)
    assert (run.updates, run.frame().part) == (1, 0)
    run.step(1, Grain.EPOCH)
    assert run.updates == 4
    run.step(-1, Grain.BATCH)
    assert run.updates == 3
    run.step(-1, Grain.EPOCH)
    assert run.index == 0
    run.step(-1, Grain.OP)
    assert run.index == 0


def test_setting_something_is_a_new_beginning_that_keeps_what_is_looked_at() -> None:
    run = NeuronRun(NeuronSpec((0, 0), (0, 0), activation="step", task="and"), 0)
    run.seek(6 * run.parts)
    weights = run.frame().spec.weights
    run.step(1, Grain.OP)
    looked = run.frame().inputs.tolist()
    run.change(bias=-1.0)
    frame = run.frame()
    assert (frame.updates, frame.spec.weights, frame.bias) == (0, weights, -1.0)
    assert frame.inputs.tolist() == looked
    assert frame.part == 4


def test_looking_elsewhere_leaves_the_way_of_the_weights() -> None:
    run = NeuronRun(NeuronSpec((0, 0), (0, 0), activation="step", task="and"), 0)
    run.seek(6 * run.parts + 2)
    weights = run.frame().spec.weights
    run.look_at((0.3, 0.6))
    frame = run.frame()
    assert (frame.row, frame.target, frame.part, frame.updates) == (-1, None, 4, 6)
    assert frame.v == pytest.approx(0.3 * weights[0] + 0.6 * weights[1] + frame.bias)
    run.step(1, Grain.OP)
    assert (run.updates, run.frame().row, run.frame().part) == (6, 2, 1)


def test_multiplying_keeps_the_boundary_and_narrows_the_strip() -> None:
    run = NeuronRun(NeuronSpec((0.5, 0.5), (3.0, 4.0), -1.0))
    before = run.frame()
    run.multiply(4.0)
    after = run.frame()
    assert after.v == pytest.approx(4 * before.v)
    # Across the boundary, from the point where a = 0.1 to the one where a = 0.9.
    assert before.width == pytest.approx(2 * math.log(9) / 5)
    along = np.array([0.6, 0.8])
    foot = along * 0.2
    for share, expected in ((-0.5, 0.1), (0.5, 0.9)):
        run.look_at(tuple(foot + share * after.width * along))
        assert run.frame().a == pytest.approx(expected, abs=1e-9)


def test_weights_stay_within_what_can_be_set() -> None:
    run = NeuronRun(NeuronSpec((0, 0), (LARGEST_WEIGHT,) * 2, -LARGEST_WEIGHT, activation="step", task="xor", rate=10))
    run.seek(50 * run.parts)
    assert max(abs(w) for w in run.frame().spec.weights) <= LARGEST_WEIGHT


@pytest.mark.concept("C050")
@pytest.mark.parametrize("activation", ["step", "sigmoid", "tanh", "relu", "identity"])
@pytest.mark.parametrize("biased", [True, False])
def test_the_lines_of_code_compute_what_the_picture_shows(activation: str, biased: bool) -> None:
    frame = NeuronRun(NeuronSpec((1, -2, 0.5), (0.3, 0.2, 2.0), 0.25, biased, activation)).frame()
    names: dict[str, object] = {}
    exec("\n".join(line.text for line in code_lines(frame)), names)
    assert names["v"] == pytest.approx(frame.v)
    assert names["a"] == pytest.approx(frame.a)
    assert [line.state for line in code_lines(frame)][-1] == "now"


def test_the_lines_of_the_rule_lead_to_the_weights_after_the_update() -> None:
    run = NeuronRun(NeuronSpec((0, 0), (0, 0), activation="step", task="nand"), 0)
    for _ in range(6):
        run.step(1, Grain.BATCH)
        frame, names = run.frame(), dict[str, object]()
        exec("\n".join(line.text for line in code_lines(frame)), names)
        assert np.asarray(names["w"]).tolist() == list(frame.spec.weights)
        assert names["b"] == frame.bias


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"inputs": (1, 2)}, "each input has a weight"),
        ({"task": "and"}, "has two inputs; this neuron has 3"),
        ({"weights": (1, 2, 300)}, "from -200 to 200"),
        ({"weights": "1,2,3"}, "2 or 3 numbers"),
        ({"inputs": (1, 2, float("nan"))}, "Inputs: 2 or 3 numbers"),
        ({"activation": "softmax"}, "choose one of"),
        ({"rate": 0}, "Learning rate is a number from 0.01 to 10"),
    ],
)
def test_what_cannot_be_is_refused(settings: dict[str, object], said: str) -> None:
    with pytest.raises(SpecError, match=said):
        NeuronSpec().with_(**settings)


def test_a_spec_survives_json_and_another_number_of_inputs() -> None:
    spec = NeuronSpec((1, 2, 3), (0.5, 0.25, -1), 0.125, False, "tanh")
    assert NeuronSpec.from_json(spec.to_json()) == spec
    assert spec.resized(2) == NeuronSpec((1, 2), (0.5, 0.25), 0.125, False, "tanh")
    assert NeuronSpec((0, 1), (1, 1), task="or").resized(3) == NeuronSpec((0, 1, 1), (1, 1, 0))
    with pytest.raises(SpecError, match="2 or 3 inputs"):
        spec.resized(4)
