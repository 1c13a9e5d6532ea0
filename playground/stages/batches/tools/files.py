"""Saving and loading the lanes with all their branches."""

from __future__ import annotations

import io

import panel_material_ui as pmui

from engine.batches import save_batches
from engine.batches.capsule import MAX_BYTES
from engine.capsule import CapsuleError
from playground.stages.batches.host import BatchesHost
from playground.widgets.upload import hear_every_choice


class Files:
    """The dialog for files.

    Parameters
    ----------
    host : BatchesHost
    """

    def __init__(self, host: BatchesHost) -> None:
        self._host = host
        save = pmui.FileDownload(
            callback=self._content, filename="neural-playground-batches.json", label="Save this experiment",
            sizing_mode="stretch_width",
        )  # fmt: skip
        # Given at once, Panel takes it for a contradiction of its own older parameter, and warns.
        save.variant = "outlined"
        self._upload = pmui.FileInput(
            label="Load a saved experiment", variant="outlined", accept=".json", max_file_size=MAX_BYTES,
            sizing_mode="stretch_width",
        )  # fmt: skip
        hear_every_choice(self._upload, self._load, self._refuse)
        self._dialog = pmui.Dialog(
            objects=[
                pmui.Typography(
                    "Settings, weights set by hand, position and all branches; the points are drawn again.",
                    variant="body2", margin=0,
                ),
                save, self._upload,
            ],
            title="Save and load", show_close_button=True, close_on_click=True, width_option="sm",
        )  # fmt: skip

    def open(self) -> None:
        """Show the dialog."""
        self._host.open_dialog(self._dialog)

    def _content(self) -> io.BytesIO:
        with self._host.still():
            return io.BytesIO(save_batches(self._host.session.run).encode())

    def _refuse(self) -> None:
        self._host.say(f"Nothing was loaded: a saved experiment has at most {MAX_BYTES // 2**20} MB.")
        self._dialog.open = False

    def _load(self, content: bytes, _: str) -> None:
        # It is large, and nobody needs it again.
        self._upload.value = None
        host = self._host
        host.quiet()
        host.play(False)
        self._dialog.open = False
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            host.say("This is no saved experiment: the file is not text. Choose a file that Save has written.")
            return

        def load() -> None:
            try:
                host.session.load(text)
                host.session.notice = "The saved experiment is here again, at the moment at which it was saved."
            except CapsuleError as error:
                host.session.notice = f"Nothing was loaded: {error}."

        host.submit(load)
