"""The probability stage as lessons see it."""

from __future__ import annotations

import pytest

from engine import SpecError
from playground.benches.bench import finished
from playground.benches.registry import bench

BENCH = bench("probability")


def done(query: dict[str, str], *commands: str) -> dict:
    session = BENCH.begin(query)
    finished(BENCH.script(session, commands))
    return BENCH.facts(session)


def test_scores_are_moved_and_added_to() -> None:
    facts = done({}, "score 2 -0.5", "add 3", "set temperature 2", "set shifted off")
    assert (facts["z1"], facts["z2"], facts["temperature"], facts["shifted"]) == (5, 2.5, 2, False)
    assert facts["p1"] + facts["p2"] + facts["p3"] == pytest.approx(1)


def test_an_overflow_is_a_fact_beside_the_true_probability() -> None:
    facts = done({"preset": "overflow"})
    assert facts["overflow"] is True
    assert facts["computed1"] != facts["computed1"]
    assert facts["p1"] == pytest.approx(0.6590, abs=5e-5)


def test_ties_targets_and_steps() -> None:
    facts = done({"preset": "tie"}, "reset", "step 1 phase", "target 3")
    assert (facts["ties"], facts["decision"], facts["step"], facts["done"]) == (2, 1, 4, False)
    assert [facts[f"target{k}"] for k in (1, 2, 3, 4)] == [0, 0, 1, 0]


def test_notes_and_the_line() -> None:
    facts = done({"preset": "sigmoid"}, "set v 30", "note", "set v -2", "note")
    assert facts["noted"] == 2
    assert facts["apart"] < 1e-15
    assert done({"preset": "line"}, "set factor 2")["same_line"] is True
    facts = done({"preset": "line"}, "line 1.5 1 -0.55", "point 1 0")
    assert facts["same_line"] is False
    assert facts["z"] == pytest.approx(0.95)


def test_opening_puts_everything_back() -> None:
    session = BENCH.begin({"preset": "line"})
    finished(BENCH.script(session, ["set factor 3", "choose abstain", "set threshold 0.9"]))
    BENCH.open(session, {"preset": "line"})
    assert BENCH.facts(session) == BENCH.facts(BENCH.begin({"preset": "line"}))


@pytest.mark.parametrize(
    "command", ["score 7 1", "score 1", "set colour 3", "set shifted maybe", "add much", "classes 9", "jump"]
)
def test_what_cannot_be_done_is_said(command: str) -> None:
    with pytest.raises(SpecError):
        done({}, command)


def test_what_is_not_there_is_said_of_the_address() -> None:
    with pytest.raises(SpecError, match="temprature"):
        BENCH.begin({"temprature": "2"})


def test_every_fact_is_documented() -> None:
    undocumented = {
        name for name in done({"scores": "1,2,3,4,5"}) if name not in BENCH.names
        and f"{name.rstrip('12345')}<class>" not in BENCH.names
    }  # fmt: skip
    assert undocumented == set()
