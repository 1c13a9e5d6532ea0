"""The address of the features page: what is written is what is read, and what cannot be read is said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.features import TERMS
from playground.features_link import FeaturesLink, from_query, to_url
from playground.stages.features.state import (
    DATA_OF,
    FUNCTION_REACH,
    LIMITS,
    LOOKS,
    PLACES,
    RULES,
    SLIDES,
    State,
    state_of_look,
)

_WHOLE = ("trace", "units", "seed", "example", "epoch")


def limited(name: str) -> st.SearchStrategy[float]:
    low, high, _ = LIMITS[name]
    if name in _WHOLE:
        return st.integers(int(low), int(high))
    return st.floats(low, high).map(lambda x: float(f"{x:.6g}"))


heights = st.floats(-FUNCTION_REACH, FUNCTION_REACH).map(lambda x: float(f"{x:.6g}"))
states = st.sampled_from(list(LOOKS)).flatmap(
    lambda look: st.builds(
        State, look=st.just(look), data=st.sampled_from(DATA_OF[look]), rule=st.sampled_from(list(RULES)),
        values=st.tuples(*[heights] * len(PLACES)), appended=st.booleans(),
        terms=st.lists(st.sampled_from(list(TERMS)), unique=True).map(tuple),
        **{name: limited(name) for name in LIMITS},
    )
)  # fmt: skip


@given(states)
def test_what_is_written_is_what_is_read(state: State) -> None:
    assert from_query("?" + to_url(state)) == FeaturesLink(state)


def test_every_slide_opens_what_it_shows() -> None:
    assert {f"L4-{number}" for number in range(18, 30)} <= set(SLIDES)
    for slide, begin in SLIDES.items():
        link = from_query(f"?stage=features&slide={slide}")
        assert link == FeaturesLink(state_of_look(**begin), slide)


def test_what_cannot_be_taken_is_said() -> None:
    link = from_query("?look=terms&terms=x1,x9&gamma=none&b=99&data=band&colour=red&units=2.5&values=1,2")
    assert link.state == state_of_look("terms", data="band")
    said = " ".join(link.ignored)
    assert len(link.ignored) == 6
    for word in ("x9", "'none' is no number", "b is a number from -10 to 10", "no such setting", "whole number"):
        assert word in said
    assert "ring" in from_query("?look=lift&data=phone").ignored[0]
    assert "L4-18" in from_query("?slide=L9-99").ignored[0]
