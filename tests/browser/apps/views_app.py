"""The Bokeh views on a page of their own, with what is drawn by hand written beneath: `python views_app.py PORT`."""

import json
import sys

import numpy as np
import panel as pn
import panel_material_ui as pmui

from engine.datasets import Dataset
from engine.datasets.dataset import Task
from playground.server import mend
from playground.theme import THEME_CONFIG
from playground.views.boundary import BoundaryView
from playground.views.curves import CurvesView
from playground.views.export_picture import png_button

INPUTS = np.array([[-4.0, -4.0], [0.0, 3.0], [4.0, 0.0]])
DATA = Dataset("own", INPUTS, np.array([0.0, 1.0, 1.0]), Task.CLASSIFICATION, 2)
CURVE = np.array([[0, 0.75, 0.25, 0.875, 0.125], [10, 0.5, 0.625, 0.6875, 0.375]], np.float32)


def app() -> pmui.Page:
    """Build the page for one visitor; points that are moved, added or erased stay so."""
    boundary, curves = BoundaryView(), CurvesView()
    boundary.set_data(DATA, DATA, 6.0, ["<b>first</b>", "second"])
    boundary.draw(np.tile(np.linspace(0, 255, 100).astype(np.uint8), (100, 1)), np.zeros(0, np.int64), "")
    curves.draw(CURVE, 10.0)
    said = pn.pane.HTML("<output>nothing yet</output>")
    points = [list(point) for point in INPUTS]

    def hear(message: dict) -> None:
        said.object = f"<output>{json.dumps(message)}</output>"
        match message["type"]:
            case "add":
                points.append([message["x"], message["y"]])
            case "move":
                points[message["index"]] = [message["x"], message["y"]]
            case "erase":
                del points[message["index"]]
        boundary.set_points_for_editing(np.array(points).reshape(-1, 2))

    boundary.on_draw(hear)
    boundary.set_points_for_editing(INPUTS)
    tools = pmui.Row()
    for name in ("look", "add", "move", "erase"):
        button = pmui.Button(label=name)
        button.on_click(lambda _, name=name: setattr(boundary, "tool", name))
        tools.append(button)
    page = pmui.Page(title="Views", theme_config=THEME_CONFIG, busy_indicator=None)
    save = png_button(boundary.figure, "plane", "Save the plane")
    # The spacer makes the page scroll.
    page.main = [pn.Column(tools, said, boundary.pane, save, curves.pane, width=360), pn.Spacer(height=900)]
    return page


if __name__ == "__main__":
    mend()
    pn.extension(notifications=False)
    pn.serve({"": app}, port=int(sys.argv[1]), show=False, title="Views")
