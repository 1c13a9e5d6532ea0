"""The words of the hover cards."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from engine import TrainingRun, TrainingSpec
from engine.layers import ACTIVATIONS
from engine.spec import HIDDEN_ACTIVATIONS
from engine.spec import SETTINGS as FIELDS
from playground.stages.network import texts
from playground.stages.network.board import Board
from playground.stages.network.settings import DATA, MAIN, MORE
from playground.stages.rules import RULE_PARTS


def cards_of(spec: TrainingSpec) -> dict[str, dict[str, str]]:
    run = TrainingRun(spec)
    output = run.network.layers[-1].activation
    return texts.diagram_cards(spec.offered_features, spec.resolved_activations, output, spec.optimizer)


def assert_cards(cards: dict[str, dict[str, str]]) -> None:
    for key, card in cards.items():
        assert set(card) == {"title", "text", "formula"}, key
        assert card["title"], key
        assert card["text"].endswith("."), key
        root = ET.fromstring(card["formula"])
        assert root.tag.endswith("math"), key
        # A command that the converter does not know would stand there as text.
        assert "\\" not in "".join(root.itertext()), key


PARTS = ("output", "edge", "bias", "skip")


@pytest.mark.parametrize("name", HIDDEN_ACTIVATIONS)
def test_every_part_of_a_network_has_a_card(name: str) -> None:
    spec = TrainingSpec(hidden=(3, 2), activations=("", name), formulas=("x1*x2", "exp(-x1**2) / (1 + abs(x2))"))
    cards = cards_of(spec)
    assert_cards(cards)
    inputs = [f"input:{feature.key}" for feature in spec.offered_features]
    assert list(cards) == [*inputs, "hidden:1", "hidden:2", *PARTS]
    assert inputs[-2:] == ["input:own1", "input:own2"]
    assert ACTIVATIONS[name].sentence in cards["hidden:2"]["text"]
    assert ACTIVATIONS["tanh"].sentence in cards["hidden:1"]["text"]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "probability"),
        ({"data": "blobs3"}, "probabilities of the scores"),
        ({"data": "plane"}, "The sum itself is the answer."),
        ({"loss": "mean_squared_error"}, "between −1, orange, and 1, blue"),
        ({"loss": "hinge"}, "The sum itself is the answer."),
    ],
)
def test_the_output_s_card_says_what_the_output_is(settings: dict[str, str], says: str) -> None:
    cards = cards_of(TrainingSpec(hidden=(), **settings))
    assert says in cards["output"]["text"]
    assert_cards(cards)


@pytest.mark.parametrize("output", ACTIVATIONS)
def test_every_activation_can_stand_at_the_output(output: str) -> None:
    assert_cards(texts.diagram_cards((), (), output, "sgd"))


def classes_of(view: object, found: set[str]) -> set[str]:
    """All keys that the cards are asked for by the widgets of a page."""
    for name in getattr(view, "css_classes", None) or []:
        if name.startswith("np-about-"):
            found.add(name.removeprefix("np-about-"))
    parts = getattr(view, "objects", None)
    for part in parts if isinstance(parts, list) else []:
        classes_of(part, found)
    return found


def test_every_control_that_asks_for_a_card_gets_one(visit) -> None:
    visited = visit("?regularization=l2&schedule=step")
    visited.board.settings._more.collapsed = visited.board.rules._fold.collapsed = False
    board: Board = visited.board
    asked = classes_of(board.view, set()) | classes_of(board.settings._more, set())
    assert asked >= {
        *RULE_PARTS,
        *DATA,
        *MAIN,
        *MORE,
        "compare",
        "clinic",
        "files",
        "share",
        "plane",
        "curves",
        "new_data",
        "epochs",
    }
    cards = texts.about_cards()
    assert asked - set(cards) == set()
    for key in asked:
        assert cards[key]["title"]
        assert cards[key]["text"].endswith(".")


def test_a_setting_s_card_has_the_control_s_title() -> None:
    cards = texts.about_cards()
    for name in (*DATA, *MAIN, *MORE):
        assert cards[name]["title"] == FIELDS[name].metadata["title"]
