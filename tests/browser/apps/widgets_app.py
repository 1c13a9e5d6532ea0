"""The widgets alone, without the app around them; what they send is shown as text."""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
import panel as pn

from engine.datasets import DATASETS, make_dataset
from engine.datasets.dataset import Task
from playground import theme
from playground.server import mend
from playground.views.readout import Readout
from playground.widgets.branch_tree import BranchTree
from playground.widgets.clipboard import CopyBox
from playground.widgets.gallery import DataGallery, pack_points
from playground.widgets.surface import Surface, pack_surface

SIDE = 61
SEGMENTS = [
    {"id": 0, "parent": None, "start": 0, "end": 400, "leaf": None, "label": "", "current": True},
    {"id": 1, "parent": 0, "start": 400, "end": 1200, "leaf": 0, "current": False,
     "label": "to epoch 60, learning rate 0.1 from epoch 20"},
    {"id": 2, "parent": 0, "start": 240, "end": 900, "leaf": 1, "current": False,
     "label": "to epoch 45, L2 0.01 from epoch 12"},
    {"id": 3, "parent": 0, "start": 400, "end": 1000, "leaf": 2, "current": True,
     "label": "to epoch 50, batch size 5 from epoch 20"},
]  # fmt: skip


def gallery_items() -> list[dict[str, Any]]:
    """Return all data sets of the engine, and one without points."""
    items: list[dict[str, Any]] = []
    for key, kind in DATASETS.items():
        real = kind.task is Task.REGRESSION
        group = "Real values" if real else "Two classes" if kind.classes == 2 else "Several classes"
        group = "Course" if kind.fixed else group
        drawn = make_dataset(key, 200, 0.1, np.random.default_rng(0))
        points = pack_points(drawn.inputs, drawn.targets, real=real)
        items.append(
            {"key": key, "title": kind.title, "sentence": kind.sentence, "group": group, "points": points, "real": real}
        )
    own = {"key": "own", "title": "Your own points", "sentence": "Draw points or load a file of them.", "group": "Own"}
    return [*items, own]


def bumps() -> bytes:
    """Return hills and hollows with a hole, a path along them and points above."""
    axis = np.linspace(-1, 1, SIDE)
    x, y = np.meshgrid(axis, axis)
    heights = 0.9 * np.sin(3 * x) * np.cos(2.5 * y)
    colors = (heights * 127.5 + 127.5).astype(np.uint8)
    t = np.linspace(0, 1, 80)
    path = np.column_stack([0.1 + 0.65 * t, 0.15 + 0.7 * t**2, np.zeros(80)])
    path[:, 2] = 0.9 * np.sin(3 * (2 * path[:, 0] - 1)) * np.cos(2.5 * (2 * path[:, 1] - 1))
    rng = np.random.default_rng(1)
    points = np.column_stack([rng.random((60, 2)), np.zeros((60, 2))])
    points[:, 3] = np.where(rng.random(60) < 0.5, 0, 255)
    points[:, 2] = points[:, 3] / 127.5 - 1
    heights[6:14, 44:54] = np.nan
    return pack_surface(heights, colors, path, points)


def many(branches: int) -> list[dict[str, Any]]:
    """Return a history in which each branch leaves the one before; the last is stood on."""
    segments: list[dict[str, Any]] = []
    for leaf in range(branches):
        start = 20 * leaf
        parent = leaf - 1 if leaf else None
        segment = {"id": leaf, "parent": parent, "start": start, "end": min(1000, start + 500), "leaf": leaf}
        segments.append({**segment, "label": f"from update {start}", "current": True})
    return segments


def page() -> pn.Column:
    """Build one of each."""
    dark = pn.state.session_args.get("theme", [b""])[0] == b"dark"
    heard = pn.pane.Str("", css_classes=["heard"])
    lut = theme.diverging_rgb(dark)
    gallery = DataGallery(items=gallery_items(), value="circle", lut=lut, dark=dark)
    surface = Surface(
        frame=bumps(), lut=lut, title="What the network answers", summary="The answer over the plane.", dark=dark
    )
    tree = BranchTree(segments=SEGMENTS, position=620, length=1000, dark=dark)
    box = CopyBox(text="http://localhost/?hidden=4,2&data=xor", dark=dark)
    readout = Readout(
        items=[
            ["epoch", "Epoch", ""],
            ["loss", "Loss", "train", "The mean of the losses over all training examples: L = (1/N) Σ ℓ(ŷₙ, yₙ)."],
            ["test_loss", "Test loss", "test", "The same over the test examples, which the network never learns from."],
        ],
        values={"epoch": "1,234", "loss": "0.1234", "test_loss": "0.2345"},
        dark=dark,
    )
    widgets = {"gallery": gallery, "surface": surface, "tree": tree, "box": box, "readout": readout}
    for widget in widgets.values():
        widget.on_message(lambda message: heard.param.update(object=json.dumps(message, sort_keys=True)))

    pin, one = pn.widgets.Button(name="Pin"), pn.widgets.Button(name="One segment")
    pin.on_click(lambda _: readout.param.update(second={"loss": "0.2", "test_loss": "0.3"}))
    one.on_click(lambda _: tree.push(segments=SEGMENTS[:1]))
    thirty = pn.widgets.Button(name="Thirty branches")
    thirty.on_click(lambda _: tree.push(segments=many(30)))
    cut = pn.widgets.Button(name="Cut at zero")
    cut.on_click(lambda _: surface.param.update(z_range=(-1.0, 0.0)))
    for widget, width in (("gallery", 260), ("surface", 520), ("box", 340)):
        widgets[widget].param.update(sizing_mode="stretch_width", max_width=width)
    surroundings = theme.css_tokens(dark)
    return pn.Column(
        readout, tree, gallery, surface, box, pn.FlexBox(pin, one, thirty, cut), heard,
        styles={"background": surroundings["surface"], "color": surroundings["ink"]}, sizing_mode="stretch_width",
    )  # fmt: skip


if __name__ == "__main__":
    mend()
    pn.extension()
    pn.serve({"/": page}, port=int(sys.argv[1]), show=False)
