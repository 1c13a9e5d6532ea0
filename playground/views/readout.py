"""The numbers of the moment, large."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class Readout(Component):
    """Labelled numbers in a row. Each is an `output` element under its label as accessible name."""

    items = param.List(
        default=[],
        doc="""
        Key, label and tone (train, test or empty) of each, in the order in which they stand. A fourth element
        says in a sentence what the number is: the label then shows it on a card.""",
    )
    values = param.Dict(default={}, doc="By key: the number as text. Set a new dict.")
    second = param.Dict(
        default={}, doc="By key: the numbers of a second run, shown smaller beneath; empty for none. Set a new dict."
    )
    second_label = param.String(default="pinned", doc="What the second run is called.")

    _esm = module("component", "card", "readout")
    _stylesheets: ClassVar[list[str]] = stylesheets("card", "readout")
