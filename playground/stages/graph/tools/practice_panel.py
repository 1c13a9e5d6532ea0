"""The card on which a student does back-propagation by hand."""

from __future__ import annotations

from typing import Any

import panel as pn

from playground.stages.graph.practice import SOURCES, PracticeScene
from playground.stages.graph.session import GraphSession
from playground.stages.host import Host
from playground.widgets.answer import AnswerCard


class PracticePanel:
    """The card with the questions; it is on the page while there are any.

    Parameters
    ----------
    host : Host
    """

    def __init__(self, host: Host[GraphSession]) -> None:
        self._host = host
        # With the page: a component that is added later sends all of itself with its first message.
        self._card = AnswerCard()
        self._card.on_message(self._hear)
        self.panel = pn.Column(self._card, visible=False, margin=0, sizing_mode="stretch_width")

    def begin(self, source: str = "this") -> None:
        """Ask about the expression on the graph, or about exercises; ``source`` is a key of `SOURCES`."""
        self._host.play(False)
        self._host.submit(lambda: self._host.session.practise(None if source == "this" else int(source)))

    def stop(self) -> None:
        """Ask no more; the graph stays."""
        self._host.submit(self._host.session.end_practice)

    def set_dark(self, dark: bool) -> None:
        """Follow the page; called where the stage draws."""
        self._card.dark = dark

    def draw(self, scene: PracticeScene | None) -> None:
        """Show what there is to ask; None for nothing."""
        if scene is not None and self._card.card != scene.card:
            self._card.push(card=scene.card)
        self.panel.visible = scene is not None

    def _hear(self, message: dict[str, Any]) -> None:
        host = self._host
        practice = host.session.tutor
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
                host.submit(host.session.next_exercise)
            case {"type": "stop"}:
                self.stop()
