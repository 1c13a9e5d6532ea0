"""The browser's word that it has painted a frame, for stages whose own views do not give it."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class PaintSignal(Component):
    """
    Takes no room; push a new `sequence` with each frame.

    Messages: `ack`, when the browser has painted what came in the same message.
    """

    sequence = param.Integer(default=0, doc="Grows with each frame.")

    _esm = module("component", "paint_signal")
    _stylesheets: ClassVar[list[str]] = stylesheets("paint_signal")
