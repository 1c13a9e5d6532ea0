"""Addresses of the digit training page: slides, presets, networks, and nonsense."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from engine.reader import PRESETS as NETS
from engine.reader import ReaderSpec, layer
from playground.stages.training.presets import PRESETS, SLIDES
from playground.training_link import TrainingLink, from_query, to_query, to_url


def test_every_slide_of_the_subject_opens() -> None:
    assert set(SLIDES) == {"L1-35", "L1-36", "L1-42", "L1-43", "L3-27", "L3-34"}
    for slide in SLIDES:
        link = from_query(f"?stage=training&slide={slide}")
        assert (link.slide, link.ignored, link.spec) == (slide, (), SLIDES[slide].spec)
        assert link.preset == SLIDES[slide].key


def test_what_slides_show() -> None:
    assert from_query("slide=L1-36").spec == NETS["lecture"].spec
    assert from_query("slide=L1-43").spec.parameters == 61_706
    assert from_query("slide=L3-34").spec.head == "hinge"
    assert sum(each.kind == "conv" for each in from_query("slide=L3-27").spec.layers) == 3
    assert from_query("") == TrainingLink()


@pytest.mark.parametrize("spec", [
    *(preset.spec for preset in PRESETS.values()),
    ReaderSpec(layers=()),
    ReaderSpec(data="digits8", layers=(layer("conv", size=3, padding="same"), layer("dense", units=7, dropout=0.25))),
    ReaderSpec(
        layers=(
            layer("conv", filters=8, size=3, stride=2, activation="tanh"), layer("response_norm", alpha=0.5),
            layer("global_pool", kind="max"),
        ),
        head="hinge", optimizer="nadam", learning_rate=1 / 3, schedule="step", schedule_settings={"factor": 0.1},
        schedule_unit="update", weight_decay=0.01, decoupled=True, clip_norm=1.0, batch_size=64, seed=7, test_share=0.3,
    ),
])  # fmt: skip
def test_there_and_back(spec: ReaderSpec) -> None:
    link = from_query(to_url(spec, 17))
    assert (link.ignored, link.watch) == ((), 17)
    assert link.spec == spec.with_(learning_rate=link.spec.learning_rate)
    assert link.spec.learning_rate == pytest.approx(spec.learning_rate, rel=1e-11)
    assert from_query(to_query(spec)).spec == link.spec
    assert dict(parse_qsl(to_url(spec)))["stage"] == "training"
    assert len(to_url(spec)) < 600


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("slide=L9-99", "nothing here is of this slide"),
        ("preset=alexnet", "unknown preset"),
        ("learning_rate=fast", "Learning rate is a number"),
        ("batch_size=0", "1 to 256"),
        ("head=relu", "unknown choice"),
        ("layers=lstm", "there is no layer 'lstm'"),
        ("layers=conv:filters", "a setting is a name, a point and a value"),
        ("layers=conv:filters.900", "1 to 64"),
        ("layers=conv:power.2", "unknown setting"),
        ("layers=" + "conv:size.1," * 20 + "conv", "at most 12 layers"),
        ("layers=conv:size.11,conv:size.11,conv:size.11", "does not fit"),
        ("watch=-1", "a whole number from 0"),
        ("colour=red", "there is no such setting"),
        ("layers=" + "x" * 2000, "at most 1500 characters"),
    ],
)
def test_nonsense_is_ignored_with_a_reason(query: str, why: str) -> None:
    link = from_query(query)
    assert len(link.ignored) == 1
    assert why in link.ignored[0]
    assert link.spec == PRESETS["lecture"].spec


def test_small_digits_bring_a_network_that_fits_them() -> None:
    # Two convolutions of 5 × 5 with pooling need more than 8 × 8 pixels.
    link = from_query("data=digits8")
    assert link.ignored == ()
    assert (link.spec.data, link.spec.layers) == ("digits8", NETS["small8"].spec.layers)
    chosen = from_query("data=digits8&layers=conv:size.3,conv:size.3")
    assert [each.get("size") for each in chosen.spec.layers] == [3, 3]


def test_a_slide_that_is_changed_is_no_longer_that_slide() -> None:
    link = from_query("slide=L1-36&learning_rate=0.1")
    assert (link.slide, link.preset, link.spec.learning_rate) == ("", "", 0.1)
