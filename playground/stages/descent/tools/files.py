"""Saving and loading a whole descent, and its pictures."""

from __future__ import annotations

import io
from typing import Any

import panel_material_ui as pmui

from engine.capsule import CapsuleError
from engine.descent.capsule import MAX_BYTES, save_descent
from playground.stages.descent.host import DescentHost
from playground.views.export_picture import png_button
from playground.widgets.upload import hear_every_choice

_NO_TEXT = "this is no saved descent: the file is not text. Choose a file that Save has written"


class Files:
    """The dialog for files.

    Parameters
    ----------
    host : DescentHost
    figures : list
        Bokeh figures that may be saved as pictures, with names: (file name, label, figure).
    """

    def __init__(self, host: DescentHost, figures: list[tuple[str, str, Any]]) -> None:
        self._host = host
        self._upload = pmui.FileInput(
            label="Load a saved descent", variant="outlined", accept=".json", max_file_size=MAX_BYTES,
            sizing_mode="stretch_width",
        )  # fmt: skip
        hear_every_choice(self._upload, self._load, self._refuse)
        save = pmui.FileDownload(
            callback=self._content, filename="neural-playground-descent.json", label="Save this descent",
            sizing_mode="stretch_width",
        )  # fmt: skip
        # Given at once, Panel takes it for a contradiction of its own older parameter, and warns.
        save.variant = "outlined"
        self._dialog = pmui.Dialog(
            objects=[
                pmui.Typography("Settings, all branches, and where it stands.", variant="body2", margin=0),
                save, self._upload, *(png_button(figure, name, label) for name, label, figure in figures),
            ],
            title="Save and load", show_close_button=True, close_on_click=True, width_option="sm",
        )  # fmt: skip

    def open(self) -> None:
        """Show the dialog."""
        self._host.open_dialog(self._dialog)

    def _content(self) -> io.BytesIO:
        with self._host.still():
            return io.BytesIO(save_descent(self._host.session.main).encode())

    def _refuse(self) -> None:
        self._host.say(f"Nothing was loaded: a saved descent has at most {MAX_BYTES // 2**20} MB.")
        self._dialog.open = False

    def _load(self, content: bytes, _: str) -> None:
        # It is large, and nobody needs it again.
        self._upload.value = None
        host = self._host
        host.play(False)

        def load() -> None:
            try:
                try:
                    text = content.decode("utf-8")
                except UnicodeDecodeError:
                    raise CapsuleError(_NO_TEXT) from None
                host.session.load(text)
                host.session.notice = "The saved descent is here again, at the moment at which it was saved."
            except CapsuleError as error:
                host.session.notice = f"Nothing was loaded: {error}."

        host.submit(load)
        self._dialog.open = False
