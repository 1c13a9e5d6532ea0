"""Digit readers without a browser."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import pytest

from engine.backend import default_backend
from playground.reader_link import from_query
from playground.stages.reader.session import ReaderSession
from playground.stages.reader.stage import ReaderStage
from tests.playground.stages.visits import Visit


@pytest.fixture
def visit() -> Callable[[str], Visit]:
    """Open the stage at an address."""
    assert pn.state.curdoc is None
    return lambda query="": Visit(lambda: ReaderStage(from_query(query)))


@pytest.fixture
def session() -> Callable[[str], ReaderSession]:
    """Make a session as an address asks for it."""
    return lambda query="": ReaderSession(from_query(query), default_backend)
