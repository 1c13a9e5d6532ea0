"""A dialog with the link that opens what stands on a stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from playground.address import page_address
from playground.stages.host import Host
from playground.widgets.clipboard import CopyBox


class ShareDialog:
    """The dialog.

    Parameters
    ----------
    host : Host
    label : str
        What the link leads to: ``Link to this race``.
    link : callable
        Returns the query of now, and a note on what it leaves out; called while nothing else runs.
    """

    def __init__(self, host: Host[Any], label: str, link: Callable[[], tuple[str, str]]) -> None:
        self._host = host
        self._link = link
        self._box = CopyBox(label=label)
        self._note = pn.widgets.StaticText(value="", sizing_mode="stretch_width")
        self._dialog = pmui.Dialog(
            objects=[self._box, self._note], title="Share", show_close_button=True, close_on_click=True,
            width_option="sm",
        )  # fmt: skip

    def open(self) -> None:
        """Show the link to what stands on the stage now."""
        with self._host.still():
            query, note = self._link()
        self._box.param.update(text=f"{page_address()}?{query}", dark=self._host.dark)
        self._note.value = note
        self._host.open_dialog(self._dialog)

    @property
    def link(self) -> str:
        """The text that is copied."""
        return str(self._box.text)
