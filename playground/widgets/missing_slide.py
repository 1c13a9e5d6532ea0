"""A slide that no step of a lesson shows yet."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class MissingSlide(Component):
    """Says what the slide is about and what is not there, and leads on."""

    place = param.String(default="", doc="Which slide it is of which lecture.")
    title = param.String(default="", doc="What the slide is about.")
    sentence = param.String(default="", doc="What is not there yet.")
    ways = param.List(default=[], doc="Where something of it is shown: dicts of `title`, `sentence` and `href`.")
    steps = param.List(default=[], doc="Within the lecture: dicts of `label`, `title` and `href`.")

    _esm = module("component", "themed", "missing_slide")
    _stylesheets: ClassVar[list[str]] = stylesheets("missing_slide")
