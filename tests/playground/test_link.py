"""The address: what is written is what is read, and what cannot be read is said."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import TrainingSpec
from engine.spec import SETTINGS
from playground.link import from_query, to_query, to_url


def value_of(name: str) -> st.SearchStrategy[object]:
    """Draw an allowed value of a setting."""
    limits = SETTINGS[name].metadata
    default = SETTINGS[name].default
    if name == "loss":
        return st.just("auto")
    if "choices" in limits:
        return st.sampled_from(limits["choices"])
    if "members" in limits:
        return st.lists(st.sampled_from(limits["members"]), min_size=1, unique=True).map(tuple)
    if isinstance(default, tuple):
        return st.lists(st.integers(limits["low"], limits["high"]), max_size=limits["most"]).map(tuple)
    if isinstance(default, int):
        return st.integers(limits["low"], limits["high"])
    return st.floats(limits["low"], limits["high"], allow_nan=False).map(lambda x: float(f"{x:.12g}")).filter(
        lambda x: limits["low"] <= x <= limits["high"]
    )


specs = st.fixed_dictionaries({name: value_of(name) for name in SETTINGS}).map(lambda v: TrainingSpec(**v))


@given(specs)
def test_every_spec_survives_the_address(spec: TrainingSpec) -> None:
    assert from_query("?" + to_url(spec)) == (spec, [])


def test_only_what_differs_is_written() -> None:
    assert to_query(TrainingSpec()) == {"v": "1"}
    assert to_query(TrainingSpec(noise=0.1, hidden=(4, 2))) == {"v": "1", "noise": "0.1", "hidden": "4,2"}


def test_no_hidden_layer_is_written_and_read() -> None:
    assert from_query("?hidden=")[0].hidden == ()
    assert from_query("?" + to_url(TrainingSpec(hidden=())))[0].hidden == ()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?colour=red", "unknown setting 'colour'"),
        ("?learning_rate=abc", "Learning rate is a number from 0.000001 to 10, got 'abc'"),
        ("?learning_rate=nan", "Learning rate is a number"),
        ("?hidden=10000", "up to 8 layers of 1 to 16 neurons"),
        ("?hidden=1,2,3,4,5,6,7,8,9", "got 9 layers"),
        ("?data=spirl", "did you mean spiral?"),
        ("?inputs=x3", "unknown input 'x3'"),
        ("?seed=" + "9" * 300, "at most 200 characters"),
        ("?v=7", "this program reads version 1"),
        ("?loss=hinge&data=plane", "choose"),
    ],
)
def test_what_is_ignored_is_said(query: str, says: str) -> None:
    spec, ignored = from_query(query)
    assert len(ignored) == 1
    assert says in ignored[0]
    assert all(
        getattr(spec, f.name) == f.default for f in fields(TrainingSpec) if f.name not in ("loss", "data")
    )


def test_one_bad_part_does_not_spoil_the_rest() -> None:
    spec, ignored = from_query("?noise=0.2&batch_size=x&seed=4")
    assert (spec.noise, spec.seed) == (0.2, 4)
    assert len(ignored) == 1


@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    spec, ignored = from_query(text)
    assert isinstance(spec, TrainingSpec)
    assert all(isinstance(part, str) for part in ignored)


def test_settings_in_any_order_fit_together() -> None:
    """A loss that suits the linked data, but not the default data, must not depend on which comes first."""
    wanted = TrainingSpec(data="blobs3", loss="categorical_crossentropy")
    assert from_query("?loss=categorical_crossentropy&data=blobs3")[0] == wanted
    assert from_query("?data=plane&loss=mean_absolute_error")[0] == TrainingSpec(
        data="plane", loss="mean_absolute_error"
    )
    hinge_on_xor = TrainingSpec(data="xor", loss="hinge")
    assert from_query("?loss=hinge&data=xor") == (hinge_on_xor, [])
