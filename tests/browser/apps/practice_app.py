"""The practice and the check of the graph stage alone, on a real run: `?text=`, `?values=x:1,y:2`, `?dark`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui

from engine.expression.spec import ExpressionSpec
from playground.graph_link import GraphLink
from playground.server import mend
from playground.stages.graph.session import GraphSession
from playground.stages.graph.tools.differences import DifferenceCheck
from playground.stages.graph.tools.practice_panel import PracticePanel
from playground.theme import THEME_CONFIG
from playground.widgets.transport import Transport


class Bench:
    """Both tools, and in words what they have made of the graph."""

    def __init__(self, spec: ExpressionSpec, dark: bool) -> None:
        self.session = GraphSession(GraphLink(spec))
        self.practice, self.check = PracticePanel(self), DifferenceCheck(self)
        self.said = pn.pane.Str("", css_classes=["said"])
        self.heard = pn.pane.Str("", css_classes=["heard"])
        self.transport = Transport(dark=dark)
        self.transport.on_message(lambda message: self.heard.param.update(object=json.dumps(message)))
        for tool in (self.practice, self.check):
            tool.set_dark(dark)

    def submit(self, command: Callable[[], None]) -> None:
        """Do it, and draw what it led to."""
        command()
        # A tick of its own holds the document's lock; a handler of messages does not always.
        pn.state.curdoc.add_next_tick_callback(self.draw)

    def draw(self) -> None:
        """Show what there is."""
        run, session = self.session.run, self.session
        scene = None if session.practice is None else session.practice.make(run)
        self.practice.draw(scene)
        self.check.draw(session.checking.make(run))
        hidden = None if scene is None else [*scene.hidden_gradients]
        gradients = {
            node.symbol: gradient
            for node, gradient in zip(run.graph.nodes, run.frame().gradients, strict=True)
            if gradient is not None and node.id not in (hidden or [])
        }
        self.said.object = json.dumps(
            {"text": run.first_spec.text, "op": run.position.op, "hidden": hidden, "gradients": gradients}
        )

    def play(self, playing: bool) -> None:
        """Nothing plays here."""


def app() -> pmui.Page:
    """Build the page for one visitor."""
    asked = {key: values[0].decode() for key, values in pn.state.session_args.items()}
    values = dict(pair.split(":") for pair in asked.get("values", "x:-2,y:5,z:-4").split(","))
    spec = ExpressionSpec(asked.get("text", "(x + y)*z"), {name: float(value) for name, value in values.items()})
    dark = "dark" in asked
    bench = Bench(spec, dark)
    practise, check = pmui.Button(label="Open You do it"), pmui.Button(label="Open Check by differences")
    practise.on_click(lambda _: bench.practice.begin())
    check.on_click(lambda _: bench.check.toggle(True))
    page = pmui.Page(title="Practice", theme_config=THEME_CONFIG, busy_indicator=None, dark_theme=dark)
    parts = bench.transport, pmui.Row(practise, check), bench.practice.panel, bench.check.panel, bench.said, bench.heard
    page.main = [pn.Column(*parts, sizing_mode="stretch_width")]
    return page


if __name__ == "__main__":
    mend()
    pn.extension(notifications=False)
    pn.serve({"": app}, port=int(sys.argv[1]), show=False, title="Practice")
