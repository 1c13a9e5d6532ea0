"""Convolution's kernels against PyTorch, over random shapes in one, two and three dimensions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from engine.kernels import opcodes as oc
from engine.kernels._jit import VECTOR_BYTES
from engine.kernels.conv_geometry import geometry_row
from tests.engine.kernels.map_operations import (
    assert_near,
    channels_first,
    channels_last,
    padded,
    row_of,
    run,
    windows,
)

types = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def weights_first(torch, w, flip):
    """Return w [*taps, C, O] as PyTorch has it, [O, C, *taps], in float64."""
    w = np.moveaxis(w, (-1, -2), (0, 1)).astype(float)
    return torch.tensor((np.flip(w, tuple(range(2, w.ndim))) if flip else w).copy())


def weights_last(tensor, flip):
    """The way back."""
    w = tensor.numpy()
    return np.moveaxis(np.flip(w, tuple(range(2, w.ndim))) if flip else w, (0, 1), (-1, -2))


def convolve(torch, x, weights, b, w):
    """PyTorch's convolution of x [B, C, *space]."""
    function = getattr(torch.nn.functional, f"conv{len(w['size'])}d")
    return function(padded(torch, x, w), weights, b, stride=w["stride"], dilation=w["dilation"])


@pytest.mark.peer
@types
@given(w=windows())
def test_forward_and_gradients_agree_with_pytorch(torch, dtype, w):
    rng = np.random.default_rng(w["seed"])
    made = (w["rows"], *w["positions"], w["filters"])
    x = rng.normal(size=(w["rows"], *w["space"], w["channels"])).astype(dtype)
    weights = rng.normal(size=(*w["size"], w["channels"], w["filters"])).astype(dtype)
    b = rng.normal(size=w["filters"]).astype(dtype)
    delta = rng.normal(size=made).astype(dtype)
    theirs = channels_first(torch, x), weights_first(torch, weights, w["flip"]), torch.tensor(b.astype(float))
    for tensor in theirs:
        tensor.requires_grad_()
    z = convolve(torch, *theirs, w)
    z.backward(channels_first(torch, delta))
    g, rows = row_of(w), w["rows"]
    dx, dw, db = (tensor.grad for tensor in theirs)
    assert_near(run(oc.CONV_FORWARD, g, rows, x, weights, b, made), channels_last(z), dtype)
    ours = run(oc.CONV_WEIGHT_GRADIENT, g, rows, x, delta, weights.shape)
    assert_near(ours, weights_last(dw, w["flip"]), dtype)
    assert_near(run(oc.CONV_BIAS_GRADIENT, g, rows, delta, b.shape), db.numpy(), dtype)
    assert_near(run(oc.CONV_INPUT_GRADIENT, g, rows, delta, weights, x.shape), channels_last(dx), dtype)


@pytest.mark.peer
@types
@given(w=windows())
def test_transposed_convolution_is_the_gradient_of_convolution(torch, dtype, w):
    """Its forward pass maps [positions, O] to [space, C]: what PyTorch's autograd does to a convolution."""
    rng = np.random.default_rng(w["seed"])
    made = (w["rows"], *w["space"], w["channels"])
    x = rng.normal(size=(w["rows"], *w["positions"], w["filters"])).astype(dtype)
    weights = rng.normal(size=(*w["size"], w["channels"], w["filters"])).astype(dtype)
    b = rng.normal(size=w["channels"]).astype(dtype)
    delta = rng.normal(size=made).astype(dtype)
    tensors = channels_first(torch, x), weights_first(torch, weights, w["flip"])
    for tensor in tensors:
        tensor.requires_grad_()
    ground = torch.zeros((w["rows"], w["channels"], *w["space"]), dtype=torch.float64, requires_grad=True)
    (z,) = torch.autograd.grad(convolve(torch, ground, tensors[1], None, w), ground, tensors[0], create_graph=True)
    dx, dw = torch.autograd.grad(z, tensors, channels_first(torch, delta))
    g, rows = row_of(w), w["rows"]
    z = channels_last(z) + b
    assert_near(run(oc.CONV_TRANSPOSE_FORWARD, g, rows, x, weights, b, made), z, dtype)
    ours = run(oc.CONV_TRANSPOSE_WEIGHT_GRADIENT, g, rows, x, delta, weights.shape)
    assert_near(ours, weights_last(dw, w["flip"]), dtype)
    assert_near(run(oc.CONV_TRANSPOSE_INPUT_GRADIENT, g, rows, delta, weights, x.shape), channels_last(dx), dtype)


def test_worked_numbers():
    """x = (0, 0, 1, 2, 3, 0, 0) and w = (1, 0, -1): each output is the left neighbour minus the right one."""
    x, w, b = np.array([[0.0, 0, 1, 2, 3, 0, 0]])[..., None], np.array([1.0, 0, -1])[:, None, None], np.zeros(1)
    for flip, sign in ((False, 1), (True, -1)):
        g = geometry_row((7,), 1, (3,), 1, (5,), flip=flip)
        z = run(oc.CONV_FORWARD, g, 1, x, w, b, (1, 5, 1))
        assert z.ravel().tolist() == [sign * value for value in (-1, -2, -2, 2, 3)]


def test_many_small_examples_go_into_one_product(rng):
    """A window as large as the input: a dense layer, here with more rows than one product takes."""
    x, w, b = rng.normal(size=(300, 2, 3, 4)), rng.normal(size=(2, 3, 4, 7)), rng.normal(size=7)
    g = geometry_row((2, 3), 4, (2, 3), 7, (1, 1))
    z = run(oc.CONV_FORWARD, g, 300, x, w, b, (300, 1, 1, 7))
    np.testing.assert_allclose(z.reshape(300, 7), x.reshape(300, 24) @ w.reshape(24, 7) + b, atol=1e-13)
    dw = run(oc.CONV_WEIGHT_GRADIENT, g, 300, x, z, w.shape)
    np.testing.assert_allclose(dw.reshape(24, 7), x.reshape(300, 24).T @ z.reshape(300, 7), atol=1e-11)


def test_flattening_copies(rng):
    x = rng.normal(size=(3, 2, 3, 5)).astype(np.float32)
    g = geometry_row((2, 3), 5, (1, 1), 5, (1, 1))
    assert run(oc.FLATTEN_FORWARD, g, 3, x, (3, 30)).tobytes() == x.tobytes()
    assert run(oc.FLATTEN_BACKWARD, g, 3, x.reshape(3, 30), x.shape).tobytes() == x.tobytes()


NARROW = """
import numpy as np
from engine.kernels import opcodes as oc
from engine.kernels._jit import VECTOR_BYTES
from engine.kernels.conv_geometry import geometry_row
from engine.ops import conv, pooling
from engine.ops.window import Window
from tests.engine.kernels.map_operations import assert_near, run

for channels, filters, stride, before in ((1, 6, 1, 2), (6, 16, 2, 0), (9, 35, 1, 1)):
    window = Window((3, 2), (stride, 1), (1, 2), ((before, before), (0, 0)))
    space = window.positions((9, 8))
    rng = np.random.default_rng(channels)
    x, w = rng.normal(size=(5, 9, 8, channels)), rng.normal(size=(3, 2, channels, filters))
    b, delta = rng.normal(size=filters), rng.normal(size=(5, *space, filters))
    x, w, b, delta = (part.astype(np.float32) for part in (x, w, b, delta))
    g = geometry_row(
        (9, 8), channels, (3, 2), filters, space, stride=(stride, 1), dilation=(1, 2), padding=(before, 0)
    )

    def check(code, line, *operands, key):
        expected = np.empty(operands[-1])
        line(window, *(part.astype(float) for part in operands[:-1]), **{key: expected})
        assert_near(run(code, g, 5, *operands), expected, np.float32)

    check(oc.CONV_FORWARD, conv.conv_forward.line, x, w, b, delta.shape, key="z")
    check(oc.CONV_WEIGHT_GRADIENT, conv.conv_weight_gradient.line, x, delta, w.shape, key="dW")
    check(oc.CONV_INPUT_GRADIENT, conv.conv_input_gradient.line, delta, w, x.shape, key="dx")
    y = np.empty((5, *space, channels), np.float32)
    pooling.max_pool_forward.line(window, x, y=y)
    check(oc.MAX_POOL_FORWARD, pooling.max_pool_forward.line, x, y.shape, key="y")
    dy = rng.normal(size=y.shape).astype(np.float32)
    check(oc.MAX_POOL_BACKWARD, pooling.max_pool_backward.line, x, y, dy, x.shape, key="dx")
print(VECTOR_BYTES)
"""


@pytest.mark.parametrize(("width", "processor"), [(16, "generic"), (16, ""), (32, "")])
def test_narrow_registers_convolve_alike(width, processor, python, tmp_path):
    """The generic processor has neither wide registers nor an instruction that multiplies and adds."""
    if width > VECTOR_BYTES:
        pytest.skip(f"this machine's registers have {VECTOR_BYTES} bytes")
    chosen = {"NUMBA_CPU_NAME": processor, "NUMBA_CPU_FEATURES": ""} if processor else {}
    cache = str(tmp_path / "cache")
    printed = python(NARROW, NEURAL_PLAYGROUND_VECTOR_BYTES=str(width), NEURAL_PLAYGROUND_CACHE=cache, **chosen)
    assert printed.split() == [str(width)]
