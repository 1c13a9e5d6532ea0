"""All maps of a network as small pictures, layer by layer, with what a picked number has seen."""

from typing import ClassVar

import param

from playground import theme
from playground.assets import module, stylesheets
from playground.widgets.component import Component


class MapWall(Component):
    """
    The feature maps of all layers, side by side, or one beneath the other where it is narrow.

    A click picks a number of a map. With the keyboard each layer is one field: the arrows move the mark within a map,
    Page Up and Page Down lead to the map before and after.

    Messages: `pick` with `layer` and `place`, row, column and channel, or only the unit; see `picked_place`.
    """

    content = param.Dict(default={}, doc="What is to be seen, as `playground.views.maps.maps_content` makes it.")
    luts = param.Bytes(
        default=theme.diverging_rgb(False) + theme.diverging_rgb(True),
        doc="Colours of values, 256 × red, green, blue, for the light page and for the dark one.",
    )
    wall_height = param.Integer(default=300, bounds=(120, 1000), doc="Height for the maps of one layer, in pixels.")
    label = param.String(default="Feature maps", doc="What it is, for screen readers.")
    wraps = param.Boolean(default=False, doc="Whether layers that find no room go on in the next line.")
    pickable = param.Boolean(default=True, doc="Whether numbers can be picked.")

    _esm = module("component", "canvas", "map_wall_fit", "map_wall_layer", "map_wall")
    _stylesheets: ClassVar[list[str]] = stylesheets("map_wall")
