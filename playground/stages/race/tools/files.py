"""Saving and loading a whole race, and its picture."""

from __future__ import annotations

import io
import json
from typing import Any

import panel_material_ui as pmui

from engine.backend import Backend
from engine.capsule import CapsuleError
from engine.descent import Race
from engine.descent.capsule import MAX_BYTES, load_descent, save_descent
from playground.stages.race.host import RaceHost
from playground.views.export_picture import png_button
from playground.widgets.upload import hear_every_choice


class Files:
    """The dialog for files.

    Parameters
    ----------
    host : RaceHost
    figures : list
        Bokeh panes that may be saved as pictures, with names: (file name, label, pane).
    """

    def __init__(self, host: RaceHost, figures: list[tuple[str, str, Any]]) -> None:
        self._host = host
        self._upload = pmui.FileInput(
            label="Load a saved race", variant="outlined", accept=".json", max_file_size=MAX_BYTES,
            sizing_mode="stretch_width",
        )  # fmt: skip
        hear_every_choice(self._upload, self._load, self._refuse)
        save = pmui.FileDownload(
            callback=self._content, filename="neural-playground-race.json", label="Save this race",
            sizing_mode="stretch_width",
        )  # fmt: skip
        # Given at once, Panel takes it for a contradiction of its own older parameter, and warns.
        save.variant = "outlined"
        self._dialog = pmui.Dialog(
            objects=[
                pmui.Typography("Racers, rates, all branches, and where it stands.", variant="body2", margin=0),
                save, self._upload, *(png_button(pane, name, label) for name, label, pane in figures),
            ],
            title="Save and load", show_close_button=True, close_on_click=True, width_option="sm",
        )  # fmt: skip

    def open(self) -> None:
        """Show the dialog."""
        self._host.open_dialog(self._dialog)

    def _content(self) -> io.BytesIO:
        with self._host.still():
            session = self._host.session
            return io.BytesIO(save_race(session.run, session.out).encode())

    def _refuse(self) -> None:
        self._host.say(f"Nothing was loaded: a saved race has at most {MAX_BYTES // 2**20} MB.")
        self._dialog.open = False

    def _load(self, content: bytes, _: str) -> None:
        # It is large, and nobody needs it again.
        self._upload.value = None
        host = self._host
        host.play(False)

        def load() -> None:
            session = host.session
            try:
                session.load(*load_race(content, session.backend))
                session.notice = "The saved race is here again, at the moment at which it was saved."
            except CapsuleError as error:
                session.notice = f"Nothing was loaded: {error}."

        host.submit(load)
        self._dialog.open = False


def save_race(run: Race, out: frozenset[str]) -> str:
    """Return the text of a file from which `load_race` makes this race again, with those that do not take part."""
    return json.dumps({**json.loads(save_descent(run)), "out": sorted(out)})


def load_race(content: bytes, backend: Backend) -> tuple[Race, frozenset[str]]:
    """Return the race that `save_race` wrote, and who does not take part.

    Raises
    ------
    CapsuleError
        If it is not such a file.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise CapsuleError("this is no saved race: the file is not text. Choose a file that Save has written") from None
    run = load_descent(text, backend=backend)
    if not isinstance(run, Race):
        raise CapsuleError("this is the descent of one optimizer, not a race: load it on the page of descents")
    if run.surface.dimensions < 2:
        raise CapsuleError("a race here needs a surface over two weights")
    out = json.loads(text).get("out", [])
    if not isinstance(out, list) or not set(map(str, out)) < set(run.keys):
        raise CapsuleError("the saved race is damaged: it does not say who takes part")
    return run, frozenset(map(str, out))
