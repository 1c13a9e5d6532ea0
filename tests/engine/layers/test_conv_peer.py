"""Convolution, pooling and response normalisation against PyTorch, over random shapes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.layers import AveragePool, Conv, ConvTranspose, GlobalPool, LocalResponseNorm, MaxPool
from tests.engine.layers.stacks import Stack

pytestmark = pytest.mark.peer

TOLERANCE = {np.float64: 1e-12, np.float32: 1e-5}
types = pytest.mark.parametrize("dtype", TOLERANCE)


@st.composite
def convolutions(draw, transposed=False):
    """Settings of a convolution that fits, its input's shape, and how many rows there are."""
    axes = draw(st.integers(1, 3))

    def each(least, most):
        return tuple(draw(st.integers(least, most)) for _ in range(axes))

    size, stride, dilation = each(1, 3), each(1, 3), each(1, 2)
    extent = [d * (n - 1) + 1 for n, d in zip(size, dilation, strict=True)]
    if transposed:
        # Less than the whole output may be cut off.
        space = each(1, 4)
        made = [(n - 1) * s + e for n, s, e in zip(space, stride, extent, strict=True)]
        padding = tuple(draw(st.integers(0, min(2, (n - 1) // 2))) for n in made)
        more = {"output_padding": tuple(draw(st.integers(0, s - 1)) for s in stride)}
    else:
        padding = each(0, 2)
        space = tuple(
            draw(st.integers(max(e - 2 * p, 1), max(e - 2 * p, 1) + 4)) for e, p in zip(extent, padding, strict=True)
        )
        more = {}
    settings = {"filters": draw(st.integers(1, 4)), "size": size, "stride": stride, "dilation": dilation, **more}
    shape = (*space, draw(st.integers(1, 3)))
    return {**settings, "padding": padding, "flip": draw(st.booleans())}, shape, draw(st.integers(1, 3))


def channels_first(torch, values):
    """[B, *space, C] as PyTorch wants it: [B, C, *space]."""
    return torch.tensor(np.moveaxis(values, -1, 1).copy(), requires_grad=True)


def kernel(torch, W, flip):
    """[*size, C, O] as [O, C, *size]."""
    axes = W.ndim - 2
    turned = W[(slice(None, None, -1),) * axes] if flip else W
    return torch.tensor(np.moveaxis(turned, (-1, -2), (0, 1)).copy(), requires_grad=True)


def as_ours(values):
    return np.moveaxis(values.detach().numpy(), 1, -1)


def kernel_as_ours(values, flip):
    W = np.moveaxis(values.numpy(), (0, 1), (-1, -2))
    return W[(slice(None, None, -1),) * (W.ndim - 2)] if flip else W


def close(ours, theirs, dtype, what):
    assert ours.shape == theirs.shape, what
    tolerance = TOLERANCE[dtype]
    np.testing.assert_allclose(
        ours, theirs, rtol=tolerance, atol=tolerance * max(1.0, np.abs(theirs).max()), err_msg=what
    )


def compare(torch, stack, dtype, y, x):
    """Hold the stack's output and the gradient of its input against PyTorch's."""
    y.backward(torch.tensor(np.moveaxis(stack["upstream"], -1, 1).copy()))
    close(stack.y, as_ours(y), dtype, "y")
    close(stack["dx"], as_ours(x.grad), dtype, "dx")


@types
@given(case=convolutions())
def test_convolution(case, dtype, torch):
    settings, shape, rows = case
    stack = Stack([Conv(**settings)], shape, rows, dtype).run()
    x, W = channels_first(torch, stack["x"]), kernel(torch, stack["W1"], settings["flip"])
    b = torch.tensor(stack["b1"].copy(), requires_grad=True)
    function = (torch.nn.functional.conv1d, torch.nn.functional.conv2d, torch.nn.functional.conv3d)[len(shape) - 2]
    y = function(x, W, b, settings["stride"], settings["padding"], settings["dilation"])
    compare(torch, stack, dtype, y, x)
    close(stack["dW1"], kernel_as_ours(W.grad, settings["flip"]), dtype, "dW")
    close(stack["db1"], b.grad.numpy(), dtype, "db")


@types
@given(case=convolutions(transposed=True))
def test_transposed_convolution(case, dtype, torch):
    settings, shape, rows = case
    F = torch.nn.functional
    function = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[len(shape) - 2]
    stack = Stack([ConvTranspose(**settings)], shape, rows, dtype).run()
    x, W = channels_first(torch, stack["x"]), kernel(torch, stack["W1"], settings["flip"])
    b = torch.tensor(stack["b1"].copy(), requires_grad=True)
    y = function(
        x, W, b, settings["stride"], settings["padding"], settings["output_padding"], 1, settings["dilation"]
    )
    compare(torch, stack, dtype, y, x)
    close(stack["dW1"], kernel_as_ours(W.grad, settings["flip"]), dtype, "dW")
    close(stack["db1"], b.grad.numpy(), dtype, "db")


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@types
@given(st.integers(1, 12), st.integers(1, 5), st.integers(1, 2))
def test_same_padding_is_that_of_pytorch(dtype, torch, n, size, dilation):
    stack = Stack([Conv(2, size, padding="same", dilation=dilation)], (n, 1), dtype=dtype).run()
    x, W = channels_first(torch, stack["x"]), kernel(torch, stack["W1"], False)
    y = torch.nn.functional.conv1d(x, W, torch.tensor(stack["b1"].copy()), padding="same", dilation=dilation)
    close(stack.y, as_ours(y), dtype, "y")


@st.composite
def poolings(draw):
    axes = draw(st.integers(1, 3))

    def each(least, most):
        return tuple(draw(st.integers(least, most)) for _ in range(axes))

    size, stride = each(1, 3), each(1, 3)
    padding = tuple(draw(st.integers(0, n // 2)) for n in size)
    space = tuple(draw(st.integers(n, n + 4)) for n in size)
    settings = {"size": size, "stride": stride, "padding": padding}
    return settings, (*space, draw(st.integers(1, 3))), draw(st.integers(1, 3))


@types
@given(case=poolings(), whole=st.booleans())
def test_max_pooling(case, whole, dtype, torch):
    settings, shape, rows = case
    stack = Stack([MaxPool(**settings)], shape, rows, dtype)
    # Whole numbers make ties, of which PyTorch, too, takes the first.
    stack["x"][:] = np.round(stack["x"]) if whole else stack["x"]
    x = channels_first(torch, stack.run()["x"])
    F = torch.nn.functional
    function = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[len(shape) - 2]
    compare(torch, stack, dtype, function(x, settings["size"], settings["stride"], settings["padding"]), x)


@types
@given(case=poolings(), count=st.booleans())
def test_average_pooling(case, count, dtype, torch):
    settings, shape, rows = case
    stack = Stack([AveragePool(**settings, count_padding=count)], shape, rows, dtype).run()
    x = channels_first(torch, stack["x"])
    F = torch.nn.functional
    function = (F.avg_pool1d, F.avg_pool2d, F.avg_pool3d)[len(shape) - 2]
    y = function(x, settings["size"], settings["stride"], settings["padding"], count_include_pad=count)
    compare(torch, stack, dtype, y, x)


@types
@given(
    shape=st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 12)), neighbours=st.sampled_from((1, 3, 5, 9)),
    numbers=st.tuples(st.floats(0, 2), st.floats(0, 2), st.floats(0.5, 3)),
)  # fmt: skip
def test_local_response_normalisation(shape, neighbours, numbers, dtype, torch):
    alpha, beta, k = map(float, np.float32(numbers))
    stack = Stack([LocalResponseNorm(neighbours, alpha, beta, k)], shape, 2, dtype).run()
    x = channels_first(torch, stack["x"])
    # PyTorch divides alpha by the number of neighbours.
    y = torch.nn.functional.local_response_norm(x, neighbours, alpha * neighbours, beta, k)
    compare(torch, stack, dtype, y, x)


@types
@pytest.mark.parametrize("kind", ["average", "max"])
def test_global_pooling(kind, dtype, torch):
    stack = Stack([GlobalPool(kind)], (5, 4, 3), 3, dtype).run()
    x = channels_first(torch, stack["x"])
    y = x.amax(dim=(2, 3)) if kind == "max" else x.mean(dim=(2, 3))
    compare(torch, stack, dtype, y, x)
