"""The losses stage as lessons see it."""

from __future__ import annotations

import math

import pytest

from engine import SpecError
from playground.benches.bench import finished
from playground.benches.registry import bench

BENCH = bench("losses")


def done(query: dict[str, str], *commands: str) -> dict:
    session = BENCH.begin(query)
    finished(BENCH.script(session, commands))
    return BENCH.facts(session)


def test_two_arrangements_are_compared() -> None:
    facts = done({}, "keep", "count targets 1", "target 1 1")
    assert facts["absolute_ratio"] == pytest.approx(1)
    assert facts["squared_ratio"] == pytest.approx(10)
    assert math.isnan(done({})["squared_ratio"])


def test_outputs_and_margins() -> None:
    facts = done({"preset": "outlier"}, "set output 1")
    assert (facts["signed"], facts["absolute"], facts["squared"]) == (12, 12, 70)
    facts = done({"preset": "margin"}, "set margin -2", "set convention binary")
    assert facts["logistic_shown"] == pytest.approx(2.1269, abs=5e-5)
    assert facts["slope.hinge"] == -1


def test_samples_and_products() -> None:
    facts = done({"preset": "likelihood"}, "label 1 0", "p 1 0.1", "count samples 2")
    assert facts["likelihood"] == pytest.approx(0.9 * 0.8)
    assert facts["share1"] == pytest.approx(math.log(0.9) / math.log(0.72))
    facts = done({"preset": "product"}, "set count 150")
    assert (facts["product32"], facts["kind32"]) == (0, "zero")
    assert facts["before32"] == 2.0**-149
    assert facts["product64"] == 2.0**-150


def test_entropies_and_quizzes() -> None:
    facts = done({"preset": "entropy"}, "P 1 0.25", "P 2 0.75", "Q 1 0.75", "Q 2 0.25")
    assert facts["KL_bits"] == pytest.approx(0.25 * math.log2(1 / 3) + 0.75 * math.log2(3))
    assert done({"preset": "tasks"}, "pick 1 'squared error'", "pick 2 hinge")["tasks_right"] == 1
    assert done({"preset": "notation"}, "name 2 output", "name 1 output")["names_right"] == 1


def test_the_derivation_is_played() -> None:
    facts = done({"slide": "L3-16"}, "set a 0.25", "set t 0", "play 9 op")
    assert facts["done"] is True
    assert facts["cost"] == pytest.approx(-math.log(0.75))
    assert facts["slope"] == pytest.approx(0.25)


def test_opening_puts_everything_back() -> None:
    session = BENCH.begin({"preset": "gross"})
    finished(BENCH.script(session, ["p 9 0.01", "choose entropy", "set bits off", "keep"]))
    BENCH.open(session, {"preset": "gross"})
    fresh = BENCH.facts(BENCH.begin({"preset": "gross"}))
    again = BENCH.facts(session)
    assert {name for name in fresh if fresh[name] != again[name] and fresh[name] == fresh[name]} == set()


@pytest.mark.parametrize(
    "command",
    ["target 99 1", "p 1 2", "label 1 5", "set a x", "set hue 1", "pick 1 sine", "name 1 king", "count cats 3"],
)
def test_what_cannot_be_done_is_said(command: str) -> None:
    with pytest.raises(SpecError):
        done({}, command)


def test_every_fact_is_documented() -> None:
    forms = ("{}<place>", "{}.<loss>")
    undocumented = {
        name for name in done({}) if name not in BENCH.names
        and not {form.format(name.rstrip("0123456789").split(".")[0]) for form in forms} & BENCH.names.keys()
    }  # fmt: skip
    assert undocumented == set()
