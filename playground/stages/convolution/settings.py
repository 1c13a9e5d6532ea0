"""The controls of the window and of what it slides over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from engine.sliding import SlidingSpec
from engine.sliding.inputs import INPUTS, input_names
from engine.sliding.kernels import KERNELS, kernel_names
from engine.sliding.limits import (
    LARGEST_DILATION,
    LARGEST_KERNEL,
    LARGEST_PADDING,
    LARGEST_STRIDE,
    MOST_CHANNELS,
    MOST_FILTERS,
)
from playground.stages.convolution.pictures import OWN_TITLES
from playground.widgets.about import about

OPERATIONS = {"Convolution": "convolution", "Max pooling": "max", "Average pooling": "average"}
DIMENSIONS = {"1-D: a signal": 1, "2-D: a picture": 2, "3-D: a volume": 3}
PADDINGS = {"Valid: none": "valid", "Same size": "same", **{str(k): str(k) for k in range(1, LARGEST_PADDING + 1)}}
OWN_NUMBERS = "Own numbers"
# Of no use to pooling.
_LEARNED = ("kernel", "dilation", "filters", "flip", "relu")


class Settings:
    """The controls, kept in step with the spec.

    Parameters
    ----------
    spec : SlidingSpec
    changed : callable
        Called with a name and its new value.
    """

    def __init__(self, spec: SlidingSpec, changed: Callable[[str, Any], None]) -> None:
        self._changed = changed
        self._setting = False
        # An answer to an older edit must not move a control that a hand is on.
        self.edits = 0
        axes = len(spec.space)
        self.widgets: dict[str, Any] = {
            "operation": self._select("operation", "Operation", OPERATIONS, spec.operation),
            "axes": self._select("axes", "Dimensions", DIMENSIONS, axes),
            # Their titles are their values: a list that changes would else keep the label of an older one.
            "input": self._select("input", "Input", [OWN_NUMBERS], OWN_NUMBERS),
            "kernel": self._select("kernel", "Kernel", [OWN_NUMBERS], OWN_NUMBERS),
            "size": self._slider("size", "Size F", LARGEST_KERNEL[axes], spec.sizes[0]),
            "stride": self._slider("stride", "Stride S", LARGEST_STRIDE, _first(spec.stride)),
            "padding": self._select("padding", "Padding P", PADDINGS, str(spec.padding)),
            "dilation": self._slider("dilation", "Dilation D", LARGEST_DILATION, _first(spec.dilation)),
            "filters": self._slider("filters", "Filters", MOST_FILTERS, spec.filters),
            "channels": self._slider("channels", "Channels", MOST_CHANNELS, spec.channels),
            "flip": self._switch("flip", "Flip the kernel", spec.flip),
            "relu": self._switch("relu", "ReLU behind it", spec.relu),
            "count_padding": self._switch("count_padding", "Padding counts", spec.count_padding),
        }
        for name, widget in self.widgets.items():
            widget.param.watch(lambda event, name=name: self._edited(name, event.new), "value")
        self.panel = pn.Column(*self.widgets.values(), sizing_mode="stretch_width", margin=0)

    @staticmethod
    def _select(key: str, label: str, options: Any, value: Any) -> Any:
        return pmui.Select(
            label=label, options=options, value=value, size="small", sizing_mode="stretch_width",
            css_classes=about(key),
        )  # fmt: skip

    @staticmethod
    def _slider(key: str, label: str, most: int, value: int) -> Any:
        return pmui.IntSlider(
            label=label, start=1, end=most, value=value, size="small", sizing_mode="stretch_width",
            css_classes=about(key),
        )  # fmt: skip

    @staticmethod
    def _switch(key: str, label: str, value: bool) -> Any:
        return pmui.Checkbox(label=label, value=value, size="small", css_classes=about(key), margin=(0, 10))

    def _edited(self, name: str, value: Any) -> None:
        if self._setting:
            return
        if name in ("input", "kernel"):
            value = self._key(name, value)
            if not value:
                return
        self.edits += 1
        self._changed(name, value)

    @staticmethod
    def _key(name: str, title: str) -> str:
        """Return the key of an input or a kernel that is chosen by its title."""
        titles = {key: preset.title for key, preset in (INPUTS if name == "input" else KERNELS).items()}
        if name == "input":
            titles |= OWN_TITLES
        return next((key for key, each in titles.items() if each == title), "")

    def edited(self) -> int:
        """Count a change that a button makes; return the count."""
        self.edits += 1
        return self.edits

    def show(self, spec: SlidingSpec, input: str, kernel: str, own: bool, edits: int) -> None:
        """Show the settings of `spec`, unless more has been asked for since it was made.

        Parameters
        ----------
        spec : SlidingSpec
        input, kernel : str
            Keys; empty for own numbers.
        own : bool
            Whether there is a picture of the visitor's own.
        edits : int
        """
        if edits != self.edits:
            return
        self._setting = True
        try:
            self._show(spec, input, kernel, own)
        finally:
            self._setting = False

    def _show(self, spec: SlidingSpec, input: str, kernel: str, own: bool) -> None:
        axes = len(spec.space)
        inputs = [INPUTS[key].title for key in input_names(axes)]
        if own and axes == 2:
            inputs += OWN_TITLES.values()
        title = OWN_TITLES.get(input) or (INPUTS[input].title if input else OWN_NUMBERS)
        self._choose("input", inputs, title)
        kernels = [KERNELS[key].title for key in kernel_names(axes)]
        self._choose("kernel", kernels, KERNELS[kernel].title if kernel else OWN_NUMBERS)
        size = self.widgets["size"]
        if size.end != LARGEST_KERNEL[axes]:
            size.param.update(end=LARGEST_KERNEL[axes], value=spec.sizes[0])
        values: dict[str, Any] = {
            "axes": axes, "size": spec.sizes[0], "stride": _first(spec.stride), "dilation": _first(spec.dilation),
            "padding": "valid" if spec.padding == 0 else str(spec.padding),
        }  # fmt: skip
        for name in ("operation", "filters", "channels", "flip", "relu", "count_padding"):
            values[name] = getattr(spec, name)
        for name, value in values.items():
            if self.widgets[name].value != value:
                self.widgets[name].value = value
        label = "Kernel" if spec.filters == 1 else "Kernel of the filter in front"
        if self.widgets["kernel"].label != label:
            self.widgets["kernel"].label = label
        shown = dict.fromkeys(_LEARNED, not spec.pools) | {"count_padding": spec.operation == "average"}
        for name, visible in shown.items():
            if self.widgets[name].visible != visible:
                self.widgets[name].visible = visible

    def _choose(self, name: str, titles: list[str], title: str) -> None:
        widget = self.widgets[name]
        options = [*titles, *([OWN_NUMBERS] if title == OWN_NUMBERS else [])]
        if widget.options != options:
            widget.param.update(options=options, value=title)
        elif widget.value != title:
            widget.value = title


def _first(value: int | tuple[int, ...]) -> int:
    return value if isinstance(value, int) else value[0]
