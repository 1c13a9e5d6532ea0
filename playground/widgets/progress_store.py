"""What a student has done, kept in his own browser: there is no account."""

from typing import Any, ClassVar

import panel as pn
import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component, Message


class ProgressStore(Component):
    """
    Keeps a text in the browser; takes no room.

    Messages: `stored` with `text`, what the browser keeps: when the page has loaded or is connected anew, and when
    another tab has written; `failed` where the browser keeps nothing, as some do in private windows.
    """

    text = param.String(default="", doc="Setting it writes it; an empty text is never written.")

    _esm = module("component", "progress_store")
    _stylesheets: ClassVar[list[str]] = stylesheets()

    def __init__(self, **params: Any) -> None:
        super().__init__(**{"width": 0, "height": 0, "margin": 0, "sizing_mode": "fixed", **params})

    def _handle_msg(self, data: Message) -> None:
        # The browser tells as soon as it can, and that may be before the page counts as loaded: what is changed in
        # answer until then never reaches it.
        pn.state.onload(lambda: super(ProgressStore, self)._handle_msg(data))
