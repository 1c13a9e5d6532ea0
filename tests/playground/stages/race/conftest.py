"""Race stages without a browser."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import pytest

from engine.backend import default_backend
from playground.race_link import from_query
from playground.stages.race import stage
from playground.stages.race.session import RaceSession
from playground.stages.race.stage import RaceStage
from tests.playground.stages.visits import Ready, Visit


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Visit]:
    """Open the stage at an address."""
    monkeypatch.setattr(stage, "kernels", Ready)
    assert pn.state.curdoc is None
    return lambda query="": Visit(lambda: RaceStage(from_query(query)))


@pytest.fixture
def session() -> Callable[[str], RaceSession]:
    """Make a session as an address asks for it."""
    return lambda query="": RaceSession(from_query(query), default_backend())
