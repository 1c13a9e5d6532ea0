"""The graph stage's address: what is written is what is read, and what cannot be read is said."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Position
from engine.expression import parse
from engine.expression.passes import listing
from engine.expression.presets import PRESETS
from engine.expression.spec import ExpressionSpec
from playground.graph_link import MOST_INSTRUCTIONS, GraphLink, from_query, slides, to_query, to_url

TEXTS = ("(x + y)*z", "w1*x1 + b", "sigmoid(a*b)/c^2", "x₁·x₂ − 3e-3", "max(x, -y, 0.5)", "exp(-x**2)")


@st.composite
def any_spec(draw: st.DrawFn) -> ExpressionSpec:
    text = draw(st.sampled_from(TEXTS))
    names = parse(text).names
    values = {name: draw(st.floats(-1e6, 1e6, allow_nan=False)) for name in names}
    return ExpressionSpec(
        text, tuple(values.items()), tuple(draw(st.lists(st.sampled_from(names), unique=True))),
        draw(st.floats(1e-6, 10)), draw(st.none() | st.floats(-1e6, 1e6)), draw(st.booleans()),
    )  # fmt: skip


    return parse(text).names


@st.composite
def moments(draw: st.DrawFn) -> tuple[ExpressionSpec, Position]:
    spec = draw(any_spec() | st.sampled_from([preset.spec for preset in PRESETS.values()]))
    length = len(listing(spec.graph(), spec.parameters))
    steps = min(10_000 if spec.parameters else 1, MOST_INSTRUCTIONS // length)
    epoch = draw(st.integers(0, steps))
    return spec, Position(epoch, 0, 0 if epoch == steps else draw(st.integers(0, length - 1)))


@given(moments())
def test_what_is_written_is_read(moment: tuple[ExpressionSpec, Position]) -> None:
    link = from_query(to_url(*moment))
    assert (link.spec, link.position) == moment
    assert link.ignored == ()
    assert from_query(dict(parse_qsl(to_url(*moment)))) == link


def test_an_empty_address_is_the_first_example() -> None:
    assert from_query("") == from_query("?stage=graph&theme=dark") == GraphLink()
    assert from_query("").spec.text == "(x + y)*z"


@pytest.mark.parametrize("key", PRESETS)
def test_a_preset_is_written_by_its_key(key: str) -> None:
    assert to_query(PRESETS[key].spec) == {"stage": "graph", "preset": key}
    assert from_query(f"preset={key}").preset == key


def test_a_changed_preset_is_none_any_more() -> None:
    link = from_query("preset=line&learning_rate=0.5")
    assert link.preset == ""
    assert link.spec == PRESETS["line"].spec.with_(learning_rate=0.5)


@pytest.mark.parametrize("slide", slides())
def test_every_slide_has_an_address(slide: str) -> None:
    preset = slides()[slide]
    for query in (f"slide={slide}", f"preset={preset.key}&slide={slide}"):
        link = from_query(query)
        assert (link.spec, link.position) == (preset.spec, preset.slides[slide])
        assert (link.preset, link.slide, link.ignored) == (preset.key, slide, ())


def test_another_position_than_the_slides_is_not_the_slide() -> None:
    link = from_query("slide=L1-23&op=6")
    assert (link.position, link.slide) == (Position(0, 0, 6), "")


def test_another_formula_than_the_slides_is_not_the_slide() -> None:
    assert from_query("slide=L1-23&values=x:7").slide == ""


def test_a_formula_without_values_gets_some() -> None:
    link = from_query("text=a*b*x&values=b:7")
    assert link.spec.start == {"a": 1.0, "b": 7.0, "x": -2.0}, "x is a name of the first example"
    assert link.ignored == ()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("text=a.b", "text=a.b — the formula cannot be read: . at character 2"),
        ("text=9**9**9", "has no name"),
        ("text=" + "x%2B" * 2000 + "x", "at most 4000 characters"),
        ("values=q:1", "no name 'q'"),
        ("values=x:nan", "The value of x is a number from"),
        ("values=x:1e9", "The value of x is a number from"),
        ("values=x", "The value of x is a number from"),
        ("parameters=w", "unknown name 'w'"),
        ("learning_rate=99", "Learning rate is a number from"),
        ("target=soon", "The target is a number from"),
        ("shared=maybe", "on or off"),
        ("preset=moon", "no such preset"),
        ("slide=L9-99", "no graph is known"),
        ("preset=line&slide=L1-23", "it does not show A linear neuron learns"),
        ("op=7", "a whole number from 0 to 6"),
        ("op=-1", "a whole number"),
        ("epoch=2", "a whole number from 0 to 1"),
        ("epoch=²", "a whole number"),
        ("preset=line&epoch=5000", "a whole number from 0 to 909"),
        ("title=Mine", "there is no such setting"),
        ("data=xor", "there is no such setting"),
    ],
)
def test_what_cannot_be_taken_is_said_and_the_rest_is_there(query: str, said: str) -> None:
    link = from_query(query)
    assert len(link.ignored) == 1
    assert said in link.ignored[0]
    assert link.spec in [preset.spec for preset in PRESETS.values()]
    assert link.position == Position()


def test_of_much_nonsense_not_all_is_said() -> None:
    link = from_query("&".join(f"n{k}=1" for k in range(30)))
    assert len(link.ignored) == 9
    assert link.ignored[-1] == "and 22 more"


@given(st.dictionaries(st.sampled_from(["text", "values", "parameters", "op", "epoch", "slide", "x"]), st.text()))
def test_no_address_is_too_strange(pairs: dict[str, str]) -> None:
    link = from_query(pairs)
    assert link.position.op < len(listing(link.spec.graph(), link.spec.parameters))
