"""Judging many digits piece by piece is judging them all at once."""

from __future__ import annotations

import numpy as np
import pytest

from engine.backend import Data, NumpyBackend
from engine.metrics import Evaluator
from engine.reader import PRESETS, layer
from engine.reader.digit_data import prepared
from engine.reader.examiner import Examiner

SMALL = PRESETS["small8"].spec


@pytest.mark.parametrize("count", [1, 49, 50, 51, 359])
@pytest.mark.parametrize("head", ["softmax", "hinge"])
def test_pieces_add_up(count, head, rng):
    network = SMALL.with_(head=head, layers=(*SMALL.layers, layer("dense", units=5, dropout=0.5))).network()
    data = prepared("digits8", 0.2, "test", head == "hinge", "float64")
    data = Data(data.inputs[:count], data.targets[:count])
    examiner = Examiner(network, data, NumpyBackend())
    whole = Evaluator(network, data.inputs, data.targets, NumpyBackend())
    for scale in (0.1, 1.0):
        parameters = rng.normal(0, scale, network.parameters)
        score, expected = examiner.score(parameters), whole.score(parameters)
        assert np.isclose(score.loss, expected.loss, rtol=1e-12)
        assert score.accuracy == expected.accuracy
        assert np.allclose(examiner.outputs(parameters), whole["z5"], rtol=1e-12)
    assert len(examiner) == count
