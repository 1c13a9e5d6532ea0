"""The sliders of both layers that are compared, and the bars of their weights."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui

from playground.assets import stylesheets
from playground.stages.convolution.counts import SPANS, Layers, bars, task
from playground.widgets.about import about
from playground.widgets.count_bars import CountBars
from playground.widgets.task_list import TaskList


class CountPanel:
    """Sliders for both layers, and bars.

    Parameters
    ----------
    changed : callable
        Called with the layers and how many changes there have been.
    """

    def __init__(self, changed: Callable[[Layers, int], None]) -> None:
        self._changed = changed
        self._setting = False
        # An answer to an older edit must not move a slider that a hand is on.
        self.edits = 0
        usual = Layers()
        self.sliders = {
            name: pmui.IntSlider(
                label=title, start=low, end=high, step=step, value=getattr(usual, name), size="small",
                sizing_mode="stretch_width", css_classes=about(f"count_{name}"),
            )
            for name, (title, low, high, step) in SPANS.items()
        }  # fmt: skip
        for slider in self.sliders.values():
            slider.param.watch(lambda _: self._moved(), "value")
        self.bars, self.task = CountBars(), TaskList(margin=(10, 0, 0, 0))
        beside = pn.Column(
            pn.Column(*self.sliders.values(), sizing_mode="stretch_width", margin=0),
            pn.Column(self.bars, self.task, sizing_mode="stretch_width", margin=0),
            css_classes=["np-counts"], stylesheets=stylesheets("convolution_stage"), sizing_mode="stretch_width",
            margin=0,
        )  # fmt: skip
        # The grid says itself how it is displayed: what is around it can be hidden.
        self.panel = pn.Column(beside, visible=False, sizing_mode="stretch_width", margin=0)

    def _moved(self) -> None:
        if not self._setting:
            self.edits += 1
            self._changed(Layers(**{name: int(slider.value) for name, slider in self.sliders.items()}), self.edits)

    def show(self, layers: Layers, edits: int) -> None:
        """Show both layers; called where the stage draws."""
        self._setting = True
        try:
            if edits == self.edits:
                for name, slider in self.sliders.items():
                    if slider.value != getattr(layers, name):
                        slider.value = getattr(layers, name)
        finally:
            self._setting = False
        content, tasks = bars(layers), [task(layers)]
        if content != self.bars.content:
            self.bars.content = content
        if tasks != self.task.tasks:
            self.task.tasks = tasks

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self.bars.dark = self.task.dark = dark
