"""Scripts on disk, and what Keras makes of all of them in one process: importing it takes seconds."""

from __future__ import annotations

import importlib.util
import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.engine.export.cases import ALL_CASES, EPOCHS, POINTS


@pytest.fixture
def run_script(tmp_path):
    """Write a script, run it, and return its names."""

    def run(code, run_name="exported"):
        path = tmp_path / "network.py"
        path.write_text(code, encoding="utf-8")
        return runpy.run_path(str(path), run_name=run_name)

    return run


@pytest.fixture(scope="session")
def keras(tmp_path_factory):
    """The answers of Keras on PyTorch by case: before and after training, with the losses."""
    # Not importorskip: that would import Keras here, with whatever backend is its default.
    for module in ("keras", "torch"):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed: nothing was compared with Keras (pip install -e .[peers])")
    folder = tmp_path_factory.mktemp("keras")
    for index, case in enumerate(ALL_CASES.values()):
        (folder / f"{index}.py").write_text(case.code("keras"), encoding="utf-8")
        np.save(folder / f"{index}.npy", case.targets)
    np.save(folder / "points.npy", POINTS)
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("keras_runner.py")), str(folder), str(EPOCHS)],
        env={**os.environ, "KERAS_BACKEND": "torch", "KERAS_HOME": str(folder), "OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers = {name: dict(np.load(folder / f"{index}.npz")) for index, name in enumerate(ALL_CASES)}
    return answers, done.stdout
