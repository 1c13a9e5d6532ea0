"""The numbers of the moment, large."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class Readout(Component):
    """Labelled numbers in a row. Each is an `output` element under its label as accessible name."""

    items = param.List(
        default=[], doc="Triples of key, label and tone (train, test or empty), in the order in which they stand."
    )
    values = param.Dict(default={}, doc="By key: the number as text. Set a new dict.")

    _esm = module("component", "readout")
    _stylesheets: ClassVar[list[str]] = stylesheets("readout")
