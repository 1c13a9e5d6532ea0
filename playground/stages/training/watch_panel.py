"""The controls of the digit that is watched: which one, moved how, or drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from playground.stages.training.watched import SOURCES, Watched
from playground.widgets.about import about
from playground.widgets.draw_pad import DrawPad
from playground.widgets.score_bars import ScoreBars

if TYPE_CHECKING:
    from playground.stages.training.stage import TrainingStage

_ANY = "All digits"
_CLASSES = [_ANY, *(f"Only {digit}" for digit in range(10))]
# Label, first, last, step.
_MOVES = {
    "dx": ("Shift right", -8.0, 8.0, 1.0),
    "dy": ("Shift down", -8.0, 8.0, 1.0),
    "degrees": ("Turn, °", -90.0, 90.0, 5.0),
    "factor": ("Scale", 0.5, 1.5, 0.05),
}


class WatchPanel:
    """The panel.

    Parameters
    ----------
    stage : TrainingStage
    """

    def __init__(self, stage: TrainingStage) -> None:
        self._stage = stage
        self._setting = False
        # An answer to an older edit must not move a slider that a hand is on.
        self.edits = 0
        self.scores = ScoreBars(margin=(4, 10))
        self.pad = DrawPad(pad_size=168, label="Draw a digit", visible=False)
        self.pad.on_drawn(self._drawn)
        self.words = pmui.Typography("", variant="subtitle1", margin=(0, 10))
        common = {"size": "small", "sizing_mode": "stretch_width"}
        self.source = pmui.Select(
            label="Watch", options={title: key for key, title in SOURCES.items()}, value="test",
            css_classes=about("watched"), **common,
        )  # fmt: skip
        self.source.param.watch(lambda event: self._choose_source(event.new), "value")
        self.only = pmui.Select(
            label="Which digits", options=_CLASSES, value=_ANY, css_classes=about("only"), margin=0, **common,
            styles={"min-width": "0", "flex": "1 1 100px"},
        )  # fmt: skip
        buttons = [self._button("◀ Before", -1), self._button("Next ▶", 1)]
        # In one line: the sliders further down are to be seen together with the maps.
        self._steps = pn.FlexBox(
            *buttons, self.only, margin=(6, 10), gap="6px", flex_wrap="nowrap", align_items="center"
        )  # fmt: skip
        self.sliders = {name: self._slider(name) for name in _MOVES}
        back = pmui.Button(label="As it was", variant="outlined", size="small", margin=(4, 0))
        back.on_click(lambda _: self._move(dx=0.0, dy=0.0, degrees=0.0, factor=1.0))
        grid = pn.GridBox(*self.sliders.values(), ncols=2, sizing_mode="stretch_width", margin=0)
        self._moves = pmui.Details(
            title="Move it", objects=[grid, back], sizing_mode="stretch_width", margin=(4, 10),
            fully_expanded=True, collapsed=True,
        )  # fmt: skip
        self.panel = pn.Column(
            self.words, self.source, self._steps, self.pad, self._moves, self.scores,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

    def _button(self, label: str, step: int) -> Any:
        button = pmui.Button(label=label, variant="outlined", size="small", margin=0)
        button.on_click(lambda _: self._next(step))
        return button

    def _slider(self, name: str) -> Any:
        label, start, end, step = _MOVES[name]
        slider = pmui.FloatSlider(
            label=label, start=start, end=end, step=step, value=float(name == "factor"), size="small",
            sizing_mode="stretch_width", css_classes=about("move"),
        )  # fmt: skip
        slider.param.watch(lambda event: self._moved(name, event.new), "value")
        return slider

    def _next(self, step: int) -> None:
        stage, only = self._stage, _CLASSES.index(self.only.value) - 1
        stage.submit(lambda: stage.session.watch_next(step, only if only >= 0 else None))

    def _choose_source(self, source: str) -> None:
        if not self._setting:
            stage = self._stage
            stage.submit(lambda: stage.session.watch_source(source))

    def _drawn(self, picture: Any) -> None:
        stage = self._stage
        stage.submit(lambda: stage.session.watch_drawing(picture))

    def _moved(self, name: str, value: float) -> None:
        if not self._setting:
            self._move(**{name: float(value)})

    def _move(self, **moved: float) -> None:
        self.edits += 1
        stage, edits = self._stage, self.edits
        stage.submit(lambda: stage.session.move(edits, **moved))

    def show(self, watched: Watched, words: str, edits: int) -> None:
        """Show which digit is watched; called where the stage draws."""
        if self.words.object != words:
            self.words.object = words
        self.pad.visible = watched.source == "drawn"
        self._steps.visible = watched.source == "test"
        self._moves.visible = watched.source != "batch"
        self._setting = True
        try:
            if self.source.value != watched.source:
                self.source.value = watched.source
            if edits == self.edits:
                for name, slider in self.sliders.items():
                    value = getattr(watched, name)
                    if slider.value != value:
                        slider.value = value
        finally:
            self._setting = False

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self.scores.dark = self.pad.dark = dark
