"""The panel of what is looked at more closely: its controls, a table, and a figure where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from engine.batches.log_zero import PRECISIONS
from playground.assets import stylesheets
from playground.batches_link import LARGEST_FACTOR
from playground.stages.batches.looks import Look
from playground.stages.batches.session import BatchesSession
from playground.stages.batches.tools.hand import HandTool
from playground.stages.batches.tools.names_quiz import NamesQuiz
from playground.stages.host import Host
from playground.theme import GRAPH_COLORS, INK, LOSS_COLORS, mode
from playground.views.angle_curve import AngleCurve
from playground.views.loss_lines import LossLines, LossSeries
from playground.widgets.about import about
from playground.widgets.fact_table import FactTable

if TYPE_CHECKING:
    from playground.stages.batches.scene import BatchesScene

_TITLES = {"noise": "Noise of the gradient", "log0": "Cost in three forms"}
_AXES = {"noise": "points in a batch B", "log0": "factor on the weights"}
_LABELS = {"naive": "as written", "padded": "1e-10 added", "stable": "from the logits"}
_DASHES = {"stable": [], "noise": [], "padded": [3, 4], "naive": [12, 5]}
_PRECISIONS = dict(zip(("Double (64 bit)", "Single (32 bit)"), PRECISIONS, strict=True))


class Closer:
    """The panel.

    Parameters
    ----------
    host : Host
    """

    def __init__(self, host: Host[BatchesSession]) -> None:
        self._host = host
        self._setting = False
        self.hand = HandTool(host)
        self.table = FactTable(visible=False, margin=(10, 0, 0, 0))
        self.factor = pmui.FloatSlider(
            label="Factor on the weights", start=0.0, end=LARGEST_FACTOR, step=0.5, value=1.0, size="small",
            sizing_mode="stretch_width", css_classes=about("factor"),
        )  # fmt: skip
        self.factor.param.watch(lambda event: self._moved(float(event.new)), "value")
        self.precision = pmui.Select(
            label="Precision", options=_PRECISIONS, value="float64", size="small", width=200,
            css_classes=about("precision"),
        )  # fmt: skip
        self.precision.param.watch(lambda event: self._chosen(event.new), "value")
        self._log0 = pn.Column(self.factor, self.precision, visible=False, sizing_mode="stretch_width", margin=0)
        self.quiz = NamesQuiz()
        # A figure for each kind of lines, made when it is first wanted.
        self._figures: dict[str, LossLines | AngleCurve] = {}
        self._place = pn.Column(visible=False, sizing_mode="stretch_width", margin=0)
        self._dark = False
        self.panel = pn.Column(
            pn.Column(
                self.hand.panel, self._log0, self.table, self.quiz.panel, sizing_mode="stretch_width", margin=0
            ),
            self._place,
            css_classes=["np-closer"], stylesheets=stylesheets("batches_stage"), visible=False,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

    def _moved(self, factor: float) -> None:
        if not self._setting:
            edits = self.hand.edited()
            self._host.submit(lambda: self._host.session.set_factor(factor, edits))

    def _chosen(self, precision: str) -> None:
        if not self._setting:
            self._host.submit(lambda: self._host.session.set_precision(precision))

    def draw(self, scene: BatchesScene, playing: bool) -> None:
        """Show what is looked at now; called where the stage draws."""
        look = scene.look
        self.panel.visible = self.table.visible = bool(look.key)
        self.hand.panel.visible = look.key == "hand"
        self._log0.visible = look.key == "log0"
        self.quiz.panel.visible = look.key == "names"
        self.hand.show(scene.hand, scene.point, scene.tool_edits)
        self._setting = True
        try:
            if self.precision.value != scene.precision:
                self.precision.value = scene.precision
            if scene.tool_edits == self.hand.edits and self.factor.value != scene.factor:
                self.factor.value = scene.factor
        finally:
            self._setting = False
        if look.key:
            self.table.push(quiet=playing, content=look.content)
        self._draw_lines(look)

    def _draw_lines(self, look: Look) -> None:
        self._place.visible = bool(look.lines)
        if not look.lines:
            return
        known = self._figures.get(look.key)
        figure = known or (AngleCurve() if look.key == "errors" else LossLines(_TITLES[look.key], 300))
        if known is None:
            self._figures[look.key] = figure
            figure.set_dark(self._dark)
        if isinstance(figure, AngleCurve):
            (angles, errors), (_, costs) = look.lines.values()
            figure.draw(angles, errors, costs)
        else:
            self._show_lines(figure, look)
        if known is None:
            self._place.append(figure.pane)
        for key, figure in self._figures.items():
            figure.pane.visible = key == look.key

    def _show_lines(self, figure: LossLines, look: Look) -> None:
        figure.draw(
            tuple(
                LossSeries(name, _LABELS.get(name, name), steps, values, self._color(name), _DASHES[name])
                for name, (steps, values) in look.lines.items()
            ),
            look.at, _AXES[look.key],
        )  # fmt: skip

    def _color(self, name: str) -> str:
        tones: dict[str, Any] = {
            "naive": GRAPH_COLORS[mode(self._dark)]["gradient"],
            "padded": LOSS_COLORS[mode(self._dark)]["test-loss"],
        }  # fmt: skip
        return str(tones.get(name, INK[mode(self._dark)]["primary"]))

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        self.table.dark = dark
        for figure in self._figures.values():
            figure.set_dark(dark)
