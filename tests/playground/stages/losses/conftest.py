"""Losses stages without a browser."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import pytest

from playground.losses_link import from_query
from playground.stages.losses.session import LossesSession
from playground.stages.losses.stage import LossesStage
from tests.playground.stages.visits import Visit


@pytest.fixture
def visit() -> Callable[[str], Visit]:
    """Open the stage at an address."""
    assert pn.state.curdoc is None
    return lambda query="": Visit(lambda: LossesStage(from_query(query)))


@pytest.fixture
def session() -> Callable[[str], LossesSession]:
    """Make a session as an address asks for it."""
    return lambda query="": LossesSession(from_query(query))
