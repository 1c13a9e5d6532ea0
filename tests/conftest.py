"""Shared fixtures of the whole suite."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from engine.backend import NumpyBackend, compiled_backend
from tests.serving import CHROMIUM_ARGUMENTS, Server

ROOT = Path(__file__).resolve().parents[1]

# The first example of a test may load kernels or compile them, which takes seconds. Derandomised: a red suite
# is red for everybody; HYPOTHESIS_PROFILE=search looks elsewhere each time.
settings.register_profile(
    "suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", settings.get_profile("suite"), derandomize=False, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


def pytest_configure(config: pytest.Config) -> None:
    """Compile the kernels before workers begin: side by side each would compile them for itself."""
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        subprocess.run([sys.executable, "-m", "engine.kernels.warm"], cwd=ROOT, check=True)


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


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app, served by the compiled engine."""
    subprocess.run([sys.executable, "-m", "engine.kernels.warm"], cwd=ROOT, check=True)
    running = Server(tmp_path_factory.mktemp("server") / "log.txt")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. Without one the tests that need it fail: they are never skipped."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield launched
        launched.close()
