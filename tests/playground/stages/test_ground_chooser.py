"""The gallery of surfaces: what is chosen, typed and refused."""

from __future__ import annotations

from typing import Any

import pytest

from engine.descent import SURFACES, DescentSpec
from playground.stages.ground_chooser import EXAMPLES, GroundChooser


@pytest.fixture
def chosen() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def chooser(chosen: list[dict[str, Any]]) -> GroundChooser:
    made = GroundChooser(chosen.append, (1, 2))
    made.show(DescentSpec())
    return made


def keys(chooser: GroundChooser) -> list[str]:
    return [item["key"] for item in chooser.grounds.items]


def own(formula: str, **settings: Any) -> DescentSpec:
    return DescentSpec(surface="own", formula=formula, **settings)


def test_each_kind_shows_its_surfaces_with_what_there_is_to_say_of_them(chooser, chosen) -> None:
    assert chooser.kind.value == "2"
    assert chooser.grounds.value == "ravine"
    assert keys(chooser) == [key for key, surface in SURFACES.items() if surface.dimensions == 2]
    assert all(item["sentence"] == SURFACES[item["key"]].about for item in chooser.grounds.items)
    assert not chooser._own.visible
    chooser.show(DescentSpec(surface="khan"))
    assert (chooser.kind.value, chooser.grounds.value) == ("1", "khan")
    assert keys(chooser) == ["convex", "khan"]
    assert chosen == [], "showing chooses nothing"


def test_a_surface_is_chosen(chooser, chosen) -> None:
    chooser.grounds._handle_msg({"type": "choose", "key": "beale"})
    assert chosen == [{"surface": "beale"}]
    assert DescentSpec().with_(**chosen[0]).surface == "beale"
    chooser.grounds._handle_msg({"type": "choose", "key": "nonsense"})
    assert len(chosen) == 1


def test_another_kind_opens_with_its_last_surface(chooser, chosen) -> None:
    chooser.kind.value = "1"
    assert chosen == [{"surface": "convex"}]
    chooser.show(DescentSpec(surface="khan"))
    chooser.kind.value = "2"
    assert chosen[1:] == [{"surface": "ravine"}], "where it was before"


def test_one_of_two_weights_is_offered_only_where_asked() -> None:
    chooser = GroundChooser(lambda _: None, (2,))
    assert list(chooser.kind.options.values()) == ["2", "network", "own"]
    assert not chooser.names.visible
    assert "khan" not in keys(chooser)


def test_a_formula_is_read_while_it_is_typed_and_descended_when_it_is_taken(chooser, chosen) -> None:
    chooser.kind.value = "own"
    assert chosen == [], "nothing is descended before it is taken"
    assert chooser._own.visible
    assert not chooser.grounds.visible
    chooser.field._handle_msg({"type": "check", "text": "x^2 + 5*y^2"})
    assert "<math" in chooser.field.answer["formula"]
    assert chosen == []
    chooser.field._handle_msg({"type": "take", "text": "x^2 + 5*y^2"})
    assert chosen == [{"surface": "own", "formula": "x^2 + 5*y^2", "dimensions": 2, "reach": 5.0}]
    chooser.show(DescentSpec().with_(**chosen[0]))
    assert chooser.field.text == "x^2 + 5*y^2"
    chooser.reach.value = "3"
    assert chosen[1]["reach"] == 3.0
    assert chosen[1]["formula"] == "x^2 + 5*y^2"


@pytest.mark.parametrize(
    ("text", "part", "position"),
    [
        ("x^2 + 3*z", "unknown name z", 8),
        ("x^2 +", "nothing stands after +", 4),
        ("", "the formula is empty", 0),
        ("3 + 4", "the same everywhere", None),
        ("__import__('os')", "cannot stand in a formula", 11),
        ("x" * 400, "characters", None),
    ],
)
def test_what_cannot_be_read_is_answered_where_it_is_wrong(chooser, chosen, text, part, position) -> None:
    chooser.kind.value = "own"
    for kind in ("check", "take"):
        chooser.field._handle_msg({"type": kind, "text": text})
        answer = chooser.field.answer
        assert part in answer["message"]
        if position is not None:
            assert answer["position"] == position
        assert answer["text"] == text
    assert chosen == []


def test_what_is_typed_outlives_frames_that_show_the_same_surface(chooser) -> None:
    chooser.kind.value = "own"
    chooser.field._handle_msg({"type": "check", "text": "x^2 +"})
    chooser.show(DescentSpec(learning_rate=0.3))
    assert chooser.kind.value == "own"
    assert chooser.field.answer["text"] == "x^2 +"


def test_what_is_refused_later_is_said_beneath_the_formula(chooser) -> None:
    chooser.field._handle_msg({"type": "take", "text": "x^2 + y"})
    chooser.refuse("There is no way down.", 3)
    assert chooser.field.answer == {"text": "x^2 + y", "message": "There is no way down.", "position": 3}


@pytest.mark.parametrize("reach", ["0", "1e9", "far", "nan", ""])
def test_a_reach_that_is_none_is_answered_and_nothing_descends(chooser, chosen, reach) -> None:
    chooser.show(own("x^2 + y^2"))
    chooser.reach.value = reach
    assert chooser.reach.error_state
    assert "from 0.1 to 100" in chooser.reach.helper_text
    assert chosen == []
    chooser.reach.value = "4"
    assert not chooser.reach.error_state
    assert len(chosen) == 1


def test_over_one_weight_a_formula_has_an_example_of_its_own(chooser, chosen) -> None:
    chooser.kind.value = "own"
    chooser.names.value = 1
    assert chooser.field.text == EXAMPLES[1]
    assert "J(w)" in chooser.field.label
    chooser.field._handle_msg({"type": "take", "text": "w^2/2"})
    assert chosen == [{"surface": "own", "formula": "w^2/2", "dimensions": 1, "reach": 5.0}]
    assert DescentSpec().with_(**chosen[0]).dimensions == 1


def test_the_examples_have_two_valleys(chooser) -> None:
    for dimensions, formula in EXAMPLES.items():
        minima = own(formula, dimensions=dimensions).landscape.minima
        assert len(minima) == 2
        for point in minima:
            slopes = own(formula, dimensions=dimensions).landscape.gradient(*point)
            assert max(abs(float(slope)) for slope in slopes) < 1e-9
