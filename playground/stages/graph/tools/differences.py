"""The check of any gradient on the graph against a difference of values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import panel as pn

from engine.expression import parse
from engine.expression.explain import spoken
from engine.expression.graph import Graph, NodeKind
from engine.expression.run import ExpressionRun
from engine.gradcheck import STEPS, Difference, DifferenceCurve, difference_at, node_curve
from playground.assets import stylesheets
from playground.formulas import mathml
from playground.stages.graph.difference_words import common, describe, digits, kinks, step_text, without_noise
from playground.stages.graph.session import GraphSession
from playground.stages.host import Host
from playground.views.difference_curve import DifferenceCurveView
from playground.widgets.check import CheckCard

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


class DifferenceCheck:
    """Numbers and figure of the check; the figure is built when it is first opened.

    Parameters
    ----------
    host : Host
    """

    def __init__(self, host: Host[GraphSession]) -> None:
        self._host = host
        self._open = self._dark = False
        # With the page: a component that is added later sends all of itself with its first message.
        self._card = CheckCard()
        self._card.on_message(self._hear)
        self._view: DifferenceCurveView | None = None
        # Written in the worker thread only.
        self._node = -1
        self._place = int(abs(STEPS_UPWARDS - _FIRST_STEP).argmin())
        self._graph: Graph | None = None
        self._computed: tuple[Graph, dict[str, float], int, DifferenceCurve, list[str]] | None = None
        self._drawn: tuple[DifferenceCurve, int] | None = None
        self.panel = pn.Column(
            self._card, visible=False, margin=0, sizing_mode="stretch_width", css_classes=["np-check-panel"],
            stylesheets=stylesheets("check"),
        )  # fmt: skip

    def toggle(self, shown: bool) -> None:
        """Open the check, or close it."""

        def follow() -> None:
            self._open = shown

        self._host.submit(follow)

    def choose(self, node: int) -> None:
        """Check the gradient at a node; what has none leaves the choice as it is."""

        def follow() -> None:
            if node in _checkable(self._host.session.run.graph):
                self._take(self._host.session.run)
                self._node = node

        self._host.submit(follow)

    def selected(self, run: ExpressionRun) -> int:
        """Return the node whose gradient is checked; -1 while nothing is."""
        if not self._open:
            return -1
        self._take(run)
        return self._node

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
        if not self._open:
            return None
        self._take(run)
        graph, used, node = run.graph, run.used, self._node
        known = self._computed
        if known is None or known[0] is not graph or known[1] != used or known[2] != node:
            curve = without_noise(node_curve(graph, used, node, STEPS_UPWARDS))
            self._computed = known = (graph, used, node, curve, kinks(graph, used, node))
        curve, step = known[3], float(STEPS_UPWARDS[self._place])
        words = describe(curve, self._place)
        card = {
            "nodes": [[place, _named(graph, place)] for place in _checkable(graph)],
            "node": node,
            "steps": [step_text(float(each)) for each in STEPS_UPWARDS],
            "place": self._place,
            **_numbers(graph, node, difference_at(graph, used, node, step)),
            # Where the numbers show it, it has been said.
            "words": words if "kink" in words else " ".join([words, *known[4]]),
        }
        return CheckScene(card, curve, self._place)

    def set_dark(self, dark: bool) -> None:
        """Follow the page; called where the stage draws."""
        self._dark = self._card.dark = dark
        if self._view is not None:
            self._view.set_dark(dark)

    def draw(self, scene: CheckScene | None) -> None:
        """Show a check; None closes it."""
        if scene is None:
            self.panel.visible = False
            return
        if self._card.card != scene.card:
            self._card.push(card=scene.card)
        fresh = self._view is None
        if self._view is None:
            self._view = DifferenceCurveView()
            self._view.set_dark(self._dark)
        if self._drawn is None or self._drawn[0] is not scene.curve or self._drawn[1] != scene.place:
            self._drawn = scene.curve, scene.place
            self._view.draw(scene.curve, scene.place)
        if fresh:
            # Drawn before: what changes together with being added would reach the browser before the figure.
            self.panel.append(self._view.pane)
        self.panel.visible = True

    def _hear(self, message: dict[str, Any]) -> None:
        match message:
            case {"type": "node", "node": int(node)}:
                self.choose(node)
            case {"type": "place", "place": int(place)} if 0 <= place < len(STEPS_UPWARDS):

                def follow() -> None:
                    self._place = place

                self._host.submit(follow)


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
