"""Convolutional and pooling layers: worked numbers, shapes, parameter counts, gradients and what is refused."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.backend import NumpyBackend, compiled_backend
from engine.initializers import get_initializer
from engine.layers import (
    AveragePool,
    Conv,
    ConvTranspose,
    Dense,
    Flatten,
    GlobalPool,
    LocalResponseNorm,
    MaxPool,
)
from tests.engine.layers.stacks import Stack

SLIDE = np.array([[12, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 4], [112, 100, 25, 12]], dtype=float)


def ran(layer, x, upstream=None, **weights):
    """A layer on one example x [*space, C], with these weights."""
    stack = Stack([layer], np.shape(x), rows=1)
    stack["x"][0] = x
    for name, values in weights.items():
        stack[name][:] = np.reshape(values, stack[name].shape)
    if upstream is not None:
        stack["upstream"][0] = np.reshape(upstream, stack["upstream"].shape[1:])
    return stack.run()


@pytest.mark.concept("C169")
def test_max_pooling_of_the_slide():
    stack = ran(MaxPool(2), SLIDE[..., None], [[1, 2], [3, 4]])
    assert stack.y[0, ..., 0].tolist() == [[20, 30], [112, 37]]
    # Each gradient goes to the winner alone: 20, 30, 112 and 37.
    assert stack["dx"][0, ..., 0].tolist() == [[0, 1, 2, 0], [0, 0, 0, 0], [0, 0, 4, 0], [3, 0, 0, 0]]


@pytest.mark.concept("C170")
def test_average_pooling_of_the_slide():
    # The slide prints 20 in the last cell; (37 + 4 + 25 + 12)/4 is 19.5.
    stack = ran(AveragePool(2), SLIDE[..., None], [[4, 8], [12, 16]])
    assert stack.y[0, ..., 0].tolist() == [[13, 8], [79, 19.5]]
    assert stack["dx"][0, ..., 0].tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]


def test_one_cell_that_changes_the_average_by_one_and_not_the_maximum():
    changed = SLIDE.copy()
    changed[0, 0] += 4
    for layer, expected in ((MaxPool(2), [20, 30, 112, 37]), (AveragePool(2), [14, 8, 79, 19.5])):
        assert ran(layer, changed[..., None]).y.ravel().tolist() == expected


def test_of_equal_numbers_the_first_wins():
    stack = ran(MaxPool(2), np.full((2, 2, 1), 7.0), [5])
    assert stack["dx"].ravel().tolist() == [5, 0, 0, 0]
    stack = ran(GlobalPool("max"), np.full((2, 2, 1), 7.0), [5])
    assert stack["dx"].ravel().tolist() == [5, 0, 0, 0]
    # Where windows overlap, one number may win twice.
    stack = ran(MaxPool(2, stride=1), np.array([1.0, 3, 3, 0])[:, None], [1, 10, 100])
    assert stack["dx"].ravel().tolist() == [0, 11, 100, 0]


def test_what_is_not_a_number_wins_and_gets_the_gradient():
    for layer, x in ((MaxPool(3), [1.0, np.nan, 5.0]), (GlobalPool("max"), [1.0, np.nan, 5.0])):
        stack = ran(layer, np.array(x)[:, None], [2])
        assert np.isnan(stack.y).all()
        assert stack["dx"].ravel().tolist() == [0, 2, 0]


@pytest.mark.concept("C160")
def test_convolution_and_cross_correlation_of_the_slide():
    x, w = np.array([0, 0, 1, 2, 3, 0, 0.0])[:, None], [1, 0, -1]
    assert ran(Conv(1, 3), x, W1=w, b1=0).y.ravel().tolist() == [-1, -2, -2, 2, 3]
    assert ran(Conv(1, 3, flip=True), x, W1=w, b1=0).y.ravel().tolist() == [1, 2, 2, -2, -3]


@pytest.mark.concept("C161")
def test_a_rectified_map_of_the_slide():
    x = np.array([0, 0, 1, 2, 3, 0, 0.0])[:, None]
    stack = ran(Conv(1, 3, "relu", flip=True), x, W1=[1, 0, -1], b1=0)
    assert stack.y.ravel().tolist() == [1, 2, 2, 0, 0]


@pytest.mark.concept("C158")
def test_a_loud_neighbour_hushes():
    layer = LocalResponseNorm(3, alpha=1, beta=1, k=1)
    quiet, loud = [1, 1, 1, 1], [1, 3, 1, 1]
    # Two places side by side: what is loud at one is not heard at the other.
    stack = ran(layer, np.array([quiet, loud], dtype=float), [[0, 0, 0, 0], [1, 0, 0, 0]])
    np.testing.assert_allclose(stack.y[0, 0], [1 / 3, 1 / 4, 1 / 4, 1 / 3], rtol=1e-15)
    np.testing.assert_allclose(stack.y[0, 1], [1 / 11, 3 / 12, 1 / 12, 1 / 3], rtol=1e-15)
    # The first response, x0 / (1 + x0² + x1²), falls by 2 x0 x1 / 11² for each unit of its neighbour.
    np.testing.assert_allclose(stack["dx"][0], [[0, 0, 0, 0], [9 / 121, -6 / 121, 0, 0]], rtol=1e-14)


def test_the_flipped_form_is_that_of_numpy(rng):
    x, w = rng.normal(size=9), rng.normal(size=4)
    for padding, mode in (("valid", "valid"), (3, "full")):
        made = ran(Conv(1, 4, padding=padding, flip=True), x[:, None], W1=w, b1=0).y.ravel()
        np.testing.assert_allclose(made, np.convolve(x, w, mode), rtol=1e-13, atol=1e-14)
        made = ran(Conv(1, 4, padding=padding), x[:, None], W1=w, b1=0).y.ravel()
        np.testing.assert_allclose(made, np.correlate(x, w, mode), rtol=1e-13, atol=1e-14)


@pytest.mark.concept("C162")
def test_convolution_of_a_volume_is_a_sum_of_convolutions_of_its_slices(rng):
    x, W = rng.normal(size=(4, 5, 6, 2)), rng.normal(size=(3, 2, 3, 2, 4))
    made = ran(Conv(4, (3, 2, 3)), x, W1=W, b1=np.zeros(4)).y[0]
    for depth in range(2):
        slices = sum(ran(Conv(4, (2, 3)), x[depth + k], W1=W[k], b1=np.zeros(4)).y[0] for k in range(3))
        np.testing.assert_allclose(made[depth], slices, rtol=1e-12, atol=1e-13)


@pytest.mark.concept("C163")
@given(st.integers(1, 40), st.integers(1, 7), st.integers(1, 4), st.integers(0, 4))
def test_the_formula_of_the_output_size(n, size, stride, padding):
    # Windows that fit, counted one by one.
    fitting = len(range(0, n + 2 * padding - size + 1, stride))
    layer = Conv(1, size, stride=stride, padding=padding)
    if fitting:
        assert layer.output_shape((n, 1)) == (fitting, 1)
        assert fitting == (n - size + 2 * padding) // stride + 1
    else:
        with pytest.raises(ValueError, match="does not fit"):
            layer.output_shape((n, 1))


@pytest.mark.parametrize(
    ("layer", "inputs", "expected"),
    [
        (Conv(6, 5), (32, 32, 1), (28, 28, 6)),
        (Conv(10, 5), (64, 64, 3), (60, 60, 10)),
        (Conv(1, 5, padding=2), (32, 32, 1), (32, 32, 1)),
        (Conv(1, 9, padding=4), (32, 32, 1), (32, 32, 1)),
        (Conv(1, 3, stride=2, padding=1), (28, 28, 1), (14, 14, 1)),
        (Conv(96, 11, stride=4), (227, 227, 3), (55, 55, 96)),
        (Conv(2, 4, padding="same"), (7, 9, 1), (7, 9, 2)),
        (Conv(2, 3, stride=2, padding="same"), (7, 8, 1), (4, 4, 2)),
        (Conv(2, 3, dilation=2), (7, 1), (3, 2)),
        (Conv(2, (1, 2, 3)), (4, 4, 4, 1), (4, 3, 2, 2)),
        (ConvTranspose(3, 4, stride=2, padding=1), (7, 7, 8), (14, 14, 3)),
        (ConvTranspose(3, 3, stride=2, padding="same"), (7, 7, 8), (14, 14, 3)),
        (ConvTranspose(3, 2, stride=3, padding="same"), (5, 8), (15, 3)),
        (ConvTranspose(3, 3, stride=2, output_padding=1), (7, 8), (16, 3)),
        (MaxPool(3, stride=2), (55, 55, 96), (27, 27, 96)),
        (MaxPool(2), (5, 4, 3), (2, 2, 3)),
        (AveragePool(2, padding="same"), (5, 4, 3), (3, 2, 3)),
        (GlobalPool(), (5, 4, 3), (3,)),
        (Flatten(), (5, 5, 16), (400,)),
        (LocalResponseNorm(), (5, 5, 16), (5, 5, 16)),
    ],
)
def test_the_shape_of_the_output(layer, inputs, expected):
    assert layer.output_shape(inputs) == expected
    stack = Stack([layer], inputs, rows=1)
    assert stack.y.shape == (1, *expected)
    assert stack["dx"].shape == (1, *inputs)


@pytest.mark.concept("C171")
def test_c2_of_the_slide_has_606_parameters():
    assert Conv(6, 5).parameter_count((12, 12, 4)) == 606


@pytest.mark.concept("C165")
def test_few_weights_against_many():
    filters, dense = Conv(10, 5), Dense(512).initial(64 * 64 * 3, np.random.default_rng(0))
    assert filters.weights((64, 64, 3)) == 750
    assert dense["W"].size == 6_291_456
    assert dense["W"].size / filters.weights((64, 64, 3)) == 8388.608
    assert prod(filters.output_shape((64, 64, 3))) == 36_000


@pytest.mark.parametrize(
    ("layer", "inputs", "expected"),
    [
        (Conv(6, 5), (32, 32, 1), 156),
        (Conv(32, 3), (64, 64, 3), 896),
        (Conv(16, 5), (14, 14, 6), 2416),
        (Conv(120, 5), (5, 5, 16), 48_120),
        (ConvTranspose(3, (2, 3)), (4, 4, 5), 93),
        (MaxPool(3), (6, 6, 64), 0),
        (AveragePool(3), (6, 6, 64), 0),
        (GlobalPool(), (6, 6, 64), 0),
        (Flatten(), (6, 6, 64), 0),
        (LocalResponseNorm(), (6, 6, 64), 0),
    ],
)
def test_parameters_are_counted_as_they_are_made(layer, inputs, expected, rng):
    assert layer.parameter_count(inputs) == expected
    assert sum(values.size for values in layer.initial(inputs, rng).values()) == expected
    stack = Stack([layer], inputs, rows=1)
    assert sum(stack[name].size for name in stack.parameters()) == expected


@pytest.mark.concept("C173")
@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 4), st.integers(1, 6))
def test_a_fully_connected_layer_is_a_convolution(height, width, channels, units):
    dense = Stack([Flatten(), _OnShapes(Dense(units))], (height, width, channels))
    conv = Stack([Conv(units, (height, width))], (height, width, channels))
    conv["x"][:], conv["b1"][:], conv["upstream"][:, 0, 0] = dense["x"], dense["b2"], dense["upstream"]
    conv["W1"][:] = dense["W2"].reshape(conv["W1"].shape)
    dense.run(), conv.run()
    assert conv.y.shape == (2, 1, 1, units)
    np.testing.assert_allclose(conv.y[:, 0, 0], dense.y, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(conv["dx"], dense["dx"], rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(conv["dW1"].ravel(), dense["dW2"].ravel(), rtol=1e-12, atol=1e-13)


class _OnShapes:
    """A dense layer whose inputs are told as a shape."""

    def __init__(self, layer):
        self.forward, self.backward, self._initial = layer.forward, layer.backward, layer.initial

    def initial(self, inputs, rng):
        return self._initial(inputs[0], rng)


STACKS = {
    "one dimension": ([Conv(3, 3, "tanh", padding="same"), MaxPool(2), Conv(2, 2), AveragePool(2)], (8, 2)),
    "two dimensions": (
        [Conv(3, 3, "tanh", stride=2, padding=1), LocalResponseNorm(3, 0.5), MaxPool(2), Flatten()], (9, 8, 2),
    ),
    "three dimensions": ([Conv(2, 2, "sigmoid", dilation=2), AveragePool(2, 1, 1), GlobalPool()], (5, 4, 4, 2)),
    "down and up": ([Conv(3, 3, "swish", stride=2), ConvTranspose(2, 3, "tanh", stride=2, flip=True)], (7, 7, 1)),
    "padding counts": ([AveragePool(3, 2, 1, count_padding=True), Conv(2, 2, flip=True)], (7, 6, 2)),
    "overlapping": ([ConvTranspose(2, 3, stride=2, padding=1, output_padding=1), MaxPool(3, 2, 1)], (4, 5, 2)),
    "whole maps": ([Conv(3, 2, "gelu"), GlobalPool("max")], (4, 4, 1)),
}  # fmt: skip


@pytest.mark.parametrize(("layers", "shape"), STACKS.values(), ids=STACKS)
def test_gradients_equal_central_differences(layers, shape, backend):
    stack = Stack(layers, shape, backend=backend).run()
    for name in ("x", *stack.parameters()):
        expected, chosen = stack.differences(name)
        assert np.abs(expected).max() > 1e-4
        np.testing.assert_allclose(
            stack[f"d{name}"].reshape(-1)[chosen], expected, rtol=1e-6, atol=1e-8 * max(1, np.abs(expected).max())
        )


engines = pytest.mark.parametrize("engine", [compiled_backend(), NumpyBackend()], ids=lambda engine: engine.name)


@engines
@given(
    st.data(), st.integers(1, 3), st.sampled_from(("valid", "same", 1)), st.integers(1, 3), st.integers(1, 2),
    st.booleans(), st.booleans(),
)  # fmt: skip
def test_gradients_of_random_convolutions(engine, data, axes, padding, stride, dilation, flip, transposed):
    shape = (*(data.draw(st.integers(3, 5)) for _ in range(axes)), data.draw(st.integers(1, 2)))
    size = tuple(data.draw(st.integers(1, 3 if dilation == 1 else 2)) for _ in range(axes))
    layer = ConvTranspose if transposed else Conv
    stack = Stack([layer(2, size, "tanh", stride, padding, dilation, flip)], shape, backend=engine).run()
    for name in ("x", "W1", "b1"):
        expected, chosen = stack.differences(name, places=6)
        np.testing.assert_allclose(stack[f"d{name}"].reshape(-1)[chosen], expected, rtol=1e-6, atol=1e-8)


@st.composite
def layers_without_weights(draw):
    """One of them, and a shape that it can work on."""
    axes = draw(st.integers(1, 3))
    shape = (*(draw(st.integers(3, 5)) for _ in range(axes)), draw(st.integers(1, 4)))
    window = {
        "size": tuple(draw(st.integers(1, 3)) for _ in range(axes)), "stride": draw(st.integers(1, 3)),
        "padding": draw(st.sampled_from(("valid", "same", 0))),
    }  # fmt: skip
    return draw(st.sampled_from((
        MaxPool(**window), AveragePool(**window), AveragePool(**window, count_padding=True), GlobalPool("max"),
        GlobalPool("average"), Flatten(), LocalResponseNorm(draw(st.sampled_from((1, 3, 5))), 0.5, 0.75, 1.0),
    ))), shape  # fmt: skip


@engines
@given(layers_without_weights())
def test_gradients_of_random_layers_without_weights(engine, case):
    layer, shape = case
    stack = Stack([layer], shape, backend=engine).run()
    expected, chosen = stack.differences("x", places=12)
    np.testing.assert_allclose(stack["dx"].reshape(-1)[chosen], expected, rtol=1e-6, atol=1e-8)


def test_float32_stays_float32_and_close():
    layers, shape = STACKS["two dimensions"]
    exact, rounded = Stack(layers, shape).run(), Stack(layers, shape, dtype=np.float32).run()
    assert rounded.y.dtype == np.float32
    np.testing.assert_allclose(rounded["dW1"], exact["dW1"], rtol=1e-4, atol=1e-5)


def test_the_listing_says_what_is_computed():
    lines = {op.name: op.code for op in Stack([Conv(2, 3, "relu", stride=2), MaxPool(2)], (9, 9, 1)).program.ops}
    assert lines == {
        "layer1.z": "z1[:] = patches(x, Window((3, 3), stride=(2, 2))) @ flat(W1) + b1",
        "layer1.a": "a1[:] = np.maximum(0, z1)",
        "layer2.p": "p2[:] = taps(a1, Window((2, 2), stride=(2, 2)), -np.inf).max(axis=-2)",
        "layer2.dx": "da1[:] = add_taps(np.where(winners(taps(a1, Window((2, 2), stride=(2, 2)), -np.inf), p2), "
        "upstream[..., None, :], 0), Window((2, 2), stride=(2, 2)), da1.shape)",
        "layer1.delta": "dz1[:] = np.where(z1 > 0, da1, 0)",
        "layer1.dW": "dW1[:] = (flat(patches(x, Window((3, 3), stride=(2, 2)))).T @ flat(dz1)).reshape(dW1.shape)",
        "layer1.db": "db1[:] = flat(dz1).sum(axis=0)",
        "layer1.dx": "dx[:] = add_patches(dz1 @ flat(W1).T, Window((3, 3), stride=(2, 2)), dx.shape)",
    }


def test_formulas_tell_convolution_from_cross_correlation():
    for flip, sign in ((False, r"\star"), (True, r"\ast")):
        op = Stack([Conv(2, 3, flip=flip)], (5, 1)).program.ops[0]
        assert op.tex == rf"z_{{1}} = x {sign} W_{{1}} + b_{{1}}"


@pytest.mark.parametrize(("name", "variance"), [("glorot_normal", 2 / (25 * (16 + 32))), ("he_uniform", 2 / (25 * 16))])
def test_the_first_weights_fit_the_number_of_taps(name, variance, rng):
    for layer in (Conv(32, 5, kernel_initializer=name), ConvTranspose(32, 5, kernel_initializer=get_initializer(name))):
        weights = layer.initial((9, 9, 16), rng)["W"]
        assert weights.shape == (5, 5, *((16, 32) if type(layer) is Conv else (32, 16)))
        assert weights.var() == pytest.approx(variance, rel=0.05)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Conv(0, 3), "conv has 1 to 4096 filters, got 0"),
        (lambda: Conv(5000, 3), "conv has 1 to 4096 filters, got 5000"),
        (lambda: Conv(2, 0), "the size of conv is a whole number from 1 to 1024, got 0"),
        (lambda: Conv(2, (3, 2.5)), "the size of conv is a whole number from 1 to 1024, got 2.5"),
        (lambda: Conv(2, 3, stride=0), "the stride of conv is a whole number from 1"),
        (lambda: Conv(2, 3, padding="full"), '"valid", "same" or a whole number, got \'full\''),
        (lambda: Conv(2, 3, padding=-1), "the padding of conv is a whole number from 0"),
        (lambda: Conv(2, (3, 3, 3, 3)), "conv takes 1 to 3 numbers for its size, got 4"),
        (lambda: Conv(2, 3, "softmax"), "use it in a Dense layer at the end"),
        (lambda: Conv(2, 3, "rleu"), "did you mean relu"),
        (lambda: Conv(2, 3, kernel_initializer="he"), "unknown initializer 'he'"),
        (lambda: ConvTranspose(2, 3, output_padding=-1), "the output padding of upconv is a whole number from 0"),
        (lambda: MaxPool(0), "the size of pool is a whole number from 1 to 1024, got 0"),
        (lambda: MaxPool(2, stride=0), "the stride of pool"),
        (lambda: GlobalPool("sum"), "the average or the max, got 'sum'"),
        (lambda: LocalResponseNorm(4), "an odd number from 1 to 255, got 4"),
        (lambda: LocalResponseNorm(5, k=0), "k above 0, got alpha 0.0001, beta 0.75 and k 0"),
    ],
)
def test_settings_that_cannot_work_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("layer", "inputs", "message"),
    [
        (
            Conv(2, 5), (4, 9, 1),
            "the window of conv3 does not fit: along the height it is 5 wide, but its input only 4; use a smaller "
            "size, more padding, or less pooling before it",
        ),
        (
            Conv(2, 3, dilation=3, padding=1), (9, 4, 1),
            "along the width it is 3 wide, 7 with its dilation of 3, but its input only 4, 6 with padding",
        ),
        (Conv(2, 5), (64,), "conv3 expects maps, such as 28 × 28 × 1, got 64 numbers in a row: put it before the "),
        (MaxPool(2), (64,), "pool3 expects maps"),
        (Flatten(), (64,), "flatten3 expects maps"),
        (GlobalPool(), (64,), "pool3 expects maps"),
        (LocalResponseNorm(), (64,), "norm3 expects maps"),
        (Conv(2, 1), (2, 2, 2, 2, 1), "conv3 expects 1 to 3 axes of space and the channels, got 2 × 2 × 2 × 2 × 1"),
        (Conv(2, (3, 3)), (9, 1), "conv3 has 2 numbers for its size, but its input has 1 axes of space"),
        (MaxPool(2, padding=2), (4, 4, 1), "a window of pool3 would lie on padding alone: use less padding"),
        (ConvTranspose(2, 3, padding=1, output_padding=1), (4, 1), "is below its stride, got 1 and 1 along the length"),
        (ConvTranspose(2, 2, padding=1), (1, 1), "upconv3 would make nothing along the length: use less padding"),
        (ConvTranspose(2, 3, padding="same", output_padding=1), (4, 1), "leave the output padding 0"),
        (ConvTranspose(64, 4, stride=4), (300, 300, 1), "would make 1200 × 1200 × 64 numbers for each example"),
        (Conv(1, 64, padding="same"), (512, 512, 1), "conv3 would read 1,073,741,824 numbers for each example"),
    ],
)  # fmt: skip
def test_shapes_that_cannot_be_are_explained(layer, inputs, message):
    with pytest.raises(ValueError) as error:
        layer.output_shape(inputs, f"{layer.prefix}3")
    assert message in str(error.value)
