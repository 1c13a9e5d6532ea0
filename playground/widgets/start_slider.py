"""A slider under a curve: the start, by keys, by finger, and for screen readers."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class StartSlider(Component):
    """
    One number along an axis, as the browser's own slider.

    Messages: `drag` with `x` while it moves, at most 20 a second; `start` with `x` where it comes to rest: when it is
    let go, or a moment after the last key.
    """

    name_of = param.String(default="w", doc="What the number is called.")
    low = param.Number(default=0.0, doc="Its left end.")
    high = param.Number(default=1.0, doc="Its right end.")
    x = param.Number(default=0.0, doc="The start that holds.")

    _esm = module("component", "start_slider")
    _stylesheets: ClassVar[list[str]] = stylesheets("slider", "start_slider")
