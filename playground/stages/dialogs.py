"""Dialogs over a stage: each is added to the page when it is first opened, and gives the focus back when it closes."""

from __future__ import annotations

from typing import Any


class Dialogs:
    """The dialogs of one stage.

    Attributes
    ----------
    opener : Viewable or None
        The button that opens the next dialog; it gets the keyboard's focus when that closes.
    """

    def __init__(self) -> None:
        self.opener: Any = None

    def show(self, view: Any, dialog: Any) -> None:
        """Show a dialog over `view`, the stage's column: there, as its last object, it takes no room."""
        if dialog not in view.objects:
            view.append(dialog)
            dialog.param.watch(self._closed, "open")
        dialog.open = True

    def _closed(self, event: Any) -> None:
        if not event.new and self.opener is not None:
            self.opener.focus()
            self.opener = None
