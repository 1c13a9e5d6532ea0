"""Probability stages without a browser."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import pytest

from playground.probability_link import from_query
from playground.stages.probability.session import ProbabilitySession
from playground.stages.probability.stage import ProbabilityStage
from tests.playground.stages.visits import Visit


@pytest.fixture
def visit() -> Callable[[str], Visit]:
    """Open the stage at an address."""
    assert pn.state.curdoc is None
    return lambda query="": Visit(lambda: ProbabilityStage(from_query(query)))


@pytest.fixture
def session() -> Callable[[str], ProbabilitySession]:
    """Make a session as an address asks for it."""
    return lambda query="": ProbabilitySession(from_query(query))
