"""A gradient flow stage without a browser, and the same pass computed in another way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import panel as pn
import pytest
from bokeh.document import Document
from panel.io.state import set_curdoc

from engine.backend import Backend, default_backend
from engine.flow import FlowSpec
from playground.flow_link import FlowLink, from_query
from playground.stages.flow import stage
from playground.stages.flow.session import FlowSession
from playground.stages.flow.stage import FlowStage


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
            self.stage = FlowStage(from_query(query))
        self.board, self.session = self.stage.board, self.stage.session

    def settle(self) -> Any:
        """Work all commands off, as the loop's thread would, and draw; return the scene."""
        loop = self.stage.loop
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

    def says(self, widget: Any, **message: object) -> None:
        """Have a widget say something."""
        with set_curdoc(self.document):
            widget._handle_msg(message)
        self.settle()

    @property
    def said(self) -> list[str]:
        """What the message bar says."""
        return self.board.message.lines


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Visit]:
    """Open the stage at an address."""
    monkeypatch.setattr(stage, "kernels", Ready)
    assert pn.state.curdoc is None
    return lambda query="?depth=4&width=8": Visit(query)


@pytest.fixture
def session() -> Callable[..., FlowSession]:
    """Make a session with these settings."""
    return lambda **settings: FlowSession(FlowLink(FlowSpec(**settings)), default_backend())


class Reference:
    """A pass through a stack of tanh or sigmoid layers, by columns and with a loop over the examples.

    Parameters
    ----------
    frame : FlowFrame
        Where the weights and the noise are taken from; everything else is computed here.
    """

    def __init__(self, frame: Any) -> None:
        spec = frame.spec
        phi, slope = {
            "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
            "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: 1 / (2 + np.exp(z) + np.exp(-z))),
        }[spec.activation]
        weights = [frame[f"W{layer}"].T for layer in range(1, spec.depth + 1)]
        gradients = [np.zeros_like(matrix) for matrix in weights]
        deltas = [[] for _ in weights]
        slopes = [[] for _ in weights]
        for x, top in zip(frame["x"], frame["upstream"], strict=True):
            handed, sums = [x], []
            for matrix in weights:
                sums.append(matrix @ handed[-1])
                handed.append(phi(sums[-1]) + (handed[-1] if spec.skip else 0))
            arriving = top
            for layer in reversed(range(spec.depth)):
                delta = arriving * slope(sums[layer])
                deltas[layer].append(delta)
                slopes[layer].append(slope(sums[layer]))
                gradients[layer] += np.outer(delta, handed[layer])
                arriving = weights[layer].T @ delta + (arriving if spec.skip else 0)
        self.weights = [float(np.sqrt((matrix**2).sum())) for matrix in gradients]
        self.sums = [float(np.sqrt((np.array(each) ** 2).sum())) for each in deltas]
        self.slopes = [float(np.mean(each)) for each in slopes]


@pytest.fixture
def reference() -> type[Reference]:
    """The same pass, computed in another way."""
    return Reference
