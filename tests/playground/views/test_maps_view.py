"""The bytes and words of a wall of maps, and of bars of scores."""

from dataclasses import dataclass

import numpy as np
import pytest

from playground.views.maps import Box, maps_content, percent, picked_place, score_content
from playground.widgets.map_wall import MapWall
from playground.widgets.score_bars import ScoreBars


@dataclass
class Layer:
    number: int
    values: np.ndarray
    title: str = "Layer"
    kind: str = "conv"

    @property
    def name(self):
        return f"layer{self.number}"


@pytest.fixture
def layers(rng):
    image = rng.random((4, 5, 1))
    maps = rng.normal(size=(2, 3, 2))
    return [Layer(0, image), Layer(1, maps), Layer(2, np.array([0.25, 0.75]))]


def decoded(content, layer):
    """Read a layer's part of the bytes back, as the browser does."""
    sizes = [row["side"][0] * row["side"][1] * row["count"] for row in content["layers"]]
    start, row = sum(sizes[:layer]), content["layers"][layer]
    part = np.frombuffer(content["pixels"], np.uint8)[start : start + sizes[layer]].astype(float)
    share = part / 255 if row["ink"] else part / 127.5 - 1
    return share.reshape(row["count"], *row["side"]) * row["limit"]


def test_bytes_hold_each_map_within_one_shade(layers):
    content = maps_content(layers)
    for k in (0, 1):
        values = layers[k].values.transpose(2, 0, 1)
        assert np.abs(decoded(content, k) - values).max() <= np.abs(values).max() / 127
    assert len(content["pixels"]) == 20 + 12 + 2


def test_an_image_is_ink_and_what_a_layer_hands_on_is_values(layers):
    rows = maps_content(layers)["layers"]
    assert [row["ink"] for row in rows] == [True, False, False]
    assert [row["shape"].replace("\u00a0", " ") for row in rows] == ["4 × 5 × 1", "2 × 3 × 2", "2"]


def test_probabilities_are_shown_on_a_scale_from_0_to_1(layers):
    assert maps_content(layers)["layers"][2]["limit"] == 1.0
    layers[2].values = np.array([0.25, 0.5])
    assert maps_content(layers)["layers"][2]["limit"] == 0.5


def test_classes_name_the_units_of_a_layer_with_as_many(layers):
    rows = maps_content(layers, classes=("cat", "dog"))["layers"]
    assert rows[2]["labels"] == ["cat", "dog"]
    assert "labels" not in rows[1]


def test_numbers_that_are_none_show_as_nothing():
    content = maps_content([Layer(1, np.array([[[np.nan], [np.inf], [-np.inf], [2.0]]]))])
    assert list(content["pixels"]) == [127, 255, 0, 255]


def test_what_is_not_computed_yet_waits(layers):
    rows = maps_content(layers, done=2)["layers"]
    assert [row["state"] for row in rows] == ["done", "now", "waiting"]
    assert [bool(row["range"]) for row in rows] == [True, True, False]
    assert {row["state"] for row in maps_content(layers)["layers"]} == {"done"}


def test_what_is_picked_is_told_in_words_with_its_number(layers):
    layers[1].values[1, 2, 0] = -0.5
    picked = maps_content(layers, (1, (1, 2, 0)))["picked"]
    assert picked == {"layer": 1, "place": [1, 2, 0], "text": "Layer, map 1, row 2, column 3: −0.5"}
    assert maps_content(layers, (2, (1,)))["picked"]["text"] == "Layer, unit 2: 0.75"
    assert maps_content(layers, (2, (1,)), classes="ab")["picked"]["text"] == "Layer, the unit of b: 0.75"


def test_fields_are_boxes(layers):
    content = maps_content(layers, fields=[Box(0, (0, -1), (2, 3)), Box(1, (0, 0), (1, 1), 1)])
    assert content["fields"] == [
        {"layer": 0, "first": [0, -1], "last": [2, 3], "channel": None},
        {"layer": 1, "first": [0, 0], "last": [1, 1], "channel": 1},
    ]


def test_filters_follow_the_maps_slice_by_slice(layers, rng):
    weights = rng.normal(size=(3, 3, 2, 4))
    content = maps_content(layers, filters={1: weights})
    row = content["layers"][1]["filters"]
    part = np.frombuffer(content["pixels"], np.uint8)[34:].astype(float) / 127.5 - 1
    shown = part.reshape(4, 2, 3, 3) * row["limit"]
    assert np.abs(shown[3, 1] - weights[:, :, 1, 3]).max() <= row["limit"] / 127
    assert (row["count"], row["channels"], row["side"]) == (4, 2, [3, 3])


def test_more_than_can_be_shown_is_refused():
    with pytest.raises(ValueError, match=r"hold 22,500 numbers, at most 20,000"):
        maps_content([Layer(1, np.zeros((150, 150, 1)))])


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ({"layer": 1, "place": [1, 2, 1]}, (1, (1, 2, 1))),
        ({"layer": 2, "place": [0]}, (2, (0,))),
        ({"layer": 1, "place": [2, 2, 1]}, None),
        ({"layer": 1, "place": [1, 2]}, None),
        ({"layer": 1, "place": [1, 2, True]}, None),
        ({"layer": 1, "place": [0.0, 1, 1]}, None),
        ({"layer": 7, "place": [0]}, None),
        ({"place": [0]}, None),
        ({"layer": 2, "place": "0"}, None),
    ],
)
def test_only_a_number_that_there_is_can_be_picked(layers, message, place):
    assert picked_place(message, layers) == place


def test_probabilities_are_bars_from_zero_in_per_cent():
    content = score_content(np.array([0.2, 0.7, 0.1]), 2, classes="abc", verdict="It reads b.")
    assert [row["text"] for row in content["rows"]] == ["20.0 %", "70.0 %", "10.0 %"]
    assert [(row["from"], round(row["to"], 9)) for row in content["rows"]] == [(0, 0.2), (0, 0.7), (0, 0.1)]
    assert [row["best"] for row in content["rows"]] == [False, True, False]
    assert [row["true"] for row in content["rows"]] == [False, False, True]


def test_scores_are_bars_to_both_sides_of_zero():
    content = score_content(np.array([-1.0, 3.0]), probabilities=False, classes="ab")
    assert content["zero"] == 0.25
    assert [(row["from"], row["to"], row["text"]) for row in content["rows"]] == [(0.25, 0, "−1"), (0.25, 1, "3")]


def test_no_scores_yet_are_empty_lines():
    content = score_content(np.zeros(0))
    assert len(content["rows"]) == 10
    assert {row["text"] for row in content["rows"]} == {""}


def test_scores_that_are_all_equal_to_zero_are_bars_of_nothing():
    rows = score_content(np.zeros(3), probabilities=False, classes="abc")["rows"]
    assert {row["to"] - row["from"] for row in rows} == {0}


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0.0 %"), (1e-9, "< 0.1 %"), (0.5, "50.0 %"), (0.99999, "> 99.9 %"), (1, "100.0 %")]
)
def test_per_cents_do_not_round_to_certainty(share, text):
    assert percent(share) == text


def test_contents_with_bytes_reach_the_browser(layers):
    wall, bars = MapWall(), ScoreBars()
    models = wall.get_root(), bars.get_root()
    content, scores = maps_content(layers), score_content(np.array([0.5, 0.5]), classes="ab")
    wall.push(content=content)
    bars.push(content=scores)
    assert [model.data.content for model in models] == [content, scores]
