"""What a reader looks at: against central differences, covering by hand, and shifts that are known to be exact."""

from __future__ import annotations

import numpy as np
import pytest

from engine.layers import AveragePool, Conv, Dense, Flatten, GlobalPool, MaxPool
from engine.reader import PRETRAINED, Maximiser, equivariance, occlusion, saliency, unseen_images
from tests.engine.reader.nets import ALL_KINDS, LENET, digits, reader


def test_occlusion_is_the_answer_to_the_covered_image():
    images, _ = digits(3)
    ours = reader(LENET)
    heat = occlusion(ours, images[1], 4, size=9, stride=4, fill=0.5)
    assert heat.shape == (5, 5)
    for row, column in ((0, 0), (2, 3), (4, 4)):
        covered = images[1] / 255
        covered[4 * row : 4 * row + 9, 4 * column : 4 * column + 9] = 0.5
        assert heat[row, column] == pytest.approx(float(ours.predict(covered[None])[0, 4]), abs=1e-6)
    # A patch as large as the image leaves one place.
    assert occlusion(ours, images[1], 4, size=28).shape == (1, 1)


def test_covering_the_digit_costs_more_than_covering_the_paper():
    ours = PRETRAINED["lecture"].reader()
    images, labels = unseen_images("lecture")
    k = next(k for k in range(len(labels)) if labels[k] == 1)
    heat = occlusion(ours, images[k], 1, size=7, stride=7)
    plain = float(ours.predict(images[k : k + 1])[0, 1])
    assert heat[0, 0] == pytest.approx(plain, abs=1e-6)
    assert heat.min() < plain


@pytest.mark.parametrize(
    ("digit", "size", "stride", "message"),
    [(10, 7, 1, "digits are 0 to 9, got 10"), (3, 29, 1, "1 to 28 pixels a side, got 29"), (3, 7, 0, "at least 1")],
)
def test_what_cannot_be_covered(digit, size, stride, message):
    with pytest.raises(ValueError, match=message):
        occlusion(reader(LENET), np.zeros((28, 28)), digit, size, stride)


@pytest.mark.parametrize(("layers", "shape"), [(ALL_KINDS, (12, 12, 1)), (LENET, (28, 28, 1))], ids=["all", "lenet"])
def test_saliency_is_the_slope_of_the_score(layers, shape, rng, backend):
    ours = reader(layers, shape, np.float64, 0.5, backend=backend)
    image = rng.uniform(0.1, 0.9, shape[:2])
    for digit in (0, 3):
        slopes = saliency(ours, image, digit)
        assert slopes.shape == shape[:2]
        for place in list(np.ndindex(shape[:2]))[:: 13 if shape[0] == 28 else 3]:
            step = np.zeros(shape[:2])
            step[place] = 1e-6
            upper, lower = (ours.logits((image + sign * step)[None])[0, digit] for sign in (1, -1))
            assert slopes[place] == pytest.approx(float(upper - lower) / 2e-6, rel=1e-4, abs=1e-7)
    with pytest.raises(ValueError, match="digits are"):
        saliency(ours, image, -1)


def test_saliency_of_an_image_with_channels(rng):
    ours = reader((Conv(2, 3), Flatten(), Dense(3, "softmax")), (5, 5, 3), np.float64)
    assert saliency(ours, rng.uniform(0, 1, (5, 5, 3)), 1).shape == (5, 5, 3)


@pytest.mark.concept("C141")
def test_an_image_grows_on_which_a_filter_answers_more():
    ours = PRETRAINED["lecture"].reader()
    for number, place in ((3, None), (3, (4, 4)), (1, (12, 12)), (6, None)):
        maximiser = Maximiser(ours, number, 1, seed=3, place=place)
        first = maximiser.value
        maximiser.advance(60)
        assert maximiser.value > first + 0.5
        assert maximiser.steps == 60
        image = maximiser.image
        assert image.shape == (28, 28)
        assert image.min() >= 0
        assert image.max() <= 1
        # What is maximised is what the maps say of the image.
        maps = ours.maps(image)[number]
        if place is not None:
            expected = maps.parts[f"z{number}"][(*place, 1)]
        else:
            expected = maps.values[..., 1].mean() if number == 3 else maps.parts["z6"][1]
        assert maximiser.value == pytest.approx(float(expected), rel=1e-4)


def test_the_same_seed_makes_the_same_image_in_any_stride():
    ours = PRETRAINED["lenet"].reader()
    once, often, other = (Maximiser(ours, 3, 5, seed) for seed in (1, 1, 2))
    once.advance(20)
    for _ in range(10):
        often.advance(2)
        other.advance(2)
    assert once.image.tobytes() == often.image.tobytes()
    assert once.image.tobytes() != other.image.tobytes()


def test_one_number_of_the_first_layer_likes_its_own_filter():
    ours = PRETRAINED["lenet"].reader()
    for channel in range(6):
        maximiser = Maximiser(ours, 1, channel, place=(14, 14), decay=0.0)
        maximiser.advance(3000)
        kernel = ours.filters(1)[:, :, 0, channel]
        # Same padding: the window of place 14 covers 12 to 16. White where the weight is above 0, black elsewhere.
        np.testing.assert_array_equal(maximiser.image[12:17, 12:17], kernel > 0)
        assert maximiser.value == pytest.approx(float(kernel[kernel > 0].sum() + ours.weights(1)[1][channel]), rel=1e-4)


def test_a_filter_that_is_silent_on_noise_is_woken():
    ours = PRETRAINED["lecture"].reader()
    silent = next(m for c in range(6) if (m := Maximiser(ours, 3, c)).value == 0)
    silent.advance(60)
    assert silent.value > 0.1


def test_what_cannot_be_maximised():
    ours = reader(LENET)
    with pytest.raises(ValueError, match="layers are 1 to 8, got 9"):
        Maximiser(ours, 9, 0)
    with pytest.raises(ValueError, match="conv1 has the filters 0 to 5, got 6"):
        Maximiser(ours, 1, 6)
    with pytest.raises(ValueError, match=r"\[28, 28\] places, there is no place \[28, 0\]"):
        Maximiser(ours, 1, 0, place=(28, 0))
    with pytest.raises(ValueError, match="0 to 10,000 steps"):
        Maximiser(ours, 1, 0).advance(10_001)


@pytest.mark.concept("C167")
def test_convolution_is_equivariant_to_shifts_until_a_border_or_a_stride():
    """D05: what is shifted before is shifted behind; pooling keeps whole strides only; nothing is invariant."""
    ours = PRETRAINED["lecture"].reader()
    images, labels = unseen_images("lecture")
    image = images[int(np.flatnonzero(labels == 3)[0])]
    for dx, dy in ((3, 0), (-1, 2), (0, -5)):
        made = equivariance(ours, 1, image, dx, dy)
        assert made.error == pytest.approx(0, abs=1e-6)
        assert made.step == (dy, dx)
        assert made.compared == (24 - abs(dy), 24 - abs(dx))
        # By hand: the maps of the image that was moved.
        moved = np.zeros_like(image)
        moved[max(dy, 0) : 28 + min(dy, 0), max(dx, 0) : 28 + min(dx, 0)] = image[
            max(-dy, 0) : 28 - max(dy, 0), max(-dx, 0) : 28 - max(dx, 0)
        ]
        a, b = ours.maps(image)[1].values, ours.maps(moved)[1].values
        np.testing.assert_allclose(b[6:18, 6:18], a[6 - dy : 18 - dy, 6 - dx : 18 - dx], atol=1e-6)
    # The layers up to the second pooling have a stride of 4.
    assert [equivariance(ours, n, image, 4, 0).error for n in (2, 3, 4)] == pytest.approx([0, 0, 0], abs=1e-6)
    assert equivariance(ours, 4, image, 4, 0).step == (0, 1)
    halves = [equivariance(ours, n, image, 1, 0) for n in (2, 3, 4)]
    assert [made.step[1] for made in halves] == [0.5, 0.5, 0.25]
    assert all(made.error is not None and made.error > 0.05 for made in halves)
    # The answer is not: a shift by 6 pixels changes it.
    assert np.abs(ours.predict(images[:1]) - ours.predict(np.roll(images[:1], 6, axis=2))).max() > 0.01


def test_padding_is_no_part_of_the_comparison(rng):
    ours = reader((Conv(2, 3, "relu", padding=1), Flatten(), Dense(3)), (9, 9, 1), np.float64, 0.5)
    made = equivariance(ours, 1, rng.uniform(0, 1, (9, 9)), 2, 1)
    assert made.error == pytest.approx(0, abs=1e-12)
    assert made.compared == (6, 5)
    # Shifted by all of it there is nothing left.
    nothing = equivariance(ours, 1, rng.uniform(0, 1, (9, 9)), 8, 0)
    assert (nothing.error, nothing.compared) == (None, (7, 0))


def test_a_net_that_is_not_equivariant_is_found_out(rng):
    """The same number compared with itself would pass any test: a stride of 3 shifted by 1 must not."""
    ours = reader((Conv(2, 3, stride=3), AveragePool(1), Flatten(), Dense(3)), (18, 18, 1), np.float64, 0.5)
    image = rng.uniform(0, 1, (18, 18))
    assert equivariance(ours, 1, image, 3, 0).error == pytest.approx(0, abs=1e-12)
    assert equivariance(ours, 1, image, 1, 0).error > 0.1


def test_only_maps_are_compared():
    ours = reader((Conv(2, 3), GlobalPool(), Dense(3)), (9, 9, 1))
    with pytest.raises(ValueError, match="choose one of 1, got 3"):
        equivariance(ours, 3, np.zeros((9, 9)), 1, 0)
    # A map of one place has no stride: any shift leaves it.
    whole = reader((MaxPool(9), Flatten(), Dense(3)), (9, 9, 1))
    assert equivariance(whole, 1, np.ones((9, 9)), 1, 0).error is None
