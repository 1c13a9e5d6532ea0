"""The terms of the field with what they mean."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class GlossaryList(Component):
    """All terms in order, a field that narrows them down, and a link to each."""

    terms = param.List(default=[], doc="One dict a term: `key`, `name`, `forms`, `text` and `href`.")
    term = param.String(default="", doc="Key of the term that is shown at once; empty for none.")
    message = param.String(default="", doc="What was wrong with the address; empty for nothing.")
    back = param.String(default="?stage=course", doc="Where the link to the course leads.")

    _esm = module("component", "themed", "glossary_list")
    _stylesheets: ClassVar[list[str]] = stylesheets("glossary_list")
