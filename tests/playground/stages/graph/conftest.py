"""Graph stages without a browser."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import pytest

from playground.graph_link import from_query
from playground.stages.graph.session import GraphSession
from playground.stages.graph.stage import GraphStage
from tests.playground.stages.visits import Visit


@pytest.fixture
def visit() -> Callable[[str], Visit]:
    """Open the stage at an address."""
    assert pn.state.curdoc is None
    return lambda query="": Visit(lambda: GraphStage(from_query(query)))


@pytest.fixture
def session() -> Callable[[str], GraphSession]:
    """Make a session as an address asks for it."""
    return lambda query="": GraphSession(from_query(query))
