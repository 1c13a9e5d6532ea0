"""The numbers and words of the gradient flow page."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.flow import FlowSpec
from engine.program import Phase
from playground.stages.flow import presentation
from playground.stages.flow.presentation import Axis, number, stack_frame, status, summary, tiles, typeset, verdict


def value(text: str) -> float:
    """Read a number as the page writes it."""
    return float(text.replace("−", "-"))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (None, "–"), (0.0, "0"), (3.16e-6, "3.2e−6"), (1.1e-12, "1.1e−12"), (0.45, "0.45"), (0.202, "0.20"),
        (0.0213, "0.021"), (0.009951, "0.010"), (0.0099, "9.9e−3"), (1.0, "1.0"), (0.9951, "1.0"), (9.96, "10"),
        (46.4, "46"), (999.4, "999"), (999.6, "1.0e3"), (5.35e16, "5.4e16"), (float("inf"), "∞"),
        (float("nan"), "NaN"), (-2.0, "−2.0"),
    ],
)  # fmt: skip
def test_numbers_have_two_digits(given: float | None, text: str) -> None:
    assert number(given) == text


def test_a_sentence_gets_the_page_s_numbers_and_keeps_its_hyphens() -> None:
    assert typeset("mean -0.05, 4.74e-05 and 1.2e+10; a one-by-one layer-3") == (
        "mean −0.05, 4.74e−5 and 1.2e10; a one-by-one layer-3"
    )


@pytest.mark.parametrize("settings", [{}, {"activation": "tanh"}, {"skip": True}, {"depth": 20}, {"scale": 5.0}])
@pytest.mark.parametrize("shown", ["weights", "sums"])
def test_bars_and_numbers_are_the_gradient_s_norms(session, reference, settings, shown: str) -> None:
    made = session(**{"seed": 3, **settings})
    made.show(shown)
    frame = stack_frame(made.scene(False))
    norms = getattr(reference(made.complete), shown)
    assert [value(layer["gradient"]) for layer in frame["layers"]] == pytest.approx(norms, rel=0.06)
    ticks = [(tick["share"], value(tick["power"])) for tick in frame["ticks"]]
    (low, lowest), (high, highest) = ticks[0], ticks[-1]
    decade = (high - low) / (highest - lowest)
    expected = [low + (np.log10(norm) - lowest) * decade for norm in norms]
    assert [layer["share"] for layer in frame["layers"]] == pytest.approx(expected, abs=2e-4)
    assert all(0 < share <= 1 for share in expected)
    factors = [value(layer["factor"].removeprefix("×")) for layer in frame["layers"][:-1]]
    assert factors == pytest.approx([norms[k] / norms[k + 1] for k in range(len(norms) - 1)], rel=0.06)
    assert frame["layers"][-1]["factor"] == ""
    assert value(frame["results"][0]["ratio"]) == pytest.approx(norms[0] / norms[-1], rel=0.06)


def test_what_is_not_computed_yet_is_not_shown(session) -> None:
    made = session(depth=4, width=8)
    made.seek_layer(3, Phase.FORWARD)
    frame = stack_frame(made.scene(False))
    assert [layer["known"] for layer in frame["layers"]] == [True, True, True, False]
    assert all(layer["share"] is None and layer["gradient"] == layer["factor"] == "" for layer in frame["layers"])
    assert (frame["current"], frame["phase"]) == (3, "forward")
    assert frame["results"][0]["ratio"] == "–"
    ticks = frame["ticks"]
    made.seek_layer(3, Phase.BACKWARD)
    frame = stack_frame(made.scene(False))
    assert [layer["share"] is None for layer in frame["layers"]] == [True, True, False, False]
    assert (frame["current"], frame["phase"]) == (3, "backward")
    assert frame["results"][0]["sentence"] == "So far: layer 3 against layer 4, the last one."
    assert frame["ticks"] == ticks, "the axis does not move while one steps"


def test_the_axis_has_room_for_both_stacks(session) -> None:
    made = session(depth=20)
    made.pin()
    made.edit("depth", 3)
    frame = stack_frame(made.scene(False))
    assert len(frame["layers"]) == 3
    assert len(frame["pinned"]) == 20
    shares = [layer["share"] for layer in (*frame["layers"], *frame["pinned"])]
    assert 0 < min(shares) < 0.1
    assert max(shares) <= 1
    assert [result["title"] for result in frame["results"]] == ["Now: 3 layers, Sigmoid", "Pinned: 20 layers, Sigmoid"]
    assert re.fullmatch(r".* Pinned, 20 layers, Sigmoid: The first layer gets .*e−12 of .* It vanishes\.",
                        summary(made.scene(False)))  # fmt: skip


def test_a_gradient_of_zero_has_no_bar_and_no_ratio(session) -> None:
    made = session(depth=4, width=8, activation="relu", initializer="zeros")
    frame = stack_frame(made.scene(False))
    assert [layer["share"] for layer in frame["layers"]] == [0.0] * 4
    assert frame["results"][0] == {
        "title": "4 layers, ReLU", "ratio": "–", "verdict": "lost",
        "sentence": "The last layer’s gradient is 0: there is nothing to compare with.",
    }  # fmt: skip
    assert Axis([made.complete], "weights").share(float("inf")) == 1.0


@pytest.mark.parametrize(
    ("share", "word"), [(None, "lost"), (9e-4, "vanishes"), (2e-3, "arrives"), (900.0, "arrives"), (2e3, "explodes")]
)
def test_the_verdict(share: float | None, word: str) -> None:
    assert verdict(share) == word


def test_huge_gradients_explode_though_all_are_alike(session) -> None:
    made = session(activation="relu", scale=100.0)
    result = stack_frame(made.scene(False))["results"][0]
    assert 0.1 < value(result["ratio"]) < 10
    assert result["sentence"].endswith("It explodes.")
    made.show("sums")
    result = stack_frame(made.scene(False))["results"][0]
    assert value(result["ratio"]) > 1e12
    assert result["verdict"] == "explodes"


def test_tiles_are_the_activations_in_colours(session) -> None:
    made = session(depth=3, width=4, batch=2, activation="identity", scale=4.0)
    made.seek_layer(2, Phase.FORWARD)
    frame = made.run.frame()
    found = np.frombuffer(tiles(frame), np.uint8).reshape(3, 2, 4)
    expected = frame["x"]
    for layer in (0, 1):
        expected = expected @ frame[f"W{layer + 1}"]
        np.testing.assert_allclose(found[layer] / 127.5 - 1, np.clip(expected, -1, 1), atol=0.5 / 127.5 + 1e-9)
    assert {0, 255} < set(found[1].ravel().tolist())


def test_the_status_says_where_it_stands(session) -> None:
    made = session(depth=3, width=4)
    said = []
    for step in range(8):
        made.seek_step(step)
        said.append(status(made.scene(False)))
    assert [each["text"] for each in said] == [
        "The noise waits at the bottom", "The noise has come in", "Forward · layer 1 of 3", "Forward · layer 2 of 3",
        "Forward · layer 3 of 3", "Backward · layer 3 of 3", "Backward · layer 2 of 3",
        "Backward · layer 1 of 3 · the pass is done",
    ]  # fmt: skip
    assert [each["step"] for each in said] == list(range(8))
    assert [each["at_end"] for each in said] == [False] * 7 + [True]
    assert [each["can_back"] for each in said] == [False] + [True] * 7


def test_the_picture_in_words_says_that_it_is_noise(session) -> None:
    text = summary(session(depth=3, width=4, batch=1, skip=True, scale=0.5).scene(False))
    assert text.startswith(
        "A stack of 3 layers of 4 units, Sigmoid, skips, weights × 0.50. Its input is synthetic noise, 1 example drawn "
        "from N(0, 1): there is no task, and nothing is trained."
    )


def test_a_title_names_what_is_not_common() -> None:
    assert presentation.title(FlowSpec(depth=2, activation="elu")) == "2 layers, ELU"
