"""A link that opens this very graph, at this very moment."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from engine import Position, SpecError
from engine.expression.run import ExpressionRun
from engine.expression.spec import ExpressionSpec
from playground.address import page_address
from playground.graph_link import MOST_INSTRUCTIONS, to_url
from playground.stages.graph.host import GraphHost
from playground.stages.graph.presentation import index_of
from playground.widgets.clipboard import CopyBox

_AGAIN = (
    "Values or the learning rate were changed on the way here, or the way is long: the link opens with the values of "
    "now as its beginning, at the same operation."
)
_START = "The values of now are beyond what a link can begin with: it opens at the start."


class Share:
    """The dialog with the link.

    Parameters
    ----------
    host : GraphHost
    """

    def __init__(self, host: GraphHost) -> None:
        self._host = host
        self._box = CopyBox(label="Link to this graph")
        self._note = pn.widgets.StaticText(value="", sizing_mode="stretch_width")
        self._dialog = pmui.Dialog(
            objects=[self._box, self._note], title="Share", show_close_button=True, close_on_click=True,
            width_option="sm",
        )  # fmt: skip

    def open(self) -> None:
        """Show the link to what stands on the stage now."""
        with self._host.still():
            spec, position, note = moment(self._host.session.run)
        self._box.param.update(text=f"{page_address()}?{to_url(spec, position)}", dark=self._host.dark)
        self._note.value = note
        self._host.open_dialog(self._dialog)

    @property
    def link(self) -> str:
        """The text that is copied."""
        return str(self._box.text)


def moment(run: ExpressionRun) -> tuple[ExpressionSpec, Position, str]:
    """Return what a link carries so that it shows what stands here, and what there is to say of it.

    A run that nobody interfered with is walked again, so that its past is there too; else the values that the step
    was begun with are the link's beginning.
    """
    at = run.position
    undisturbed = len(run.history.line) == 1
    if undisturbed and index_of(run, at) <= MOST_INSTRUCTIONS:
        return run.first_spec, at, ""
    try:
        spec = run.first_spec.with_(values=run.used, learning_rate=run.learning_rate)
    except SpecError:
        return run.first_spec, Position(), _START
    return spec, Position(1) if at.op == 0 and at.epoch else Position(0, 0, at.op), _AGAIN if at.epoch else ""
