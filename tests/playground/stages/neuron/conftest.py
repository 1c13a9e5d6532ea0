"""A neuron stage without a browser."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import pytest

from playground.neuron_link import from_query
from playground.stages.neuron.stage import NeuronStage
from tests.playground.stages.visits import Visit


@pytest.fixture
def visit() -> Callable[[str], Visit]:
    """Open the stage at an address."""
    assert pn.state.curdoc is None
    return lambda query="": Visit(lambda: NeuronStage(from_query(query)))
