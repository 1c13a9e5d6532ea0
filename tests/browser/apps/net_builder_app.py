"""The builder of networks alone: what it sends is shown as text, and done to a network of these few lines; `?dark`."""

from __future__ import annotations

import json
import sys
from typing import Any

import panel as pn
import panel_material_ui as pmui

from engine.layers import Conv, Dense, Flatten, MaxPool
from engine.layers.shapes import Shape
from playground.server import mend
from playground.theme import THEME_CONFIG
from playground.widgets.net_builder import NetBuilder

INPUT: Shape = (28, 28, 1)
KINDS = [
    {"kind": "conv", "title": "Convolution", "sentence": "Filters that slide over all maps."},
    {"kind": "pool", "title": "Max pooling", "sentence": "Keeps the largest number of each window."},
    {"kind": "dense", "title": "Dense", "sentence": "Every unit sees all numbers."},
]
USUAL = {"conv": {"filters": 6, "size": 5, "padding": "valid"}, "pool": {"size": 2}, "dense": {"units": 84}}
NUMBERS = {"filters": (1, 64), "size": (1, 11), "units": (1, 256)}
PADDINGS = [("valid", "none"), ("same", "same size")]


class Bench:
    """A list of layers that are changed as they are asked for; what cannot work is said as the engine says it."""

    def __init__(self, dark: bool) -> None:
        self.layers: list[dict[str, Any]] = []
        self.made = 0
        for kind in ("conv", "pool", "conv", "pool", "dense"):
            self.insert(len(self.layers), kind)
        self.builder = NetBuilder(kinds=KINDS, content=self.content(), dark=dark)
        self.heard = pn.pane.Str("", css_classes=["heard"])
        self.builder.on_message(self.on_message)

    def insert(self, at: int, kind: str) -> None:
        """Add a layer."""
        self.made += 1
        self.layers.insert(at, {"id": f"layer{self.made}", "kind": kind, "settings": dict(USUAL[kind])})

    def on_message(self, message: dict[str, Any]) -> None:
        """Show it, and do it."""
        self.heard.object = json.dumps(message, sort_keys=True)
        at = next((k for k, layer in enumerate(self.layers) if layer["id"] == message.get("id")), -1)
        match message["type"]:
            case "set":
                self.layers[at]["settings"][message["name"]] = message["value"]
            case "add":
                self.insert(at + 1, message["kind"])
            case "remove" if at >= 0:
                del self.layers[at]
            case "move":
                self.layers.insert(at + message["direction"], self.layers.pop(at))
        self.builder.push(content=self.content())

    def content(self) -> dict[str, Any]:
        """Return the network as the widget wants it."""
        shape: Shape | None = INPUT
        cards = [_card("input", "Input", "", INPUT, addable=True)]
        total, problem = 0, ""
        for number, layer in enumerate(self.layers, 1):
            name, refusal, count = f"{layer['kind']}{number}", "", 0
            if shape is not None:
                try:
                    shape, count = _applied(layer, shape, name)
                except ValueError as error:
                    shape, refusal = None, str(error)
            total, problem = total + count, problem or refusal
            settings = [_setting(key, value) for key, value in layer["settings"].items()]
            moves = [step for step in (-1, 1) if 0 <= number - 1 + step < len(self.layers)]
            cards.append(
                _card(layer["id"], name, "", shape, settings=settings, removable=True, movable=moves, addable=True,
                      parameters=f"{count:,}" if count else "", refusal=refusal)
            )  # fmt: skip
        cards.append(_card("head", "Soft-max", "10 classes", None if shape is None else (10,)))
        return {"cards": cards, "total": "" if problem else f"{total:,} parameters", "problem": problem}


def _applied(layer: dict[str, Any], shape: Shape, name: str) -> tuple[Shape, int]:
    settings = layer["settings"]
    if layer["kind"] == "dense":
        row = shape if len(shape) == 1 else Flatten().output_shape(shape)
        return (settings["units"],), Dense(settings["units"]).parameter_count(row)
    made = Conv(**settings) if layer["kind"] == "conv" else MaxPool(**settings)
    return made.output_shape(shape, name), made.parameter_count(shape)


def _setting(name: str, value: Any) -> dict[str, Any]:
    about = {"name": name, "title": name.capitalize(), "value": value}
    if name == "padding":
        return {**about, "options": PADDINGS}
    least, most = NUMBERS[name]
    return {**about, "least": least, "most": most, "whole": True}


def _card(key: str, title: str, detail: str, shape: Shape | None, **more: Any) -> dict[str, Any]:
    return {
        "id": key, "title": title, "detail": detail, "shape": None if shape is None else list(shape), "parameters": "",
        "settings": [], "removable": False, "movable": [], "addable": False, "refusal": "", "note": "", **more,
    }  # fmt: skip


def app() -> pmui.Page:
    """Build the page for one visitor."""
    dark = "dark" in pn.state.session_args
    bench = Bench(dark)
    page = pmui.Page(title="Builder", theme_config=THEME_CONFIG, busy_indicator=None, dark_theme=dark)
    page.main = [pn.Column(bench.builder, bench.heard, sizing_mode="stretch_width")]
    return page


if __name__ == "__main__":
    mend()
    pn.extension(notifications=False)
    pn.serve({"": app}, port=int(sys.argv[1]), show=False, title="Builder")
