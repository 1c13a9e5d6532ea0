"""Of a real network: which two of its weights are looked at, and what the others do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from engine.checks import SpecError, checked
from engine.descent import DESCENT_SETTINGS, DescentSpec
from engine.descent.real_loss import real_passes
from playground.widgets.about import about


class NetworkWeights:
    """Two lists of the network's weights and biases, and whether the others descend as well.

    Parameters
    ----------
    on_choose : callable
        Called with what is to be changed of a `DescentSpec`: ``{"weights": (0, 2)}``, ``free`` or ``trained``.
    """

    def __init__(self, on_choose: Callable[[dict[str, Any]], None]) -> None:
        self._on_choose = on_choose
        self._setting = False
        self._names: tuple[str, ...] = ()
        common: dict[str, Any] = {"size": "small", "margin": 0}
        # Their names are the options: another network has others.
        self.axes = [
            pmui.Select(label=label, options=[""], value="", width=150, css_classes=about("network_weights"), **common)
            for label in ("To the right", "Upwards")
        ]
        for place, axis in enumerate(self.axes):
            axis.param.watch(lambda event, place=place: self._chosen(place, event.new), "value")
        self.free = pmui.Checkbox(label="All weights descend", css_classes=about("free"), **common)
        self.free.param.watch(lambda event: self._pass_on({"free": bool(event.new)}), "value")
        self.trained = pmui.TextInput(
            label="Others after updates of training", value="0", width=230, css_classes=about("trained"), **common
        )  # fmt: skip
        self.trained.param.watch(lambda event: self._typed(event.new), "value")
        self.panel = pn.FlexBox(
            *self.axes, self.free, self.trained, align_items="center", gap="8px 12px", visible=False,
            sizing_mode="stretch_width", margin=0, css_classes=["np-network-weights"],
        )  # fmt: skip

    def show(self, spec: DescentSpec) -> None:
        """Show what holds of a descent on a network."""
        self._names = real_passes(spec.network).names
        self._setting = True
        try:
            for axis, place in zip(self.axes, spec.weights or (), strict=True):
                if axis.options != list(self._names):
                    axis.param.update(options=list(self._names), value=self._names[place])
                elif axis.value != self._names[place]:
                    axis.value = self._names[place]
            self.free.value = spec.free
            # Where both weights are seen there are no others.
            others = len(self._names) > len(self.axes)
            self.free.visible = others or spec.free
            self.trained.visible = others and not spec.free
            if not self.trained.error_state:
                self.trained.value = str(spec.trained)
        finally:
            self._setting = False

    def _chosen(self, place: int, name: Any) -> None:
        if self._setting or name not in self._names:
            return
        before = [self._names.index(str(axis.value)) for axis in self.axes]
        if before[0] == before[1]:
            # The same one twice is no plane: the other axis takes the next weight.
            before[1 - place] = (before[place] + 1) % len(self._names)
        self._pass_on({"weights": tuple(before)})

    def _typed(self, text: str) -> None:
        if self._setting:
            return
        try:
            trained = checked("trained", 0, DESCENT_SETTINGS["trained"].metadata, text.strip())
        except SpecError as error:
            self.trained.param.update(error_state=True, helper_text=str(error))
            return
        self.trained.param.update(error_state=False, helper_text="")
        self._pass_on({"trained": trained})

    def _pass_on(self, changes: dict[str, Any]) -> None:
        if not self._setting:
            self._on_choose(changes)
