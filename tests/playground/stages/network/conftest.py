"""Sessions without a page, and stages without a browser: their commands run when a test says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import panel as pn
import pytest
from bokeh.document import Document
from panel.io.state import set_curdoc

from engine import TrainingSpec
from engine.backend import Backend, default_backend
from engine.datasets.dataset import Task
from engine.datasets.own import Points
from playground.link import from_query, to_url
from playground.stages.network import stage
from playground.stages.network.session import TrainingSession
from playground.stages.network.stage import NetworkStage


@pytest.fixture
def session() -> Callable[..., TrainingSession]:
    """Make a session with these settings."""
    return lambda **settings: TrainingSession(TrainingSpec(**settings), default_backend())


class Ready:
    """The compiled engine, as it is once it is compiled."""

    ready, failed = True, False

    def backend(self) -> Backend:
        return default_backend()


class Visit:
    """A stage in a tab of its own."""

    def __init__(self, query: str) -> None:
        self.document = Document()
        with set_curdoc(self.document):
            self.stage = NetworkStage(from_query(query))
        self.board, self.session = self.stage.board, self.stage.session

    def settle(self) -> Any:
        """Work all commands off, as the loop's thread would, and draw; return the scene."""
        loop = self.stage.loop
        scene = None
        # What is drawn may ask for more: a condition at which to stop does.
        for _ in range(5):
            commands = list(loop._commands)
            loop._commands.clear()
            scene, _, failures = loop._work_in_thread(commands, False)
            with set_curdoc(self.document):
                for failure in failures:
                    self.stage._fail(failure)
                self.stage.draw(scene)
            if not loop._commands:
                return scene
        raise AssertionError("each frame asks for another: this never comes to rest")

    def frame(self) -> Any:
        """Advance by one frame, as while playing."""
        assert self.stage.loop.playing
        scene, _, failures = self.stage.loop._work_in_thread([], True)
        assert not failures
        with set_curdoc(self.document):
            self.stage.draw(scene)
        return scene

    @property
    def said(self) -> list[str]:
        """What the message bar says."""
        return self.board.message.lines

    def dialog(self, name: str) -> Any:
        """Open one of the stage's dialogs, and return the tool behind it."""
        with set_curdoc(self.document):
            self.board.open(name)
        return self.board._built[name]


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Visit]:
    """Open the stage at an address."""
    monkeypatch.setattr(stage, "kernels", Ready)
    assert pn.state.curdoc is None
    return lambda query="": Visit(query)


@pytest.fixture
def own_query() -> str:
    """An address with 40 points of its own."""
    rng = np.random.default_rng(4)
    points = Points(rng.integers(-1200, 1200, (40, 2)) / 300, np.arange(40) % 2.0, Task.CLASSIFICATION, 2)
    return "?" + to_url(TrainingSpec(data="own", points=points, hidden=(3,)))
