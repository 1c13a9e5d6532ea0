"""The settings of the three lanes."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.batches import LANES, BatchesSpec
from engine.checks import SpecError


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mean": -1}, "mean"), ({"variance": 0}, "variance"), ({"per_class": 4}, "per_class"),
        ({"per_class": 251}, "per_class"), ({"copies": 11}, "copies"), ({"cost": "median"}, "cost"),
        ({"learning_rate": 0}, "learning_rate"), ({"learning_rate": "fast"}, "learning_rate"),
        ({"decay": -1}, "decay"), ({"mini_batch": 0}, "mini_batch"), ({"mini_batch": 201}, "mini_batch"),
        ({"mini_batch": 2.5}, "mini_batch"), ({"start": (0, 0)}, "start"), ({"start": "000"}, "start"),
        ({"start": (0, 0, 2000)}, "start"), ({"start": (0, float("nan"), 0)}, "start"), ({"colour": 1}, "colour"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_refused_by_its_field(changes, field) -> None:
    with pytest.raises(SpecError) as refused:
        BatchesSpec().with_(**changes)
    assert refused.value.field == field


def test_json_there_and_back() -> None:
    spec = BatchesSpec(3.0, 12.5, 60, 4, 2, "mean", 0.03, 20.0, 7, 5, (0.1, -0.2, 3))
    assert BatchesSpec.from_json(spec.to_json()) == spec
    assert BatchesSpec.from_dict({"version": 1, "mean": 2}) == BatchesSpec(mean=2.0)
    with pytest.raises(SpecError, match="version 9"):
        BatchesSpec.from_json(json.dumps({"version": 9}))
    with pytest.raises(SpecError, match="did you mean mean"):
        BatchesSpec.from_dict({"maen": 1})
    assert BatchesSpec(start=np.array([-0.0, 1, 2])).start == (0.0, 1.0, 2.0)


def test_updates_per_epoch() -> None:
    assert [BatchesSpec().updates_per_epoch(lane) for lane in LANES] == [1, 5, 200]
    uneven = BatchesSpec(mini_batch=60, copies=2)
    assert uneven.samples == 400
    assert [uneven.updates_per_epoch(lane) for lane in LANES] == [1, 7, 400]
    assert [uneven.batch_size(lane) for lane in LANES] == [400, 60, 1]


def test_the_rate_decays_to_a_tenth() -> None:
    rates = [BatchesSpec(learning_rate=0.1, decay=20).rate(epoch) for epoch in (0, 10, 20, 40, 60)]
    assert rates == pytest.approx([0.1, 0.0316228, 0.01, 0.001, 0.0001], rel=1e-5)
    assert BatchesSpec(learning_rate=0.1).rate(400) == 0.1


def test_seeds_are_those_of_the_points() -> None:
    one, same, other = (BatchesSpec(seed=seed).groups() for seed in (1, 1, 2))
    assert (one.points == same.points).all()
    assert (one.points != other.points).any()


def test_a_mini_batch_is_never_larger_than_the_data() -> None:
    spec = BatchesSpec(mini_batch=150)
    assert spec.fitted(per_class=50).mini_batch == 100
    assert spec.fitted(per_class=50, copies=3).mini_batch == 150
    assert spec.fitted(mini_batch=7).mini_batch == 7
    with pytest.raises(SpecError, match="1 to 100"):
        spec.fitted(per_class=50, mini_batch=150)
