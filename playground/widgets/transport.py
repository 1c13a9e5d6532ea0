"""The bar that drives every experiment: play, step forward and back, scrub, choose what one step means."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component

GRAINS = [
    ("operation", "Operation"),
    ("layer", "Layer"),
    ("phase", "Phase"),
    ("batch", "Batch"),
    ("epoch", "Epoch"),
]
SPEEDS = [("slow", "Slow"), ("normal", "Normal"), ("fast", "Fast"), ("max", "Fastest")]


class Transport(Component):
    """
    The bar that drives an experiment.

    It moves nothing by itself: it says what was asked for, and shows where the experiment says it stands.

    Messages: `play`, `pause`, `reset`, `end`; `step` with `direction` (1 or -1) and `grain`; `seek` with
    `step`; `grain` with `grain`; `speed` with `speed`; `branch` with `branch`. The keys Space, arrows, Home
    and End do the same from anywhere on the page; Shift and an arrow steps by the next larger grain.
    """

    playing = param.Boolean(default=False, doc="Whether the experiment runs by itself.")
    locked = param.Boolean(default=False, doc="Whether all that moves it waits: a lesson asks for a prediction first.")
    grain = param.String(default="batch", doc="Key of what one step means.")
    grains = param.List(default=GRAINS, doc="Keys and labels of the grains, from small to large.")
    speed = param.String(default="normal", doc="Key of the speed of playing.")
    speeds = param.List(default=SPEEDS, doc="Keys and labels of the speeds.")
    branch = param.String(default="0", doc="Key of the branch of history that is stood on.")
    branches = param.List(default=[], doc="Keys and labels of the branches; shown when there are two or more.")
    status = param.Dict(
        default={"step": 0, "length": 0, "text": "", "at_end": True, "can_back": False},
        doc="""
        Where the experiment stands: `step` among the `length` steps reached so far, in words as `text`;
        `at_end` at the newest moment, `can_back` if there is anything before, `can_reset` if there is a start to
        return to even so. Set a new dict: one that is
        changed in place is not sent.""",
    )

    _esm = module("component", "transport_keys", "transport")
    _stylesheets: ClassVar[list[str]] = stylesheets("slider", "transport")
