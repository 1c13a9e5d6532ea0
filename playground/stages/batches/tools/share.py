"""A link that opens these very lanes, at this very moment."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from playground.address import page_address
from playground.batches_link import MOST_POINTS, to_url
from playground.stages.batches.host import BatchesHost
from playground.widgets.clipboard import CopyBox

_CHANGED = (
    "Settings or weights were changed on the way here: the link opens with the settings of now at the start. A file, "
    "by Save and load, holds all of it."
)
_FAR = "The way here is long: the link opens at the start. A file, by Save and load, holds all of it."


class Share:
    """The dialog with the link.

    Parameters
    ----------
    host : BatchesHost
    """

    def __init__(self, host: BatchesHost) -> None:
        self._host = host
        self._box = CopyBox(label="Link to this experiment")
        self._note = pn.widgets.StaticText(value="", sizing_mode="stretch_width")
        self._dialog = pmui.Dialog(
            objects=[self._box, self._note], title="Share", show_close_button=True, close_on_click=True,
            width_option="sm",
        )  # fmt: skip

    def open(self) -> None:
        """Show the link to what stands on the stage now."""
        with self._host.still():
            session = self._host.session
            query, run = to_url(session.now), session.run
            note = _CHANGED if len(run.history.line) > 1 else _FAR if run.seen > MOST_POINTS else ""
        self._box.param.update(text=f"{page_address()}?{query}", dark=self._host.dark)
        self._note.value = note
        self._host.open_dialog(self._dialog)

    @property
    def link(self) -> str:
        """The text that is copied."""
        return str(self._box.text)
