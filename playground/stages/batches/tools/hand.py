"""The line that is set by hand: three sliders, a point to ask about, and what can be done with the line."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

from engine import SpecError
from engine.batches import SLIDE_LINE
from playground.batches_link import read_point
from playground.stages.batches.presets import Weights
from playground.stages.batches.session import BatchesSession
from playground.stages.host import Host
from playground.widgets.about import about

_SPANS = {"w₁": 2.0, "w₂": 2.0, "b": 5.0}
_LARGEST = 1000.0


class HandTool:
    """The controls.

    Parameters
    ----------
    host : Host
    """

    def __init__(self, host: Host[BatchesSession]) -> None:
        self._host = host
        self._setting = False
        # An answer to an older edit must not move a slider that a hand is on.
        self.edits = 0
        self.sliders = [
            pmui.FloatSlider(
                label=name,
                start=-reach,
                end=reach,
                step=0.01,
                value=value,
                format="0.00",
                size="small",
                sizing_mode="stretch_width",
            )
            for (name, reach), value in zip(_SPANS.items(), SLIDE_LINE, strict=True)
        ]
        for slider in self.sliders:
            slider.param.watch(lambda _: self._moved(), "value")
        self.point = pmui.TextInput(
            label="Point x₁, x₂", value="1, 0", size="small", width=150, margin=0, css_classes=about("point")
        )
        self.point.param.watch(lambda event: self._ask(event.new), "value")
        buttons = pn.FlexBox(
            self.point,
            self._button("The slide's line", lambda: self._set(SLIDE_LINE)),
            self._button("Twice the weights", lambda: self._scale(2.0)),
            self._button("Half the weights", lambda: self._scale(0.5)),
            self._button("All lanes from here", self._start, "start"),
            margin=(10, 0, 0, 0), gap="8px", align_items="center", sizing_mode="stretch_width",
        )  # fmt: skip
        self.panel = pn.Column(*self.sliders, buttons, visible=False, sizing_mode="stretch_width", margin=0)

    @staticmethod
    def _button(label: str, pressed: Any, key: str = "") -> pmui.Button:
        button = pmui.Button(
            label=label, variant="outlined", size="small", margin=0, css_classes=about(key) if key else []
        )
        button.on_click(lambda _: pressed())
        return button

    def edited(self) -> int:
        """Count an edit, so that no older answer moves what it has moved; return the count."""
        self.edits += 1
        return self.edits

    def _moved(self) -> None:
        if not self._setting:
            w1, w2, b = (float(slider.value) for slider in self.sliders)
            self._set((w1, w2, b))

    def _set(self, weights: Weights) -> None:
        edits, host = self.edited(), self._host
        host.submit(lambda: host.session.set_hand(weights, edits))

    def _scale(self, factor: float) -> None:
        edits, session = self.edited(), self._host.session

        def scale() -> None:
            w1, w2, b = (factor * value for value in session.weights("hand"))
            session.set_hand((w1, w2, b), edits)

        self._host.submit(scale)

    def _start(self) -> None:
        self._host.quiet()
        self._host.submit(self._host.session.start_from_hand)

    def _ask(self, text: str) -> None:
        if self._setting:
            return
        try:
            x1, x2 = read_point(text.replace("−", "-"))
        except SpecError as error:
            self.point.param.update(error_state=True, helper_text=str(error))
            return
        self.point.param.update(error_state=False, helper_text="")
        self._host.submit(lambda: self._host.session.ask(x1, x2))

    def show(self, hand: Weights | None, point: tuple[float, float], edits: int) -> None:
        """Show the line and the point, except what is being moved or was refused; called where the stage draws."""
        self._setting = True
        try:
            if hand is not None and edits == self.edits:
                for slider, value in zip(self.sliders, hand, strict=True):
                    if slider.value != value:
                        if not slider.start <= value <= slider.end:
                            reach = min(_LARGEST, 2 * abs(value))
                            slider.param.update(start=-reach, end=reach)
                        slider.value = value
            text = f"{point[0]:g}, {point[1]:g}"
            if self.point.value != text and not self.point.error_state:
                self.point.value = text
        finally:
            self._setting = False
