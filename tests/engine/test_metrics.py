"""Loss and accuracy on whole sets."""

from __future__ import annotations

import numpy as np
import pytest

from engine.layers import Dense
from engine.losses import encode_classes, get_loss, one_against_all
from engine.metrics import Evaluator, accuracy, confusion, is_signed
from engine.network import Network
from engine.optimizers import SGD


def network(loss, outputs=1, activation="identity"):
    return Network(2, (Dense(outputs, activation),), get_loss(loss), SGD(0.1))


def column(*values):
    return np.array(values, float).reshape(-1, 1)


@pytest.mark.parametrize(
    ("loss", "output", "y", "share"),
    [
        ("binary_crossentropy", column(3, -1, 0.1, -2), column(1, 0, 0, 1), 0.5),
        ("hinge", column(3, -1, 0.1, -2), column(1, -1, -1, 1), 0.5),
        ("mse", column(0.2, -1, 0.1, -2), column(1, -1, 1, 1), 0.75),
        (
            "categorical_crossentropy",
            [[1, 2, 0], [5, 1, 1], [0, 0, 1]],
            [[0, 1, 0], [0, 1, 0], [0, 0, 1]],
            2 / 3,
        ),
    ],
)
def test_the_share_of_right_answers(loss, output, y, share):
    output, y = np.array(output, float), np.array(y, float)
    assert accuracy(network(loss, y.shape[1]), output, y) == pytest.approx(share)


def test_of_several_support_vector_machines_the_largest_score_answers():
    # The second is right although no score is positive; the third although two are.
    scores = np.array([[2.0, -1, -1], [-3, -0.5, -2], [0.5, 1, 3], [1, 2, -1], [np.nan, 1, 0]])
    y = one_against_all(np.array([0, 1, 2, 0, 1]), 3)
    machines = network("hinge", 3)
    assert accuracy(machines, scores, y) == 3 / 5
    counts, unanswered = confusion(machines, scores, y)
    assert counts.tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert unanswered == 1


def test_one_against_all_targets():
    assert one_against_all(np.array([2, 0]), 3).tolist() == [[-1, -1, 1], [1, -1, -1]]


def test_r_squared():
    y = column(1, 2, 3, 6)
    assert accuracy(network("mse"), y, y) == 1
    assert accuracy(network("mse"), np.full((4, 1), 3.0), y) == 0
    assert accuracy(network("mse"), y + column(1, -1, 1, -1), y) == pytest.approx(1 - 4 / 14)
    assert np.isnan(accuracy(network("mse"), y, column(2, 2, 2, 2)))


def test_nan_is_never_a_right_answer():
    nan = column(np.nan, np.nan, 1, np.nan)
    assert accuracy(network("binary_crossentropy"), nan, column(0, 0, 1, 1)) == 0.25
    assert accuracy(network("hinge"), nan, column(-1, -1, 1, 1)) == 0.25
    one_hot = np.array([[1.0, 0], [1, 0]])
    assert accuracy(network("categorical_crossentropy", 2), np.full((2, 2), np.nan), one_hot) == 0
    assert np.isnan(accuracy(network("mse"), nan, column(1, 2, 3, 4)))


def test_signed_targets_are_told_from_real_ones():
    assert is_signed(column(-1, 1))
    assert not is_signed(column(-1, 0.5))


def test_a_score_is_the_networks_own(backend, rng):
    x, y = rng.normal(size=(33, 2)), rng.normal(size=(33, 1))
    net = Network(
        2, (Dense(4, "tanh"), Dense(1, regularizer="l2", regularization_rate=9)), get_loss("mse"), SGD(0.1)
    )
    parameters = rng.normal(size=net.parameters)
    W1, b1, W2, b2 = (parameters[:8].reshape(2, 4), parameters[8:12], parameters[12:16], parameters[16])
    expected = np.tanh(x @ W1 + b1) @ W2[:, None] + b2
    evaluator = Evaluator(net, x, y, backend)
    score = evaluator.score(parameters)
    # Without the penalty: scores of different networks stay comparable.
    assert score.loss == pytest.approx(float(((expected - y) ** 2).mean()), rel=1e-13)
    assert score.accuracy == pytest.approx(
        1 - ((expected - y) ** 2).sum() / ((y - y.mean()) ** 2).sum(), rel=1e-12
    )
    np.testing.assert_allclose(evaluator.predictions(), expected, rtol=1e-12)
    np.testing.assert_allclose(evaluator["a1"], np.tanh(x @ W1 + b1), rtol=1e-13)


def test_predictions_are_probabilities(backend, rng):
    x = rng.normal(size=(9, 2))
    for loss, outputs in (("binary_crossentropy", 1), ("categorical_crossentropy", 3)):
        net = network(loss, outputs, get_loss(loss).fused_activation)
        evaluator = Evaluator(net, x, None, backend)
        evaluator.run(rng.normal(0, 300, net.parameters))
        p = evaluator.predictions()
        assert ((p >= 0) & (p <= 1)).all()
        if outputs > 1:
            np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-13)


@pytest.mark.parametrize(
    ("loss", "output", "y", "counts", "unanswered"),
    [
        # Rows are the true classes, columns the answers.
        ("binary_crossentropy", column(3, -1, 0.1, -2, 5), column(1, 0, 0, 1, 1), [[1, 1], [1, 2]], 0),
        ("hinge", column(3, -1, 0, np.nan), column(1, 1, -1, -1), [[1, 0], [1, 1]], 1),
        ("mse", column(-0.2, 1), column(1, 1), [[0, 0], [1, 1]], 0),
        (
            "categorical_crossentropy",
            [[1, 2, 0], [5, 1, 1], [0, 0, 1], [np.nan, 9, 0], [0, 3, 9], [np.inf, 0, 0]],
            [[0, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0], [1, 0, 0], [1, 0, 0]],
            [[1, 0, 1], [1, 1, 0], [0, 0, 1]],
            1,
        ),
    ],
)
def test_which_classes_are_taken_for_which(loss, output, y, counts, unanswered):
    output, y = np.array(output, float), np.array(y, float)
    found = confusion(network(loss, y.shape[1]), output, y)
    np.testing.assert_array_equal(found.counts, counts)
    assert found.unanswered == unanswered
    assert found.counts.sum() + found.unanswered == len(y)


def test_real_targets_have_no_classes():
    with pytest.raises(ValueError, match="no classes"):
        confusion(network("mse"), column(1, 2), column(1, 2))


@pytest.mark.parametrize(("loss", "classes"), [("binary_crossentropy", 2), ("categorical_crossentropy", 4)])
def test_the_confusion_of_a_network(loss, classes, backend, rng):
    x, labels = rng.normal(size=(200, 2)), rng.integers(0, classes, 200)
    y = encode_classes(labels.astype(float), classes, get_loss(loss))
    net = network(loss, y.shape[1], get_loss(loss).fused_activation)
    parameters = rng.normal(size=net.parameters)
    evaluator = Evaluator(net, x, y, backend)
    found = evaluator.confusion(parameters)
    z = x @ parameters[: 2 * y.shape[1]].reshape(2, -1) + parameters[2 * y.shape[1] :]
    answers = z.argmax(axis=1) if classes > 2 else (z[:, 0] > 0).astype(int)
    for true in range(classes):
        for answered in range(classes):
            expected = sum((labels == true) & (answers == answered))
            assert found.counts[true, answered] == expected
    assert (found.counts.sum(), found.unanswered) == (200, 0)
    assert found.counts.trace() / 200 == pytest.approx(evaluator.score(parameters).accuracy)
