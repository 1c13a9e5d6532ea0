"""Comparing: one run is pinned, one thing is changed, and both train in lockstep."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

from engine.pair import differences
from engine.spec import SETTINGS, TrainingSpec
from playground.stages.network.scene import Scene
from playground.stages.network.tools.host import Host
from playground.stages.network.words import value_words
from playground.views.difference import DifferenceView
from playground.widgets.about import about
from playground.widgets.message import MessageBar

_NAMES = {setting.metadata["title"]: name for name, setting in SETTINGS.items()}
_NOTHING = "Nothing differs yet. Change one thing: both begin at the same weights and take the same batches."


class Compare:
    """The button that pins, and the card that shows both.

    Parameters
    ----------
    host : Host
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self.button = pmui.Button(
            label="Pin and compare", variant="outlined", size="small", margin=0, css_classes=about("compare")
        )
        self.button.on_click(lambda _: self._pin())
        self.panel = pn.Column(visible=False, sizing_mode="stretch_width", margin=0)
        self._view: DifferenceView | None = None
        self._shown: Any = None
        self._dark = False

    def _build(self) -> DifferenceView:
        view = DifferenceView()
        view.set_dark(self._dark)
        self._text = MessageBar(kind="info", dark=self._dark, closable=False)
        swap = pmui.Button(label="Change places", variant="text", size="small")
        swap.on_click(lambda _: self._host.submit(self._host.session.swap))
        unpin = pmui.Button(label="Unpin", variant="text", size="small")
        unpin.on_click(lambda _: self._host.submit(self._host.session.unpin))
        self.panel.objects = [self._text, view.pane, pn.Row(swap, unpin, margin=0)]
        return view

    def _pin(self) -> None:
        self._host.submit(self._host.session.pin)

    def set_dark(self, dark: bool) -> None:
        """Follow the page; called where the stage draws."""
        self._dark = dark
        if self._view is not None:
            self._view.set_dark(dark)
            self._text.dark = dark

    def draw(self, scene: Scene, run: Any, extent: float) -> None:
        """Show both runs, or nothing when none is pinned."""
        pinned = scene.pinned
        if (pinned is not None) != self.panel.visible:
            if pinned is not None and self._view is None:
                self._view = self._build()
            self.panel.visible = pinned is not None
            self.button.label = "Pin and compare" if pinned is None else "Pin this one instead"
        if pinned is None or self._view is None:
            self._shown = None
            return
        if self._shown is not run:
            self._shown = run
            self._view.set_data(run.train, extent)
        self._view.draw(pinned.boundary, scene.answer)
        lines = difference_lines(pinned.spec, scene.spec)
        if lines != self._text.lines:
            self._text.lines = lines


def difference_lines(pinned: TrainingSpec, now: TrainingSpec) -> list[str]:
    """Return in words in which settings the pinned run differs from the other."""
    found = differences(pinned, now)
    if not found:
        return [_NOTHING]
    lines = []
    for title, before, after in found:
        name = _NAMES[title]
        was, is_now = value_words(name, before, pinned.schedule), value_words(name, after, now.schedule)
        lines.append(f"{title}: {was} (pinned), {is_now} (now)")
    return lines
