"""The descent stage's address: what is written is what is read, and what cannot be read is said."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Position
from engine.descent import MAX_STEPS, SURFACES, DescentSpec
from engine.optimizers import OPTIMIZERS
from playground.descent_link import DescentLink, from_query, slides, to_query, to_url
from playground.stages.descent.presets import PRESETS, USUAL_VIEWS, VIEWS

GROUNDS = [
    *({"surface": key} for key in SURFACES),
    {"surface": "own", "formula": "x^2 + sin(y)", "dimensions": 2, "reach": 3.5},
    {"surface": "own", "formula": "(w − 1)²", "dimensions": 1, "reach": 2.0},
    {"surface": "network", "network": "linreg", "weights": (0, 2), "free": True},
    {"surface": "network", "network": "xor", "weights": (3, 1), "trained": 20},
]
RULES = [
    {}, {"schedule": "exponential", "schedule_settings": {"tau": 12.5}}, {"weight_decay": 0.25, "decoupled": True},
    {"clip_norm": 2.0}, {"clip_value": 0.125},
]  # fmt: skip


@st.composite
def specs(draw: st.DrawFn) -> DescentSpec:
    spec = DescentSpec(**draw(st.sampled_from(GROUNDS)), optimizer=draw(st.sampled_from(list(OPTIMIZERS))))
    surface = spec.landscape
    if draw(st.booleans()):
        spec = spec.with_(start=tuple(draw(st.floats(low, high)) for low, high in surface.extent))
    if draw(st.booleans()):
        spec = spec.with_(learning_rate=draw(st.floats(1e-6, 100)))
    if spec.optimizer == "momentum" and draw(st.booleans()):
        spec = spec.with_(settings={"momentum": draw(st.floats(0.1, 0.99))})
    noise = {"noise": draw(st.floats(0, 100)), "seed": draw(st.integers(0, 99))}
    return spec.with_(**noise, loss_scale=draw(st.floats(1e-4, 1e4)), **draw(st.sampled_from(RULES)), steps=MAX_STEPS)


@given(specs(), st.integers(0, MAX_STEPS - 1), st.integers(0, 1), st.sets(st.sampled_from(list(VIEWS))))
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read(spec: DescentSpec, epoch: int, op: int, views: set[str]) -> None:
    shown = tuple(view for view in VIEWS if view in views)
    link = from_query(to_url(spec, Position(epoch, 0, op), shown))
    assert link.ignored == ()
    assert (link.spec, link.position, link.views) == (spec, Position(epoch, 0, op), shown)
    assert from_query(dict(parse_qsl(to_url(spec, Position(epoch, 0, op), shown), keep_blank_values=True))) == link


def test_an_empty_address_is_the_first_example() -> None:
    assert from_query("") == from_query("?stage=descent&theme=dark") == DescentLink()
    assert from_query("").spec.steps == MAX_STEPS


@pytest.mark.parametrize("key", PRESETS)
def test_a_preset_is_written_by_its_key(key: str) -> None:
    preset = PRESETS[key]
    assert to_query(preset.spec, views=preset.views) == {"stage": "descent", "preset": key}
    link = from_query(f"preset={key}")
    assert (link.preset, link.spec, link.views) == (key, preset.spec, preset.views)


@pytest.mark.parametrize("slide", slides())
def test_a_slide_opens_its_moment(slide: str) -> None:
    link = from_query(f"slide={slide}")
    preset = slides()[slide]
    assert (link.slide, link.preset, link.position) == (slide, preset.key, preset.slides[slide])
    assert link.ignored == ()
    # Elsewhere in the same descent it is no longer that slide.
    assert from_query(f"slide={slide}&epoch=499").slide == ""


def test_all_slides_of_the_issue_have_a_state() -> None:
    wanted = ["L1-17", "L2-21", "L2-22", "L2-23", "L2-24", "L2-25", "L3-17", "L3-18", "L3-21", "L3-22", "L3-23"]
    wanted += [f"L4-{number}" for number in range(78, 86)]
    assert sorted(slides()) == sorted(wanted)


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("surface=nonsense", "surface=nonsense — Surface: unknown choice"),
        ("surface=own&formula=x%5E2%2B", "formula=x^2+ — the formula cannot be read"),
        ("surface=own&formula=__import__('os')", "cannot stand in a formula"),
        ("surface=network", "surface=network — Network: unknown choice"),
        ("surface=network&network=xor&weights=0,999", "two different numbers from 0 to"),
        ("learning_rate=1e9", "learning_rate=1e9 — Learning rate is a number"),
        ("start=99,99", "start=99,99 — The start"),
        ("start=1", "a number for each of x, y"),
        ("settings=momentum", "written with their names"),
        ("settings=momentum:9", "settings=momentum:9"),
        ("noise=nan", "noise=nan — Noise"),
        ("epoch=5001", "a whole number from 0 to 5,000"),
        ("epoch=1&op=77", "a whole number from 0 to 4"),
        ("epoch=-1", "a whole number"),
        ("views=fan,nonsense", "unknown views 'nonsense'"),
        ("slide=L9-99", "unknown slide"),
        ("preset=nonsense", "unknown preset"),
        ("slide=L3-21&preset=khan_high", "it does not show High rate"),
        ("colour=red", "there is no such setting"),
        ("steps=3", "there is no such setting"),
        ("formula=" + "x" * 400, "at most 300 characters"),
        ("optimizer=" + "x" * 100, "at most 60 characters"),
    ],
)
def test_what_cannot_be_taken_is_told_and_the_rest_holds(query: str, part: str) -> None:
    link = from_query(f"{query}&optimizer=adam" if "optimizer" not in query else query)
    assert len(link.ignored) == 1
    assert part in link.ignored[0]
    if "optimizer" not in query:
        assert link.spec.optimizer == "adam"


def test_nonsense_from_end_to_end_is_told_in_a_few_sentences() -> None:
    link = from_query("&".join(f"a{k}=b" for k in range(50)))
    assert len(link.ignored) == 9
    assert link.ignored[-1] == "and 42 more"
    assert link.spec == DescentLink().spec


def test_the_usual_is_left_out() -> None:
    spec = DescentSpec("beale", optimizer="adam", steps=MAX_STEPS)
    assert to_query(spec) == {"stage": "descent", "surface": "beale", "optimizer": "adam"}
    assert to_query(spec, views=USUAL_VIEWS[:1])["views"] == "gradient"
