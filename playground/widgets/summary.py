"""The picture in words, for who cannot see it and for who would rather read."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class Summary(Component):
    """A paragraph that changes with the picture; a screen reader says it when the picture comes to rest."""

    text = param.String(default="", doc="What is to be seen.")
    quiet = param.Boolean(default=False, doc="Whether changes are kept from the screen reader: while it plays.")

    _esm = module("component", "summary")
    _stylesheets: ClassVar[list[str]] = stylesheets("summary")
