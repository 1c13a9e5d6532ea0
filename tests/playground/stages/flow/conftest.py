"""A gradient flow stage without a browser, and the same pass computed in another way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import panel as pn
import pytest

from engine.backend import default_backend
from engine.flow import FlowSpec
from playground.flow_link import FlowLink, from_query
from playground.stages.flow import stage
from playground.stages.flow.session import FlowSession
from playground.stages.flow.stage import FlowStage
from tests.playground.stages.visits import Ready, Visit


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Visit]:
    """Open the stage at an address."""
    monkeypatch.setattr(stage, "kernels", Ready)
    assert pn.state.curdoc is None
    return lambda query="?depth=4&width=8": Visit(lambda: FlowStage(from_query(query)))


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
