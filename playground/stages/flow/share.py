"""A link that opens this very stack, and the pinned one beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import panel_material_ui as pmui

from playground.address import page_address
from playground.flow_link import to_url
from playground.widgets.clipboard import CopyBox

if TYPE_CHECKING:
    from playground.stages.flow.stage import FlowStage


class Share:
    """The dialog with the link.

    Parameters
    ----------
    stage : FlowStage
    """

    def __init__(self, stage: FlowStage) -> None:
        self._stage = stage
        self.box = CopyBox(label="Link to this experiment")
        self.dialog = pmui.Dialog(
            objects=[self.box], title="Share", show_close_button=True, close_on_click=True, width_option="sm"
        )

    def open(self) -> None:
        """Show the link to what stands on the stage now."""
        with self._stage.still():
            session = self._stage.session
            pinned = None if session.pinned is None else session.pinned.spec
            query = to_url(session.spec, pinned, session.shown)
        self.box.param.update(text=f"{page_address()}?{query}", dark=self._stage.dark)
        self.dialog.open = True
