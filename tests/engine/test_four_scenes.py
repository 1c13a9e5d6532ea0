"""Four scenes on a plane: a line is enough, a line is not enough, hidden units bend it, and it bends too much."""

from __future__ import annotations

import pytest

from engine import TrainingRun, TrainingSpec

SCENES = {
    # Spec, epochs, and the least and the most of training and test accuracy.
    "a line is enough": (TrainingSpec(data="gauss", hidden=()), 100, (0.97, 1.0), (0.97, 1.0)),
    "a line is not enough": (TrainingSpec(data="circle", hidden=()), 300, (0.0, 0.68), (0.0, 0.68)),
    "hidden units bend it": (TrainingSpec(data="circle", hidden=(4,)), 300, (0.95, 1.0), (0.95, 1.0)),
    "it bends around single points": (
        TrainingSpec(data="moons", samples=200, noise=0.5, train_share=0.1, hidden=(16, 16), data_seed=1),
        400, (0.95, 1.0), (0.0, 0.8),
    ),
}  # fmt: skip


@pytest.mark.concept("C139")
@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_shows_what_it_is_for(scene: str, seed: int) -> None:
    spec, epochs, train, test = SCENES[scene]
    run = TrainingRun(spec.with_(seed=seed))
    run.step("epoch", epochs)
    on_train, on_test = run.scores()
    assert train[0] <= on_train.accuracy <= train[1]
    assert test[0] <= on_test.accuracy <= test[1]
