"""Descent stages without a browser."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import pytest

from playground.descent_link import from_query
from playground.stages.descent.session import DescentSession
from playground.stages.descent.stage import DescentStage
from tests.playground.stages.visits import Visit


@pytest.fixture
def visit() -> Callable[[str], Visit]:
    """Open the stage at an address; what grows is there at once."""
    assert pn.state.curdoc is None

    def opened(query: str = "") -> Visit:
        visited = Visit(lambda: DescentStage(from_query(query)))
        visited.session.basins.all_at_once = True
        return visited

    return opened


@pytest.fixture
def session() -> Callable[[str], DescentSession]:
    """Make a session as an address asks for it."""
    return lambda query="": DescentSession(from_query(query))
