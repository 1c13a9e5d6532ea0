"""The layout: what an author hides is not there, and all else is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine import TrainingSpec
from playground.parts import HIDEABLE
from playground.stages.network.board import gallery_items
from playground.stages.network.settings import DATA, MAIN, MORE
from tests.playground.stages.views import labelled, shown

SETTINGS = (*DATA, *MAIN, *MORE)


def in_settings(name: str) -> Callable[[Any], bool]:
    return lambda visited: name in visited.board.settings.widgets


def in_rules(*names: str) -> tuple[Callable[[Any], bool], ...]:
    return tuple(lambda visited, name=name: name in visited.board.rules.widgets for name in names)


def button(label: str) -> Callable[[Any], bool]:
    return lambda visited: shown(visited.board.view, labelled(visited.board.view, label))


def view(name: str) -> Callable[[Any], bool]:
    return lambda visited: shown(visited.board.view, getattr(visited.board, name))


def pane(name: str) -> Callable[[Any], bool]:
    return lambda visited: shown(visited.board.view, getattr(visited.board, name).pane)


# By the key: whether what it hides can be seen or used; all of them are hidden together.
USABLE: dict[str, tuple[Callable[[Any], bool], ...]] = {
    "navigation": (lambda v: "navigation" not in v.stage.hidden,),
    "transport": (view("transport"),),
    "numbers": (view("readout"),),
    "plane": (pane("boundary"), pane("legend"), view("summary")),
    "curves": (pane("curves"), button("Loss in powers of ten")),
    "diagram": (view("diagram"),),
    "shape": (lambda v: v.board.diagram.editable, lambda v: v.board.diagram.can_add_input),
    "weights": (lambda v: v.board.diagram.weights_editable,),
    "listing": (view("listing"), lambda v: shown(v.board.view, v.board.stepping.switch)),
    "draw": (button("Draw"), lambda v: any(item["key"] == "own" for item in v.board.gallery.items)),
    "inside": (lambda v: shown(v.board.view, v.board.inside.switches),),
    "compare": (button("Pin and compare"),),
    "as_graph": (button("As a graph"),),
    "fan": (button("All optimizers"),),
    "clinic": (button("Clinic"),),
    "files": (button("Save and export"),),
    "share": (button("Share"),),
    "stop": (lambda v: shown(v.board.settings._more, v.board.stopping.panel),),
    "more": (lambda v: shown(v.board.view, v.board.settings._more),),
    "data": (view("gallery"),),
    "seed": (button("New start"), in_settings("seed")),
    "data_seed": (button("New data"), in_settings("data_seed")),
    "schedule": in_rules("schedule", "schedule_unit"),
    "weight_decay": in_rules("weight_decay", "decoupled"),
    "clip_norm": in_rules("clip_norm"),
    "clip_value": in_rules("clip_value"),
    **{name: (in_settings(name),) for name in SETTINGS if name not in ("seed", "data_seed")},
}


def usable(visited: Any) -> dict[str, tuple[bool, ...]]:
    visited.board.settings._more.collapsed = visited.board.rules._fold.collapsed = False
    return {key: tuple(bool(sees(visited)) for sees in checks) for key, checks in USABLE.items()}


def test_every_part_that_can_be_hidden_is_looked_at() -> None:
    assert set(USABLE) == set(HIDEABLE)


def test_without_author_mode_everything_is_there(visit) -> None:
    assert {key: all(seen) for key, seen in usable(visit()).items()} == dict.fromkeys(HIDEABLE, True)


@pytest.mark.parametrize("key", HIDEABLE)
def test_what_is_hidden_is_gone_and_nothing_else(visit, key: str) -> None:
    seen = usable(visit(f"?hide={key}"))
    assert not any(seen.pop(key)), f"{key} can still be used"
    if key == "plane":
        seen.pop("draw")  # one draws on the plane
    assert all(all(each) for each in seen.values()), seen


def test_all_can_be_hidden_together_and_the_stage_still_draws(visit) -> None:
    visited = visit("?hide=" + ",".join(HIDEABLE))
    assert not any(any(each) for each in usable(visited).values())
    visited.session.run.step("epoch", 2)
    visited.settle()
    assert visited.said == []


def test_own_points_of_a_link_are_shown_where_drawing_is_hidden(visit, own_query: str) -> None:
    visited = visit(f"{own_query}&hide=draw")
    assert visited.session.run.spec.data == "own"
    assert visited.said == []


def test_what_was_ignored_of_a_link_is_said(visit) -> None:
    visited = visit("?noise=2&seed=5")
    assert visited.session.run.spec == TrainingSpec(seed=5)
    assert visited.said[0].startswith("The link asks for something that is not there.")
    assert "Noise" in visited.said[1]


def test_the_gallery_offers_every_data_set_and_one_s_own() -> None:
    items = gallery_items()
    assert [item["key"] for item in items] == list(TrainingSpec.__dataclass_fields__["data"].metadata["choices"])
    assert all(item["title"] and item["sentence"].endswith(".") for item in items)
    assert [item["key"] for item in items if "points" not in item] == ["own"]


def test_a_message_about_new_numbers_says_which_seeds_made_them(visit) -> None:
    visited = visit("?seed=3&data_seed=8")
    text = visited.board._seeds.object
    assert "3" in text
    assert "8" in text
    labelled(visited.board.view, "New data").clicks += 1
    visited.settle()
    assert visited.session.run.spec == TrainingSpec(seed=3, data_seed=9)
    labelled(visited.board.view, "New start").clicks += 1
    visited.settle()
    assert visited.session.run.spec == TrainingSpec(seed=4, data_seed=9)
