"""The address of the neuron page: what is written is what is read, and what cannot be read is said."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.neuron import NEURON_ACTIVATIONS, TASKS, NeuronSpec
from playground.neuron_link import from_query, to_query, to_url
from playground.stages.neuron.presets import PRESETS, SLIDES, Begin


def numbers(count: int, most: float) -> st.SearchStrategy[tuple[float, ...]]:
    return st.tuples(*[st.floats(-most, most).map(lambda x: round(x, 4) + 0.0)] * count)


@st.composite
def begins(draw: st.DrawFn) -> Begin:
    count = draw(st.sampled_from((2, 3)))
    spec = NeuronSpec(
        draw(numbers(count, 10)), draw(numbers(count, 200)), draw(numbers(1, 200))[0], draw(st.booleans()),
        draw(st.sampled_from(NEURON_ACTIVATIONS)), draw(st.sampled_from(list(TASKS))) if count == 2 else "none",
        round(draw(st.floats(0.01, 10)), 3),
    )  # fmt: skip
    return Begin(spec, draw(st.none() | st.integers(0, 500)))


@given(begins())
def test_what_is_written_is_what_is_read(begin: Begin) -> None:
    link = from_query("?" + to_url(begin))
    assert (link.begin, link.ignored) == (begin, ())


@pytest.mark.parametrize("key", PRESETS)
def test_each_example_has_an_address(key: str) -> None:
    link = from_query({"stage": "neuron", "preset": key})
    assert (link.begin, link.preset, link.ignored) == (PRESETS[key].begin, key, ())
    assert from_query(to_query(PRESETS[key].begin)).preset == key


@pytest.mark.parametrize("slide", SLIDES)
def test_each_slide_has_an_address(slide: str) -> None:
    link = from_query({"slide": slide})
    assert (link.begin, link.slide) == (SLIDES[slide].begin, slide)


def test_an_address_as_a_teacher_writes_it() -> None:
    link = from_query("?stage=neuron&weights=1,1&bias=-1.5&task=and&activation=step&inputs=0,0")
    assert link.begin == Begin(NeuronSpec((0, 0), (1, 1), -1.5, activation="step", task="and"))
    assert from_query("").preset == "numpy"
    assert from_query("preset=xor&op=15").begin.index == 15


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("weights=1,a", "weights=1,a — Weights: 2 or 3 numbers from -200 to 200, such as 1, 2; got \"['1', 'a']\""),
        ("task=and", "task=and — the task 'and' has two inputs; this neuron has 3"),
        ("op=-1", "op=-1 — a whole number from 0 to 120,000"),
        ("slide=L9-1", "slide=L9-1 — nothing here is of this slide; there are L3-13, L2-02, L1-11, L4-31, L4-36"),
        ("wieghts=1", "wieghts=1 — there is no such setting"),
    ],
)
def test_a_bad_part_is_ignored_with_a_sentence(query: str, sentence: str) -> None:
    assert from_query(f"{query}&activation=tanh").ignored == (sentence,)


@given(st.dictionaries(st.sampled_from(["inputs", "weights", "bias", "task", "op", "rate", "x"]), st.text(max_size=30)))
def test_nonsense_never_breaks_the_page(parts: dict[str, str]) -> None:
    link = from_query(urlencode(parts))
    assert isinstance(link.begin.spec, NeuronSpec)
