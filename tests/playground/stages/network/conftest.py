"""Sessions without a page, and stages without a browser: their commands run when a test says so."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import panel as pn
import pytest

from engine import TrainingSpec
from engine.backend import default_backend
from engine.datasets.dataset import Task
from engine.datasets.own import Points
from playground.link import from_query, to_url
from playground.stages.network import stage
from playground.stages.network.session import TrainingSession
from playground.stages.network.stage import NetworkStage
from tests.playground.stages.visits import Ready, Visit


@pytest.fixture
def session() -> Callable[..., TrainingSession]:
    """Make a session with these settings."""
    return lambda **settings: TrainingSession(TrainingSpec(**settings), default_backend())


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Visit]:
    """Open the stage at an address."""
    monkeypatch.setattr(stage, "kernels", Ready)
    assert pn.state.curdoc is None
    return lambda query="": Visit(lambda: NetworkStage(from_query(query)))


@pytest.fixture
def own_query() -> str:
    """An address with 40 points of its own."""
    rng = np.random.default_rng(4)
    points = Points(rng.integers(-1200, 1200, (40, 2)) / 300, np.arange(40) % 2.0, Task.CLASSIFICATION, 2)
    return "?" + to_url(TrainingSpec(data="own", points=points, hidden=(3,)))
