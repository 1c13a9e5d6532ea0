"""Shared fixtures of the whole suite."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from engine.backend import NumpyBackend, compiled_backend

ROOT = Path(__file__).resolve().parents[1]

# The first example of a test may load kernels or compile them, which takes seconds. Derandomised: a red suite
# is red for everybody; HYPOTHESIS_PROFILE=search looks elsewhere each time.
settings.register_profile(
    "suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", settings.get_profile("suite"), derandomize=False, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture(params=["Numba", "NumPy"])
def backend(request):
    """Both engines, one after the other."""
    return compiled_backend() if request.param == "Numba" else NumpyBackend()


@pytest.fixture
def rng():
    """A generator with a fixed seed."""
    return np.random.default_rng(2024)


@pytest.fixture(scope="session")
def torch():
    """PyTorch on one thread."""
    module = pytest.importorskip(
        "torch", reason="PyTorch is not installed: nothing was compared with it (pip install -e .[peers])"
    )
    module.set_num_threads(1)
    return module


@pytest.fixture
def python():
    """Run Python code in a process of its own, from the root of the repository; return what it printed."""

    def run(code: str, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
