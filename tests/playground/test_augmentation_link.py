"""The address of the augmentation page: what is written is what is read, and what cannot be read is said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.augmentation import CHANGES, Augmentation
from playground.augmentation_link import AugmentationLink, from_query, to_url
from playground.stages.augmentation.state import LIMITS, LOOKS, SLIDES, State

changes = st.builds(
    Augmentation,
    **{key: st.floats(0, change.most).map(lambda x: float(f"{x:.6g}")) for key, change in CHANGES.items()},
)
states = st.builds(
    State, look=st.sampled_from(list(LOOKS)), changes=changes,
    **{name: st.integers(low, high) for name, (low, high) in LIMITS.items()},
)  # fmt: skip


@given(states)
def test_what_is_written_is_what_is_read(state: State) -> None:
    assert from_query("?" + to_url(state)) == AugmentationLink(state)


def test_slides_and_what_cannot_be_taken() -> None:
    for slide, state in SLIDES.items():
        assert from_query(f"?slide={slide}") == AugmentationLink(state)
    link = from_query("?stage=augmentation&theme=dark&noise=2&digit=12&look=grid&rotation=30&hue=3")
    assert link.state == State(changes=Augmentation(rotation=30))
    said = " ".join(link.ignored)
    for word in ("from 0 to 1", "digit is a whole number from 0 to 9", "look", "no such setting"):
        assert word in said
