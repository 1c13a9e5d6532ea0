"""Addresses of the digit reader: slides, presets, drawings, and nonsense."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl

import numpy as np
import pytest

from engine.reader import ReadingSpec
from playground.reader_link import from_query, packed, preset_of, to_query, to_url, unpacked
from playground.stages.reader.presets import PRESETS, SLIDES, Begin, slide_begin
from playground.stages.reader.questions import QUESTIONS

WANTED = ("L1-36", "L1-38", "L1-42", "L1-43", "L3-34", "L3-36")


def test_every_slide_of_the_subject_opens() -> None:
    assert set(SLIDES) == set(WANTED)
    for slide in WANTED:
        link = from_query(f"?stage=reader&slide={slide}")
        assert (link.slide, link.ignored, link.begin) == (slide, (), slide_begin(slide))


def test_what_slides_ask() -> None:
    asked = {slide: slide_begin(slide).question for slide in WANTED}
    assert asked == {"L1-36": "c2", "L1-38": "", "L1-42": "map", "L1-43": "", "L3-34": "stages", "L3-36": "field"}
    for slide, key in asked.items():
        assert not key or QUESTIONS[key].look == slide_begin(slide).look


@pytest.mark.parametrize("begin", [
    *(slide_begin(slide) for slide in WANTED), *(preset.begin for preset in PRESETS.values()),
    Begin(
        ReadingSpec("lenet", "test:17", 3.0, -2.5, 30.0, 1.25), 5, "occlusion", (1, (27, 0, 5)), 4, 3, 40,
        ("conv7", "stride2"), (3, 15),
    ),
    Begin(look="", picked=None),
])  # fmt: skip
def test_there_and_back(begin) -> None:
    link = from_query(to_url(begin))
    assert (link.begin, link.ignored) == (begin, ())
    assert from_query(to_query(begin)).begin == begin
    assert dict(parse_qsl(to_url(begin)))["stage"] == "reader"


def test_presets_are_known_by_where_they_begin() -> None:
    assert [preset_of(preset.begin) for preset in PRESETS.values()] == list(PRESETS)
    assert preset_of(replace(Begin(), patch=9)) == ""


def test_a_drawing_travels_in_16_grey_levels(rng) -> None:
    drawn = (rng.integers(0, 16, (28, 28)) * 17).astype(np.uint8)
    link = from_query(to_url(Begin(ReadingSpec(image="drawn")), drawn))
    assert np.array_equal(link.drawn, drawn)
    assert link.begin.spec.image == "drawn"
    other = rng.integers(0, 256, (28, 28)).astype(np.uint8)
    assert np.abs(unpacked(packed(other)).astype(int) - other).max() <= 9


def test_a_drawing_of_a_hand_makes_a_short_link() -> None:
    drawn = np.zeros((28, 28), np.uint8)
    drawn[4:24, 13:15] = 255
    assert len(to_url(Begin(ReadingSpec(image="drawn")), drawn)) < 150


@pytest.mark.parametrize(
    "text", ["", "A", "%%%", "AAAA", packed(np.zeros((28, 28), np.uint8))[:-6], "ß" * 20, "A" * 899]
)
def test_what_is_no_drawing_is_ignored(text) -> None:
    link = from_query({"drawing": text})
    assert link.drawn is None
    assert link.begin == Begin()
    assert len(link.ignored) == 1


def test_a_drawing_that_would_unfold_to_more_is_ignored() -> None:
    import base64
    import zlib

    bomb = base64.urlsafe_b64encode(zlib.compress(bytes(400_000), 9)).decode().rstrip("=")
    assert len(bomb) < 900
    assert "no drawing" in from_query({"drawing": bomb}).ignored[0]


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ({"net": "alexnet"}, "net"),
        ({"image": "test:1000"}, "test:0 to test:999"),
        ({"image": "drawn"}, "drawing="),
        ({"dx": "99"}, "dx"),
        ({"picked": "3,8,0,0"}, "no such number"),
        ({"picked": "9,0"}, "no such number"),
        ({"picked": "3,-1,0,0"}, "whole number"),
        ({"picked": ""}, "whole number"),
        ({"filter": "1,4"}, "no such filter"),
        ({"filter": "2,0"}, "no such filter"),
        ({"filter": "1"}, "no such filter"),
        ({"digit": "10"}, "0 to 9"),
        ({"patch": "0"}, "1 to 20"),
        ({"patch": "29"}, "20"),
        ({"page": "27"}, "28 to 64"),
        ({"stack": "conv3,conv4"}, "conv3"),
        ({"stack": "conv3,none"}, "stack"),
        ({"stack": "conv3,conv3,conv3,conv3,conv3,conv3"}, "at most 5"),
        ({"look": "inside"}, "look"),
        ({"slide": "L9-99"}, "nothing here is of this slide"),
        ({"question": "why"}, "question"),
        ({"done": "x"}, "whole number"),
        ({"colour": "red"}, "there is no such setting"),
    ],
)
def test_what_cannot_be_taken_is_left_out_with_a_reason(query, why) -> None:
    link = from_query(query)
    assert link.begin == Begin()
    assert len(link.ignored) == 1
    assert why in link.ignored[0]


def test_what_another_network_does_not_have_is_not_picked() -> None:
    assert from_query("net=svm&preset=lecture").begin.picked == Begin().picked
    assert from_query("net=lenet&picked=3,9,9,15").begin.picked == (3, (9, 9, 15))
    assert from_query("picked=3,9,9,15").begin.picked == Begin().picked


def test_a_question_is_asked_only_where_its_answer_is_seen() -> None:
    assert from_query("question=c2").begin.question == ""
    assert from_query("question=c2&look=layers").begin.question == "c2"
