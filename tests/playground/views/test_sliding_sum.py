"""One number of a sliding window's output written out."""

from __future__ import annotations

import itertools
import re
from math import prod

import numpy as np
import pytest

from engine.experiment import Grain
from engine.sliding import SlidingRun, SlidingSpec
from playground.views.sliding_formulas import back_tex, forward_tex
from playground.views.sliding_sum import sum_content

POOL = (12, 20, 30, 0, 8, 12, 2, 0, 34, 70, 37, 4, 112, 100, 25, 12)
PATCH = SlidingSpec(
    space=(6, 6), channels=3, x=tuple(range(108)), size=5, filters=2, w=tuple(k % 7 - 3 for k in range(150)), b=(2, 1)
)


def at(spec: SlidingSpec, steps: int) -> SlidingRun:
    run = SlidingRun(spec)
    run.step(Grain.OP, steps)
    return run


def number(text: str) -> float:
    return float(text.strip("()").replace("−", "-"))


def results(spec: SlidingSpec, key: str = "result") -> list[str]:
    """Return what is written of every output, one after the other."""
    return [sum_content(at(spec, k + 1).frame())[key] for k in range(prod(spec.output_shape))]


@pytest.mark.concept("C161")
def test_the_signal_of_the_slide_comes_out_as_on_the_slide() -> None:
    assert results(SlidingSpec(flip=True)) == ["1", "2", "2", "−2", "−3"]
    assert results(SlidingSpec()) == ["−1", "−2", "−2", "2", "3"]
    assert results(SlidingSpec(flip=True, relu=True), "relu") == [
        "ReLU(1) = 1", "ReLU(2) = 2", "ReLU(2) = 2", "ReLU(−2) = 0", "ReLU(−3) = 0"
    ]  # fmt: skip


def test_the_slide_is_written_out_with_its_numbers() -> None:
    content = sum_content(at(SlidingSpec(relu=True), 2).frame())
    assert (content["phase"], content["title"]) == ("forward", "y[1]")
    terms = [(term["x"], term["w"], term["value"]) for term in content["terms"]]
    assert terms == [("0", "1", "0"), ("1", "0", "0"), ("2", "(−1)", "−2")]
    assert (content["result"], content["relu"], content["bias"]) == ("−2", "ReLU(−2) = 0", "")
    assert content["sentence"].endswith("= −2, ReLU(−2) = 0")
    assert [size["axis"] for size in content["size"]] == ["length"]


@pytest.mark.parametrize("channel", range(3))
def test_a_long_sum_is_folded_and_still_adds_up(channel: int) -> None:
    content = sum_content(at(PATCH, 4).frame(), channel, filter=1, names=("red", "green", "blue"))
    x, w = np.arange(108.0).reshape(6, 6, 3), np.array(PATCH.w).reshape(5, 5, 3, 2)
    window = x[0:5, 1:6]
    sums = [(window[..., c] * w[..., c, 1]).sum() for c in range(3)]
    assert content["name"] == f"Channel {('red', 'green', 'blue')[channel]}"
    assert sum(number(term["value"]) for term in content["terms"]) == sums[channel] == number(content["sum"])
    assert [number(part["sum"]) for part in content["parts"]] == sums
    assert [part["chosen"] for part in content["parts"]] == [c == channel for c in range(3)]
    assert number(content["result"]) == sum(sums) + number(content["bias"])


def test_the_middle_of_seventy_terms_is_one_number() -> None:
    spec = SlidingSpec(space=(9, 9), x=tuple(range(81)), size=7, w=(1.0,) * 49)
    content = sum_content(at(spec, 1).frame())
    terms = content["terms"]
    assert len(terms) == 8 + 1 + 2
    count, rest = re.fullmatch(r"(\d+) more: (\d+)", terms[8]["more"]).groups()
    assert int(count) == 49 - 10
    shown = sum(number(term["value"]) for term in terms if "value" in term)
    assert shown + int(rest) == np.arange(81).reshape(9, 9)[:7, :7].sum() == number(content["result"])


@pytest.mark.concept("C169")
@pytest.mark.concept("C170")
def test_the_matrix_of_the_slide_is_pooled_exactly() -> None:
    spec = SlidingSpec("max", space=(4, 4), x=POOL, size=2, stride=2, w=(), b=())
    assert results(spec) == ["20", "30", "112", "37"]
    # The slide rounds the last one to 20.
    assert results(spec.with_(operation="average")) == ["13", "8", "79", "19.5"]


def test_pooling_says_what_is_compared_or_divided() -> None:
    spec = SlidingSpec("max", space=(4, 4), x=POOL, size=2, stride=2, w=(), b=())
    largest = sum_content(at(spec, 4).frame())
    assert [(term["x"], term["won"]) for term in largest["terms"]] == [
        ("37", True), ("4", False), ("25", False), ("12", False)
    ]  # fmt: skip
    assert (largest["lead"], largest["tail"], largest["result"]) == ("max(", ")", "37")
    mean = sum_content(at(spec.with_(operation="average"), 4).frame())
    assert [term["x"] for term in mean["terms"]] == ["37", "4", "25", "12"]
    assert (mean["lead"], mean["tail"], mean["result"]) == ("(", ") / 4", "19.5")


def test_padding_is_left_out_where_it_does_not_count() -> None:
    spec = SlidingSpec("average", space=(3, 3), x=tuple(range(1, 10)), size=3, padding=1, w=(), b=())
    without = sum_content(at(spec, 1).frame())
    assert ([term["x"] for term in without["terms"]], without["tail"]) == (["1", "2", "4", "5"], ") / 4")
    counted = sum_content(at(spec.with_(count_padding=True), 1).frame())
    assert (len(counted["terms"]), counted["tail"], counted["result"]) == (9, ") / 9", "1.333")


def test_the_table_says_what_goes_back_to_each_tap() -> None:
    spec = SlidingSpec(upstream=(1, 2, 1, 1, 1), padding=0)
    content = sum_content(at(spec, 5 + 2).frame())
    rows = {row["name"]: row["cells"] for row in content["table"]["rows"]}
    assert rows == {
        "reads": ["x[1]", "x[2]", "x[3]"], "x": ["0", "1", "2"], "w": ["1", "0", "−1"],
        "to x: 2·w": ["2", "0", "−2"], "to w: 2·x": ["0", "2", "4"],
    }  # fmt: skip
    assert content["title"] == "From y[1] back"
    assert not content["terms"]
    pooled = sum_content(at(SlidingSpec("max", space=(4,), x=(1, 5, 2, 2), size=2, stride=2, w=(), b=()), 3).frame())
    assert pooled["table"]["rows"][-1]["cells"] == ["0", "1 ▲"]


def test_relu_stops_what_comes_back_where_z_is_not_above_0() -> None:
    run = at(SlidingSpec(relu=True), 5 + 1)
    content = sum_content(run.frame())
    assert "z = −1 is not above 0, so that ReLU stops it" in content["sentence"]
    assert content["table"]["rows"][3]["name"] == "to x: 0·w"
    content = sum_content(at(SlidingSpec(relu=True), 5 + 4).frame())
    assert "z = 2 is above 0, so that ReLU lets it through" in content["sentence"]


def test_what_is_lost_on_padding_says_so() -> None:
    content = sum_content(at(SlidingSpec(padding=1), 7 + 1).frame())
    rows = {row["name"]: row["cells"] for row in content["table"]["rows"]}
    assert rows["reads"] == ["padding", "x[0]", "x[1]"]
    assert rows["to x: 1·w"] == ["lost", "0", "−1"]


@pytest.mark.parametrize(
    ("stride", "dilation", "padding", "flip"),
    [(1, 1, 0, False), (1, 1, 0, True), (2, 1, 1, False), (3, 2, 2, True), (1, 3, 4, True), (2, 2, 0, False)],
)
def test_the_indices_in_the_formula_are_those_of_the_window(
    stride: int, dilation: int, padding: int, flip: bool
) -> None:
    spec = SlidingSpec(
        space=(12, 12), x=(0.0,) * 144, w=(1.0,) * 9, stride=stride, dilation=dilation, padding=padding, flip=flip
    )
    [rule] = forward_tex(spec, spec.window)
    read = re.search(r"x_\{([^}]*)\}", rule).group(1).split(", ")
    assert read == re.search(r"x_\{([^}]*)\}", back_tex(spec, spec.window)[0]).group(1).split(", ")
    for axis, (letter, tap) in enumerate(zip("ij", "mn", strict=True)):
        shape = re.fullmatch(rf"(\d*){letter}([+-])(\d*){tap}([+-]\d+)?", read[axis])
        first, sign, step, offset = shape.groups()
        for i, m in itertools.product(range(spec.output_shape[axis]), range(3)):
            place = int(first or 1) * i + int(f"{sign}{step or 1}") * m + int(offset or 0)
            position, tap_at = [0, 0], [0, 0]
            position[axis], tap_at[axis] = i, m
            assert place == spec.window.place(tuple(position), tuple(tap_at))[axis]


@pytest.mark.parametrize("space", [(7,), (4, 5), (3, 4, 3)])
@pytest.mark.parametrize("operation", ["convolution", "max", "average"])
@pytest.mark.parametrize("several", [1, 2])
def test_every_moment_can_be_written(space: tuple[int, ...], operation: str, several: int) -> None:
    x = tuple(range(prod(space) * several))
    spec = SlidingSpec(
        operation, space=space, channels=several, x=x, size=2, filters=several,
        w=(1.0,) * (2 ** len(space) * several**2), b=(0.5,) * several, relu=True,
    )  # fmt: skip
    run = SlidingRun(spec)
    rule = sum_content(run.frame())
    assert rule["title"] == "The rule"
    assert rule["rules"]
    for _ in range(run.steps):
        run.step(Grain.OP)
        content = sum_content(run.frame(), channel=several - 1, filter=several - 1)
        assert all(formula.startswith("<math") for formula in content["rules"])
        assert content["terms"] or content["table"] or "comes next" in content["title"]
