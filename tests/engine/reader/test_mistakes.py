"""What a reader says of digits, counted."""

from __future__ import annotations

import numpy as np

from engine.reader.mistakes import UNANSWERED, judged


def test_a_hand_counted_case():
    labels = np.array([0, 1, 1, 2, 9, 9], dtype=np.uint8)
    said = [0, 1, 7, 2, 4, 9]
    scores = np.full((6, 10), -1.0)
    scores[np.arange(6), said] = 0.5
    found = judged(labels, scores, None)
    assert found.said.tolist() == said
    assert found.accuracy == 4 / 6
    assert found.wrong.tolist() == [2, 4]
    expected = np.zeros((10, 10), dtype=int)
    for true, answer in zip(labels, said, strict=True):
        expected[true, answer] += 1
    assert np.array_equal(found.confusion, expected)
    assert found.confusion[1, 7] == 1
    assert found.probabilities is None


def test_what_is_not_a_number_is_no_answer():
    scores = np.zeros((3, 10))
    scores[:, 3] = 1.0
    scores[1, 5] = np.nan
    found = judged(np.array([3, 3, 4], dtype=np.uint8), scores, scores)
    assert found.said.tolist() == [3, UNANSWERED, 3]
    assert found.wrong.tolist() == [1, 2]
    assert found.accuracy == 1 / 3
    assert found.confusion.sum() == 2
