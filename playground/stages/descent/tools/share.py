"""A link that opens this very descent, at this very moment."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from engine import Position, SpecError
from engine.descent import DescentRun, DescentSpec
from playground.address import page_address
from playground.descent_link import to_url
from playground.stages.descent.host import DescentHost
from playground.stages.descent.presets import VIEWS
from playground.widgets.clipboard import CopyBox

_HERE = (
    "Settings were changed on the way here: the link begins at the point where it stands now, with the settings of "
    "now. A file keeps the whole way: Save and load."
)
_START = "It stands beyond the view, where no link can begin: the link opens at the start, with the settings of now."


class Share:
    """The dialog with the link.

    Parameters
    ----------
    host : DescentHost
    """

    def __init__(self, host: DescentHost) -> None:
        self._host = host
        self._box = CopyBox(label="Link to this descent")
        self._note = pn.widgets.StaticText(value="", sizing_mode="stretch_width")
        self._dialog = pmui.Dialog(
            objects=[self._box, self._note], title="Share", show_close_button=True, close_on_click=True,
            width_option="sm",
        )  # fmt: skip

    def open(self) -> None:
        """Show the link to what stands on the stage now."""
        with self._host.still():
            session = self._host.session
            spec, position, note = moment(session.run)
            views = tuple(view for view in VIEWS if view in session.views)
        self._box.param.update(text=f"{page_address()}?{to_url(spec, position, views)}", dark=self._host.dark)
        self._note.value = note
        self._host.open_dialog(self._dialog)

    @property
    def link(self) -> str:
        """The text that is copied."""
        return str(self._box.text)


def moment(run: DescentRun) -> tuple[DescentSpec, Position, str]:
    """Return what a link carries so that it shows what stands here, and what there is to say of it."""
    spec = run.spec
    if all(segment.start == Position() for segment in run.history.line):
        # From the beginning on nothing was changed: the link walks the same way.
        return spec, run.position, ""
    try:
        return spec.with_(start=tuple(run.frame().path[-1].tolist())), Position(), _HERE
    except SpecError:
        return spec, Position(), _START
