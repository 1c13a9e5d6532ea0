"""Which kernels are compiled ahead, and that they are those which the pages run."""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine.kernels import _jit, warm


def test_each_family_has_a_mark_of_its_own(monkeypatch, tmp_path):
    compiled = []
    monkeypatch.setattr(_jit, "CACHE_DIRECTORY", tmp_path)
    monkeypatch.setattr(warm, "FAMILIES", {name: lambda name=name: compiled.append(name) for name in warm.FAMILIES})
    warm.compile_family("maps")
    assert compiled == ["maps"]
    assert warm.is_warm("maps")
    assert not warm.is_warm("dense")
    monkeypatch.setattr(_jit, "CACHE_DIRECTORY", None)
    warm.compile_family("dense")
    assert compiled == ["maps", "dense"]
    assert not warm.has_cache()
    assert not warm.is_warm("maps")


# What is compiled before and after, for all kernels that are called from outside.
COUNT = """
from engine.kernels import conv_executor, executor, shuffle, warm
warm.compile_family("{family}")
kernels = conv_executor.run, executor.run_operations, executor.run_batches, shuffle.shuffle
before = [len(kernel.signatures) for kernel in kernels]
{work}
print(sum(before) > 0, [len(kernel.signatures) for kernel in kernels] == before)
"""
NETWORK = """
from engine.spec import TrainingSpec
from engine.training import TrainingRun
run = TrainingRun(TrainingSpec(hidden=(3,), samples=40), record=True)
run.step("batch", 3), run.step("op"), run.step_back("op")
"""
READERS = """
from engine.reader import PRESETS, ReaderRun, ReadingRun, ReadingSpec
for preset in PRESETS.values():
    run = ReaderRun(preset.spec, record=True)
    run.step("batch", 2), run.step("op"), run.step_back("op"), run.judge()
ReadingRun(ReadingSpec()).step("op", 3)
"""


@pytest.mark.parametrize(("family", "work"), [("dense", NETWORK), ("maps", READERS)])
def test_what_the_pages_run_is_compiled_ahead(family, work, python):
    """Another type of one argument would compile everything anew while a student waits."""
    assert python(COUNT.format(family=family, work=work)).split() == ["True", "True"]


def test_a_family_that_there_is_not_is_refused():
    done = subprocess.run(
        [sys.executable, "-m", "engine.kernels.warm", "pictures"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "the families of kernels are dense and maps, got 'pictures'"
