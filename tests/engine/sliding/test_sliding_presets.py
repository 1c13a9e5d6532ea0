"""The inputs, kernels and slides to choose from do what is said of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets.photos import photo_crop
from engine.layers import Conv
from engine.sliding import (
    END,
    INPUTS,
    KERNELS,
    LECTURE,
    LECTURE_COUNTS,
    SlidingRun,
    SlidingSpec,
    SpecError,
    array_spec,
    compared,
    fitted,
    input_array,
    input_names,
    input_spec,
    kernel_array,
    kernel_names,
    kernel_spec,
    lecture_spec,
    parameter_words,
    shrunk,
    slide_notes,
)


def output(spec):
    run = SlidingRun(spec)
    run.seek(END)
    return run.frame().y


def filtered(values, name, **settings):
    """Return the only map of a picture or signal without channels."""
    spec = array_spec(SlidingSpec(), np.asarray(values, dtype=float)[..., None])
    return output(fitted(kernel_spec(spec, name), **settings))[..., 0]


@pytest.mark.parametrize("name", INPUTS)
def test_every_input_can_be_slid_over_by_every_kernel_of_its_axes(name):
    preset, values = INPUTS[name], input_array(name)
    assert values.shape == (*values.shape[: preset.axes], preset.channels)
    assert name in input_names(preset.axes)
    spec = input_spec(SlidingSpec(), name)
    np.testing.assert_array_equal(spec.arrays()["x"], values)
    assert values.max() > values.min()
    for kernel in kernel_names(preset.axes):
        assert np.isfinite(output(kernel_spec(spec, kernel))).all()


@pytest.mark.parametrize("level", [0.0, 1.0, -3.7])
def test_kernels_of_edges_are_silent_on_flat_ground(level):
    flat = np.full((6, 6), level)
    for name in ("vertical", "horizontal", "sobel_x", "sobel_y", "laplacian"):
        np.testing.assert_allclose(filtered(flat, name), 0, atol=1e-12)
    for name in ("identity", "blur", "sharpen", "emboss"):
        np.testing.assert_allclose(filtered(flat, name), level, rtol=1e-12)
    for name in ("slide", "difference", "laplacian"):
        np.testing.assert_allclose(filtered(flat[0], name), 0, atol=1e-12)
    for name in ("identity", "smooth", "blur", "sharpen"):
        np.testing.assert_allclose(filtered(flat[0], name), level, rtol=1e-12)


def test_kernels_of_edges_answer_to_theirs():
    edge = input_array("edge")[..., 0]
    assert filtered(edge, "vertical").tolist() == [[0, 0, 3, 3, 0, 0]] * 6
    assert filtered(edge, "sobel_x").tolist() == [[0, 0, 4, 4, 0, 0]] * 6
    for name in ("horizontal", "sobel_y"):
        assert not filtered(edge, name).any()
    assert filtered(edge.T, "horizontal").T.tolist() == filtered(edge, "vertical").tolist()
    assert filtered(edge.T, "sobel_y").T.tolist() == filtered(edge, "sobel_x").tolist()
    # A slope that is even has no second difference.
    ramp = np.add.outer(2 * np.arange(5), np.arange(5))
    assert not filtered(ramp, "laplacian").any()
    assert filtered(ramp, "sharpen").tolist() == ramp[1:-1, 1:-1].tolist()
    assert filtered(ramp, "sobel_x").tolist() == [[8] * 3] * 3


def test_kernels_of_a_signal_and_of_a_volume():
    squares = np.arange(6.0) ** 2
    assert filtered(squares, "laplacian").tolist() == [2] * 4
    assert filtered(squares, "difference").tolist() == [4, 8, 12, 16]
    assert filtered(squares, "slide").tolist() == [-4, -8, -12, -16]
    assert filtered([0, 0, 4, 0, 0], "smooth").tolist() == [1, 2, 1]
    volume = np.arange(4.0)[:, None, None] * np.ones((4, 4, 4))
    np.testing.assert_array_equal(filtered(volume, "depth"), np.full((2, 2, 2), 18))
    np.testing.assert_array_equal(filtered(volume**2, "laplacian"), np.full((2, 2, 2), 2))
    np.testing.assert_array_equal(filtered(volume, "identity"), volume[1:-1, 1:-1, 1:-1])


def test_the_pulse_shows_the_kernel_and_the_flip_turns_it():
    pulse = input_array("pulse")[:, 0]
    assert filtered(pulse, "slide")[2:5].tolist() == [-1, 0, 1]
    assert filtered(pulse, "slide", flip=True)[2:5].tolist() == [1, 0, -1]


def test_a_kernel_goes_to_one_filter_or_to_all():
    spec = fitted(input_spec(SlidingSpec(), "patch"), filters=2)
    mixed = kernel_spec(kernel_spec(spec, "laplacian"), "sobel_x", 1).arrays()["W"]
    for channel in range(3):
        assert mixed[..., channel, 0].tolist() == kernel_array("laplacian", 2).tolist()
        assert mixed[..., channel, 1].tolist() == kernel_array("sobel_x", 2).tolist()
    random = kernel_spec(spec, "random", seed=5).arrays()["W"].reshape(9, 6)
    assert len({tuple(column) for column in random.T}) == 6
    np.testing.assert_array_equal(random, kernel_spec(spec, "random", seed=5).arrays()["W"].reshape(9, 6))
    assert not np.array_equal(random, kernel_spec(spec, "random", seed=50).arrays()["W"].reshape(9, 6))
    assert np.abs(random).max() <= 1
    with pytest.raises(SpecError, match="The filters are 0 to 1, got 2"):
        kernel_spec(spec, "blur", 2)
    with pytest.raises(SpecError, match="unknown choice 'depth'"):
        kernel_spec(spec, "depth")


def test_the_size_of_a_kernel():
    spec = fitted(input_spec(SlidingSpec(), "letter"), size=5)
    blur = kernel_spec(spec, "blur")
    assert blur.sizes == (5, 5)
    assert blur.w == (1 / 25,) * 25
    assert kernel_spec(spec, "sharpen").sizes == (3, 3)
    assert kernel_spec(fitted(spec, size=4), "identity").sizes == (3, 3)
    identity = kernel_spec(spec, "identity")
    np.testing.assert_array_equal(output(identity)[..., 0], input_array("letter")[2:-2, 2:-2, 0])


def test_an_input_with_other_axes_brings_a_kernel_that_fits():
    spec = fitted(input_spec(SlidingSpec(), "letter"), size=(3, 5), stride=(2, 1), dilation=2, padding=1)
    signal = input_spec(spec, "slide")
    assert (signal.w, signal.stride, signal.dilation) == ((1, 0, -1), 1, 1)
    assert input_spec(spec, "digit").size == (3, 5)
    with pytest.raises(SpecError, match="The height of the input is a whole number from 1 to 32, got 40"):
        array_spec(spec, np.zeros((40, 3, 1)))
    with pytest.raises(SpecError, match="1 to 3 whole numbers"):
        array_spec(spec, np.zeros((2, 2, 2, 2, 1)))
    with pytest.raises(SpecError, match=r"The input: unknown choice 'lettr'.*did you mean letter"):
        input_spec(spec, "lettr")


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 99))
def test_a_shrunk_picture_keeps_its_mean(height, width, seed):
    picture = np.random.default_rng(seed).uniform(size=(12, 12, 3))
    small = shrunk(picture, height, width)
    np.testing.assert_allclose(small.mean(axis=(0, 1)), picture.mean(axis=(0, 1)), rtol=1e-12)
    if 12 % height == 12 % width == 0:
        blocks = picture.reshape(height, 12 // height, width, 12 // width, 3).mean(axis=(1, 3))
        np.testing.assert_allclose(small, blocks, rtol=1e-12)


def test_photographs_are_theirs():
    picture = shrunk(photo_crop("china"), 28, 28)
    assert np.abs(input_array("china_rgb") - picture).max() <= 0.005 + 1e-12
    assert np.abs(input_array("china")[..., 0] - picture.mean(axis=-1)).max() <= 0.005 + 1e-12
    with pytest.raises(ValueError, match="is made smaller here"):
        shrunk(picture, 29, 28)


@pytest.mark.parametrize(
    ("key", "shape"),
    [
        ("L1-37", (28, 28, 1)), ("L1-38", (32, 32, 1)), ("L1-39", (2, 2, 1)), ("L1-39-average", (2, 2, 1)),
        ("L2-13", (13, 13, 4)), ("L2-15", (4, 4, 1)), ("L3-33", (24, 24, 1)), ("L3-35", (5, 1)),
    ],
)  # fmt: skip
def test_the_slides_have_their_sizes(key, shape):
    assert lecture_spec(key).output_shape == shape


def test_the_slides_filters_look_for_different_things():
    W = lecture_spec("L2-13").arrays()["W"][..., 0, :]
    for number, name in enumerate(("vertical", "horizontal", "laplacian", "blur")):
        np.testing.assert_array_equal(W[..., number], kernel_array(name, 2))
    colours = lecture_spec("L3-33")
    # A kernel over three channels, each a third of Sobel's, is Sobel's on the grey picture.
    grey = colours.arrays()["x"].mean(axis=-1)
    np.testing.assert_allclose(output(colours)[..., 0], filtered(grey, "sobel_x")[1:-1, 1:-1], atol=1e-12)


def test_every_slide_is_covered():
    assert set(slide_notes) == {"L1-37", "L1-38", "L1-39", "L2-13", "L3-33", "L3-35"}
    assert {preset.slide for preset in LECTURE.values()} | set(LECTURE_COUNTS) >= set(slide_notes)
    with pytest.raises(SpecError, match="unknown choice 'L9-99'"):
        lecture_spec("L9-99")
    for preset in (*KERNELS.values(), *INPUTS.values(), *LECTURE.values()):
        assert preset.about.endswith(".")


@pytest.mark.concept("C169")
def test_max_pooling_of_the_slide():
    run = SlidingRun(lecture_spec("L1-39"))
    run.seek(END)
    frame = run.frame()
    assert frame.y[..., 0].tolist() == [[20, 30], [112, 37]]
    # All of it goes to the winners.
    assert np.argwhere(frame.dx[..., 0] == 1).tolist() == [[0, 1], [0, 2], [2, 2], [3, 0]]
    assert frame.dx.sum() == 4


@pytest.mark.concept("C170")
def test_average_pooling_of_the_slide():
    run = SlidingRun(lecture_spec("L1-39-average"))
    run.seek(END)
    frame = run.frame()
    assert frame.y[..., 0].tolist() == [[13, 8], [79, 19.5]]
    assert (frame.dx == 0.25).all()
    assert "(37 + 4 + 25 + 12)/4 = 19.5" in slide_notes["L1-39"]
    # One cell that is no winner, four more: the maximum stays, the mean grows by 1.
    changed = run.spec.with_number("x", (3, 3, 0), 16)
    assert output(changed)[..., 0].tolist() == [[13, 8], [79, 20.5]]
    assert output(changed.with_(operation="max"))[..., 0].tolist() == [[20, 30], [112, 37]]


@pytest.mark.concept("C165")
def test_what_the_slides_count():
    counts = {slide: make() for slide, make in LECTURE_COUNTS.items()}
    assert counts["L1-36"].kernel.parameters == 606
    assert (counts["L1-37"].kernel.parameters, counts["L1-37"].kernel.outputs) == (156, 4704)
    assert counts["L2-13"].kernel.outputs == 13 * 13 * 8
    shared = counts["L3-33"]
    assert (shared.kernel.weights, shared.kernel.biases, shared.kernel.outputs) == (750, 10, 36_000)
    assert (shared.dense.weights, shared.dense.biases, shared.dense.outputs) == (6_291_456, 512, 512)
    assert shared.ratio == pytest.approx(8388.608)
    assert (shared.kernel.sum, shared.dense.sum) == ("5·5·3·10 = 750", "64·64·3·512 = 6,291,456")
    assert compared((64, 64, 3), Conv(10, 7)).kernel.weights == 1470


def test_a_kernel_beside_a_dense_layer_in_words():
    words = parameter_words(SlidingSpec())
    assert (words.kernel.weights, words.kernel.biases, words.dense.weights) == (3, 1, 35)
    assert words.text == (
        "The kernel has 3 weights, used at every position, and makes 5 numbers; a dense layer to 5 outputs has 35, "
        "11.7 times as many."
    )
    single = parameter_words(SlidingSpec(space=(2,), x=(1, 2), size=1, stride=2, w=(1,)))
    assert single.text.startswith("The kernel has 1 weight, used at every position, and makes 1 number; a dense layer")
    pooled = parameter_words(lecture_spec("L1-39"))
    assert (pooled.kernel.parameters, pooled.dense.weights, pooled.ratio) == (0, 64, 0)
    assert pooled.text == "Pooling has no weights: it learns nothing; a dense layer to 4 outputs has 64."
