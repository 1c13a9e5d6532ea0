"""Masks of dropout: how they are spread, and what they are functions of."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arena import Memory
from engine.backend import Data, NumpyBackend, compiled_backend
from engine.ops.dropout import draw_mask, layer_seed, uniform
from engine.program import Builder

GOLDEN, BITS = 0x9E3779B97F4A7C15, (1 << 64) - 1


def mix(x):
    """SplitMix64's mixing function in whole numbers of Python."""
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & BITS
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & BITS
    return x ^ (x >> 31)


def mask_of(seed, step, rate, shape, backend, dtype=np.float64):
    """One mask [rows, units]."""
    build = Builder(shape[0])
    places = {name: build.state(name, (), name) for name in ("seed", "step", "rate")}
    build.record(draw_mask, "m", **places, mask=build.signal("mask", shape[1], "m"))
    program = build.build()
    memory = Memory(program.layout, dtype)
    for name, value in (("seed", seed), ("step", step), ("rate", rate)):
        memory.view(program.refs[name])[...] = value
    nothing = Data(np.zeros((1, 1), dtype), np.zeros((1, 1), dtype))
    backend.run_operations(program, memory, nothing, np.zeros(1, np.int64), 0, shape[0], 0, 1)
    return memory.view(program.refs["mask"])


def test_splitmix_gives_its_published_numbers():
    # The first outputs of the reference implementation for the seed 1234567: its state grows by golden each time.
    assert [mix((1234567 + k * GOLDEN) & BITS) for k in (1, 2, 3)] == [
        6457827717110365317, 3203168211198807973, 9817491932198370423,
    ]  # fmt: skip


@pytest.mark.parametrize(("seed", "step"), [(0, 0), (1, 0), (0, 1), (16_777_215, 10**9)])
def test_uniform_is_splitmix_in_counter_form(seed, step):
    key = mix((mix((seed + GOLDEN) & BITS) + step * GOLDEN) & BITS)
    expected = [(mix((key + k * GOLDEN) & BITS) >> 11) / 2**53 for k in range(1, 13)]
    assert uniform(seed, step, (3, 4)).ravel().tolist() == expected


def test_uniform_numbers_are_uniform():
    u = np.sort(uniform(3, 4, (1000, 100)).ravel())
    # Kolmogorov and Smirnov: above 1.63 / sqrt(n) in one of a hundred samples.
    assert np.abs(u - (np.arange(u.size) + 0.5) / u.size).max() < 1.63 / np.sqrt(u.size)
    assert u[0] >= 0
    assert u[-1] < 1


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_the_share_of_zeros_is_the_rate_and_the_mean_is_1(rate, backend):
    mask = mask_of(5, 1, rate, (1000, 200), backend)
    assert sorted(set(mask.ravel().tolist())) == [0, 1 / (1 - rate)]
    # Five standard deviations of a share of 200,000.
    spread = 5 * np.sqrt(rate * (1 - rate) / mask.size)
    assert (mask == 0).mean() == pytest.approx(rate, abs=spread)
    assert mask.mean() == pytest.approx(1, abs=spread / (1 - rate))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_both_engines_draw_the_same_bits(rate, dtype):
    for seed, step, shape in ((0, 0, (1, 1)), (1, 1, (3, 7)), (2**24 - 1, 123_456, (10, 17))):
        one, two = (mask_of(seed, step, rate, shape, b, dtype) for b in (compiled_backend(), NumpyBackend()))
        if dtype is np.float64:
            assert one.tobytes() == two.tobytes()
        else:
            # The same places are dropped; 1/(1 - rate) is rounded once, or in each of two steps.
            assert ((one == 0) == (two == 0)).all()
            np.testing.assert_allclose(one, two, rtol=3e-7)


def test_masks_are_functions_of_seed_and_step(backend):
    first = mask_of(7, 3, 0.5, (20, 10), backend)
    assert (first == mask_of(7, 3, 0.5, (20, 10), backend)).all()
    for seed, step in ((7, 4), (8, 3), (3, 7)):
        other = mask_of(seed, step, 0.5, (20, 10), backend)
        # Of independent masks half of the places agree: 200 places, five standard deviations.
        assert abs((first == other).mean() - 0.5) < 5 * 0.5 / np.sqrt(200)


def test_layers_get_seeds_of_their_own():
    seeds = {layer_seed(seed, number) for seed in range(100) for number in range(1, 9)}
    assert len(seeds) == 800
    assert all(0 <= seed < 2**24 for seed in seeds)
    assert all(float(np.float32(seed)) == seed for seed in seeds)
    assert layer_seed(2**64 - 1, 1) == layer_seed(2**64 - 1, 1)
