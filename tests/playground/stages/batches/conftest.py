"""Batches stages without a browser."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import pytest

from engine.backend import default_backend
from playground.batches_link import from_query
from playground.stages.batches.session import BatchesSession
from playground.stages.batches.stage import BatchesStage
from tests.playground.stages.visits import Visit


@pytest.fixture
def visit() -> Callable[[str], Visit]:
    """Open the stage at an address."""
    assert pn.state.curdoc is None
    return lambda query="": Visit(lambda: BatchesStage(from_query(query)))


@pytest.fixture
def session() -> Callable[[str], BatchesSession]:
    """Make a session as an address asks for it."""
    return lambda query="": BatchesSession(from_query(query), default_backend)
