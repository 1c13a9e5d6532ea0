"""The sliding window alone: `?case=` names one, `done=` so many steps; messages are written below it as JSON."""

from __future__ import annotations

import json

import panel as pn

from engine.experiment import Grain
from engine.sliding import SlidingRun, SpecError
from playground import theme
from playground.server import mend
from playground.views.sliding_board import board_content
from playground.views.sliding_sum import sum_content
from playground.widgets.sliding_board import SlidingBoard
from playground.widgets.sliding_sum import SlidingSum
from tests.browser.apps.sliding_cases import CASES


class Bench:
    """A window whose run follows what is asked of it."""

    def __init__(self, asked: dict[str, str]) -> None:
        self.sequence, self.channel, self.filter = 0, 0, 0
        self.run = SlidingRun(CASES[asked.get("case", "edge")])
        dark = "dark" in asked
        self.board = SlidingBoard(dark=dark, lut=theme.diverging_rgb(dark), editable="fixed" not in asked)
        self.sum = SlidingSum(dark=dark)
        self.grey = "grey" in asked
        self.log = pn.pane.Str("", css_classes=["log"], styles={"color": "#8899AA" if dark else "#1B2530"})
        self.buttons = pn.Row()
        for name, grain in (("Step", Grain.OP), ("Row", Grain.LAYER), ("Pass", Grain.PHASE)):
            button = pn.widgets.Button(label=name)
            button.on_click(lambda _, grain=grain: pn.state.curdoc.add_next_tick_callback(lambda: self.advance(grain)))
            self.buttons.append(button)
        self.board.on_message(self.hear)
        self.run.step(Grain.OP, int(asked.get("done", 0)))
        self.send()

    def advance(self, grain: Grain) -> None:
        """Run a step, and show where that leads."""
        self.run.step(grain)
        self.send()

    def send(self) -> None:
        """Send a frame."""
        self.sequence += 1
        content = board_content(self.run.frame(), self.channel, self.filter, grey=self.grey)
        self.board.push(content={**content, "sequence": self.sequence})
        self.sum.push(content=sum_content(self.run.frame(), self.channel, self.filter))

    def hear(self, message: dict) -> None:
        """Do what a message asks for, and write it down."""
        pn.state.curdoc.add_next_tick_callback(lambda: self.show(message))

    def show(self, message: dict) -> None:
        """Show what a message has changed, and the message itself."""
        kind = message["type"]
        with pn.io.hold():
            if kind in ("x", "w", "b", "upstream"):
                try:
                    self.run.change(self.run.spec.with_number(kind, message["place"], message["value"]))
                except SpecError as error:
                    self.log.object += f"{error}\n"
            elif kind in ("channel", "filter"):
                setattr(self, kind, message["index"])
            elif kind == "position":
                self.run.seek(self.run.at(message["place"], message["phase"]))
            if kind != "ack":
                self.send()
            self.log.object += json.dumps(message) + "\n"


def page() -> None:
    """Serve what the address asks for."""
    mend()
    asked = {key: values[0].decode() for key, values in pn.state.session_args.items()}
    bench = Bench(asked)
    pn.Column(
        bench.board, bench.sum, bench.buttons, bench.log, sizing_mode="stretch_width",
        styles={"background": "#11161B" if "dark" in asked else "#F5F7F9"},
    ).servable(title="Sliding window")  # fmt: skip


page()
