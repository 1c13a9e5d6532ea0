"""Features stages without a browser."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import pytest

from engine.backend import default_backend
from playground.features_link import from_query
from playground.stages.features import stage
from playground.stages.features.session import FeaturesSession
from playground.stages.features.stage import FeaturesStage
from tests.playground.stages.visits import Ready, Visit


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Visit]:
    """Open the stage at an address."""
    monkeypatch.setattr(stage, "kernels", Ready)
    assert pn.state.curdoc is None
    return lambda query="": Visit(lambda: FeaturesStage(from_query(query)))


@pytest.fixture
def session() -> Callable[[str], FeaturesSession]:
    """Make a session as an address asks for it."""
    return lambda query="": FeaturesSession(from_query(query), default_backend)
