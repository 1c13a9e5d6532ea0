"""A dialog that saves what stands on a stage as a file, loads such a file, and saves figures as pictures."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import panel_material_ui as pmui

from engine.capsule import CapsuleError
from playground.stages.host import Host
from playground.views.export_picture import png_button
from playground.widgets.upload import hear_every_choice

# File name, label, Bokeh figure.
Picture = tuple[str, str, Any]


@dataclass(frozen=True, slots=True)
class Saved:
    """What is saved.

    Attributes
    ----------
    what : str
        As a student calls it: ``race``.
    holds : str
        What the file holds, in a sentence.
    most_bytes : int
        How large a file that is loaded may be.
    save : callable
        Returns the file's text; called while nothing else runs.
    load : callable
        Takes the file's text; raises `CapsuleError` if it is no such file. Runs in the worker thread.
    """

    what: str
    holds: str
    most_bytes: int
    save: Callable[[], str]
    load: Callable[[str], None]


class SaveDialog:
    """The dialog.

    Parameters
    ----------
    host : Host
        Its session has a `notice`.
    saved : Saved
    pictures : sequence of (str, str, figure)
    """

    def __init__(self, host: Host[Any], saved: Saved, pictures: Sequence[Picture] = ()) -> None:
        self._host = host
        self._saved = saved
        self._upload = pmui.FileInput(
            label=f"Load a saved {saved.what}", variant="outlined", accept=".json", max_file_size=saved.most_bytes,
            sizing_mode="stretch_width",
        )  # fmt: skip
        hear_every_choice(self._upload, self._load, self._refuse)
        save = pmui.FileDownload(
            callback=self._content, filename=f"neural-playground-{saved.what}.json", label=f"Save this {saved.what}",
            sizing_mode="stretch_width",
        )  # fmt: skip
        # Given at once, Panel takes it for a contradiction of its own older parameter, and warns.
        save.variant = "outlined"
        self._dialog = pmui.Dialog(
            objects=[
                pmui.Typography(saved.holds, variant="body2", margin=0),
                save, self._upload, *(png_button(figure, name, label) for name, label, figure in pictures),
            ],
            title="Save and load", show_close_button=True, close_on_click=True, width_option="sm",
        )  # fmt: skip

    def open(self) -> None:
        """Show the dialog."""
        self._host.open_dialog(self._dialog)

    def _content(self) -> io.BytesIO:
        with self._host.still():
            return io.BytesIO(self._saved.save().encode())

    def _refuse(self) -> None:
        saved = self._saved
        self._host.say(f"Nothing was loaded: a saved {saved.what} has at most {saved.most_bytes // 2**20} MB.")
        self._dialog.open = False

    def _load(self, content: bytes, _: str) -> None:
        # It is large, and nobody needs it again.
        self._upload.value = None
        host, saved = self._host, self._saved
        host.quiet()
        host.play(False)

        def load() -> None:
            try:
                saved.load(_text_of(content, saved.what))
                host.session.notice = f"The saved {saved.what} is here again, at the moment at which it was saved."
            except CapsuleError as error:
                host.session.notice = f"Nothing was loaded: {error}."

        host.submit(load)
        self._dialog.open = False


def _text_of(content: bytes, what: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise CapsuleError(
            f"this is no saved {what}: the file is not text. Choose a file that Save has written"
        ) from None
