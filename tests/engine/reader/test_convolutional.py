"""Dense layers as convolutions: the same scores, on larger images too."""

from __future__ import annotations

import numpy as np
import pytest

from engine.backend import NumpyBackend
from engine.layers import AveragePool, Conv, Dense, Flatten, GlobalPool, MaxPool
from engine.reader import PRETRAINED, Reader, as_convolution, unseen_images
from tests.engine.reader.nets import digits, reader

ON_32 = (
    Conv(6, 5, "tanh"), AveragePool(2), Conv(16, 5, "tanh"), AveragePool(2), Flatten(), Dense(120, "tanh"),
    Dense(84, "tanh"), Dense(10, "softmax"),
)  # fmt: skip


@pytest.mark.concept("C173")
@pytest.mark.parametrize("net", ["lecture", "lenet", "svm"])
def test_a_dense_head_equals_its_convolution(net, backend):
    ours = PRETRAINED[net].reader(backend=backend)
    conv = as_convolution(ours)
    assert not any(isinstance(layer, Dense) for layer in conv.layers)
    images, _ = unseen_images(net)
    scores, logits = conv.scores(images[:50]), ours.logits(images[:50])
    np.testing.assert_allclose(scores, logits, rtol=0, atol=1e-6 * float(np.abs(logits).max()))
    if ours.probabilities:
        np.testing.assert_allclose(conv.predict(images[:50]), ours.predict(images[:50]), rtol=0, atol=1e-5)
    else:
        np.testing.assert_array_equal(conv.predict(images[:50]), scores)
    assert sum(row.parameters for row in conv.rows()) == len(ours.parameters)


def test_in_double_precision_they_are_the_same_to_twelve_places():
    net = PRETRAINED["lenet"]
    ours = Reader(net.network(), net.parameters.astype(np.float64), backend=NumpyBackend())
    images, _ = unseen_images("lenet")
    np.testing.assert_allclose(as_convolution(ours).scores(images[:50]), ours.logits(images[:50]), rtol=0, atol=1e-12)


def test_the_kernel_of_the_first_dense_layer_is_as_large_as_the_maps():
    layers = as_convolution(reader(ON_32, (32, 32, 1))).layers
    head = [(layer.filters, layer.size, layer.activation) for layer in layers[-3:]]
    assert head == [(120, (5, 5), "tanh"), (84, (1, 1), "tanh"), (10, (1, 1), "identity")]


def test_a_larger_image_gives_a_map_of_scores(rng):
    """36 × 36 on a LeNet for 32 × 32: 2 × 2 scores, each that of its part of the image."""
    ours = reader(ON_32, (32, 32, 1), np.float64)
    conv = as_convolution(ours)
    image = rng.uniform(0, 1, (36, 36))
    scores = conv.score_map(image)
    assert scores.shape == (2, 2, 10)
    for i, j in np.ndindex(2, 2):
        part = image[4 * i : 4 * i + 32, 4 * j : 4 * j + 32]
        np.testing.assert_allclose(scores[i, j], ours.logits(part[None])[0], atol=1e-12)
        patch = conv.field((i, j), (36, 36, 1)).input
        assert (patch.first, patch.size) == ((4 * i, 4 * j), (32, 32))
    assert conv.score_map(rng.uniform(0, 1, (32, 48))).shape == (1, 5, 10)
    np.testing.assert_allclose(conv.score_map(image), scores)


def test_a_digit_is_found_where_it_stands():
    ours = PRETRAINED["lecture"].reader()
    conv, (images, labels) = as_convolution(ours), unseen_images("lecture")
    right = 0
    for k in range(20):
        page = np.zeros((28, 76), np.uint8)
        page[:, 48:] = images[k]
        scores = conv.score_map(page)
        assert scores.shape == (1, 13, 10)
        np.testing.assert_allclose(scores[0, 12], ours.logits(images[k : k + 1])[0], atol=1e-4)
        right += int(scores[0, 12].argmax()) == labels[k]
    assert right >= 17


def test_it_goes_along_with_other_parameters(rng):
    images, _ = digits(4)
    ours = reader(ON_32, (32, 32, 1))
    wide = np.pad(images, ((0, 0), (2, 2), (2, 2)))
    conv = as_convolution(ours)
    before = conv.scores(wide)
    ours.take(rng.normal(0, 0.1, len(ours.parameters)).astype(np.float32))
    np.testing.assert_allclose(conv.scores(wide), ours.logits(wide), atol=1e-5)
    assert np.abs(conv.scores(wide) - before).max() > 1e-2


def test_a_dense_layer_on_the_bare_image_is_a_kernel_as_large_as_it():
    images, _ = digits(6)
    ours = reader((Flatten(), Dense(12, "relu"), Dense(10, "softmax")))
    np.testing.assert_allclose(as_convolution(ours).scores(images), ours.logits(images), atol=1e-5)


def test_what_is_refused():
    with pytest.raises(ValueError, match="dense3 has no Flatten before it"):
        as_convolution(reader((Conv(2, 3), GlobalPool(), Dense(3)), (9, 9, 1)))
    conv = as_convolution(reader((MaxPool(2), Flatten(), Dense(3)), (8, 8, 1)))
    with pytest.raises(ValueError, match="8 × 8 to 128 × 128 pixels, got 8 × 7"):
        conv.score_map(np.zeros((8, 7)))
    with pytest.raises(ValueError, match="got 8 × 129"):
        conv.score_map(np.zeros((8, 129)))
