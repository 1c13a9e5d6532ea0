"""A field for a file that tells of every choice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel_material_ui as pmui


def hear_every_choice(
    field: pmui.FileInput, chosen: Callable[[bytes, str], None], refused: Callable[[], None]
) -> None:
    """Have every choice of a file told.

    Of itself the field (panel-material-ui 0.16) says nothing of an empty file and of the same file again, and
    answers one that is too large for it with a traceback in the server's log.

    Parameters
    ----------
    field : FileInput
        For one file, with `max_file_size`.
    chosen : callable
        Called with content and name of a file.
    refused : callable
        Called when a file is larger than `max_file_size`; the browser does not send it.
    """
    handle = field._handle_msg

    def heard(message: dict[str, Any]) -> None:
        if message["status"] == "error":
            refused()
            return
        handle(message)
        if message["status"] == "finished":
            chosen(bytes(field.value or b""), str(field.filename or ""))

    field._handle_msg = heard
