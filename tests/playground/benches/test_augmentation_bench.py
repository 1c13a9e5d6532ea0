"""The augmentation stage as lessons see it."""

from __future__ import annotations

import pytest

from engine.checks import SpecError
from playground.benches.augmentation import BENCH
from playground.benches.bench import finished
from playground.stages.augmentation.state import LOOKS


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(SpecError, match="noise"):
        BENCH.begin({"noise": "9"})
    session = BENCH.begin({})
    for command in ("set hue 3", "set noise", "look at", "set side 99"):
        with pytest.raises(SpecError):
            finished(BENCH.script(session, [command]))


@pytest.mark.parametrize("look", list(LOOKS))
def test_every_fact_is_documented_and_there_in_every_look(look: str) -> None:
    assert set(BENCH.facts(BENCH.begin({"look": look}))) == set(BENCH.names)


def test_commands_do_what_a_student_does() -> None:
    session = BENCH.begin({"digit": "6"})
    assert BENCH.facts(session)["changes"] == 0
    finished(BENCH.script(session, ["set rotation 180", "set noise 0.1", "step 3 op"]))
    facts = BENCH.facts(session)
    assert (facts["changes"], facts["unsafe"], facts["draw"]) == (2, 1, 3)
    assert facts["read_as_it_was"] < 0.5
    finished(BENCH.script(session, ["look space", "set side 4", "set labeled 3"]))
    facts = BENCH.facts(session)
    assert (facts["images"], facts["labels"]) == (65536, 1000)
    assert facts["share"] == pytest.approx(1000 / 65536)
    BENCH.open(session, {"digit": "2"})
    assert BENCH.facts(session)["changes"] == 0
    assert BENCH.facts(session)["look"] == "variants"


def test_a_measurement_is_seen_while_it_runs() -> None:
    session = BENCH.begin({"translation": "2"})
    shares = [BENCH.facts(session)["measured"] for _ in BENCH.script(session, ["measure"])]
    assert shares == sorted(shares)
    assert len(set(shares)) > 20
    facts = BENCH.facts(session)
    assert (facts["measured"], facts["seeds"]) == (1, 5)
    assert facts["gain"] == pytest.approx(session.measured.gain)
