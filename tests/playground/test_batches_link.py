"""Addresses of the batches page: slides, presets, settings, and nonsense."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from engine import Position
from engine.batches import SLIDE_LINE, BatchesSpec
from playground.batches_link import BatchesLink, from_query, preset_of, to_query, to_url
from playground.stages.batches.presets import PRESETS, SLIDES, Begin, slide_begin

WANTED = (
    "L2-19", "L2-20", "L3-18", *(f"L4-{k}" for k in (*range(60, 67), *range(72, 77), *range(86, 93))),
)  # fmt: skip


def test_every_slide_of_the_subject_opens() -> None:
    assert set(SLIDES) == set(WANTED)
    for slide in WANTED:
        link = from_query(f"?stage=batches&slide={slide}")
        assert (link.slide, link.ignored, link.begin) == (slide, (), slide_begin(slide))
        assert link.preset == SLIDES[slide].key
        assert slide in PRESETS[link.preset].slides


def test_what_slides_show() -> None:
    assert from_query("slide=L4-87").position == Position(100)
    assert from_query("slide=L4-63").begin.hand == SLIDE_LINE
    assert from_query("slide=L4-63").begin.point == (0.0, 0.55)
    assert from_query("slide=L4-89").spec.copies == 10
    assert from_query("slide=L4-74").begin.look == "log0"
    assert from_query("slide=L4-86") == BatchesLink(Begin(), "lanes", "L4-86")


@pytest.mark.parametrize("begin", [
    *(slide_begin(slide) for slide in WANTED), *(preset.begin for preset in PRESETS.values()),
    Begin(
        BatchesSpec(3.0, 12.5, 60, 4, 2, "mean", 0.03, 20.0, 7, 5, (0.1, -0.2, 3.0)), Position(3, 17), "log0",
        (0.1, 1 / 3, -2.0), (-1.5, 2.0), "hand", 7.5,
    ),
])  # fmt: skip
def test_there_and_back(begin) -> None:
    link = from_query(to_url(begin))
    assert (link.begin, link.ignored) == (begin, ())
    assert from_query(to_query(begin)).begin == begin
    assert link.preset == preset_of(begin)
    assert dict(parse_qsl(to_url(begin)))["stage"] == "batches"


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("slide=L9-99", "nothing here is of this slide"),
        ("preset=slow", "unknown preset"),
        ("learning_rate=fast", "Learning rate is a number"),
        ("mini_batch=201", "1 to 200"),
        ("cost=median", "unknown choice"),
        ("look=up", "unknown look"),
        ("shaded=none", "unknown shaded"),
        ("shaded=hand", "no line is set by hand"),
        ("hand=1,2", "three numbers"),
        ("hand=1,2,x", "b is a number"),
        ("point=1", "two numbers"),
        ("point=nan,1", "within ±1000"),
        ("factor=51", "0 to 50"),
        ("factor=x", "0 to 50"),
        ("start=1,2", "three numbers"),
        ("epoch=501", "0 to 500"),
        ("epoch=-1", "0 to 500"),
        ("seen=200", "0 to 199"),
        ("epoch=500&seen=1", "0 to 0"),
        ("colour=red", "no such setting"),
        (f"hand={'1' * 200}", "at most 100 characters"),
    ],
)
def test_what_cannot_be_taken_is_ignored_with_a_reason(query, why) -> None:
    link = from_query(f"stage=batches&{query}")
    assert len(link.ignored) == 1
    assert why in link.ignored[0]
    assert link.begin.spec == BatchesSpec()


def test_the_way_to_a_moment_is_limited_by_the_number_of_points() -> None:
    assert from_query("copies=10&epoch=100").position == Position(100)
    assert "0 to 100" in from_query("copies=10&epoch=101").ignored[0]


def test_fewer_points_make_a_smaller_mini_batch_and_one_that_is_asked_for_is_checked_last() -> None:
    assert from_query("per_class=10").spec.mini_batch == 20
    assert from_query("mini_batch=150&per_class=200").spec.mini_batch == 150
    # A preset's moment that this data set has not is left out.
    assert from_query("slide=L4-88&per_class=10").position == Position()


def test_of_much_nonsense_not_all_is_told() -> None:
    link = from_query({f"n{k}": "1" for k in range(30)})
    assert len(link.ignored) == 9
    assert link.ignored[-1] == "and 22 more"
    assert from_query({"stage": "batches", "theme": "dark"}) == BatchesLink()
