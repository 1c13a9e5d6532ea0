"""The vector layer: whole stores, partial stores, and every width that other machines have."""

from __future__ import annotations

import os
import stat

import numpy as np
import pytest
from numba import njit

from engine.kernels import simd
from engine.kernels._jit import VECTOR_BYTES

types = pytest.mark.parametrize("dtype", [np.float64, np.float32])


@njit
def copy_first(memory, source, target, count):
    simd.store_first(memory, target, simd.load(memory, source), count)


@njit
def sum_first(memory, count):
    return simd.horizontal_sum(simd.keep_first(simd.load(memory, 0), count))


@njit
def width_of(memory):
    return simd.lanes(memory)


@njit
def clamped(memory, low, high):
    x = simd.load(memory, 0)
    simd.store(memory, 0, simd.clamp(x, simd.like(x, low), simd.like(x, high)))


@njit
def power(memory):
    simd.store(memory, 0, simd.power_of_two(simd.load(memory, 0)))


@njit
def rounded(memory):
    simd.store(memory, 0, simd.nearest(simd.load(memory, 0)))


@types
def test_the_width_is_that_of_a_register(dtype):
    assert width_of(np.zeros(1, dtype)) * np.dtype(dtype).itemsize == VECTOR_BYTES


@types
def test_a_partial_store_writes_the_first_lanes_only(dtype):
    width = VECTOR_BYTES // np.dtype(dtype).itemsize
    for count in range(width + 1):
        memory = np.arange(3 * width, dtype=dtype)
        expected = memory.copy()
        expected[width : width + count] = memory[:count]
        copy_first(memory, 0, width, count)
        assert (memory == expected).all(), count


@types
def test_a_partial_sum_ignores_what_follows(dtype):
    width = VECTOR_BYTES // np.dtype(dtype).itemsize
    for count in range(width + 1):
        memory = np.full(width, np.nan, dtype)
        memory[:count] = np.arange(1, count + 1)
        assert sum_first(memory, count) == count * (count + 1) / 2


@types
def test_a_clamp_keeps_nan(dtype):
    memory = np.zeros(16, dtype)
    width = VECTOR_BYTES // memory.itemsize
    memory[:width] = np.resize(np.array([np.nan, -5, 5, 0.5], dtype), width)
    clamped(memory, -1.0, 2.0)
    np.testing.assert_array_equal(memory[:width], np.resize(np.array([np.nan, -1, 2, 0.5], dtype), width))


@types
def test_powers_of_two_are_exact(dtype):
    width = VECTOR_BYTES // np.dtype(dtype).itemsize
    largest = np.finfo(dtype).maxexp - 1
    for first in range(-largest + 1, largest - width + 2, width):
        memory = np.arange(first, first + width).astype(dtype)
        expected = np.ldexp(np.ones(width, dtype), np.arange(first, first + width))
        power(memory)
        assert (memory == expected).all(), first


@types
def test_halves_round_to_even(dtype):
    width = VECTOR_BYTES // np.dtype(dtype).itemsize
    memory = np.resize(np.array([0.5, 1.5], dtype), width)
    rounded(memory)
    assert (memory == np.resize(np.array([0, 2], dtype), width)).all()


TRAIN = """
import numpy as np
from engine.backend import NumpyBackend
from engine.kernels._jit import VECTOR_BYTES, CACHE_DIRECTORY
from engine.spec import TrainingSpec
from engine.training import TrainingRun
spec = TrainingSpec(hidden=(7, 9), activation="tanh", samples=50, data="blobs3")
runs = [TrainingRun(spec), TrainingRun(spec, backend=NumpyBackend())]
for run in runs:
    run.step("batch", 7)
    run.step("op", 5)
difference = np.abs(runs[0].frame()["w"] - runs[1].frame()["w"]).max()
print(VECTOR_BYTES, runs[0].backend.name, difference < 1e-12, CACHE_DIRECTORY is not None)
"""


# The narrowest; with 32 bytes the kernels themselves are tested, in test_conv_kernels.py.
@pytest.mark.parametrize("width", [16])
def test_narrow_registers_train_alike(width, python, tmp_path):
    if width > VECTOR_BYTES:
        pytest.skip(f"this machine's registers have {VECTOR_BYTES} bytes")
    printed = python(
        TRAIN, NEURAL_PLAYGROUND_VECTOR_BYTES=str(width), NEURAL_PLAYGROUND_CACHE=str(tmp_path / "cache")
    )
    assert printed.split() == [str(width), "Numba", "True", "True"]
    assert list((tmp_path / "cache").glob("kernels-*/*"))


def test_another_width_is_refused(python):
    message = python(
        "try:\n import engine.kernels._jit\nexcept ValueError as error:\n print(error)",
        NEURAL_PLAYGROUND_VECTOR_BYTES="24",
    )
    assert message.strip() == "NEURAL_PLAYGROUND_VECTOR_BYTES is 16, 32 or 64, got '24'"


def test_without_a_writable_cache_directory_kernels_still_run(python, tmp_path):
    # A file where the directory should be: root may write to a read-only directory.
    (tmp_path / "file").write_text("not a directory")
    printed = python(
        "import numpy as np\n"
        "from engine.kernels import executor, shuffle\n"
        "from engine.kernels._jit import CACHE_DIRECTORY\n"
        "order = np.empty(5, np.int64)\n"
        "shuffle.shuffle(order, np.uint64(1), np.uint64(2))\n"
        "print(CACHE_DIRECTORY, sorted(order.tolist()))",
        NEURAL_PLAYGROUND_CACHE=str(tmp_path / "file" / "cache"),
    )
    assert printed.strip() == "None [0, 1, 2, 3, 4]"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_directory_is_no_cache(python, tmp_path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    printed = python(
        "from engine.kernels._jit import CACHE_DIRECTORY; print(CACHE_DIRECTORY)",
        NEURAL_PLAYGROUND_CACHE=str(tmp_path / "cache"),
    )
    assert printed.strip() == "None"


def test_an_edited_kernel_gets_another_cache_directory(python, tmp_path):
    code = """
import shutil
from pathlib import Path
import engine.kernels._jit as jit
before = jit._source_hash()
copy = Path(r"{place}")
shutil.copytree(jit._SOURCES, copy, ignore=shutil.ignore_patterns("__pycache__"))
jit._SOURCES = copy
assert jit._source_hash() == before
(copy / "matmul.py").write_text((copy / "matmul.py").read_text() + "# edited")
print(jit._source_hash() != before)
"""
    assert python(code.replace("{place}", str(tmp_path / "kernels"))).strip() == "True"
