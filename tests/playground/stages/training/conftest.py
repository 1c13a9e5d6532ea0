"""What the tests of the digit training page begin with."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.backend import default_backend
from playground.stages.training.session import DigitSession
from playground.training_link import from_query


@pytest.fixture
def session() -> Callable[..., DigitSession]:
    """Return what opens an address, without any widget; small digits unless it says otherwise."""
    return lambda query="preset=small8": DigitSession(from_query(query), default_backend)
