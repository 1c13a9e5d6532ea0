"""Which gradient on the graph is checked against a difference of values, and what the check comes to; no widgets.

All methods run in the stage's worker thread, one at a time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from engine.expression import parse
from engine.expression.explain import spoken
from engine.expression.graph import Graph, NodeKind
from engine.expression.run import ExpressionRun
from engine.gradcheck import STEPS, Difference, DifferenceCurve, difference_at, node_curve
from playground.formulas import mathml
from playground.stages.graph.difference_words import common, describe, digits, kinks, step_text, without_noise

__all__ = ["STEPS_UPWARDS", "CheckScene", "Checking"]

# As on the figure's axis: to the right it grows.
STEPS_UPWARDS = STEPS[::-1]
_FIRST_STEP = 1e-5
_LONGEST = 36


@dataclass(frozen=True, slots=True, eq=False)
class CheckScene:
    """What the check shows.

    Attributes
    ----------
    card : dict
        As `CheckCard.card` wants it.
    curve : DifferenceCurve
        The same object as long as its numbers are the same.
    place : int
        Which of its steps is looked at.
    """

    card: dict[str, Any]
    curve: DifferenceCurve
    place: int


class Checking:
    """The check of one gradient.

    Attributes
    ----------
    shown : bool
        Whether the check is open; while it is not, nothing is computed.
    place : int
        Which of `STEPS_UPWARDS` is looked at.
    """

    def __init__(self) -> None:
        self.close()
        self._graph: Graph | None = None
        self._computed: tuple[Graph, dict[str, float], int, DifferenceCurve, list[str]] | None = None

    def close(self) -> None:
        """Show nothing any more, and forget the choices."""
        self.shown = False
        self._node = -1
        self.place = int(abs(STEPS_UPWARDS - _FIRST_STEP).argmin())
        self._graph = None

    def choose(self, run: ExpressionRun, node: int) -> None:
        """Check the gradient at a node; what has none leaves the choice as it is."""
        if node in _checkable(run.graph):
            self._take(run)
            self._node = node

    def selected(self, run: ExpressionRun) -> int:
        """Return the node whose gradient is checked; -1 while nothing is."""
        if not self.shown:
            return -1
        self._take(run)
        return self._node

    def difference(self, run: ExpressionRun) -> Difference | None:
        """Return the comparison at the step that is looked at; None while the check is closed."""
        if not self.shown:
            return None
        self._take(run)
        return difference_at(run.graph, run.used, self._node, float(STEPS_UPWARDS[self.place]))

    def _take(self, run: ExpressionRun) -> None:
        """Choose the first name of a new graph."""
        if run.graph is self._graph:
            return
        old, self._graph = self._graph, run.graph
        # The same formula with a parameter marked, or with another target, keeps the choice.
        symbol = old.nodes[self._node].symbol if old is not None and self._node >= 0 else ""
        places = _checkable(run.graph)
        self._node = next((place for place in places if run.graph.nodes[place].symbol == symbol), places[0])

    def make(self, run: ExpressionRun) -> CheckScene | None:
        """Return what is to be shown of a run at the values that its step uses; None while it is closed."""
        difference = self.difference(run)
        if difference is None:
            return None
        graph, used, node = run.graph, run.used, self._node
        known = self._computed
        if known is None or known[0] is not graph or known[1] != used or known[2] != node:
            curve = without_noise(node_curve(graph, used, node, STEPS_UPWARDS))
            self._computed = known = (graph, used, node, curve, kinks(graph, used, node))
        curve = known[3]
        words = describe(curve, self.place)
        card = {
            "nodes": [[place, _named(graph, place)] for place in _checkable(graph)],
            "node": node,
            "steps": [step_text(float(each)) for each in STEPS_UPWARDS],
            "place": self.place,
            **_numbers(graph, node, difference),
            # Where the numbers show it, it has been said.
            "words": words if "kink" in words else " ".join([words, *known[4]]),
        }
        return CheckScene(card, curve, self.place)


def _checkable(graph: Graph) -> list[int]:
    """Return the nodes whose gradient is worth a check: all but the result, whose own is 1."""
    nodes = [node.id for node in graph.nodes if node.varies and node.id != graph.root]
    return nodes or [graph.root]


def _named(graph: Graph, place: int) -> str:
    node = graph.nodes[place]
    if node.kind is NodeKind.NAME:
        return spoken(node)
    text = node.text if len(node.text) <= _LONGEST else node.text[: _LONGEST - 1] + "…"
    return f"{spoken(node)} = {text}"


def _numbers(graph: Graph, place: int, difference: Difference) -> dict[str, Any]:
    """Return the formula of a difference with its numbers filled in, and the numbers digit by digit."""
    x, f = (parse(graph.nodes[each].symbol).tex() for each in (place, graph.root))
    above, below = digits(difference.above), digits(difference.below)
    same = common(above, below)
    quotient = rf"\frac{{{f}({x}+h) - {f}({x}-h)}}{{2h}}"
    rise = difference.above - difference.below
    rows = [
        [mathml(rf"{f}({x}+h)"), above[:same], above[same:]],
        [mathml(rf"{f}({x}-h)"), below[:same], below[same:]],
        ["difference", "", digits(difference.quotient)],
        ["back-propagation", "", digits(difference.gradient)],
        ["|error|", "", step_text(difference.error)],
    ]
    pieces = [
        quotient, rf"= \frac{{{_tex(rise)}}}{{2 \cdot {_tex(difference.step)}}}", f"= {_tex(difference.quotient)}"
    ]  # fmt: skip
    return {"formula": [mathml(piece) for piece in pieces], "rows": rows}


def _tex(value: float) -> str:
    """Write a number in five digits for a formula."""
    if not math.isfinite(value):
        return rf"\text{{{digits(value)}}}"
    mantissa, _, power = f"{value:.5g}".partition("e")
    if not power:
        return mantissa
    factor = {"1": "", "-1": "-"}.get(mantissa, rf"{mantissa} \cdot ")
    return rf"{factor}10^{{{int(power)}}}"
