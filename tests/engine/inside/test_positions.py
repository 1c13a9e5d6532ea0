"""One position of a window against the whole operation, and against numbers worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.inside.positions import (
    conv_position,
    conv_shares,
    pool_position,
    pool_shares,
    reading_positions,
    seen_places,
)
from engine.layers import AveragePool, Conv, MaxPool
from engine.ops.window import Window
from tests.engine.layers.stacks import Stack

SLIDE = np.array([[12, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 4], [112, 100, 25, 12]], dtype=float)[..., None]


def layers(axes):
    each = st.tuples(*[st.integers(1, 3)] * axes)
    return st.builds(
        Conv, filters=st.integers(1, 2), size=each, stride=each, dilation=st.integers(1, 2),
        padding=st.sampled_from(("valid", "same", 1, 2)), flip=st.booleans(),
    )  # fmt: skip


cases = st.integers(1, 3).flatmap(lambda axes: st.tuples(layers(axes), st.tuples(*[st.integers(5, 6)] * axes)))


@given(cases)
def test_the_products_of_every_position_make_the_output(case):
    layer, space = case
    stack = Stack([layer], (*space, 2), rows=1).run()
    x, W, b, z = stack["x"][0], stack["W1"], stack["b1"], stack["z1"][0]
    window = layer.window(x.shape)
    for place in list(np.ndindex(z.shape))[:: max(z.size // 20, 1)]:
        made = conv_position(x, W, b, window, place)
        assert len(made.products) == window.taps * 2
        assert made.result == pytest.approx(z[place], rel=1e-12, abs=1e-13)
        assert sum(p.value for p in made.products) + made.bias == made.result
        for product in made.products:
            assert product.x == (0 if product.place is None else x[product.place])
            assert product.weight == W[product.weight_place]
            assert product.value == product.x * product.weight


@given(cases)
def test_the_shares_of_all_positions_make_the_gradients(case):
    layer, space = case
    stack = Stack([layer], (*space, 1), rows=1).run()
    x, W, delta = stack["x"][0], stack["W1"], stack["upstream"][0]
    window = layer.window(x.shape)
    dx, dW = np.zeros_like(x), np.zeros_like(W)
    for place in np.ndindex(delta.shape):
        for share in conv_shares(x, W, window, place, float(delta[place])):
            dW[share.weight_place] += share.to_weight
            if share.place is not None:
                dx[share.place] += share.to_input
            else:
                assert share.to_weight == 0
    np.testing.assert_allclose(dx, stack["dx"][0], rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(dW, stack["dW1"], rtol=1e-11, atol=1e-12)


@given(cases)
def test_who_reads_a_place_is_the_other_way_round_of_what_is_read(case):
    layer, space = case
    window = layer.window((*space, 1))
    forward = {
        (place, position, tap)
        for position in np.ndindex(*window.positions(space))
        for tap, place in seen_places(window, space, position)
        if place is not None
    }
    back = {
        (place, position, tap)
        for place in np.ndindex(*space)
        for position, tap in reading_positions(window, space, place)
    }
    assert forward == back
    assert forward


def test_one_position_by_hand():
    x, w = np.array([0, 0, 1, 2, 3, 0, 0.0])[:, None], np.array([1, 0, -1.0]).reshape(3, 1, 1)
    made = conv_position(x, w, np.array([0.5]), Window((3,)), (2, 0))
    assert [(p.place, p.weight_place, p.value) for p in made.products] == [
        ((2, 0), (0, 0, 0), 1.0), ((3, 0), (1, 0, 0), 0.0), ((4, 0), (2, 0, 0), -3.0),
    ]  # fmt: skip
    assert made.result == -1.5
    assert made.sentence == "1·1 + 2·0 + 3·(−1) + 0.5 = −1.5"
    flipped = conv_position(x, w, np.zeros(1), Window((3,), flip=True), (2, 0))
    assert flipped.sentence == "3·1 + 2·0 + 1·(−1) = 2"
    shares = conv_shares(x, w, Window((3,)), (2, 0), 2.0)
    assert [(share.to_input, share.to_weight) for share in shares] == [(2, 2), (0, 4), (-2, 6)]


def test_padding_is_read_as_zero_and_gets_nothing_back():
    x, w = np.array([[5.0]]), np.array([2, 3, 4.0]).reshape(3, 1, 1)
    window = Window((3,), padding=((1, 1),))
    made = conv_position(x, w, np.zeros(1), window, (0, 0))
    assert made.sentence == "0·2 + 5·3 + 0·4 = 15"
    assert [product.place for product in made.products] == [None, (0, 0), None]
    assert [share.to_input for share in conv_shares(x, w, window, (0, 0), 1.0)][1] == 3


def test_pooling_of_the_slide_by_hand():
    window = Window((2, 2), stride=(2, 2))
    largest = pool_position(SLIDE, window, (1, 1, 0))
    assert (largest.result, largest.winner, largest.divisor) == (37, 0, 1)
    assert largest.sentence == "max(37, 4, 25, 12) = 37"
    assert [share.to_input for share in pool_shares(largest, 8)] == [8, 0, 0, 0]
    mean = pool_position(SLIDE, window, (1, 1, 0), "average")
    assert (mean.result, mean.winner, mean.divisor) == (19.5, None, 4)
    assert mean.sentence == "(37 + 4 + 25 + 12)/4 = 19.5"
    assert [(share.place, share.to_input) for share in pool_shares(mean, 8)] == [
        ((2, 2, 0), 2), ((2, 3, 0), 2), ((3, 2, 0), 2), ((3, 3, 0), 2),
    ]  # fmt: skip


@given(
    st.tuples(st.integers(1, 3), st.integers(1, 3)), st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.sampled_from(("valid", "same")), st.sampled_from((MaxPool, AveragePool)), st.booleans(),
)  # fmt: skip
def test_every_position_of_pooling(size, stride, padding, kind, count):
    settings = {"count_padding": count} if kind is AveragePool else {}
    layer = kind(size, stride, padding, **settings)
    stack = Stack([layer], (4, 5, 2), rows=1)
    stack["x"][:] = np.round(stack["x"])
    stack.run()
    x, dx, window = stack["x"][0], np.zeros((4, 5, 2)), layer.window((4, 5, 2))
    name = "max" if kind is MaxPool else "average"
    for place in np.ndindex(stack.y.shape[1:]):
        made = pool_position(x, window, place, name, **settings)
        assert made.result == pytest.approx(stack.y[0][place], rel=1e-12)
        for share in pool_shares(made, float(stack["upstream"][0][place])):
            if share.place is not None:
                dx[share.place] += share.to_input
    np.testing.assert_allclose(dx, stack["dx"][0], rtol=1e-12, atol=1e-13)


def test_what_there_is_not_is_refused():
    x, w, window = np.zeros((4, 1)), np.zeros((2, 1, 3)), Window((2,))
    with pytest.raises(ValueError, match=r"the output has the shape \[3, 3\], there is no number \[3, 0\] in it"):
        conv_position(x, w, np.zeros(3), window, (3, 0))
    with pytest.raises(ValueError, match=r"the output has the shape \[3, 1\], there is no number \[0, 1\]"):
        pool_position(x, window, (0, 1))
    with pytest.raises(ValueError, match="the max or the average, got 'sum'"):
        pool_position(x, window, (0, 0), "sum")
    with pytest.raises(ValueError, match="padding alone"):
        pool_position(x, Window((1,), padding=((1, 0),)), (0, 0))
