"""Reading an address part by part."""

from __future__ import annotations

import pytest

from engine.checks import SpecError
from playground.link_reader import LinkReader, known, pairs_of, refusal, shortened, whole


def test_an_address_is_read_as_text_or_as_a_mapping() -> None:
    assert pairs_of("?text=x%2By&op=3&empty=") == {"text": "x+y", "op": "3", "empty": ""}
    assert pairs_of({"op": "3"}) == {"op": "3"}


def test_parts_are_taken_once_and_the_page_keeps_its_own() -> None:
    reader = LinkReader("stage=race&theme=dark&v=1&op=3&moon=full")
    assert reader.take("op", lambda text: whole("op", text, 5)) == 3
    assert reader.take("op", lambda text: whole("op", text, 5)) is None
    assert reader.take("stage", str) is None
    assert reader.ignored == ()
    reader.ignore_rest()
    assert reader.ignored == ("moon=full — there is no such setting",)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("op=6", "op=6 — a whole number from 0 to 5"),
        ("op=-1", "op=-1 — a whole number from 0 to 5"),
        ("op=٣", "op=٣ — a whole number from 0 to 5"),
        ("op=1234", "op=1234 — this value has at most 3 characters in a link"),
        ("op=" + "9" * 100, f"op={'9' * 40} — this value has at most 3 characters in a link"),
    ],
)
def test_what_cannot_be_taken_is_said(query: str, sentence: str) -> None:
    reader = LinkReader(query, {"op": 3})
    assert reader.take("op", lambda text: whole("op", text, 5)) is None
    reader.ignore_rest()
    assert reader.ignored == (sentence,)


def test_a_name_that_is_near_is_offered() -> None:
    assert known("preset", "saddle", {"saddle": 1, "valley": 2}) == "saddle"
    with pytest.raises(SpecError, match="saddle") as caught:
        known("preset", "sadle", {"saddle": 1, "valley": 2})
    assert caught.value.field == "preset"


def test_nonsense_from_end_to_end_is_not_repeated_from_end_to_end() -> None:
    sentences = [refusal(f"n{k}", "x", "no") for k in range(11)]
    assert shortened(sentences[:8]) == tuple(sentences[:8])
    assert shortened(sentences) == (*sentences[:8], "and 3 more")
