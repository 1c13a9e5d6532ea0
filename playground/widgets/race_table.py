"""The table of a race: who takes part, at which rate, who has arrived when, and how far the others are."""

from typing import Any, ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class RaceTable(Component):
    """
    A table with a line for each racer; lines stay where they are, whoever leads.

    Messages: `take` with `key` and `on`, a tick box; `rate` with `key` and `text`, what was typed for a rate;
    `add` with `optimizer`; `remove` with `key`; `ack` with `sequence`, when a frame has been painted.
    """

    rows = param.List(
        default=[],
        doc="""
        One dict a racer: `key`; `title`; `shape`, SVG path data on a grid of 24, and its colours `light` and `dark`;
        `settings`, what is unusual of the optimizer; `removable`.""",
    )
    frame = param.Dict(
        default={},
        doc="""
        How it stands: `sequence`; `goal`, what counts as having arrived; `cells`, one dict a row: `on`, `rate`,
        `place`, `arrived`, `value`, `distance`, `state` (there, way or diverged) and `words` for it, `step`, `path` and
        `keeps` of the comparison; `compared`, whether there is one; `distance`, whether there is a minimum to be far
        from.""",
    )
    refused = param.Dict(default={}, doc="By key: the text that was typed for a rate, and the `message` about it.")
    addable = param.List(default=[], doc="Keys and titles of optimizers of which another one may race.")

    _esm = module("component", "race_table")
    _stylesheets: ClassVar[list[str]] = stylesheets("race_table")

    def refuse(self, key: str, text: str, message: str) -> None:
        """Say under a racer's rate why what was typed is not taken; it stays there to be mended."""
        self.refused = {**self.refused, key: {"text": text, "message": message}}

    def forgive(self, key: str = "") -> None:
        """Forget what was refused, of one racer or of all."""
        kept: dict[str, Any] = {} if not key else {k: said for k, said in self.refused.items() if k != key}
        if kept != self.refused:
            self.refused = kept
