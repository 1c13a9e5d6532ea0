"""Augmentation stages without a browser."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import pytest

from engine.backend import default_backend
from playground.augmentation_link import from_query
from playground.stages.augmentation import stage
from playground.stages.augmentation.session import AugmentationSession
from playground.stages.augmentation.stage import AugmentationStage
from tests.playground.stages.visits import Ready, Visit


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Visit]:
    """Open the stage at an address."""
    monkeypatch.setattr(stage, "kernels", Ready)
    assert pn.state.curdoc is None
    return lambda query="": Visit(lambda: AugmentationStage(from_query(query)))


@pytest.fixture
def session() -> Callable[[str], AugmentationSession]:
    """Make a session as an address asks for it."""
    return lambda query="": AugmentationSession(from_query(query), default_backend)
