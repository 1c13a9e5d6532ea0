"""What every widget with a browser side of its own shares."""

from collections.abc import Callable
from typing import Any

import param
from bokeh.document import Document
from bokeh.events import Event
from panel.custom import JSComponent
from panel.io.state import set_curdoc
from param import discard_events

Message = dict[str, Any]


class Component(JSComponent):
    """
    A widget that draws itself in the browser, and passes on what it hears from there.

    It knows nothing of what it shows: parameters go down to the browser, messages come up as dicts with a
    `type`, and whoever builds the widget registers what is to be done with them.
    """

    dark = param.Boolean(
        default=False,
        allow_refs=True,
        doc="Whether to draw for a dark page. Bind it to the page: `dark=page.param.dark_theme`.",
    )

    __abstract = True

    def __init__(self, **params: Any) -> None:
        # The stylesheets ask for the width of the component; without one they would be told zero.
        params.setdefault("sizing_mode", "stretch_width")
        super().__init__(**params)
        self._message_callbacks: list[Callable[[Message], Any]] = []

    def on_message(self, callback: Callable[[Message], Any]) -> None:
        """
        Register what is called with each message of the browser.

        Parameters
        ----------
        callback
            Takes the message, a dict whose `type` says what it is about.
        """
        self._message_callbacks.append(callback)

    def push(self, **values: Any) -> None:
        """
        Set parameters that change with every frame.

        The same as setting them, without Panel's search for models in all of the component's data, which takes
        longer than sending it. Values must be data, not models.

        Parameters
        ----------
        **values
            Parameters by name.
        """
        with discard_events(self):
            self.param.update(**values)
        for model, _ in self._models.values():
            model.data.update(**values)

    def _process_bokeh_event(self, doc: Document, event: Event) -> None:
        # Panel counts every message as a busy event, which costs more than handling it; no page of ours shows that.
        with set_curdoc(doc):
            self._process_event(event)

    def _handle_msg(self, data: Message) -> None:
        for callback in self._message_callbacks:
            callback(data)
