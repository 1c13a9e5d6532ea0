"""The card on which a student does back-propagation by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import panel as pn

from playground.stages.graph.practice import SOURCES, Practice, PracticeScene
from playground.stages.graph.session import GraphSession
from playground.stages.host import Host
from playground.widgets.answer import AnswerCard


class PracticePanel:
    """The card with the questions; it is on the page while there are any.

    Parameters
    ----------
    host : Host
    seed : int
        Of the exercises.
    """

    def __init__(self, host: Host[GraphSession], seed: int = 0) -> None:
        self._host = host
        self._practice = Practice(np.random.default_rng(seed))
        # With the page: a component that is added later sends all of itself with its first message.
        self._card = AnswerCard()
        self._card.on_message(self._hear)
        self.panel = pn.Column(self._card, visible=False, margin=0, sizing_mode="stretch_width")

    def begin(self, source: str = "this") -> None:
        """Ask about the expression on the graph, or about exercises; ``source`` is a key of `SOURCES`."""
        self._host.play(False)
        self._host.submit(lambda: self._begin(None if source == "this" else int(source)))

    def stop(self) -> None:
        """Ask no more; the graph stays."""
        self._host.submit(self._stop)

    def _begin(self, level: int | None) -> None:
        session = self._host.session
        if level is not None:
            session.open(self._practice.begin_exercise(level))
        self._practice.begin(session.run)
        session.practice = self._practice

    def _next(self) -> None:
        session = self._host.session
        session.open(self._practice.next_exercise())
        self._practice.begin(session.run)

    def _stop(self) -> None:
        self._practice.end()
        self._host.session.practice = None

    def set_dark(self, dark: bool) -> None:
        """Follow the page; called where the stage draws."""
        self._card.dark = dark

    def draw(self, scene: PracticeScene | None) -> None:
        """Show what there is to ask; None for nothing."""
        if scene is not None and self._card.card != scene.card:
            self._card.push(card=scene.card)
        self.panel.visible = scene is not None

    def _hear(self, message: dict[str, Any]) -> None:
        practice, host = self._practice, self._host
        match message:
            case {"type": "answer", "text": str(text), "key": int(key)}:
                host.play(False)
                host.submit(lambda: practice.answer(text, key))
            case {"type": "reveal", "key": int(key)}:
                host.play(False)
                host.submit(lambda: practice.reveal(key))
            case {"type": "locals", "on": bool(on)}:
                host.submit(lambda: practice.ask_locals(on))
            case {"type": "source", "source": str(source)} if source in SOURCES:
                self.begin(source)
            case {"type": "next"}:
                host.play(False)
                host.submit(self._next)
            case {"type": "stop"}:
                self.stop()
