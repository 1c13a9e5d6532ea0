"""The views of a descent alone, on a real run: `?surface=`, `?optimizer=`, `?updates=`, `?schedule=`, `?dark`."""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
import panel as pn
import panel_material_ui as pmui

from engine.descent import Basins, DescentRun, DescentSpec, closed_form
from engine.experiment import Position
from playground.optimizer_marks import TITLES
from playground.server import mend
from playground.stages.rules import UpdateRules
from playground.theme import THEME_CONFIG
from playground.views.descent_curve import CurvePicture, DescentCurve, curve_ground
from playground.views.loss_lines import LossLines, LossSeries
from playground.views.optimizer_state import state_content
from playground.widgets.optimizer_state import OptimizerState

RACERS = ("sgd", "momentum", "adam", "rmsprop")


class Bench:
    """A descent of a curve with its views, and three more optimizers for the losses."""

    def __init__(self, spec: DescentSpec, dark: bool) -> None:
        self.run, self.dark = DescentRun(spec), dark
        self.said = pn.pane.HTML("<output>nothing yet</output>")
        self.curve = DescentCurve(lambda kind, x: self.hear(kind=kind, x=round(x, 3)))
        self.curve.show_ground(curve_ground(self.run.surface))
        self.state, self.losses = OptimizerState(dark=dark), LossLines()
        self.state.on_message(lambda message: self.hear(**message))
        self.rules = UpdateRules(lambda changes: self.hear(**changes), unit=False)
        for view in (self.curve, self.losses, self.rules):
            view.set_dark(dark)
        self.basins = Basins(spec)
        self.basins.advance(0.3)

    def hear(self, **message: Any) -> None:
        """Write down what was heard, and do it."""
        self.said.object = f"<output>{json.dumps(message, sort_keys=True)}</output>"
        kind = message.get("kind") or message.get("type")
        if kind == "start":
            self.run = DescentRun(self.run.spec.with_(start=(message["x"],)))
            self.run.step("epoch", 12)
        elif kind == "run_to":
            self.run.seek(Position(self.run.position.epoch, 0, message["index"]))
        elif kind != "drag":
            self.run = DescentRun(self.run.spec.with_(**message))
        self.draw()

    def draw(self) -> None:
        """Show where the descent stands."""
        run, frame = self.run, self.run.frame()
        surface, path, w = run.surface, frame.path[:, 0], float(frame.point[0])
        slope = float(surface.gradient(w)[0])
        plain = frame.spec.optimizer == "sgd" and frame.spec.schedule == "constant"
        closed = closed_form(surface, path[:1], frame.spec.rate, len(path) - 1) if plain else None
        picture = CurvePicture(
            start=float(path[0]), w=w, value=frame.value, slope=slope,
            step=-frame.spec.rate * slope, path=path, values=surface.value(path),
            closed=None if closed is None else closed[:, 0],
            basins=self.basins.reached.copy(), basins_done=self.basins.done, jumps=frame.jumps,
        )  # fmt: skip
        self.curve.draw(picture)
        self.state.content = state_content(frame, surface)
        series = []
        for key in RACERS:
            other = DescentRun(DescentSpec(surface=frame.spec.surface, optimizer=key, start=tuple(path[:1])))
            other.step("epoch", 60)
            values = surface.value(other.frame().path[:, 0])
            series.append(LossSeries(key, TITLES[key], np.arange(61.0), values))
        self.losses.draw(tuple(series), frame.position.epoch)
        self.rules.show(frame.spec, frame.position.epoch)


def app() -> pmui.Page:
    """Build the page for one visitor."""
    asked = {key: values[0].decode() for key, values in pn.state.session_args.items()}
    spec = DescentSpec(
        surface=asked.get("surface", "khan"), optimizer=asked.get("optimizer", "sgd"),
        schedule=asked.get("schedule", "constant"), steps=int(asked.get("steps", 300)),
    )  # fmt: skip
    dark = "dark" in asked
    bench = Bench(spec, dark)
    bench.run.step("epoch", int(asked.get("updates", 6)))
    bench.draw()
    page = pmui.Page(title="Optimizer", theme_config=THEME_CONFIG, busy_indicator=None, dark_theme=dark)
    parts = bench.said, bench.curve.pane, bench.state, bench.losses.pane, bench.rules.panel
    page.main = [pn.Column(*parts, sizing_mode="stretch_width")]
    return page


if __name__ == "__main__":
    mend()
    pn.extension(notifications=False)
    pn.serve({"": app}, port=int(sys.argv[1]), show=False, title="Optimizer")
