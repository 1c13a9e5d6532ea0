"""What the board of a sliding window is sent: the right numbers of one channel and one filter."""

from __future__ import annotations

import itertools
from math import prod
from typing import Any

import numpy as np
import pytest

from engine.arena import Array
from engine.experiment import Grain
from engine.sliding import SlidingRun, SlidingSpec
from playground.views.sliding_board import board_content


def numbers(shape: tuple[int, ...], seed: int = 0) -> tuple[float, ...]:
    """Return numbers with one decimal."""
    return tuple(np.round(np.random.default_rng(seed).normal(size=prod(shape)), 1).tolist())


RGB = SlidingSpec(
    space=(5, 6), channels=3, x=numbers((5, 6, 3)), size=(2, 3), filters=2, w=numbers((2, 3, 3, 2), 1), b=(0.5, -1.0),
    stride=(2, 1), padding=1,
)  # fmt: skip
SLIDE = SlidingSpec()
POOL = SlidingSpec("max", space=(5, 5), channels=2, x=numbers((5, 5, 2)), size=3, stride=2, padding=1, w=(), b=())


def at(spec: SlidingSpec, steps: int) -> SlidingRun:
    run = SlidingRun(spec)
    run.step(Grain.OP, steps)
    return run


def unpacked(content: dict[str, Any], *shapes: tuple[int, ...]) -> list[Array]:
    """Return the arrays that a content carries, in these shapes."""
    flat = np.frombuffer(content["numbers"], dtype="<f4")
    ends = np.cumsum([prod(shape) for shape in shapes])
    assert flat.size == ends[-1]
    return [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), shapes, strict=True)]


def correlated(spec: SlidingSpec, position: tuple[int, ...], filter: int) -> float:
    """Return one output of a 2-D cross-correlation by plain loops."""
    x, w = np.array(spec.x).reshape(spec.shape), np.array(spec.w).reshape(spec.kernel_shape)
    x = np.pad(x, ((1, 1), (1, 1), (0, 0)))
    return spec.b[filter] + sum(
        x[2 * position[0] + m, position[1] + n, c] * w[m, n, c, filter]
        for m, n, c in itertools.product(range(2), range(3), range(3))
    )


def test_forward_sends_one_channel_and_the_map_of_one_filter_as_far_as_it_is_made() -> None:
    content = board_content(at(RGB, 7).frame(), channel=2, filter=1)
    x, w, y = unpacked(content, (5, 6), (2, 3), (3, 6))
    np.testing.assert_allclose(x, np.array(RGB.x).reshape(5, 6, 3)[..., 2], rtol=1e-6)
    np.testing.assert_allclose(w, np.array(RGB.w).reshape(2, 3, 3, 2)[..., 2, 1], rtol=1e-6)
    # Seven numbers are three positions of both filters, and of the fourth the first alone.
    np.testing.assert_allclose(y[0, :3], [correlated(RGB, (0, j), 1) for j in range(3)], rtol=1e-5)
    assert np.isnan(y.ravel()[3:]).all()
    assert (content["channels"], content["filters"], content["bias"]) == (["0", "1", "2"], 2, -1.0)
    assert content["window"]["before"] == [1, 1]
    assert content["now"] == {"position": [0, 3], "known": False}


def test_what_each_tap_does_adds_up_to_the_output() -> None:
    run = at(RGB, 7)
    parts = []
    for channel in range(3):
        now = board_content(run.frame(), channel, filter=0)["now"]
        assert now["known"]
        assert now["position"] == [0, 3]
        x, w = np.array(RGB.x).reshape(RGB.shape), np.array(RGB.w).reshape(RGB.kernel_shape)
        # The first row of the window lies on padding, the second on the first row of x from column 2 on.
        assert now["inside"] == [-1, -1, -1, 2, 3, 4]
        np.testing.assert_allclose(now["read"], [0, 0, 0, *x[0, 2:5, channel]])
        np.testing.assert_allclose(now["products"], np.array(now["read"]) * w[..., channel, 0].ravel())
        assert now["parts"][channel] == pytest.approx(sum(now["products"]))
        parts.append(sum(now["products"]))
    assert now["total"] == pytest.approx(sum(parts) + 0.5)
    assert now["total"] == pytest.approx(correlated(RGB, (0, 3), 0))


@pytest.mark.parametrize("spec", [SLIDE, RGB.with_(relu=True), POOL, POOL.with_(operation="average")])
def test_all_shares_add_up_to_the_gradients_of_an_independent_engine(spec: SlidingSpec, torch: Any) -> None:
    axes = len(spec.space)
    x = torch.tensor(np.moveaxis(np.array(spec.x).reshape(spec.shape), -1, 0)[None], requires_grad=True)
    functional = torch.nn.functional
    pads = 1 if spec.padding == 1 else 0
    kernel = None
    if spec.operation == "max":
        y = functional.max_pool2d(x, 3, 2, 1)
    elif spec.operation == "average":
        y = functional.avg_pool2d(x, 3, 2, 1, count_include_pad=False)
    else:
        kernel = np.moveaxis(np.array(spec.w).reshape(spec.kernel_shape), (-1, -2), (0, 1))
        kernel = torch.tensor(np.ascontiguousarray(kernel), requires_grad=True)
        convolve = functional.conv1d if axes == 1 else functional.conv2d
        y = convolve(x, kernel, torch.tensor(spec.b, dtype=x.dtype), spec.stride, pads)
        y = y.relu() if spec.relu else y
    y.sum().backward()

    run = SlidingRun(spec)
    run.step(Grain.PHASE)
    outputs = spec.output_shape
    to_x, to_w = np.zeros(spec.shape), np.zeros(spec.kernel_shape)
    for _ in range(prod(outputs)):
        run.step(Grain.OP)
        place = run.frame().current.place
        for channel in [place[-1]] if spec.pools else range(spec.channels):
            now = board_content(run.frame(), channel, place[-1])["now"]
            for inside, share in zip(now["inside"], now["to_x"], strict=True):
                if inside >= 0:
                    to_x[..., channel].flat[inside] += share
            to_w[..., channel, 0 if spec.pools else place[-1]] += np.reshape(now["to_w"], spec.sizes)
    np.testing.assert_allclose(np.moveaxis(to_x, -1, 0), x.grad[0], atol=1e-12)
    last = board_content(run.frame(), spec.channels - 1, spec.filters - 1)
    assert last["phase"] == "done"
    if kernel is None:
        _, _, dx, dy = unpacked(last, spec.space, outputs[:-1], spec.space, outputs[:-1])
    else:
        np.testing.assert_allclose(np.moveaxis(to_w, (-1, -2), (0, 1)), kernel.grad, atol=1e-12)
        shapes = (spec.space, spec.sizes, outputs[:-1])
        _, _, _, dx, dw, dy = unpacked(last, *shapes, *shapes)
        np.testing.assert_allclose(dw, to_w[..., -1, -1], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(dx, to_x[..., -1], rtol=1e-5, atol=1e-6)
    assert (dy == 1).all()


def test_max_pooling_sends_all_to_the_winner_and_padding_is_told_apart() -> None:
    run = SlidingRun(POOL)
    run.step(Grain.PHASE)
    run.step(Grain.OP)
    now = board_content(run.frame(), channel=0)["now"]
    assert now["inside"] == [-1, -1, -1, -1, 0, 1, -1, 5, 6]
    values = np.array(POOL.x).reshape(5, 5, 2)[:2, :2, 0].ravel()
    assert now["winner"] == [4, 5, 7, 8][int(np.argmax(values))]
    assert now["to_x"] == [float(k == now["winner"]) for k in range(9)]


def test_before_the_first_step_the_window_waits_at_the_beginning() -> None:
    content = board_content(SlidingRun(RGB).frame(), channel=9, filter=9)
    assert content["now"] is None
    assert content["next"] == {"position": [0, 0]}
    assert (content["channel"], content["filter"]) == (2, 1)


def test_small_pictures_show_all_channels_and_all_maps() -> None:
    frame = at(RGB, 36).frame()
    content = board_content(frame, names=("red", "green", "blue"))
    assert content["channels"] == ["red", "green", "blue"]
    x = np.frombuffer(content["thumbs"]["x"], np.uint8).reshape(3, 5, 6)
    values = np.moveaxis(np.array(RGB.x).reshape(RGB.shape), -1, 0)
    np.testing.assert_array_equal((x > 127.5)[values != 0], (values > 0)[values != 0])
    assert x.flat[np.abs(values).argmax()] in (0, 255)
    assert len(content["thumbs"]["y"]) == 2 * 18
    grey = np.frombuffer(board_content(frame, grey=True)["thumbs"]["x"], np.uint8).reshape(3, 5, 6)
    assert grey.flat[values.argmin()] == 0
    assert grey.flat[values.argmax()] == 255
    assert board_content(at(SLIDE, 1).frame())["thumbs"] == {"x": b"", "y": b""}


def test_a_frame_of_a_picture_is_small() -> None:
    spec = SlidingSpec(space=(28, 28), x=(0.5,) * 784, w=(0.1,) * 9, padding=1)
    run = SlidingRun(spec)
    run.step(Grain.EPOCH)
    content = board_content(run.frame())
    assert len(content["numbers"]) + sum(map(len, content["thumbs"].values())) < 30_000
