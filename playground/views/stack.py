"""A stack of layers from left to right: activations on the way up, the norm of the gradient on the way down."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class StackView(Component):
    """
    A stack of layers; on a narrow page its layers lie beneath each other.

    Messages: `ack` after each frame was painted; `go` with `layer`, from 1, and `phase`, forward or backward: a part
    of a layer was pressed.
    """

    frame = param.Dict(
        default={},
        doc="""
        What is drawn. `layers`: dicts of `number`, `known` (whether it was computed), `rms`, `slope`, `flat` (share of
        units without a slope), `share` (how long the bar is, 0 to 1, None for no bar),
        `gradient`, `factor` (to the layer above), and what the two parts are called, `forward` and `backward`.
        `pinned`: dicts of `share` and `text`, a layer each, or none. `ticks` of the axis: `share` and `power` of ten.
        `quantity`: what the bars are. `results`: dicts of `title`, `ratio`, `verdict` and `sentence`. `current`: the
        layer that ran last, with its `phase`. `skip`: whether layers add their input. `units` and `examples`.
        `flat_name`: what units without a slope are called, empty where there are none. `note`: what goes in.""",
    )
    tiles = param.Bytes(default=b"", doc="Activations [depth, examples, units], as indices of `lut`.")
    lut = param.Bytes(default=b"", doc="256 colours of the values −1 to 1, red, green and blue each.")

    _esm = module("component", "canvas", "stack_layer", "stack")
    _stylesheets: ClassVar[list[str]] = stylesheets("stack")
