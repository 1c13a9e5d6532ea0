"""What a run over a graph hands to views and hooks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arena import Array
from engine.experiment import Event, Position
from engine.expression.graph import Graph
from engine.expression.passes import Contribution, Instruction, Update

__all__ = ["GraphEvent", "GraphFrame"]


@dataclass(frozen=True, slots=True)
class GraphEvent(Event):
    """What a hook receives from an `ExpressionRun`; ``op``, a line of a network's listing, is None.

    Attributes
    ----------
    instruction : Instruction or None
        The one that has just run; None for grains above OP.
    """

    instruction: Instruction | None = None


@dataclass(frozen=True, slots=True, eq=False)
class GraphFrame:
    """A snapshot of a run.

    After the last instruction of a step the numbers of that step stay on the graph until the next one begins; only
    the names have their new values by then.

    Attributes
    ----------
    position : Position
    graph : Graph
    learning_rate : float
    values : tuple of float or None
        By node; None where it has not been computed.
    used : dict of str to float
        The values of the names that the numbers on the graph were computed with.
    locals : tuple of float or None
        By edge: the local derivative; None where it is not known yet, and on edges to what is made of numbers only.
    gradients : tuple of float or None
        By node: the sum of what has arrived so far.
    contributions : tuple of Contribution
        In the order in which they arrived.
    updates : tuple of Update
    last, next : Instruction or None
        The instruction that made this frame, None at the very beginning, and the one that comes next.
    """

    position: Position
    graph: Graph
    learning_rate: float
    values: tuple[float | None, ...]
    used: dict[str, float]
    locals: tuple[float | None, ...]
    gradients: tuple[float | None, ...]
    contributions: tuple[Contribution, ...]
    updates: tuple[Update, ...]
    last: Instruction | None
    next: Instruction

    def __getitem__(self, name: str) -> Array:
        """Return a value by its node's symbol, or a gradient by ``x.grad``: an array of no axes, nan for None."""
        symbol, _, suffix = name.partition(".")
        places = {node.symbol: node.id for node in self.graph.nodes}
        if symbol not in places or suffix not in ("", "grad"):
            raise KeyError(f"there is no {name!r}; there are {', '.join(places)}, and the same with .grad behind")
        value = (self.gradients if suffix else self.values)[places[symbol]]
        return np.asarray(np.nan if value is None else value, dtype=np.float64)
