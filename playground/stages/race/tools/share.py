"""A link that opens this very race, where it stands."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from engine import Position
from playground.address import page_address
from playground.race_link import to_url
from playground.stages.race.field import Field
from playground.stages.race.host import RaceHost
from playground.stages.race.session import RaceSession
from playground.widgets.clipboard import CopyBox

_AGAIN = (
    "Rates or noise were changed on the way here: the link opens a race that has those of now from its start. Save the "
    "race as a file to keep every change."
)


class Share:
    """The dialog with the link.

    Parameters
    ----------
    host : RaceHost
    """

    def __init__(self, host: RaceHost) -> None:
        self._host = host
        self._box = CopyBox(label="Link to this race")
        self._note = pn.widgets.StaticText(value="", sizing_mode="stretch_width")
        self._dialog = pmui.Dialog(
            objects=[self._box, self._note], title="Share", show_close_button=True, close_on_click=True,
            width_option="sm",
        )  # fmt: skip

    def open(self) -> None:
        """Show the link to what stands on the stage now."""
        with self._host.still():
            field, position, note = moment(self._host.session)
        self._box.param.update(text=f"{page_address()}?{to_url(field, position)}", dark=self._host.dark)
        self._note.value = note
        self._host.open_dialog(self._dialog)

    @property
    def link(self) -> str:
        """The text that is copied."""
        return str(self._box.text)


def moment(session: RaceSession) -> tuple[Field, Position, str]:
    """Return what a link carries so that it shows what stands here, and what there is to say of it."""
    on_the_way = any(segment.start > Position() for segment in session.run.history.line)
    return session.field, session.run.position, _AGAIN if on_the_way else ""
