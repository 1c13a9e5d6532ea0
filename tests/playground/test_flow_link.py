"""The address of the gradient flow stage: what is written is what is read, and what cannot be read is said."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.flow import FLOW_SETTINGS, FlowSpec
from playground.flow_link import SHOWN, FlowLink, from_query, to_query, to_url


def value(name: str) -> st.SearchStrategy[object]:
    limits, default = FLOW_SETTINGS[name].metadata, FLOW_SETTINGS[name].default
    if "choices" in limits:
        return st.sampled_from(limits["choices"])
    if isinstance(default, bool):
        return st.booleans()
    if isinstance(default, int):
        return st.integers(limits["low"], limits["high"])
    return st.floats(limits["low"], limits["high"]).map(lambda x: float(f"{x:.12g}"))


specs = st.builds(FlowSpec, **{name: value(name) for name in FLOW_SETTINGS})


@given(specs, st.none() | specs, st.sampled_from(SHOWN))
def test_what_is_written_is_what_is_read(spec: FlowSpec, pinned: FlowSpec | None, shown: str) -> None:
    assert from_query("?" + to_url(spec, pinned, shown)) == FlowLink(spec, pinned, shown)


def test_an_address_as_a_teacher_writes_it() -> None:
    link = from_query("?stage=flow&theme=dark&depth=20&activation=tanh&skip=1&scale=2.5&b_skip=0&b_depth=5")
    assert link == FlowLink(FlowSpec(depth=20, activation="tanh", skip=True, scale=2.5), FlowSpec(depth=5))


def test_the_default_needs_no_words_and_a_pinned_default_one() -> None:
    assert to_query(FlowSpec()) == {"stage": "flow"}
    assert to_query(FlowSpec(), FlowSpec()) == {"stage": "flow", "b_depth": "10"}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("depth=21", "depth=21 — Layers is a whole number from 2 to 20, got 21"),
        ("b_scale=0", "b_scale=0 — Factor on the weights is a number from 0.01 to 100, got 0"),
        ("skip=maybe", "skip=maybe — Skip connections is on or off: true or false, got 'maybe'"),
        ("shown=delta", "shown=delta — the bars show one of weights, sums"),
    ],
)
def test_a_bad_part_is_ignored_with_a_sentence(query: str, sentence: str) -> None:
    link = from_query(f"{query}&activation=tanh")
    assert link == FlowLink(FlowSpec(activation="tanh"), None, "weights", (sentence,))


def test_unknown_names_are_answered_with_the_nearest() -> None:
    (sentence,) = from_query("?activatoin=tanh").ignored
    assert sentence.endswith("did you mean activation?")
    (sentence,) = from_query("?activation=sigmiod").ignored
    assert sentence.endswith("did you mean sigmoid?")


def test_of_much_nonsense_little_is_said() -> None:
    ignored = from_query("?" + urlencode({f"nonsense{k}" * 20: "x" * 1000 for k in range(30)})).ignored
    assert len(ignored) == 9
    assert ignored[-1] == "and 22 more"
    assert all(len(sentence) < 300 for sentence in ignored)
