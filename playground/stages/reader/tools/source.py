"""Which network reads, and what: a digit of the test part, a drawing, or a picture from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from engine.reader import PRETRAINED, ReadingSpec
from playground.images import MAX_BYTES
from playground.widgets.about import about
from playground.widgets.draw_pad import DrawPad
from playground.widgets.upload import hear_every_choice

if TYPE_CHECKING:
    from playground.stages.reader.dispatch import Dispatch
    from playground.stages.reader.scene import ReaderScene

_NETS = {net.title: key for key, net in PRETRAINED.items()}
# Shorter than the list would break.
_NETS = {title.replace(" with a support vector machine", ", SVM head"): key for title, key in _NETS.items()}
_GROUPS = {"All test digits": "all", **{f"Only {k}": str(k) for k in range(10)}, "Read wrong": "wrong"}


class Source:
    """The controls: `panel` with the image, and `more` with where it comes from.

    Parameters
    ----------
    spec : ReadingSpec
    dispatch : Dispatch
    """

    def __init__(self, spec: ReadingSpec, dispatch: Dispatch) -> None:
        self._dispatch = dispatch
        self._setting = False
        self.net = pmui.Select(
            label="Network", options=_NETS, value=spec.net, size="small", sizing_mode="stretch_width", margin=(4, 0),
            css_classes=about("net"),
        )  # fmt: skip
        self.net.param.watch(lambda event: self._chosen("set_net", event.new), "value")
        self.group = pmui.Select(
            label="Digits", options=_GROUPS, value="all", size="small", sizing_mode="stretch_width", margin=(4, 0),
            css_classes=about("group"),
        )  # fmt: skip
        self.group.param.watch(lambda event: self._chosen("show_group", event.new), "value")
        before, after = (
            pmui.Button(label=label, variant="outlined", size="small", margin=0) for label in ("Previous", "Next digit")
        )
        before.on_click(lambda _: dispatch.do("leaf", -1))
        after.on_click(lambda _: dispatch.do("leaf", 1))
        self.caption = pmui.Typography("", variant="body2", margin=(0, 0, 4, 0))
        self.pad = DrawPad(pad_size=168, label="The digit that is read; draw here", margin=(4, 0))
        self.pad.on_drawn(dispatch.on_drawn)
        self.centre = pmui.Checkbox(
            label="Centre drawings", value=True, size="small", margin=0, css_classes=about("centre")
        )
        self.centre.param.watch(lambda event: self._chosen("set_centre", bool(event.new)), "value")
        self._upload = pmui.FileInput(
            label="Own picture", max_file_size=MAX_BYTES, size="small", margin=(4, 0),
            sizing_mode="stretch_width", css_classes=about("file"),
        )  # fmt: skip
        hear_every_choice(self._upload, dispatch.on_file, dispatch.on_large_file)
        leaf = pn.FlexBox(before, after, margin=(2, 0), gap="8px")
        self.panel = pn.Column(self.pad, self.caption, leaf, sizing_mode="stretch_width", margin=0)
        self.more = pn.Column(self.net, self.group, self.centre, self._upload, sizing_mode="stretch_width", margin=0)

    def _chosen(self, command: str, value: Any) -> None:
        if not self._setting:
            self._dispatch.do(command, value)

    def show(self, scene: ReaderScene) -> None:
        """Show what is chosen; called where the stage draws."""
        self._setting = True
        try:
            wanted = ((self.net, scene.spec.net), (self.group, scene.group), (self.centre, scene.centre))
            for widget, value in wanted:
                if widget.value != value:
                    widget.value = value
        finally:
            self._setting = False
        if self.caption.object != scene.caption:
            self.caption.object = scene.caption
