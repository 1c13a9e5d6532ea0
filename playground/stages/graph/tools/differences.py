"""The check of any gradient on the graph against a difference of values."""

from __future__ import annotations

from typing import Any

import panel as pn

from engine.gradcheck import DifferenceCurve
from playground.assets import stylesheets
from playground.stages.graph.checking import STEPS_UPWARDS, CheckScene
from playground.stages.graph.session import GraphSession
from playground.stages.host import Host
from playground.views.difference_curve import DifferenceCurveView
from playground.widgets.check import CheckCard


class DifferenceCheck:
    """Numbers and figure of the check; the figure is built when it is first opened.

    Parameters
    ----------
    host : Host
    """

    def __init__(self, host: Host[GraphSession]) -> None:
        self._host = host
        self._dark = False
        # With the page: a component that is added later sends all of itself with its first message.
        self._card = CheckCard()
        self._card.on_message(self._hear)
        self._view: DifferenceCurveView | None = None
        self._drawn: tuple[DifferenceCurve, int] | None = None
        self.panel = pn.Column(
            self._card, visible=False, margin=0, sizing_mode="stretch_width", css_classes=["np-check-panel"],
            stylesheets=stylesheets("check"),
        )  # fmt: skip

    def toggle(self, shown: bool) -> None:
        """Open the check, or close it."""
        checking = self._host.session.checking

        def follow() -> None:
            checking.shown = shown

        self._host.submit(follow)

    def choose(self, node: int) -> None:
        """Check the gradient at a node; what has none leaves the choice as it is."""
        session = self._host.session
        self._host.submit(lambda: session.checking.choose(session.run, node))

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
                    self._host.session.checking.place = place

                self._host.submit(follow)
