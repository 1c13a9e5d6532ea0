"""A link that opens this very experiment, with or without its weights, and with the controls that its author leaves."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

from playground.address import page_address
from playground.link import misses, to_url
from playground.parts import HIDEABLE
from playground.stages.network.tools.host import Host
from playground.widgets.clipboard import CopyBox


class Share:
    """The dialog that makes links.

    Parameters
    ----------
    host : Host
    hidden : tuple of str
        What is hidden already.
    """

    def __init__(self, host: Host, hidden: tuple[str, ...] = ()) -> None:
        self._host = host
        self._box = CopyBox(label="Link to this experiment")
        self._weights = pmui.Checkbox(
            label="With the weights of now, instead of the untrained start", value=False, size="small"
        )
        self._hidden = pmui.MultiChoice(
            label="Hide for whoever opens it (author mode)", options={title: key for key, title in HIDEABLE.items()},
            value=list(hidden), sizing_mode="stretch_width",
        )  # fmt: skip
        self._misses = pn.widgets.StaticText(value="", sizing_mode="stretch_width")
        for widget in (self._weights, self._hidden):
            widget.param.watch(lambda _: self._write(), "value")
        self._dialog = pmui.Dialog(
            objects=[self._box, self._weights, self._hidden, self._misses],
            title="Share", show_close_button=True, close_on_click=True, width_option="sm",
        )  # fmt: skip

    def open(self) -> None:
        """Show the link to what stands on the stage now."""
        self._write()
        self._host.open_dialog(self._dialog)

    def _write(self) -> None:
        with self._host.still():
            run = self._host.session.run
            spec, weights = run.spec, run.parameters.copy() if self._weights.value else None
        query = to_url(spec, weights, self._hidden.value)
        self._box.param.update(text=f"{page_address()}?{query}", dark=self._host.dark)
        self._misses.value = " ".join(misses(spec, weights))

    @property
    def link(self) -> Any:
        """The text that is copied."""
        return self._box.text

