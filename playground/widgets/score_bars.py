"""What a network says to each class: a bar and a number a class."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class ScoreBars(Component):
    """
    Scores of the classes, one line each; the best is bold and has a pointer, the true one is marked.

    Its content comes from `playground.views.maps.score_content`.
    """

    content = param.Dict(
        default={},
        doc="""
        `rows`, a dict a class: `label`, `text` (its number), `from` and `to` (its bar, shares of the width), `best`,
        `true`; `verdict`, a sentence over them, and `zero`, where the bars begin, a share of the width.""",
    )
    title = param.String(default="", doc="Stands above the bars.")
    quiet = param.Boolean(default=False, doc="Whether changes are kept from the screen reader: while it plays.")

    _esm = module("component", "score_bars")
    _stylesheets: ClassVar[list[str]] = stylesheets("score_bars")
