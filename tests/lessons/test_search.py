"""The search finds what was meant, the best first, also with accents, capitals or a slip of the finger."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.concepts import CONCEPTS
from lessons.course import Course, course
from lessons.glossary import GLOSSARY
from lessons.schema import Check, Lesson, Step
from lessons.search import LONGEST, Hit, search
from lessons.tracks import LECTURES

CHECK = Check("Do.", ("loss < 1",), ("reset",), "Done.")


def step(key: str, title: str, text: str = "Look.", **values: object) -> Step:
    return Step(key, title, text, "graph", check=CHECK, **values)  # type: ignore[arg-type]


FIRST = Lesson(
    14, "The chain rule on a graph", "Gradients come back, one node at a time.", "Paths add.", concepts=("C129",),
    steps=(
        step("forward", "A formula is a graph", "Leaves hold $x$ and **numbers**.", slides=("L1-20",)),
        step("zebra", "Stripes", "A zebra crosses the [lab](?stage=graph) café.", note="Slide L1-21 errs on ponies."),
    ),
)  # fmt: skip
SECOND = Lesson(15, "Zebra crossing", "It crosses.", "Aha.", (step("one", "One"),), concepts=("C129", "C133"))
SMALL = Course({14: FIRST, 15: SECOND})


def found(text: str, **options: int) -> list[Hit]:
    return list(search(SMALL, text, **options))


def addresses(text: str) -> list[str]:
    return [hit.address for hit in found(text)]


def test_a_lesson_comes_before_its_steps_and_titles_before_texts() -> None:
    assert addresses("zebra")[:2] == ["?lesson=15", "?lesson=14&step=zebra"]


@pytest.mark.parametrize("text", ["zebra", "ZEBRA", "zébra", "  Zebra!", "zebr", "zebar", "zeebra", "zebras"])
def test_capitals_accents_ends_and_slips_are_forgiven(text: str) -> None:
    assert "?lesson=15" in addresses(text)


@pytest.mark.parametrize("text", ["cafe", "CAFÉ", "ponies", "leaves"])
def test_words_of_texts_and_notes_are_found(text: str) -> None:
    assert addresses(text)[0].startswith("?lesson=14&step=")


@pytest.mark.parametrize("text", ["stage", "frac", "zzzzzz", "", "   ", "?!", "$", "0.5.5.5"])
def test_what_nobody_reads_is_not_found(text: str) -> None:
    assert all(not address.startswith("?lesson=") for address in addresses(text))


def test_all_words_count() -> None:
    assert addresses("zebra cafe") == ["?lesson=14&step=zebra"]
    assert addresses("graph chain")[0] == "?lesson=14"


def test_where_nothing_has_all_words_what_has_most_is_found() -> None:
    hits = addresses("zebra qqqqqq")
    assert set(hits[:2]) == {"?lesson=15", "?lesson=14&step=zebra"}


def test_a_concept_leads_to_the_first_lesson_that_teaches_it_and_to_none_otherwise() -> None:
    (hit,) = [hit for hit in found(CONCEPTS["C129"].name) if hit.kind == "concept"]
    assert (hit.title, hit.address) == (CONCEPTS["C129"].name, "?lesson=14")
    assert not [hit for hit in found(CONCEPTS["C200"].name) if hit.kind == "concept"]


@pytest.mark.parametrize("text", ["L3-22", "l3 22", "slide 22 lecture L3"])
def test_a_slide_is_found_by_its_number(text: str) -> None:
    assert "?lecture=L3&slide=22" in addresses(text)[:2]


@pytest.mark.parametrize("text", ["softmax", "soft-max", "soft max", "Softmax"])
def test_a_term_is_found_with_and_without_its_hyphen(text: str) -> None:
    assert addresses(text)[0] == "?stage=glossary&term=soft-max"


@pytest.mark.parametrize("text", ["optimiser", "regularisation", "convolushion", "nestrov", "backpropogation"])
def test_another_spelling_is_understood(text: str) -> None:
    names = {
        "optimiser": "optimizer", "regularisation": "regularization", "convolushion": "convolution",
        "nestrov": "Nesterov momentum", "backpropogation": "back-propagation",
    }  # fmt: skip
    assert names[text] in [hit.title for hit in found(text)]


def test_every_lesson_step_slide_and_term_is_found_by_its_title() -> None:
    whole = course()
    for lesson in whole.lessons.values():
        assert search(whole, lesson.title)[0].address == f"?lesson={lesson.number}"
        for each in lesson.steps:
            hits = search(whole, f"{each.title} {lesson.title}", 60)
            assert f"?lesson={lesson.number}&step={each.key}" in [hit.address for hit in hits], each.title
    for lecture in LECTURES.values():
        for slide in lecture.slides:
            hits = search(whole, slide.title, 60)
            assert f"?lecture={slide.lecture}&slide={slide.number}" in [hit.address for hit in hits], slide.title
    for term in GLOSSARY:
        assert term.name in [hit.title for hit in search(whole, term.name)]


def test_no_more_is_returned_than_asked_for() -> None:
    assert len(found("the", most=3)) == 3
    assert len(found("a")) <= 12


@given(st.text(max_size=LONGEST + 50))
def test_any_text_may_be_typed(text: str) -> None:
    hits = found(text)
    assert len(hits) <= 12
    assert len(set(hits)) == len(hits)
