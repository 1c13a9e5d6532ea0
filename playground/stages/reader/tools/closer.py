"""The panel of what is looked at more closely: its controls, pictures, a table, and a curve where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from playground.assets import stylesheets
from playground.reader_link import PAGES, PATCHES
from playground.stages.reader.presets import Begin
from playground.stages.reader.stacks import MOST, WINDOWS
from playground.views.score_curve import ScoreCurve
from playground.widgets.about import about
from playground.widgets.digit_wall import DigitWall
from playground.widgets.fact_table import FactTable
from playground.widgets.map_wall import MapWall

if TYPE_CHECKING:
    from playground.stages.reader.dispatch import Dispatch
    from playground.stages.reader.scene import ReaderScene

_DIGITS = {"The one that is read": "", **{str(k): str(k) for k in range(10)}}
_TITLES = {title: key for key, title in WINDOWS.items()}
_MOVES = {
    "dx": ("Shift to the right", -14.0, 14.0, 1.0), "dy": ("Shift down", -14.0, 14.0, 1.0),
    "degrees": ("Angle", -180.0, 180.0, 5.0), "factor": ("Scale", 0.3, 2.0, 0.05),
}  # fmt: skip
# Of a dense layer's units the list offers so many; the others are chosen by a click.
MOST_UNITS = 20


class Closer:
    """The panel.

    Parameters
    ----------
    dispatch : Dispatch
    begin : Begin
        What the controls begin with.
    """

    def __init__(self, dispatch: Dispatch, begin: Begin) -> None:
        self._dispatch = dispatch
        self._setting = False
        # An answer to an older edit must not move a slider that a hand is on.
        self.edits = 0
        self.digit = self._select("Digit", _DIGITS, "" if begin.digit is None else str(begin.digit), "digit")
        self.digit.param.watch(lambda event: self._chosen("set_digit", int(event.new) if event.new else None), "value")
        self.patch = self._slider("Side of the patch", *PATCHES, begin.patch, "patch")
        self.patch.param.watch(lambda event: self._slid("set_patch", event.new), "value")
        self.page = self._slider("Side of the page", *PAGES, begin.page, "page")
        self.page.param.watch(lambda event: self._slid("set_page", event.new), "value")
        self.filter = self._select("Filter", {"–": ""}, "", "filter")
        self.filter.param.watch(lambda event: self._chosen_filter(event.new), "value")
        self.grow = pmui.Button(label="Grow an image", size="small", variant="contained", margin=(8, 0))
        self.grow.on_click(lambda _: dispatch.grow())
        self.moves = {name: self._move(name, getattr(begin.spec, name)) for name in _MOVES}
        self.back = pmui.Button(label="Put back", size="small", variant="outlined", margin=(8, 0))
        self.back.on_click(lambda _: self._put_back())
        self.stack = [
            self._select(f"Layer {k + 1}", _TITLES, begin.stack[k] if k < len(begin.stack) else "none", "stack")
            for k in range(MOST)
        ]
        for select in self.stack:
            select.param.watch(lambda _: self._stacked(), "value")
        self._controls = {
            "occlusion": pn.Column(self.patch), "maximise": pn.Column(self.filter, self.grow),
            "move": pn.Column(*self.moves.values(), self.back), "dense": pn.Column(self.page),
            "field": pn.Column(*self.stack),
        }  # fmt: skip
        self._asked = pn.Column(self.digit)
        for column in (*self._controls.values(), self._asked):
            column.param.update(
                visible=False, stylesheets=stylesheets("reader_stage"), sizing_mode="stretch_width", margin=0
            )
        self.pictures = MapWall(wall_height=190, wraps=True, pickable=False, label="Pictures", visible=False)
        self.table = FactTable(visible=False, margin=0, css_classes=["np-reader-facts"])
        self.digits = DigitWall(visible=False)
        self.digits.on_message(dispatch.on_digits)
        self._curve: ScoreCurve | None = None
        self._curve_place = pn.Column(visible=False, sizing_mode="stretch_width", margin=0)
        self._dark = False
        controls = pn.Column(
            self._asked, *self._controls.values(), css_classes=["np-controls"], visible=False,
            stylesheets=stylesheets("reader_stage"), sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self._controls_place = controls
        shown = pn.Column(self.pictures, self._curve_place, self.digits, sizing_mode="stretch_width", margin=0)
        self.panel = pn.Column(
            controls, shown, self.table, css_classes=["np-reader-closer"], stylesheets=stylesheets("reader_stage"),
            sizing_mode="stretch_width", margin=(8, 0, 0, 0),
        )  # fmt: skip
        self._shown = shown

    @staticmethod
    def _select(label: str, options: dict[str, str], value: str, key: str) -> pmui.Select:
        return pmui.Select(
            label=label, options=options, value=value, size="small", sizing_mode="stretch_width", margin=(4, 0),
            css_classes=about(key),
        )  # fmt: skip

    @staticmethod
    def _slider(label: str, start: int, end: int, value: int, key: str) -> pmui.IntSlider:
        return pmui.IntSlider(
            label=label, start=start, end=end, value=value, size="small", sizing_mode="stretch_width", margin=(4, 8),
            css_classes=about(key),
        )  # fmt: skip

    def _move(self, name: str, value: float) -> pmui.FloatSlider:
        title, start, end, step = _MOVES[name]
        slider = pmui.FloatSlider(
            label=title, start=start, end=end, step=step, value=value, size="small", sizing_mode="stretch_width",
            margin=(4, 8), css_classes=about("move"),
        )  # fmt: skip
        slider.param.watch(lambda event: self._moved(name, float(event.new)), "value")
        return slider

    def _chosen(self, command: str, *values: Any) -> None:
        if not self._setting:
            self._dispatch.do(command, *values)

    def _slid(self, command: str, value: int) -> None:
        if not self._setting:
            self.edits += 1
            self._dispatch.do(command, int(value), self.edits)

    def _moved(self, name: str, value: float) -> None:
        if not self._setting:
            self.edits += 1
            self._dispatch.move(name, value, self.edits)

    def _put_back(self) -> None:
        self.edits += 1
        self._dispatch.do("put_back", self.edits)

    def _chosen_filter(self, key: str) -> None:
        if not self._setting and key:
            number, channel = map(int, key.split(","))
            self._dispatch.do("set_filter", number, channel)

    def _stacked(self) -> None:
        if not self._setting:
            self._dispatch.do("set_stack", tuple(select.value for select in self.stack))

    def draw(self, scene: ReaderScene, playing: bool) -> None:
        """Show what is looked at now; called where the stage draws."""
        look = scene.look
        asks = bool(scene.question) and scene.question["answer"] < 0
        for key, column in self._controls.items():
            _set_visible(column, key == look.key and not asks)
        _set_visible(self._asked, look.key in ("occlusion", "saliency") and not asks)
        has_controls = self._asked.visible or any(column.visible for column in self._controls.values())
        _set_visible(self._controls_place, has_controls, "np-controls")
        self._follow(scene)
        pictures = bool(look.pictures)
        self.pictures.visible, self.digits.visible = pictures, bool(look.digits)
        self.table.visible = bool(look.table["title"])
        self._shown.visible = pictures or bool(look.digits) or bool(look.curve)
        beside = (pictures or bool(look.curve)) and self.table.visible
        classes = ["np-reader-closer", *["with-controls"] * has_controls, *["with-pictures"] * beside]
        if self.panel.css_classes != classes:
            self.panel.css_classes = classes
        if pictures:
            self.pictures.push(content=look.pictures)
        if look.digits:
            self.digits.push(content=look.digits, quiet=playing)
        self.table.push(quiet=playing, content=look.table)
        self._draw_curve(look.curve)

    def _follow(self, scene: ReaderScene) -> None:
        """Show what is set."""
        filters = {
            f"{name} {channel + 1}": f"{number},{channel}"
            for number, (name, count) in scene.filters.items()
            for channel in range(min(count, MOST_UNITS))
        }
        self._setting = True
        try:
            if self.filter.options != filters:
                self.filter.options = filters
            chosen = ",".join(map(str, scene.filter))
            digit = "" if scene.digit is None else str(scene.digit)
            for widget, value in ((self.filter, chosen), (self.digit, digit)):
                if widget.value != value and value in widget.options.values():
                    widget.value = value
            stack = (*scene.stack, *["none"] * (MOST - len(scene.stack)))
            for select, key in zip(self.stack, stack, strict=True):
                if select.value != key:
                    select.value = key
            if scene.edits == self.edits:
                wanted = [(self.patch, scene.patch), (self.page, scene.page)]
                wanted += [(slider, getattr(scene.spec, name)) for name, slider in self.moves.items()]
                for slider, number in wanted:
                    if slider.value != number:
                        slider.value = number
        finally:
            self._setting = False

    def _draw_curve(self, curve: dict[str, Any]) -> None:
        self._curve_place.visible = bool(curve)
        if not curve:
            return
        known = self._curve
        drawn = known or ScoreCurve()
        if known is None:
            self._curve = drawn
            drawn.set_dark(self._dark)
        drawn.draw(**curve)
        if known is None:
            self._curve_place.append(drawn.pane)

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        for widget in (self.pictures, self.table, self.digits):
            widget.dark = dark
        if self._curve is not None:
            self._curve.set_dark(dark)


def _set_visible(column: pn.Column, visible: bool, *classes: str) -> None:
    """Show controls or hide them; only where they are seen may a grid lay them out, for it shows them."""
    if column.visible != visible:
        column.param.update(visible=visible, css_classes=[*classes, *["np-reader-controls"] * visible])
