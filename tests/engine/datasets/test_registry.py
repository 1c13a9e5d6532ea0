"""What every registered set has in common, and the look-up by key."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.datasets import DATASETS, Task, make_dataset, reference_sets, two_gaussians

KEYS = [
    *("circle", "xor", "gauss", "spiral", "moons", "blobs3", "blobs4", "blobs5", "blobs6", "arms3", "arms4"),
    *(
        "arms5",
        "plane",
        "multi-gauss",
        "reference-circle",
        "reference-xor",
        "reference-spiral",
        "two-gaussians",
    ),
]
FIXED = KEYS[-4:]
FREE = KEYS[:-4]
# These have normal tails that are not cut.
UNBOUNDED = {"gauss", "two-gaussians"}
# Laid out without a random number as long as there is no noise.
LAID_OUT = {"spiral", "arms3", "arms4", "arms5"}


def draw(key, samples=200, noise=0.2, seed=0):
    return make_dataset(key, samples, noise, np.random.default_rng(seed))


def test_the_registry_has_exactly_these_sets():
    assert list(DATASETS) == KEYS
    assert [key for key, kind in DATASETS.items() if kind.fixed] == FIXED


@pytest.mark.parametrize("key", KEYS)
def test_a_kind_tells_the_truth_about_its_set(key):
    kind, made = DATASETS[key], draw(key)
    assert kind.key == key == made.name
    assert (kind.task, kind.classes) == (made.task, made.classes)
    if made.task is Task.CLASSIFICATION:
        assert set(made.targets) == set(range(kind.classes))
    else:
        assert kind.classes == 0
        assert len(np.unique(made.targets)) > 10


@pytest.mark.parametrize("key", KEYS)
def test_a_kind_says_in_one_sentence_that_its_points_are_synthetic(key):
    sentence = DATASETS[key].sentence
    assert re.fullmatch(r"[A-Z].*synthetic points\.", sentence)
    assert len(re.findall(r"\.(?:\s|$)", sentence)) == 1


def test_titles_are_distinct():
    assert len({kind.title for kind in DATASETS.values()}) == len(DATASETS)


@pytest.mark.parametrize("samples", [10, 11, 97, 5000])
@pytest.mark.parametrize("key", FREE)
def test_a_set_has_as_many_points_as_asked_for(key, samples):
    made = draw(key, samples=samples)
    assert made.inputs.shape == (samples, 2)
    assert made.inputs.dtype == made.targets.dtype == np.float64
    assert made.inputs.flags.c_contiguous


@pytest.mark.parametrize("noise", [0.0, 0.5])
@pytest.mark.parametrize("key", [key for key in KEYS if key not in UNBOUNDED])
def test_points_stay_within_6(key, noise):
    assert np.abs(draw(key, samples=5000, noise=noise).inputs).max() <= 6.0


@pytest.mark.parametrize("key", [key for key in FREE if DATASETS[key].task is Task.CLASSIFICATION])
def test_clean_classes_are_balanced(key):
    made = draw(key, samples=1001, noise=0.0)
    sizes = np.bincount(made.targets.astype(int))
    # XOR draws its quadrants, so it is balanced only on average; the others share the points out.
    assert np.ptp(sizes) <= (130 if key == "xor" else 1)


@pytest.mark.parametrize("key", KEYS)
def test_the_seed_decides_every_byte(key):
    first, again, other = (draw(key, seed=seed) for seed in (7, 7, 8))
    assert first.inputs.tobytes() == again.inputs.tobytes()
    assert first.targets.tobytes() == again.targets.tobytes()
    if key == "reference-spiral":
        assert first.inputs.tobytes() == other.inputs.tobytes()
    else:
        assert first.inputs.tobytes() != other.inputs.tobytes()


@pytest.mark.parametrize("key", FREE)
def test_noise_changes_the_set_of_a_seed(key):
    clean, noisy = draw(key, noise=0.0), draw(key, noise=0.5)
    same_inputs = np.array_equal(clean.inputs, noisy.inputs)
    assert same_inputs == (key in {"circle", "xor", "plane", "multi-gauss"})
    assert not (same_inputs and np.array_equal(clean.targets, noisy.targets))


@pytest.mark.parametrize("key", FREE)
def test_only_curves_are_the_same_for_all_seeds_without_noise(key):
    first, other = draw(key, noise=0.0, seed=1), draw(key, noise=0.0, seed=2)
    assert np.array_equal(first.inputs, other.inputs) == (key in LAID_OUT)


def test_a_draw_leaves_the_global_generator_alone():
    before = np.random.get_state()[1].tobytes()  # noqa: NPY002 - the legacy state is what is being watched
    for key in KEYS:
        draw(key)
    assert np.random.get_state()[1].tobytes() == before  # noqa: NPY002


@pytest.mark.parametrize("key", FIXED)
def test_fixed_sets_ignore_samples_and_noise_and_are_the_golden_ones(key):
    made = draw(key, samples=-3, noise=99.0)
    golden = {
        **reference_sets(np.random.default_rng(0)),
        "two-gaussians": two_gaussians(np.random.default_rng(0)),
    }
    assert len(made) == 200
    assert made.inputs.tobytes() == golden[key].inputs.tobytes()
    assert made.targets.tobytes() == golden[key].targets.tobytes()


@pytest.mark.parametrize(
    ("key", "near"), [("circel", "circle"), ("blobs", "blobs"), ("referencespiral", "reference-spiral")]
)
def test_an_unknown_key_names_the_nearest_and_all(key, near):
    with pytest.raises(ValueError, match=f"no data set '{key}': did you mean '{near}") as caught:
        draw(key)
    assert all(known in str(caught.value) for known in KEYS)


@pytest.mark.parametrize("samples", [9, 5001, 0, -1, 200.0, True, "200", None])
@pytest.mark.parametrize("key", FREE)
def test_samples_out_of_range_are_refused(key, samples):
    message = rf"samples is a whole number from 10 to 5000, got {re.escape(repr(samples))}: pass"
    with pytest.raises(ValueError, match=message):
        draw(key, samples=samples)


@pytest.mark.parametrize("noise", [-0.01, 0.51, 3, float("nan"), "0.1", None])
@pytest.mark.parametrize("key", FREE)
def test_noise_out_of_range_is_refused(key, noise):
    with pytest.raises(
        ValueError, match=rf"noise is a share from 0 to 0\.5, got {re.escape(repr(noise))}: pass"
    ):
        draw(key, noise=noise)


@pytest.mark.parametrize("key", KEYS)
def test_a_seed_in_place_of_a_generator_is_refused(key):
    with pytest.raises(
        TypeError, match=r"rng is a numpy\.random\.Generator, got int: pass numpy\.random\.default"
    ):
        make_dataset(key, 200, 0.1, 0)


def test_numpy_numbers_are_numbers_too():
    made = make_dataset("circle", np.int64(50), np.float32(0.25), np.random.default_rng(0))
    assert made.inputs.tobytes() == draw("circle", samples=50, noise=0.25).inputs.tobytes()
