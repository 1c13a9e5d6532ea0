"""The features stage as lessons see it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.checks import SpecError
from engine.features import TERMS, feature_set
from playground.benches.bench import finished
from playground.benches.features import BENCH
from playground.stages.features.state import LOOKS


def done(query: dict[str, str], *commands: str):
    session = BENCH.begin(query)
    finished(BENCH.script(session, commands))
    return BENCH.facts(session)


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(SpecError, match="gamma"):
        BENCH.begin({"look": "three", "gamma": "-1"})
    session = BENCH.begin({"look": "line"})
    for command in ("set colour 1", "draw 1 2", "guess flying", "train 3", "tick x9", "sweep b", "fly"):
        with pytest.raises(SpecError):
            finished(BENCH.script(session, [command]))


@pytest.mark.parametrize("look", list(LOOKS))
def test_every_fact_is_documented_and_there_in_every_look(look: str) -> None:
    facts = BENCH.facts(BENCH.begin({"look": look}))
    named = set(BENCH.names) | {f"term.{key}" for key in TERMS}
    named |= {f"{key}.{what}" for key in ("engineered", "kernel", "learned") for what in ("accuracy", "stored")}
    assert set(facts) <= named
    assert facts.keys() == BENCH.facts(BENCH.begin({})).keys()


def test_commands_do_what_a_student_does() -> None:
    assert done({"look": "label"}, "guess walking")["labeled"] == 1
    assert done({"look": "label"}, "label 10")["labeled_right"] == 10
    facts = done({"look": "signals", "start": "8"}, "set amplitude 3")
    assert facts["energy_ratio"] == pytest.approx(9)
    facts = done({"look": "line"}, "set w1 0", "set w2 2", "set b -4")
    assert (facts["angle"], facts["distance"]) == (90, 2)
    found = feature_set("phone")
    assert facts["accuracy"] == pytest.approx(np.mean((2 * found.points[:, 1] - 4 > 0) == found.labels))
    facts = done({"look": "terms"}, "tick x1 x1x2", "set data xor")
    assert (facts["terms"], facts["term.x1x2"], facts["term.x1"], facts["data"]) == (2, True, False, "xor")
    facts = done({"look": "learned"}, "train 7", "set units 2")
    assert (facts["epoch"], facts["units"]) == (0, 2)
    assert done({"look": "learned"}, "set epoch 9")["epoch"] == 9
    facts = done({"look": "line", "data": "gauss"}, "set w1 1.23", "set w2 1", "set b -0.55")
    assert facts["y_at_zero_055"] == pytest.approx(0)
    assert facts["y_at_one_zero"] == pytest.approx(0.68)
    assert done({"look": "line"}, "look lift", "set height 2.25")["circle.radius"] == pytest.approx(1.5)


def test_a_sweep_shows_the_threshold_everywhere() -> None:
    session = BENCH.begin({"look": "threshold"})
    seen = [BENCH.facts(session)["accuracy"] for _ in BENCH.script(session, ["sweep low"])]
    assert max(seen) > 0.85
    assert min(seen) == pytest.approx(0.5, abs=0.01)


def test_another_address_is_opened_in_place() -> None:
    session = BENCH.begin({"look": "label"})
    finished(BENCH.script(session, ["label 4", "look learned", "train 3"]))
    BENCH.open(session, {"slide": "L4-25"})
    facts, fresh = BENCH.facts(session), BENCH.facts(BENCH.begin({"slide": "L4-25"}))
    assert {key: value for key, value in facts.items() if value == value} == {
        key: value for key, value in fresh.items() if value == value
    }
