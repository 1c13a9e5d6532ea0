"""What is shown of an optimizer from the inside, against its own formulas computed here."""

import json

import numpy as np
import pytest

from engine.descent import DescentRun, DescentSpec
from engine.optimizers import OPTIMIZERS
from playground.optimizer_marks import TITLES
from playground.views.optimizer_state import STATE_TITLES, ceiling, number, state_content


def content(run):
    return state_content(run.frame(), run.surface)


def walked(updates, op=0, **settings):
    run = DescentRun(DescentSpec(**settings))
    run.step("epoch", updates)
    if op:
        run.step("op", op)
    return run


def rows(said, key):
    return next(block for block in said["blocks"] if block["key"] == key)["rows"]


def values(said, key):
    return [float(row["value"].replace("−", "-")) for row in rows(said, key)]


def test_adam_is_shown_with_the_numbers_of_its_formulas():
    said = content(walked(3, surface="ravine", optimizer="adam", learning_rate=0.5, start=(-10.0, 1.0)))
    w, m, v = np.array([-10.0, 1.0]), np.zeros(2), np.zeros(2)
    for t in (1, 2, 3):
        g = np.array([0.04, 4.0]) * w
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        step = -0.5 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        w = w + step
    assert said["title"] == "Adam"
    for key, expected in (("w", w), ("g", g), ("m", m), ("v", v), ("step", step), ("rate", -step / g)):
        np.testing.assert_allclose(values(said, key), expected, rtol=1e-5, err_msg=key)
    read = {each["title"]: each["value"] for each in said["read"]}
    assert read == {
        "updates": "3", "loss": number(float(0.02 * w[0] ** 2 + 2 * w[1] ** 2)), "learning rate": "0.5",
        "updates counted": "3",
    }  # fmt: skip
    titles = {block["key"]: block["title"] for block in said["blocks"]}
    assert titles["m"] == "mean of gradients"
    assert titles["v"] == "mean of squared gradients"


def test_the_convex_curve_reads_as_in_the_lecture():
    run = walked(2, surface="convex", learning_rate=0.5)
    said = content(run)
    shown = [rows(said, key)[0]["value"] for key in ("w", "g", "step", "rate")]
    assert shown == ["−2.53125", "−1.6875", "0.84375", "0.5"]
    assert [row["name"] for row in rows(said, "g")] == ["w"]
    assert [block["key"] for block in said["blocks"]] == ["w", "g", "step", "rate"]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_bars_are_as_long_as_their_numbers(optimizer):
    said = content(walked(4, surface="ravine", optimizer=optimizer))
    json.dumps(said, allow_nan=False)
    for block in said["blocks"][1:]:
        scale = float(block["scale"].replace("−", "-"))
        shown = values(said, block["key"])
        np.testing.assert_allclose([row["share"] for row in block["rows"]], np.array(shown) / scale, atol=1e-4)
        # The longest takes at least two fifths of its track, and all have room.
        assert 0.4 <= max(abs(row["share"]) for row in block["rows"]) <= 1
        assert block["signed"] or min(shown) >= 0
    assert all(row["share"] is None for row in said["blocks"][0]["rows"])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_everything_that_is_remembered_has_a_name_and_is_shown(optimizer):
    run = walked(2, surface="ravine", optimizer=optimizer)
    said, states = content(run), run.frame().states
    assert set(STATE_TITLES.get(optimizer, {})) == set(states)
    keys = {block["key"] for block in said["blocks"]}
    assert {name for name, each in states.items() if each.ndim} <= keys
    assert len(said["read"]) == 3 + sum(not each.ndim for each in states.values())
    assert all(each["title"] for each in (*said["read"], *said["blocks"]))
    assert said["title"] == TITLES[optimizer]


def test_a_schedule_tells_the_rate_of_now():
    said = content(walked(3, surface="convex", schedule="step", schedule_settings={"every": 1, "factor": 0.5}))
    read = {each["title"]: each["value"] for each in said["read"]}
    # That of the third update; the next one is half of it again.
    assert read["rate used last"] == "0.125"
    assert read["first learning rate"] == "0.5"
    assert len(said["lines"]) > 2


def test_the_listing_follows_line_by_line():
    run = DescentRun(DescentSpec(surface="ravine", optimizer="momentum"))
    seen = []
    for _ in range(5):
        said = content(run)
        seen.append((said["ran"], said["next"]))
        run.step("op")
    assert seen == [(-1, 0), (0, 1), (1, 2), (2, 0), (0, 1)]
    assert [line["phase"] for line in said["lines"]] == ["backward", "update", "update"]
    assert [line["code"] for line in said["lines"]] == [line.code for line in run.instructions]
    assert all(line["formula"].startswith("<math") for line in said["lines"])
    run.step("epoch", 10_000)
    assert (content(run)["ran"], content(run)["next"]) == (2, -1)


def test_before_the_first_update_there_is_nothing_to_show_but_where_it_stands():
    said = content(DescentRun(DescentSpec(surface="ravine", optimizer="adam")))
    assert [row["value"] for row in rows(said, "g")] == ["–", "–"]
    assert [row["share"] for row in rows(said, "step")] == [0, 0]
    assert next(block["scale"] for block in said["blocks"] if block["key"] == "g") == ""
    assert [row["value"] for row in rows(said, "m")] == ["0", "0"]
    assert rows(said, "w")[0]["value"] == "−10"


def test_a_descent_that_diverges_can_be_shown():
    run = walked(400, surface="khan", learning_rate=5.0)
    said = content(run)
    json.dumps(said, allow_nan=False)
    assert rows(said, "w")[0]["value"] in ("–", "∞", "−∞")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-3.375, "−3.375"), (0.1 + 0.2, "0.3"), (1e-8, "1e−8"), (1.5e20, "1.5e20"), (float("nan"), "–"),
        (-0.25e-6, "−2.5e−7"), (float("-inf"), "−∞"),
    ],
)  # fmt: skip
def test_numbers_are_written_for_people(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "scale"),
    [
        (0.37, 0.5), (0.5, 0.5), (1.0, 1.0), (1.1, 2.0), (5.1, 10.0), (99.0, 100.0), (3e-7, 5e-7), (0.0, 1.0),
        (np.inf, 1.0),
    ],
)  # fmt: skip
def test_a_full_bar_is_a_round_number(value, scale):
    assert ceiling(value) == scale
