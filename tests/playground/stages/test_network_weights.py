"""Which two weights of a real network are looked at."""

from __future__ import annotations

from typing import Any

import pytest

from engine.descent import DescentSpec
from engine.descent.real_loss import REAL_LOSSES, real_passes
from playground.stages.ground_chooser import GROUND_PARTS, GroundChooser
from playground.stages.network_weights import NetworkWeights
from tests.playground.stages.views import widgets

XOR = DescentSpec("network", network="xor")


@pytest.fixture
def chosen() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def weights(chosen: list[dict[str, Any]]) -> NetworkWeights:
    made = NetworkWeights(chosen.append)
    made.show(XOR)
    return made


def test_all_weights_and_biases_are_offered_by_name(weights, chosen) -> None:
    names = list(real_passes("xor").names)
    assert [axis.options for axis in weights.axes] == [names, names]
    assert [axis.value for axis in weights.axes] == names[:2]
    assert chosen == [], "showing chooses nothing"
    weights.show(DescentSpec("network", network="linreg", weights=(2, 0)))
    assert [axis.value for axis in weights.axes] == ["b", "w1"]


def test_a_weight_is_chosen(weights, chosen) -> None:
    weights.axes[1].value = "W2 1→ŷ"
    place = real_passes("xor").names.index("W2 1→ŷ")
    assert chosen == [{"weights": (0, place)}]
    assert XOR.with_(**chosen[0]).weights == (0, place)


def test_the_same_one_twice_moves_the_other_axis_on(weights, chosen) -> None:
    weights.axes[0].value = real_passes("xor").names[1]
    assert chosen == [{"weights": (1, 2)}]


def test_the_others_descend_or_stand_where_training_led_them(weights, chosen) -> None:
    weights.free.value = True
    weights.trained.value = "30"
    assert chosen == [{"free": True}, {"trained": 30}]
    weights.show(XOR.with_(free=True))
    assert not weights.trained.visible
    assert len(chosen) == 2


def test_a_network_of_two_weights_has_no_others(weights) -> None:
    weights.show(DescentSpec("network", network="line"))
    assert not weights.free.visible
    assert not weights.trained.visible
    weights.show(DescentSpec("network", network="linreg"))
    assert weights.free.visible
    assert weights.trained.visible


@pytest.mark.parametrize("text", ["-1", "2001", "many", "1.5", ""])
def test_what_is_no_number_of_updates_is_answered(weights, chosen, text) -> None:
    weights.trained.value = "7"
    weights.trained.value = text
    assert weights.trained.error_state
    assert "from 0 to 2,000" in weights.trained.helper_text
    assert chosen == [{"trained": 7}]


def test_networks_are_a_kind_of_the_gallery(chosen) -> None:
    chooser = GroundChooser(chosen.append, (1, 2))
    chooser.show(DescentSpec())
    chooser.kind.value = "network"
    first = next(iter(REAL_LOSSES))
    assert chosen == [{"surface": "network", "network": first}]
    assert chooser.network.panel.visible
    chooser.show(DescentSpec().with_(**chosen[0]))
    chooser.grounds._handle_msg({"type": "choose", "key": "xor"})
    assert chosen[1] == {"surface": "network", "network": "xor"}
    chooser.kind.value = "2"
    assert not chooser.network.panel.visible


def test_every_control_has_its_words(chosen) -> None:
    chooser = GroundChooser(chosen.append, (1, 2))
    keys = {
        name.removeprefix("np-about-")
        for widget in widgets(chooser.panel)
        for name in getattr(widget, "css_classes", None) or []
        if name.startswith("np-about-")
    }
    assert keys == set(GROUND_PARTS)
