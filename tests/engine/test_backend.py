"""Which engine is taken."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from engine import backend as module
from engine.backend import CompiledBackend, Data, NumpyBackend, compiled_backend, default_backend


def test_the_compiled_engine_is_the_default_and_there_is_one():
    assert default_backend() is compiled_backend()
    assert isinstance(compiled_backend(), CompiledBackend)


def test_without_numba_numpy_does_the_work(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert isinstance(module.default_backend(), NumpyBackend)


def test_a_run_without_numba_never_imports_it(python):
    printed = python(
        "import importlib.util, sys\n"
        "sys.modules['numba'] = None\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *rest: None if name == 'numba' else find(name, *rest)\n"
        "from engine.spec import TrainingSpec\n"
        "from engine.training import TrainingRun\n"
        "run = TrainingRun(TrainingSpec(samples=20))\n"
        "run.step('epoch')\n"
        "print(run.backend.name, 'engine.kernels.executor' in sys.modules)"
    )
    assert printed.strip() == "NumPy False"


def test_data_that_the_kernels_would_read_wrongly_are_refused():
    x = np.zeros((4, 6))
    Data(x[:2], x[:2])
    with pytest.raises(ValueError, match=r"targets of a run lie row behind row.*np.ascontiguousarray\(targets\)"):
        Data(x, x[:, :2])
