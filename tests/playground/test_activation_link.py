"""The address of the activation page: what is written is what is read, and what cannot be read is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.activation import ACTIVATION_SETTINGS, ActivationSpec
from playground.activation_link import from_query, preset_of, to_query, to_url
from playground.stages.activation.presets import PRESETS, SLIDES


def value(name: str) -> st.SearchStrategy[object]:
    limits, default = ACTIVATION_SETTINGS[name].metadata, ACTIVATION_SETTINGS[name].default
    if "choices" in limits:
        return st.sampled_from(limits["choices"])
    if isinstance(default, bool):
        return st.booleans()
    return st.floats(limits["low"], limits["high"]).map(lambda x: float(f"{x:.12g}"))


@given(st.builds(ActivationSpec, **{name: value(name) for name in ACTIVATION_SETTINGS}))
def test_what_is_written_is_what_is_read(spec: ActivationSpec) -> None:
    link = from_query("?" + to_url(spec))
    assert (link.spec, link.ignored) == (spec, ())


def test_examples_and_slides_have_addresses() -> None:
    for key, preset in PRESETS.items():
        assert from_query({"stage": "activation", "preset": key}).spec == preset.spec
        assert preset_of(preset.spec.with_(x=-2.5)) == key
    for slide, preset in SLIDES.items():
        assert from_query({"slide": slide}).spec == preset.spec
    assert to_query(ActivationSpec()) == {"stage": "activation"}
    assert from_query("?stage=activation&theme=dark&preset=relu&bias=-4").spec == ActivationSpec("relu", bias=-4)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("x=9", "x=9 — Input x is a number from -6 to 6, got 9"),
        ("slide=L1-1", "slide=L1-1 — nothing here is of this slide; there are L1-40, L1-41, L2-04"),
        ("functoin=relu", "functoin=relu — there is no such setting"),
    ],
)
def test_a_bad_part_is_ignored_with_a_sentence(query: str, sentence: str) -> None:
    link = from_query(f"{query}&function=tanh")
    assert (link.spec, link.ignored) == (ActivationSpec("tanh"), (sentence,))
