"""An activation stage without a browser."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import pytest

from playground.activation_link import from_query
from playground.stages.activation.stage import ActivationStage
from tests.playground.stages.visits import Visit


@pytest.fixture
def visit() -> Callable[[str], Visit]:
    """Open the stage at an address."""
    assert pn.state.curdoc is None
    return lambda query="": Visit(lambda: ActivationStage(from_query(query)))
