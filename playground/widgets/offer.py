"""What a part of a network is as a formula, and the link that opens its graph."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class GraphOffer(Component):
    """The formula, the numbers of network and graph beside each other, and a link that opens the graph in a new tab."""

    title = param.String(default="", doc="What stands over the numbers.")
    formula = param.String(default="", doc="In Unicode.")
    rows = param.List(default=[], doc="Name, the network's number, the graph's number and their difference, as texts.")
    href = param.String(default="", doc="Where the graph opens; empty where there is none.")
    trouble = param.String(default="", doc="Why there is none.")

    _esm = module("component", "offer")
    _stylesheets: ClassVar[list[str]] = stylesheets("offer")
