"""What there is to say of where a descent stands: short titles with a sentence or two each."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class DescentFacts(Component):
    """
    A list of what holds now; its frame is the last thing of a picture that is painted.

    Messages: `ack` when a picture has been painted.
    """

    facts = param.List(default=[], doc="One dict each: `key`, `title` and `text`, plain.")
    sequence = param.Integer(default=0, doc="The number of the picture; each new one is acknowledged.")

    _esm = module("component", "descent_facts")
    _stylesheets: ClassVar[list[str]] = stylesheets("descent_facts")
