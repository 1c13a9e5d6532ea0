"""The addresses of the probability and the losses page: what is written is what is read."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import SpecError
from playground import losses_link, probability_link
from playground.sheet_link import to_query
from playground.stages.losses.presets import PRESETS as LOSSES
from playground.stages.losses.presets import SLIDES as LOSSES_SLIDES
from playground.stages.losses.presets import Begin as LossesBegin
from playground.stages.losses.presets import slide_begin as losses_slide
from playground.stages.probability.presets import PRESETS as PROBABILITY
from playground.stages.probability.presets import Begin as ProbabilityBegin
from playground.stages.probability.presets import slide_begin as probability_slide


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high).map(lambda x: float(f"{x:.12g}"))


SCORES = st.builds(
    ProbabilityBegin,
    scores=st.lists(numbers(-2000, 2000), min_size=2, max_size=5).map(tuple),
    temperature=numbers(0.05, 20), shifted=st.booleans(), target=st.integers(0, 1), at=st.integers(-1, 6),
    score=numbers(-2000, 2000), noted=st.lists(numbers(-9, 9), max_size=10).map(tuple), factor=numbers(0.1, 10),
)  # fmt: skip
ERRORS = st.builds(
    LossesBegin,
    look=st.sampled_from(["regression", "likelihood", "entropy"]),
    targets=st.lists(numbers(-10, 10), min_size=1, max_size=12).map(tuple), output=numbers(-10, 10),
    labels=st.lists(st.integers(0, 1), min_size=5, max_size=5).map(tuple), bits=st.booleans(),
    convention=st.sampled_from(["signed", "binary"]), count=st.integers(1, 1200),
)  # fmt: skip


@given(SCORES)
def test_a_probability_link_is_read_as_written(begin: ProbabilityBegin) -> None:
    link = probability_link.from_query("?" + probability_link.to_url(begin))
    assert (link.begin, link.ignored) == (begin, ())


@given(ERRORS)
def test_a_losses_link_is_read_as_written(begin: LossesBegin) -> None:
    link = losses_link.from_query("?" + losses_link.to_url(begin))
    assert (link.begin, link.ignored) == (begin, ())


def test_the_usual_beginning_needs_the_stage_only() -> None:
    assert to_query("losses", LossesBegin()) == {"stage": "losses"}
    assert probability_link.to_url(ProbabilityBegin(shifted=False)) == "stage=probability&shifted=0"


@pytest.mark.parametrize(
    ("query", "begin"),
    [("slide=L2-17", probability_slide("L2-17")), ("preset=tie", PROBABILITY["tie"].begin),
     ("slide=L4-66&factor=2", replace(probability_slide("L4-66"), factor=2.0))],
)  # fmt: skip
def test_slides_and_presets(query: str, begin: ProbabilityBegin) -> None:
    assert probability_link.from_query(query).begin == begin


def test_each_slide_of_the_losses_opens_what_it_shows() -> None:
    shown = {"L1-16", "L2-05", "L2-18", "L3-16", "L4-34", "L4-68", "L4-69", "L4-70", "L4-71", "L4-72"}
    assert shown == set(LOSSES_SLIDES)
    for slide in LOSSES_SLIDES:
        assert losses_link.from_query({"slide": slide}).begin == losses_slide(slide)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("scores=1", "scores are 2 to 5 numbers, got 1"),
        ("scores=1,two", "'1,two' is not numbers with commas between them"),
        ("temperature=0", "temperature is a number from 0.05 to 20, got 0.0"),
        ("temperature=nan", "temperature is a number"),
        ("shifted=yes", "this is 0 for off or 1 for on"),
        ("look=sofmax", "did you mean softmax"),
        ("slide=L1-01", "nothing here is of this slide"),
        ("preset=tye", "did you mean tie"),
        ("target=3", "target is a number from 0 to 2"),
        ("seed=1.5", "'1.5' is not a number"),
        ("color=red", "there is no such setting"),
    ],
)
def test_what_cannot_be_read_is_said_and_left_out(query: str, said: str) -> None:
    link = probability_link.from_query(query)
    assert link.begin == ProbabilityBegin()
    assert len(link.ignored) == 1
    assert said in link.ignored[0]


def test_parts_that_do_not_fit_together_are_left_out() -> None:
    link = losses_link.from_query("truth=0,0&look=entropy&labels=2,0,0,0,0")
    assert link.begin == LossesBegin(look="entropy")
    assert len(link.ignored) == 2


@pytest.mark.parametrize("presets", [PROBABILITY, LOSSES], ids=["probability", "losses"])
def test_presets_differ_from_each_other(presets: dict[str, Any]) -> None:
    begins = [preset.begin for preset in presets.values()]
    assert all(begins.count(begin) == 1 for begin in begins)


@pytest.mark.parametrize("begin", [ProbabilityBegin(), LossesBegin()])
def test_every_attribute_refuses_nonsense(begin: Any) -> None:
    for each in fields(begin):
        several = isinstance(each.default, tuple)
        nonsense: Any = "nothing" if isinstance(each.default, str) else (9e9,) if several else 9e9
        if each.name in ("at", "shifted", "bits"):
            continue
        with pytest.raises(SpecError):
            replace(begin, **{each.name: nonsense})
