"""What a sliding window may be: limits and messages, sizes, and numbers that follow a change."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sliding import SlidingRun, SlidingSpec, SpecError, axis_sizes, fitted, input_spec, size_words
from tests.engine.sliding.specs import sliding_specs

TWO = SlidingSpec(space=(2, 3), x=(1, 2, 3, 4, 5, 6), size=2, w=(1, 0, 0, -1))


@given(sliding_specs())
def test_json_there_and_back(spec):
    again = SlidingSpec.from_json(spec.to_json())
    assert again == spec
    assert hash(again) == hash(spec)
    np.testing.assert_array_equal(again.arrays()["x"], np.array(spec.x).reshape(spec.shape))


def test_json_is_short_and_has_a_version():
    written = json.loads(SlidingSpec().to_json())
    assert written["version"] == 1
    assert written["x"] == [0, 0, 1, 2, 3, 0, 0]
    assert ".0" not in SlidingSpec().to_json()
    assert SlidingSpec.from_dict({"flip": True}) == SlidingSpec(flip=True)
    with pytest.raises(SpecError, match="this window has version 2, this program reads version 1"):
        SlidingSpec.from_dict({"version": 2})
    with pytest.raises(SpecError, match=r"unknown setting 'strid'.*did you mean stride"):
        SlidingSpec.from_dict({"strid": 2})


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"operation": "min"}, "operation", "The operation: unknown choice 'min': choose one of convolution, max"),
        ({"space": (33,)}, "space", "The length of the input is a whole number from 1 to 32, got 33"),
        ({"space": (7, 7, 7)}, "space", "The depth of the input is a whole number from 1 to 6, got 7"),
        ({"space": (2, 2, 2, 2)}, "space", "1 to 3 whole numbers, one for each axis"),
        ({"space": 7}, "space", "1 to 3 whole numbers, one for each axis, got 7"),
        ({"channels": 4}, "channels", "The number of channels is a whole number from 1 to 3, got 4"),
        ({"filters": 5}, "filters", "The number of filters is a whole number from 1 to 4, got 5"),
        ({"size": 10}, "size", "The size is a whole number from 1 to 9, got 10"),
        ({"size": (2, 2)}, "size", "one whole number for all axes or one for each of 1, got 2"),
        ({"stride": 9}, "stride", "The stride is a whole number from 1 to 8, got 9"),
        ({"dilation": 0}, "dilation", "The dilation is a whole number from 1 to 4, got 0"),
        ({"padding": "full"}, "padding", '"valid", "same" or a whole number from 0 to 8, got \'full\''),
        ({"padding": 9}, "padding", "from 0 to 8, got '9'"),
        ({"flip": "perhaps"}, "flip", "Flip the kernel is on or off"),
        ({"x": (1, 2)}, "x", r"The input expects 7 numbers \(7 × 1\), got 2"),
        ({"x": 3}, "x", r"The input expects 7 numbers \(7 × 1\), got 3"),
        ({"w": (1, 2, float("nan"))}, "w", "Each number of the kernel is a number from -9,999 to 9,999, got nan"),
        ({"w": (1, 2, 10_000.0)}, "w", "from -9,999 to 9,999, got 10000"),
        ({"w": (1, 2, "three")}, "w", "got 'three'"),
        ({"w": ()}, "w", r"The kernel expects 3 numbers \(3 × 1 × 1\), got 0"),
        ({"upstream": (1, 2)}, "upstream", r"The gradient that arrives expects 5 numbers \(5 × 1\), got 2"),
        ({"size": 9}, "size", "along the length it spans 9 numbers, but the input has only 7; choose a smaller size"),
        ({"dilation": 4}, "size", "spans 9 numbers with its dilation of 4, but the input has only 7; choose a smaller"),
        ({"operation": "max", "size": 8, "dilation": 2}, "size", "it spans 8 numbers, but the input has only 7"),
        ({"operation": "max", "size": 2, "padding": 3}, "padding", "A window of the pooling would lie on padding"),
        ({"wight": 1}, "wight", "unknown setting"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_refused_with_what_is(changes, field, message):
    with pytest.raises(SpecError, match=message) as caught:
        SlidingSpec().with_(**changes)
    assert caught.value.field == field


def test_padded_windows_that_do_not_fit_say_how_much_there_is():
    with pytest.raises(SpecError, match="along the width it spans 5 numbers, but the input has only 3; choose"):
        fitted(TWO.with_(size=1, w=(1,)), size=(1, 5))
    with pytest.raises(SpecError, match="along the height it spans 5 numbers, but the input has only 4 with padding"):
        fitted(TWO.with_(size=1, w=(1,)), size=(5, 1), padding=1)


def test_an_output_with_too_many_numbers_is_refused():
    big = fitted(input_spec(SlidingSpec(), "letter"), space=(32, 32), filters=4, size=3)
    message = r"would have 42,592 numbers \(22 × 22 × 22 × 4\), at most 10,000 are allowed: choose less padding"
    with pytest.raises(SpecError, match=message) as caught:
        fitted(input_spec(SlidingSpec(), "ball"), space=(6, 6, 6), filters=4, size=1, padding=8)
    assert caught.value.field == "padding"
    assert big.output_shape == (30, 30, 4)


def test_there_is_one_zero():
    assert str(SlidingSpec(x=(-0.0, "-0", 1, 2, 3, -0, 0)).x) == "(0.0, 0.0, 1.0, 2.0, 3.0, 0.0, 0.0)"


def test_pooling_keeps_a_kernel_or_has_none():
    pooled = TWO.with_(operation="max", dilation=2, flip=True, relu=True)
    assert pooled.window.dilation == (1, 1)
    assert SlidingRun(pooled).program.ops[0].name == "pool1.p"
    assert pooled.with_(operation="convolution", dilation=1, flip=False, relu=False) == TWO
    bare = TWO.with_(operation="average", w=(), b=())
    # What comes in for a kernel takes the mean, as average pooling does.
    convolved = fitted(bare, operation="convolution")
    made = [SlidingRun(spec) for spec in (bare, convolved)]
    for run in made:
        run.step("phase")
    np.testing.assert_allclose(made[0]["y"], made[1]["y"], rtol=1e-15)


def test_one_number_is_changed():
    assert TWO.with_number("x", (1, 0, 0), 9).x == (1, 2, 3, 9, 5, 6)
    assert TWO.with_number("w", (0, 1, 0, 0), "0.5").w == (1, 0.5, 0, -1)
    assert TWO.with_number("b", (0,), -1).b == (-1,)
    assert TWO.with_number("upstream", (0, 1, 0), 0).upstream == (1, 0)
    bare = TWO.with_(operation="max", w=(), b=())
    assert bare.with_number("w", (1, 1, 0, 0), 2).w == (0, 0, 0, 2)
    with pytest.raises(SpecError, match=r"The input is 2 × 3 × 1, there is no place \[2, 0, 0\] in it"):
        TWO.with_number("x", (2, 0, 0), 9)
    with pytest.raises(SpecError, match="from -9,999 to 9,999, got 'abc'"):
        TWO.with_number("x", (0, 0, 0), "abc")
    with pytest.raises(SpecError, match="unknown array 'y'"):
        TWO.with_number("y", (0, 0, 0), 1)


@given(sliding_specs())
def test_the_formula_gives_what_the_window_has(spec):
    sizes = size_words(spec)
    assert tuple(axis.result for axis in sizes) == spec.window.positions(spec.space)
    assert all(axis.refusal is None for axis in sizes)
    for axis in sizes:
        # What is written, read again, is what is computed.
        upper, rest = axis.text.removeprefix("⌊(").split(")/")
        for product in (r"(\d+)·\((\d+) − 1\)", r"(\d+)·(\d+)"):
            upper = re.sub(product, lambda m, less=r"\(" in product: str(int(m[1]) * (int(m[2]) - less)), upper)
        total = sum(int(sign.replace("−", "-") + n) for sign, n in re.findall(r"([+−]?) ?(\d+)", upper))
        stride, result = re.fullmatch(r"(\d)⌋ \+ 1 = (\d+)", rest).groups()
        assert total // int(stride) + 1 == int(result) == axis.result
        plain = re.sub(r"\\left\\lfloor \\frac{(.*)}{(\d)} \\right\\rfloor", r"⌊(\1)/\2⌋", axis.tex)
        assert plain.replace(r" \cdot ", "·").replace("-", "−") == axis.text


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (((32,), 5), "⌊(32 + 2·0 − 5)/1⌋ + 1 = 28"),
        (((32,), 5, 1, 1, 2), "⌊(32 + 2·2 − 5)/1⌋ + 1 = 32"),
        (((28,), 3, 2, 1, 1), "⌊(28 + 2·1 − 3)/2⌋ + 1 = 14"),
        (((28,), 3, 2), "⌊(28 + 2·0 − 3)/2⌋ + 1 = 13"),
        (((9,), 3, 1, 2), "⌊(9 + 2·0 − 2·(3 − 1) − 1)/1⌋ + 1 = 5"),
        (((8,), 2, 1, 1, "same"), "⌊(8 + 0 + 1 − 2)/1⌋ + 1 = 8"),
    ],
)
def test_the_formula_with_numbers(settings, text):
    (axis,) = axis_sizes(*settings)
    assert (axis.axis, axis.text) == ("length", text)


def test_the_formula_of_a_window_that_does_not_fit():
    height, width = axis_sizes((2, 7), (3, 3), padding=0)
    assert (height.axis, height.result, height.text) == ("height", 0, "⌊(2 + 2·0 − 3)/1⌋ + 1 = 0")
    assert height.refusal == (
        "The window does not fit: along the height it spans 3 numbers, but the input has only 2; choose a smaller size "
        "or more padding"
    )
    assert (width.result, width.refusal) == (5, None)


@given(sliding_specs(operations=("convolution",)), st.integers(1, 4))
def test_a_grown_kernel_shrinks_back(spec, more):
    sizes = tuple(min(n + more, 5) for n in spec.sizes)
    spec = spec.with_(dilation=1, upstream=())
    grown = fitted(spec, size=sizes, padding=8, filters=1)
    back = fitted(grown, size=spec.size, padding=spec.padding, filters=1)
    assert back == fitted(spec, filters=1)
    # Around the kernel stand zeros only.
    np.testing.assert_allclose(np.sum(np.abs(grown.w)), np.sum(np.abs(back.w)))


def test_numbers_follow():
    larger = fitted(TWO, space=(3, 2), channels=2, filters=2)
    x, W = larger.arrays()["x"], larger.arrays()["W"]
    assert x[..., 0].tolist() == x[..., 1].tolist() == [[1, 2], [4, 5], [0, 0]]
    assert all(W[..., c, o].tolist() == [[1, 0], [0, -1]] for c in (0, 1) for o in (0, 1))
    assert larger.b == (0, 0)
    assert fitted(TWO, size=3, padding=1).arrays()["W"][..., 0, 0].tolist() == [[1, 0, 0], [0, -1, 0], [0, 0, 0]]
    assert fitted(TWO, size=1).w == (1,)
    two = fitted(TWO, channels=2, filters=2).with_(w=tuple(range(16)), b=(5, 6))
    three = fitted(two, channels=3, filters=3)
    W, before = three.arrays()["W"], two.arrays()["W"]
    assert three.b == (5, 6, 5)
    for c, o in np.ndindex(3, 3):
        assert W[..., c, o].tolist() == before[..., c % 2, o % 2].tolist()
    assert fitted(three, channels=2, filters=2) == two


def test_an_upstream_gradient_stays_with_its_output():
    given_ = TWO.with_(upstream=(3, 4))
    assert fitted(given_, flip=True).upstream == (3, 4)
    assert fitted(given_, stride=2).upstream == ()
    assert fitted(given_, stride=2, upstream=(5,)).upstream == (5,)


def test_other_axes_need_numbers_of_their_own():
    with pytest.raises(SpecError, match="With 1 axes of space there has to be an input of its own: choose one"):
        fitted(TWO, space=(4,))
    with pytest.raises(SpecError, match="there has to be a kernel of its own"):
        fitted(TWO, space=(4,), x=(1, 2, 3, 4))
    signal = fitted(TWO.with_(stride=(1, 2)), space=(4,), x=(1, 2, 3, 4), w=(1, 1))
    assert (signal.stride, signal.size, signal.output_shape) == (1, 2, (3, 1))
    with pytest.raises(SpecError, match="unknown setting"):
        fitted(TWO, wight=3)
