"""A drawing pad, a wall of maps and bars of scores, alone; what they send is shown as text."""

from __future__ import annotations

import json
import sys

import numpy as np
import panel as pn

from engine.arena import Arena, Memory
from engine.layers import Conv, Dense, Flatten, MaxPool
from engine.losses import get_loss
from engine.map_network import MapNetwork
from engine.optimizers import get_optimizer
from engine.reader.reader import Reader
from playground import theme
from playground.server import mend
from playground.views.maps import Box, maps_content, picked_place, score_content
from playground.widgets.draw_pad import DrawPad
from playground.widgets.map_wall import MapWall
from playground.widgets.score_bars import ScoreBars

LAYERS = (
    Conv(6, 5, padding=2, activation="relu"), MaxPool(2), Conv(16, 5, activation="relu"), MaxPool(2), Flatten(),
    Dense(120, "relu"), Dense(84, "relu"), Dense(10, "softmax"),
)  # fmt: skip


def seven() -> np.ndarray:
    """Return a drawn seven, uint8 [28, 28]."""
    image = np.zeros((28, 28), np.uint8)
    image[6:9, 7:21] = 255
    for row in range(9, 23):
        column = 20 - (row - 9) * 9 // 14
        image[row, column - 1 : column + 2] = (128, 255, 128)
    return image


def reader() -> Reader:
    """Return LeNet-5 as it is before it has learnt anything."""
    network = MapNetwork((28, 28, 1), LAYERS, get_loss("categorical_crossentropy"), get_optimizer("sgd"))
    program = network.record(1)
    memory = Memory(program.layout, np.float32)
    network.initialize(program, memory, np.random.default_rng(3))
    return Reader(network, memory.arena(Arena.PARAMETERS))


def page() -> pn.Column:
    """Build one of each; the wall follows the pad."""
    arguments = pn.state.session_args
    dark = arguments.get("theme", [b""])[0] == b"dark"
    done = int(arguments["done"][0]) if "done" in arguments else None
    heard = pn.pane.HTML("<output>{}</output>")
    net = reader()
    filters = {1: net.filters(1), 3: net.filters(3)}
    now = {"image": seven(), "picked": None}

    def show() -> None:
        maps = net.maps(now["image"])
        picked, fields = now["picked"], []
        if picked:
            field = net.field(*picked) if picked[0] else None
            fields = [Box(0, field.input.first, field.input.last)] if field else []
            if field and len(field.before.first) == 2:
                fields.append(Box(picked[0] - 1, field.before.first, field.before.last))
        wall.push(content=maps_content(maps, picked, fields, filters=filters, done=done))
        scores = maps[-1].values
        bars.push(content=score_content(scores, 7, verdict=f"It reads a {int(scores.argmax())}."))

    def hear(message: dict) -> None:
        heard.object = f"<output>{json.dumps(message)}</output>"

    def draw(image: np.ndarray) -> None:
        now["image"] = image
        hear({"ink": int(image.sum()), "rows": np.flatnonzero(image.any(axis=1)).tolist()})
        show()

    def pick(message: dict) -> None:
        hear(message)
        now["picked"] = picked_place(message, net.maps(now["image"]))
        show()

    pad, wall, bars = DrawPad(dark=dark), MapWall(dark=dark), ScoreBars(dark=dark, title="Scores")
    pad.show(seven())
    pad.on_drawn(draw)
    wall.on_message(pick)
    show()
    again = pn.widgets.Button(name="Seven")
    again.on_click(lambda _: (pad.show(seven()), draw(seven())))
    colors = theme.css_tokens(dark)
    below = pn.FlexBox(pn.Column(pad, width=240), pn.Column(bars, width=300), again)
    return pn.Column(
        wall, below, heard, sizing_mode="stretch_width",
        styles={"background": colors["surface"], "color": colors["ink"]},
    )  # fmt: skip


if __name__ == "__main__":
    mend()
    pn.extension()
    pn.serve({"/": page}, port=int(sys.argv[1]), show=False)
