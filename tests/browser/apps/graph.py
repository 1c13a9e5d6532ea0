"""The computation graph alone: `?case=` names a preset, messages are written below it as JSON, a line each."""

from __future__ import annotations

import json
from dataclasses import replace

import panel as pn

from engine.experiment import Grain
from engine.expression.presets import PRESETS
from engine.expression.run import ExpressionRun
from engine.expression.spec import ExpressionSpec
from playground.server import mend
from playground.views.graph import GraphView, frame_of
from playground.views.graph_layout import layout

CASES = {
    **{key: preset.spec for key, preset in PRESETS.items()},
    "twice": ExpressionSpec("x*x", (("x", 3),)),
    "one": ExpressionSpec("x", (("x", 3),)),
    "tiny": ExpressionSpec("x*y", (("x", -0.0001234), ("y", 0.0001234))),
    "words": ExpressionSpec("softplus(size*x) + max(x, y, pi)", (("size", 1), ("x", 1), ("y", 3))),
    "tall": ExpressionSpec(" + ".join(["x*y"] * 30), (("x", 1), ("y", 2))),
}


class Bench:
    """A graph whose run follows what is asked of it."""

    def __init__(self, asked: dict[str, str]) -> None:
        self.practice = "practice" in asked
        self.sequence = 0
        self.run = ExpressionRun(CASES[asked.get("case", "xyz")])
        self.view = GraphView(dark="dark" in asked, editable="fixed" not in asked)
        self.log = pn.pane.Str("", css_classes=["log"], styles={"color": "#8899AA" if "dark" in asked else "#1B2530"})
        self.step = pn.widgets.Button(label="Step")
        # A tick of its own holds the document's lock; a handler of messages does not always.
        self.step.on_click(lambda _: pn.state.curdoc.add_next_tick_callback(lambda: self.advance(1)))
        self.view.on_message(self.hear)
        self.draw()
        self.advance(int(asked.get("op", 0)))

    def draw(self) -> None:
        """Send the graph."""
        self.view.graph = layout(self.run.graph, self.run.first_spec.parameters)

    def advance(self, count: int) -> None:
        """Run so many operations, and show where that leads."""
        self.run.step(Grain.OP, count)
        self.send()

    def send(self) -> None:
        """Send a frame."""
        self.sequence += 1
        hidden, asked = None, None
        if self.practice:
            graph = self.run.graph
            hidden = {"gradients": [node.id for node in graph.nodes if node.varies], "locals": range(len(graph.edges))}
            asked = {"kind": "gradient", "id": graph.root}
            if self.sequence > 1:
                asked = {"kind": "local", "id": 0}
        self.view.push(frame=frame_of(self.run.frame(), self.sequence, hidden=hidden, asked=asked))

    def hear(self, message: dict) -> None:
        """Do what a message asks for, and write it down."""
        pn.state.curdoc.add_next_tick_callback(lambda: self.show(message))

    def show(self, message: dict) -> None:
        """Show what a message has changed, and the message itself."""
        with pn.io.hold():
            match message["type"]:
                case "value":
                    self.run.set_value(message["name"], message["value"])
                    self.send()
                case "parameter":
                    self.mark(message["name"], message["on"])
                case "select":
                    self.view.selected = message["node"]
            self.log.object += json.dumps(message) + "\n"

    def mark(self, name: str, on: bool) -> None:
        """Make a name a parameter, or no longer one."""
        spec, position = self.run.spec, self.run.position
        names = [other for other in spec.parameters if other != name] + [name] * on
        self.run = ExpressionRun(replace(spec, parameters=tuple(names)))
        self.run.seek(position)
        self.draw()
        self.send()


def page() -> None:
    """Serve what the address asks for."""
    mend()
    asked = {key: values[0].decode() for key, values in pn.state.session_args.items()}
    bench = Bench(asked)
    background = "#11161B" if "dark" in asked else "#F5F7F9"
    pn.Column(
        bench.view, bench.step, bench.log, sizing_mode="stretch_width", styles={"background": background}
    ).servable(title="Graph")


page()
