"""The glossary explains the field's terms, and finds them in a text as whole words, each once."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.glossary import GLOSSARY, mark, term

ALL = [form for each in GLOSSARY for form in (each.name, *each.forms)]


def marked(text: str) -> list[tuple[str, str]]:
    """What stands in the text, and the term that it is."""
    return [(text[start:end], each.name) for start, end, each in mark(text)]


def test_no_form_belongs_to_two_terms_and_no_key_is_shared() -> None:
    assert [form for form, count in Counter(form.lower() for form in ALL).items() if count > 1] == []
    assert len({each.key for each in GLOSSARY}) == len(GLOSSARY)
    assert [each.name.lower() for each in GLOSSARY] == sorted(each.name.lower() for each in GLOSSARY)


@pytest.mark.parametrize("each", GLOSSARY, ids=lambda each: each.key)
def test_a_term_is_explained_in_a_few_plain_sentences(each) -> None:
    assert 4 <= len(each.text.split()) <= 45
    assert each.text.endswith(".")
    assert not re.search(r"[!$*`]|\b(simply|just|easy|easily)\b", each.text)
    # An explanation that says the word alone explains nothing.
    assert each.text.lower() != f"a {each.name.lower()}."
    assert term(each.key) is each


def test_an_unknown_key_has_no_term() -> None:
    assert term("no-such-term") is None
    assert term("") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The gradient points up.", [("gradient", "gradient")]),
        ("GRADIENTS add; each gradient is one.", [("GRADIENTS", "gradient")]),
        ("Cross-entropy is no entropy.", [("Cross-entropy", "cross-entropy"), ("entropy", "entropy")]),
        ("A learning rate schedule", [("learning rate schedule", "learning rate schedule")]),
        ("A learning\n  rate", [("learning\n  rate", "learning rate")]),
        ("Max pooling, then pooling", [("Max pooling", "max pooling"), ("pooling", "pooling")]),
        ("a non-convex, rebatched, lossless, weighty thing", []),
        ("soft-max (softmax)", [("soft-max", "soft-max")]),
        ("", []),
    ],
)
def test_terms_are_found_as_whole_words_once(text: str, expected: list[tuple[str, str]]) -> None:
    assert marked(text) == expected


@pytest.mark.parametrize("form", ALL)
def test_every_form_of_a_term_is_found(form: str) -> None:
    ((found, name),) = marked(f"({form.upper()})")
    assert found == form.upper()
    assert any(name == each.name and form in (each.name, *each.forms) for each in GLOSSARY)


@given(
    st.lists(st.sampled_from([*ALL, "and", "-", ".", "x", "non-", "é", "\n"]), max_size=30), st.sampled_from([" ", ""])
)
def test_marks_are_in_order_apart_and_of_what_stands_there(words: list[str], between: str) -> None:
    text = between.join(words)
    found = mark(text)
    assert all(end <= start for (_, end, _), (start, _, _) in pairwise(found))
    assert len({each.name for _, _, each in found}) == len(found)
    for start, end, each in found:
        assert " ".join(text[start:end].lower().split()) in [form.lower() for form in (each.name, *each.forms)]
        assert not re.match(r"[\w-]", text[end : end + 1])
        assert not re.match(r"[\w-]", text[start - 1 : start])
