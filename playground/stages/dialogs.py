"""Dialogs over a stage: each is added to the page when it is first opened, and gives the focus back when it closes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel_material_ui as pmui

from playground.widgets.about import about


class Dialogs:
    """The dialogs of one stage.

    Attributes
    ----------
    opener : Viewable or None
        The button that opens the next dialog; it gets the keyboard's focus when that closes.
    """

    def __init__(self) -> None:
        self.opener: Any = None

    def button(self, label: str, key: str, pressed: Callable[[], None]) -> pmui.Button:
        """Return a button that opens a dialog.

        Parameters
        ----------
        label : str
        key : str
            Of its About card.
        pressed : callable
            Opens the dialog.
        """
        button = pmui.Button(label=label, css_classes=about(key), variant="outlined", size="small", margin=0)

        def opened(_: Any) -> None:
            self.opener = button
            pressed()

        button.on_click(opened)
        return button

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
