"""Convolution stages without a browser."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import pytest

from playground.convolution_link import from_query
from playground.stages.convolution.session import ConvolutionSession
from playground.stages.convolution.stage import ConvolutionStage
from tests.playground.stages.visits import Visit


@pytest.fixture
def visit() -> Callable[[str], Visit]:
    """Open the stage at an address."""
    assert pn.state.curdoc is None
    return lambda query="": Visit(lambda: ConvolutionStage(from_query(query)))


@pytest.fixture
def session() -> Callable[[str], ConvolutionSession]:
    """Make a session as an address asks for it."""
    return lambda query="": ConvolutionSession(from_query(query))
