"""The graph as lessons see it: its facts against worked numbers, its commands against what the page does."""

import math
import time

import pytest

from engine import SpecError
from playground.benches.bench import finished
from playground.benches.graph import BENCH


@pytest.fixture
def session():
    return BENCH.begin({"preset": "xyz"})


def run(session, *texts):
    finished(BENCH.script(session, texts))
    return BENCH.facts(session)


def test_facts_are_the_worked_numbers(session):
    facts = BENCH.facts(session)
    assert math.isnan(facts["value.q"])
    assert math.isnan(facts["gradient.x"])
    assert (facts["op"], facts["phase"], facts["forward_done"]) == (0, "none", False)
    facts = run(session, "step 1 phase")
    assert (facts["value.q"], facts["value.f"], facts["result"]) == (3, -12, -12)
    assert [facts[f"local.{edge}"] for edge in ("q.x", "q.y", "f.q", "f.z")] == [1, 1, -4, 3]
    assert (facts["forward_done"], facts["backward_done"]) == (True, False)
    facts = run(session, "play 5 op")
    assert [facts[f"gradient.{name}"] for name in "xyzqf"] == [-4, -4, 3, -4, 1]
    assert facts["backward_done"]
    assert run(session, "back 1 phase")["op"] == 2


def test_shape_of_the_graph_is_counted():
    facts = BENCH.facts(BENCH.begin({"preset": "fan_out"}))
    # x·(x + y) + x: x is used three times, and each use is a path.
    assert (facts["names"], facts["operations"], facts["edges"]) == (2, 3, 6)
    assert (facts["fan_outs"], facts["paths.x"], facts["paths.y"]) == (1, 3, 1)
    squared = BENCH.begin({"text": "x*x", "values": "x:3"})
    facts = run(squared, "step 1 phase")
    assert (facts["local.f.x"], facts["local.f.x_2"], facts["paths.x"]) == (3, 3, 2)


def test_leaves_target_and_rate_are_set_as_on_the_page(session):
    facts = run(session, "step 1 epoch", "set z 2", "set x -12")
    assert [facts[f"gradient.{name}"] for name in "xyz"] == [2, 2, -7]
    assert facts["by_hand"]
    facts = run(session, "target 5", "mark x on", "rate 0.5", "step 1 epoch")
    assert (facts["trains"], facts["target"], facts["learning_rate"]) == (True, 5, 0.5)
    facts = run(session, "choose two_path", "step 1 epoch")
    assert (facts["preset"], facts["gradient.x1"], facts["gradient.x2"]) == ("two_path", 8, 7)
    facts = run(session, "write 'a*b + a'", "set a 3")
    assert (facts["preset"], facts["text"], facts["value.a"]) == ("own", "a*b + a", 3)


def test_exercise_and_check_have_facts(session):
    facts = run(session, "practice this", "answer 1")
    assert (facts["practice"], facts["answered"], facts["right"]) == (True, 1, 1)
    # 12 is no derivative here, so the first try was wrong.
    facts = run(session, "answer 12", "answer right")
    assert (facts["answered"], facts["right"]) == (2, 1)
    facts = run(session, "practice 2", "answer all")
    assert (facts["level"], facts["streak"], facts["answered"]) == (2, 1, facts["questions"])
    facts = run(session, "practice off", "check z")
    assert (facts["practice"], facts["check"], facts["check_of"]) == (False, True, "z")
    assert facts["check_error"] < 1e-6
    assert run(session, "check z 0.1")["check_step"] == pytest.approx(0.1)
    assert math.isnan(run(session, "check off")["check_error"])


def test_another_state_opens_in_place(session):
    run(session, "step 1 epoch", "set x 4", "practice this", "check z", "choose max")
    session.grain = type(session.grain)("epoch")
    BENCH.open(session, {"slide": "L1-22"})
    facts = BENCH.facts(session)
    fresh = BENCH.facts(BENCH.begin({"slide": "L1-22"}))
    assert {key: value for key, value in facts.items() if value == value} == {
        key: value for key, value in fresh.items() if value == value
    }
    assert session.grain == "op"
    assert session.scene(False).practice is None
    assert session.scene(False).check is None


@pytest.mark.parametrize(
    "text",
    ["set w 3", "set x no", "choose none", "write 'x +'", "practice 9", "check k", "answer 3", "step 0 op", "jump"],
)
def test_what_cannot_be_done_is_said(session, text):
    with pytest.raises(SpecError):
        run(session, text)


def test_addresses_with_mistakes_are_refused():
    with pytest.raises(SpecError, match="preset"):
        BENCH.begin({"preset": "xyzz"})


def test_every_fact_is_documented(session):
    names = {name.split(".<")[0] for name in BENCH.names}
    assert {fact.split(".")[0] for fact in BENCH.facts(session)} <= names


def test_facts_take_little_time():
    session = BENCH.begin({"preset": "network"})
    run(session, "step 1 epoch")
    times = []
    for _ in range(20):
        start = time.perf_counter()
        BENCH.facts(session)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.002
