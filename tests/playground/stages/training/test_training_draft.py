"""Putting a network together, possible or not yet, and the cards that show it."""

from __future__ import annotations

import pytest

from engine import SpecError
from engine.reader import HEADS, LAYER_KINDS, PRESETS, layer
from engine.reader.spec import MAX_LAYERS
from playground.stages.training.draft import Draft, usual_layer
from playground.stages.training.net_cards import detail, kinds, net_content

SHAPE = (28, 28, 1)
LENET = PRESETS["lenet"].spec


def cards(draft: Draft, runs: bool = True, head: str = "softmax") -> dict[str, dict]:
    return {card["title"]: card for card in net_content(draft, SHAPE, head, runs)["cards"]}


@pytest.mark.concept("C066")
def test_the_cards_of_lenet_are_its_ledger() -> None:
    content = net_content(Draft.of(LENET.layers), LENET.shape, "softmax", True)
    # LeCun, Bottou, Bengio and Haffner 1998, with the second convolution connected to all maps.
    assert [(card["title"], card["shape"], card["parameters"]) for card in content["cards"]] == [
        ("input", [28, 28, 1], ""), ("conv1", [28, 28, 6], "156 params"), ("pool2", [14, 14, 6], ""),
        ("conv3", [10, 10, 16], "2,416 params"), ("pool4", [5, 5, 16], ""), ("flatten5", [400], ""),
        ("dense6", [120], "48,120 params"), ("dense7", [84], "10,164 params"), ("dense8", [10], "850 params"),
    ]  # fmt: skip
    assert (content["total"], content["problem"]) == ("61,706 parameters", "")


def test_layers_keep_their_ids_when_they_move_and_go() -> None:
    draft = Draft.of(PRESETS["lecture"].spec.layers)
    ids = [key for key, _ in draft.layers]
    draft.move(ids[0], 1)
    assert [key for key, _ in draft.layers] == [ids[1], ids[0], *ids[2:]]
    draft.move(ids[1], -1)
    draft.move(ids[3], 1)
    assert [key for key, _ in draft.layers] == [ids[1], ids[0], *ids[2:]]
    draft.remove(ids[0])
    # A second click on what is gone does no harm.
    draft.remove(ids[0])
    draft.set(ids[0], "filters", 3)
    draft.move(ids[0], 1)
    assert [key for key, _ in draft.layers] == [ids[1], *ids[2:]]
    draft.add(ids[1], "conv", SHAPE)
    assert draft.layers[1][0] not in ids
    assert draft.specs[1] == layer("conv")


def test_a_layer_is_added_behind_the_input_and_at_the_end() -> None:
    draft = Draft.of(PRESETS["lecture"].spec.layers)
    draft.add("input", "average_pool", SHAPE)
    draft.add(draft.layers[-1][0], "dense", SHAPE)
    assert [spec.kind for spec in draft.specs] == ["average_pool", "conv", "max_pool", "conv", "max_pool", "dense"]


def test_there_are_at_most_twelve_layers() -> None:
    draft = Draft.of([layer("conv", size=1)] * MAX_LAYERS)
    with pytest.raises(SpecError, match="at most 12 layers"):
        draft.add("input", "conv", SHAPE)
    with pytest.raises(SpecError, match="unknown kind of layer"):
        Draft.of(()).add("input", "lstm", SHAPE)


def test_a_convolution_that_is_added_fits_the_maps_that_reach_it() -> None:
    assert usual_layer("conv", (28, 28, 1)).get("size") == 5
    assert usual_layer("conv", (4, 4, 6)) == layer("conv", size=3)
    assert usual_layer("conv", (2, 2, 6)) == layer("conv", size=3, padding="same")
    # Of nothing known, and behind a row, it is as it is.
    assert usual_layer("conv", None) == usual_layer("conv", (96,)) == layer("conv")
    draft = Draft.of(PRESETS["lecture"].spec.layers)
    draft.add(draft.layers[-1][0], "conv", SHAPE)
    assert draft.specs[-1].get("size") == 3
    assert not any(row.refusal for row in draft.outline(SHAPE))


@pytest.mark.concept("C064")
def test_what_is_impossible_is_said_once_and_those_behind_it_are_blank() -> None:
    draft = Draft.of(PRESETS["lecture"].spec.layers)
    draft.set(draft.layers[2][0], "size", 11)
    draft.add(draft.layers[3][0], "conv", SHAPE)
    draft.set(draft.layers[4][0], "padding", "valid")
    draft.set(draft.layers[4][0], "size", 5)
    content = net_content(draft, SHAPE, "softmax", False)
    by_title = {card["title"]: card for card in content["cards"]}
    # (12 − 11 + 1) = 2, pooled 1: no place for 5.
    assert by_title["pool4"]["shape"] == [1, 1, 6]
    assert "does not fit" in by_title["conv5"]["refusal"]
    assert [by_title[name]["refusal"] for name in ("flatten6", "dense7")] == ["", ""]
    assert by_title["dense7"]["shape"] is None
    assert content["problem"].startswith("The window of conv5 does not fit")
    assert content["problem"].endswith("The last network that fitted runs on.")
    assert content["total"] == ""


def test_what_can_be_done_with_each_card() -> None:
    found = cards(Draft.of(PRESETS["lecture"].spec.layers))
    assert not found["input"]["removable"]
    assert found["input"]["addable"]
    assert found["conv1"]["movable"] == [1]
    assert found["conv3"]["movable"] == [-1, 1]
    assert found["pool4"]["movable"] == [-1]
    assert not found["flatten5"]["addable"]
    assert not found["dense6"]["removable"]
    sizes = next(setting for setting in found["conv1"]["settings"] if setting["name"] == "size")
    assert (sizes["least"], sizes["most"], sizes["whole"], sizes["value"]) == (1, 11, True, 5)


def test_the_head_is_chosen_on_its_card() -> None:
    head = cards(Draft.of(LENET.layers), head="hinge")["dense8"]
    (choice,) = head["settings"]
    assert (head["id"], choice["value"]) == ("head", "hinge")
    assert [key for key, _ in choice["options"]] == list(HEADS)
    assert head["detail"] == HEADS["hinge"].title


@pytest.mark.parametrize("kind", LAYER_KINDS)
def test_every_kind_has_words_and_controls(kind: str) -> None:
    assert kind in {each["kind"] for each in kinds()}
    assert detail(layer(kind))
    draft = Draft.of([layer(kind)])
    card = next(card for card in net_content(draft, SHAPE, "softmax", True)["cards"] if card["id"] == "layer1")
    assert [setting["name"] for setting in card["settings"]] == [one.name for one in LAYER_KINDS[kind].settings]
    for setting in card["settings"]:
        if "options" in setting:
            assert setting["value"] in [value for value, _ in setting["options"]]
        else:
            assert setting["least"] <= setting["value"] <= setting["most"]
