"""The gradient flow as lessons see it."""

import math

import numpy as np
import pytest

from engine import SpecError
from playground.benches.bench import finished
from playground.benches.flow import BENCH


def run(session, *texts):
    finished(BENCH.script(session, texts))
    return BENCH.facts(session)


@pytest.fixture
def session():
    return BENCH.begin({"depth": "6", "width": "8"})


def test_facts_are_the_norms_of_the_matrices(session):
    facts, frame = BENCH.facts(session), session.run.frame()
    assert (facts["depth"], facts["done"], facts["preset"]) == (6, True, "own")
    for layer in (1, 6):
        assert facts[f"gradient.{layer}"] == pytest.approx(np.linalg.norm(frame[f"dW{layer}"]))
    assert facts["ratio"] == pytest.approx(facts["gradient.1"] / facts["gradient.6"])
    facts = run(session, "reset")
    assert math.isnan(facts["ratio"])
    assert facts["phase"] == "none"
    assert facts["end_ratio"] == pytest.approx(BENCH.facts(BENCH.begin({"depth": "6", "width": "8"}))["ratio"])


def test_commands_do_what_the_page_does(session):
    facts = run(session, "pin", "set skip 1", "show sums", "layer 3 down")
    assert (facts["pinned"], facts["skip"], facts["shown"]) == (True, True, "sums")
    assert math.isnan(facts["gradient.2"])
    assert facts["gradient.3"] > 0
    facts = run(session, "end", "swap")
    assert not facts["skip"]
    facts = run(session, "pin off", "choose relu", "reset", "play 4 layer", "back 1 layer")
    assert (facts["preset"], facts["at"]) == ("relu", 3)


def test_another_state_opens_in_place(session):
    run(session, "pin", "set depth 12", "show sums")
    # The page's own controls go on to be followed.
    edits = session.edits
    BENCH.open(session, {})
    fresh = BENCH.begin({})
    assert session.edits == edits
    assert (session.question, session.shown, session.pinned) == (fresh.question, "weights", None)
    assert str(BENCH.facts(session)) == str(BENCH.facts(fresh))


@pytest.mark.parametrize("text", ["set colour red", "set depth 99", "choose none", "show none", "layer 3 aside"])
def test_what_cannot_be_done_is_said(session, text):
    with pytest.raises(SpecError):
        run(session, text)


def test_every_fact_is_documented(session):
    names = {name.split(".<")[0] for name in BENCH.names} | set(session.spec.__slots__)
    assert {fact.split(".")[0] for fact in BENCH.facts(session)} <= names
