"""A reader's answers and maps against an independent NumPy computation, and against PyTorch."""

from __future__ import annotations

import numpy as np
import pytest

from engine.inside.positions import PoolSum, PositionSum
from engine.layers import AveragePool, Conv, ConvTranspose, Dense, Flatten, MaxPool
from engine.reader.made import Copied, DenseSum, GlobalSum, NormSum
from engine.reader.reader import Reader, as_pixels
from tests.engine.reader.nets import ALL_KINDS, GLOBAL, LENET, digits, reader


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@pytest.mark.peer
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 1e-5)])
def test_answers_and_maps_are_pytorchs(dtype, tolerance, torch, backend):
    F = torch.nn.functional
    images, _ = digits(150)
    ours = reader(LENET, dtype=dtype, backend=backend)
    W = {n: torch.tensor(ours.weights(n)[0].copy()) for n in (1, 3, 6, 7, 8)}
    b = {n: torch.tensor(ours.weights(n)[1].copy()) for n in (1, 3, 6, 7, 8)}
    x = torch.tensor((images / 255).astype(dtype)).reshape(-1, 1, 28, 28)
    a1 = torch.tanh(F.conv2d(x, W[1].permute(3, 2, 0, 1), b[1], padding=2))
    a3 = F.conv2d(F.avg_pool2d(a1, 2), W[3].permute(3, 2, 0, 1), b[3]).relu()
    p4 = F.max_pool2d(a3, 2)
    row = p4.permute(0, 2, 3, 1).reshape(len(x), -1)
    scores = torch.tanh(torch.tanh(row @ W[6] + b[6]) @ W[7] + b[7]) @ W[8] + b[8]
    np.testing.assert_allclose(ours.logits(images), scores, atol=tolerance)
    np.testing.assert_allclose(ours.predict(images), scores.softmax(1), atol=tolerance)
    maps = ours.maps(images[7])
    assert [(m.number, m.name, m.kind, m.shape) for m in maps] == [
        (0, "input", "input", (28, 28, 1)), (1, "conv1", "conv", (28, 28, 6)),
        (2, "pool2", "average_pool", (14, 14, 6)),
        (3, "conv3", "conv", (10, 10, 16)), (4, "pool4", "max_pool", (5, 5, 16)), (5, "flatten5", "flatten", (400,)),
        (6, "dense6", "dense", (120,)), (7, "dense7", "dense", (84,)), (8, "dense8", "dense", (10,)),
    ]  # fmt: skip
    assert [maps[1].title, maps[4].title, maps[8].title] == [
        "Convolution 5 × 5, Tanh", "Max pooling 2 × 2", "Dense, Soft-max",
    ]  # fmt: skip
    np.testing.assert_allclose(maps[0].values[..., 0], images[7] / 255, atol=1e-7)
    for number, expected in ((1, a1), (3, a3), (4, p4)):
        np.testing.assert_allclose(maps[number].values, expected[7].permute(1, 2, 0), atol=tolerance)
    np.testing.assert_allclose(maps[8].values, softmax(scores[7].numpy()), atol=tolerance)
    np.testing.assert_allclose(maps[8].parts["z8"], scores[7], atol=tolerance)


def test_one_image_is_answered_as_among_many():
    images, _ = digits(130)
    ours = reader(LENET, dtype=np.float64)
    together = ours.predict(images)
    assert together.shape == (130, 10)
    np.testing.assert_allclose(together.sum(axis=1), 1)
    for k in (0, 63, 64, 129):
        np.testing.assert_allclose(ours.predict(images[k : k + 1])[0], together[k], atol=1e-13)
        np.testing.assert_allclose(ours.maps(images[k])[-1].values, together[k], atol=1e-13)


def test_whole_numbers_are_grey_levels():
    grey = np.arange(784, dtype=np.uint8).reshape(1, 28, 28)
    assert as_pixels(grey, (28, 28, 1)).max() == 1
    np.testing.assert_array_equal(as_pixels(grey / 255, (28, 28, 1)), as_pixels(grey, (28, 28, 1)))
    with pytest.raises(ValueError, match="reads images of 28 × 28 × 1, got an array of 3 × 8 × 8"):
        as_pixels(np.zeros((3, 8, 8)), (28, 28, 1))
    with pytest.raises(ValueError, match="pass"):
        reader(LENET).maps(np.zeros((1, 28, 28)))


def test_maps_cannot_be_written_and_stay_as_they_are():
    images, _ = digits(2)
    ours = reader(LENET)
    first = ours.maps(images[0])
    kept = first[1].values.copy()
    ours.maps(images[1])
    np.testing.assert_array_equal(first[1].values, kept)
    with pytest.raises(ValueError, match="read-only"):
        first[1].values[0, 0, 0] = 1


def test_every_number_of_every_kind_of_layer_is_explained(rng):
    for layers, shape in ((ALL_KINDS, (12, 12, 1)), (GLOBAL, (6, 7, 1))):
        ours = reader(layers, shape, np.float64, 0.6)
        image = rng.uniform(0, 1, shape[:2])
        maps = ours.maps(image)
        for row, made in zip(ours.rows, maps[1:], strict=True):
            before = made.parts.get(f"z{made.number}", made.values)
            for place in list(np.ndindex(row.outputs))[:: max(1, made.values.size // 12)]:
                told = ours.explain(image, made.number, place)
                assert told.sum.result == pytest.approx(float(before[place]), abs=1e-12)
                assert told.value == float(made.values[place])
                assert (told.name, told.number, told.place) == (row.name, made.number, place)
                assert bool(told.sentence) == (told.activation != "identity")


def test_the_parts_of_an_explanation():
    ours = reader(ALL_KINDS, (12, 12, 1), np.float64, 0.6)
    image = np.random.default_rng(1).uniform(0, 1, (12, 12))
    maps = ours.maps(image)
    kinds = [type(ours.explain(image, n, (0,) * len(maps[n].shape)).sum) for n in range(1, 10)]
    assert kinds == [
        PositionSum, NormSum, PoolSum, PositionSum, PoolSum, PositionSum, Copied, DenseSum, DenseSum,
    ]  # fmt: skip
    dense = ours.explain(image, 8, (2,)).sum
    np.testing.assert_allclose(dense.products, maps[7].values * ours.weights(8)[0][:, 2])
    assert dense.products.sum() + dense.bias == pytest.approx(dense.result)
    moved = ours.explain(image, 7, (23,)).sum
    assert maps[6].values[moved.place] == moved.result
    norm = ours.explain(image, 2, (4, 4, 0)).sum
    # Of three neighbours one lies beyond the first channel.
    assert norm.channels == (0, 1)
    assert norm.scale == pytest.approx(2 + 0.5 * float((maps[1].values[4, 4, :2] ** 2).sum()))
    ended = ours.explain(image, 9, (1,))
    assert ended.activation == "softmax"
    assert ended.sentence.endswith(f"all 4 scores = {ended.value:.4g}")
    relu = next(
        told for k in range(12) if (told := ours.explain(image, 1, (k, 3, 0))).sum.result < 0
    )
    assert relu.sentence.startswith("ReLU(−")
    assert relu.sentence.endswith(" = 0")
    largest = reader(GLOBAL, (6, 6, 1), np.float64).explain(image[:6, :6], 2, (1,)).sum
    assert isinstance(largest, GlobalSum)
    assert largest.winner is not None
    assert "the largest of 16 numbers, at [" in largest.sentence


def test_what_cannot_be_explained_says_so():
    ours = reader(LENET)
    image = np.zeros((28, 28))
    with pytest.raises(ValueError, match="layers are 1 to 8, got 0"):
        ours.explain(image, 0, (0, 0, 0))
    with pytest.raises(ValueError, match=r"conv1 hands on \[28, 28, 6\] numbers, there is no number \[0, 28, 0\]"):
        ours.explain(image, 1, (0, 28, 0))
    with pytest.raises(ValueError, match="pool2 has no parameters"):
        ours.filters(2)
    up = reader((ConvTranspose(2, 3), Flatten(), Dense(3)), (4, 4, 1))
    with pytest.raises(ValueError, match="upconv1 is of a kind that is not explained"):
        up.explain(np.zeros((4, 4)), 1, (0, 0, 0))
    assert up.filters(1).shape == (3, 3, 1, 2)
    with pytest.raises(ValueError, match="61,706 parameters, got an array of 5"):
        Reader(ours.network, np.zeros(5, np.float32))
    with pytest.raises(ValueError, match="skip"):
        reader((Flatten(), Dense(4), Dense(4, skip=True), Dense(2)), (2, 2, 1))


@pytest.mark.concept("C168")
def test_a_layers_maps_are_a_stack_of_one_map_for_each_filter(rng):
    ours = reader((Conv(5, 3, "relu"), MaxPool(2), Flatten(), Dense(3)), (9, 8, 1), np.float64, 0.5)
    image = rng.uniform(0, 1, (9, 8))
    maps = ours.maps(image)
    assert maps[1].shape == (7, 6, 5)
    kernels, (_, biases) = ours.filters(1), ours.weights(1)
    for o in range(5):
        for i, j in np.ndindex(7, 6):
            z = float((image[i : i + 3, j : j + 3] * kernels[:, :, 0, o]).sum() + biases[o])
            assert maps[1].values[i, j, o] == pytest.approx(max(z, 0), abs=1e-12)
    # Each filter's map is pooled alone.
    assert maps[2].values[1, 2, 4] == maps[1].values[2:4, 4:6, 4].max()


def test_where_a_number_comes_from():
    ours = reader(LENET)
    field = ours.field(3, (0, 9, 4))
    # 5 places of 2 × 2 pooled ones, of 5 × 5 each: 5 + 1 + 4·2.
    assert field.input.size == (14, 14)
    assert (field.input.first, field.input.last) == ((-2, 16), (11, 29))
    assert (field.before.first, field.before.last, field.before.space) == ((0, 9), (4, 13), (14, 14))
    row = ours.field(6, (3,))
    assert (row.before.first, row.before.last) == ((0,), (399,))
    assert row.input.inside == (slice(0, 28), slice(0, 28))


def test_a_number_of_the_flat_row_comes_from_one_place(rng):
    ours = reader(LENET, dtype=np.float64)
    image = rng.uniform(0, 1, (28, 28))
    before = ours.maps(image)
    for place in (0, 137, 399):
        field = ours.field(5, (place,))
        assert field.before.size == (1, 1)
        assert field.input == ours.field(4, (*field.before.first, 0)).input
        # Nothing outside of the patch changes it, and something inside does.
        outside = image.copy()
        kept = outside[field.input.inside].copy()
        outside[:] = 1 - outside
        outside[field.input.inside] = kept
        assert ours.maps(outside)[5].values[place] == before[5].values[place]
        if before[5].values[place] > 0:
            inside = image.copy()
            inside[field.input.inside] = 1 - kept
            assert ours.maps(inside)[5].values[place] != before[5].values[place]


def test_a_head_without_softmax_gives_scores():
    ours = reader((Conv(2, 3), AveragePool(2), Flatten(), Dense(10)), (8, 8, 1), loss="mean_squared_error")
    image = np.full((1, 8, 8), 0.5)
    assert not ours.probabilities
    assert reader(LENET).probabilities
    np.testing.assert_array_equal(ours.predict(image), ours.logits(image))


def test_dropout_is_for_training_only():
    plain = reader((Flatten(), Dense(20, "tanh"), Dense(10, "softmax")), (4, 4, 1))
    dropped = reader((Flatten(), Dense(20, "tanh", dropout=0.5), Dense(10, "softmax")), (4, 4, 1))
    image = np.full((1, 4, 4), 0.5)
    np.testing.assert_array_equal(plain.predict(image), dropped.predict(image))


def test_other_parameters_are_taken_and_what_was_handed_out_stays(rng):
    images, _ = digits(3)
    ours, fresh = reader(LENET, seed=1), reader(LENET, seed=2)
    kept, answers = ours.filters(1), ours.predict(images)
    before = kept.copy()
    ours.maps(images[0])
    ours.take(fresh.parameters)
    np.testing.assert_array_equal(kept, before)
    assert np.abs(ours.predict(images) - answers).max() > 1e-3
    np.testing.assert_array_equal(ours.predict(images), fresh.predict(images))
    np.testing.assert_array_equal(ours.maps(images[0])[3].values, fresh.maps(images[0])[3].values)
    np.testing.assert_array_equal(ours.filters(3), fresh.filters(3))
    # The caller may go on with its array: a training does.
    training = fresh.parameters.copy()
    ours.take(training)
    training[:] = 0
    np.testing.assert_array_equal(ours.parameters, fresh.parameters)
    with pytest.raises(ValueError, match="read-only"):
        ours.filters(1)[:] = 0
    with pytest.raises(ValueError, match="61,706 parameters, got an array of 61705"):
        ours.take(training[1:])
