"""An optimizer from the inside: numbers, bars for each parameter, and its listing with the line that comes next."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class OptimizerState(Component):
    """
    What an optimizer remembers and what it does with it; without any content it takes no room.

    Messages: `run_to` with `index`, the line of the update that is to become the next one.
    """

    content = param.Dict(
        default={},
        doc="""
        `title`; `read`, single numbers with `name` (MathML made by us and trusted), `title` and `value`; `blocks`,
        each with `key`, `name` (MathML), `title`, `tone` (point, gradient, memory, step or rate), `signed`, whether
        its bars go both ways, `scale`, what a full bar stands for, and `rows` of `name`, `value` and `share`, the
        length of the bar from -1 to 1, None for no bar; `lines` with `formula` (MathML), `code` and `phase`; `ran`
        and `next`, the places of the line that has just run and of the one that comes next, -1 for none.""",
    )

    _esm = module("component", "optimizer_state")
    _stylesheets: ClassVar[list[str]] = stylesheets("optimizer_state")
