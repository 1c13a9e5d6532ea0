"""Controls of what is put around an optimizer: a schedule of the learning rate, weight decay, clipping."""

from __future__ import annotations

from collections.abc import Callable, Container
from html import escape
from typing import Any, Protocol

import numpy as np
import panel as pn
import panel_material_ui as pmui

from engine import SpecError
from engine.checks import checked
from engine.descent import DESCENT_SETTINGS
from engine.optimizers.scheduled import UNITS
from engine.rules import Pairs, checked_schedule_settings, schedule_numbers, schedule_of
from engine.schedules import SCHEDULES, Constant
from playground.assets import stylesheets
from playground.formulas import mathml
from playground.theme import mode
from playground.views.schedule_curve import ScheduleCurve
from playground.widgets.about import about

__all__ = ["RULE_PARTS", "UpdateRules"]

# The curve shows about as many updates or epochs as are looked at, and then so many.
_HORIZONS = (100, 500, 2000, 5000)
_MOST_RATES = 20_000
_NUMBERS = ("weight_decay", "clip_norm", "clip_value")
_HINTS = {
    "weight_decay": "λ; 0 is none",
    "clip_norm": "Longest gradient; 0 is no limit",
    "clip_value": "Largest number of it; 0 is no limit",
}
_UNITS = {"epochs": "epoch", "updates": "update"}
# What an `About` says of the controls, by the key that they carry.
RULE_PARTS: dict[str, tuple[str, str]] = {
    "schedule": (
        "Schedule",
        "How the learning rate changes as the updates go on: large steps at first, small ones near the end. The "
        "learning rate that is set is the one it begins with.",
    ),
    "schedule_unit": (
        "What the schedule counts",
        "Whether the rate changes with each update, or stays the same for a whole epoch.",
    ),
    "schedule_number": (
        "Number of the schedule",
        "A letter of the formula above. It may be changed while it runs, and counts from the next update on.",
    ),
    "weight_decay": (
        "Weight decay",
        "Pulls every parameter towards 0, the more the larger it is, as the gradient of ½λ·Σw² does.",
    ),
    "decoupled": (
        "Decoupled decay",
        "Decoupled, each parameter loses the share ηλ of itself past the optimizer, as in AdamW. Coupled, λw is added "
        "to the gradient, and the optimizer treats it like any gradient.",
    ),
    "clip_norm": (
        "Clipping by the norm",
        "A gradient that is longer than this is made as long as this; its direction stays.",
    ),
    "clip_value": (
        "Clipping each number",
        "Each partial derivative is held between minus this and this; the direction may turn.",
    ),
}


class Ruled(Protocol):
    """A spec with a schedule, weight decay and clipping."""

    learning_rate: Any
    schedule: str
    schedule_settings: Pairs
    weight_decay: float
    decoupled: bool
    clip_norm: float
    clip_value: float


class UpdateRules:
    """Folded controls, and beneath them the rate over the updates; they are built when they are first opened.

    Parameters
    ----------
    on_change : callable
        Called with what is to be changed of the spec: ``{"weight_decay": 0.01}``; another schedule comes with its
        usual settings, ``{"schedule": …, "schedule_settings": {}}``.
    unit : bool
        Whether there is a choice what the schedule counts: for a training, which has epochs.
    hidden : container of str
        Settings whose controls are not shown; with the schedule goes all that belongs to it, with the weight decay
        whether it is decoupled.
    """

    def __init__(
        self, on_change: Callable[[dict[str, Any]], None], unit: bool, hidden: Container[str] = ()
    ) -> None:
        self._on_change, self._unit, self._hidden = on_change, unit, hidden
        self._setting = False
        self._spec: Ruled | None = None
        self._at = 0
        self._dark = False
        self.widgets: dict[str, Any] = {}
        # Of the schedule that is chosen, by name.
        self.numbers: dict[str, pmui.TextInput] = {}
        self._numbers_of = ""
        self._curve: ScheduleCurve | None = None
        self._rates_of: tuple[Any, ...] = ()
        self._rates = np.zeros(0)
        self._fold = pmui.Details(
            title="Weight decay, clipping, schedule", sizing_mode="stretch_width", margin=(8, 0), fully_expanded=True
        )
        self._fold.param.watch(lambda _: self._unfold(), "collapsed")
        # A figure inside of the fold would be measured before it is laid out: it stands beneath.
        self.curve_place = pn.Column(visible=False, sizing_mode="stretch_width", margin=0)
        self.panel = pn.Column(
            self._fold, self.curve_place, sizing_mode="stretch_width", margin=0,
            visible=any(name not in hidden for name in ("schedule", *_NUMBERS)),
        )  # fmt: skip

    def show(self, spec: Ruled, at: int = 0) -> None:
        """Show the settings of a spec, except where a message stands about what was typed.

        Parameters
        ----------
        spec : DescentSpec or TrainingSpec
        at : int
            The update that comes next, or where the schedule counts epochs the epoch.
        """
        self._spec, self._at = spec, at
        self._unfold()

    def follow(self, at: int) -> None:
        """Move the mark on the curve; what is being typed stays.

        Parameters
        ----------
        at : int
            As `show` has it.
        """
        self._at = at
        if self.curve_place.visible and self._spec is not None:
            self._draw_curve(self._spec)

    def refuse(self, field: str, message: str) -> None:
        """Say what is allowed, under the control if it is a field; what was typed stays, to be mended."""
        widget = self.widgets.get(field)
        if isinstance(widget, pmui.TextInput):
            widget.param.update(error_state=True, helper_text=message)
        elif self.widgets:
            self._tell(message)

    def forgive(self) -> None:
        """Forget what was typed and refused."""
        for name, widget in {**self.widgets, **self.numbers}.items():
            if getattr(widget, "error_state", False):
                widget.param.update(error_state=False, helper_text=self._hint(name))
        if self.widgets:
            self._tell("")

    def unfold(self, unfolded: bool) -> None:
        """Show the controls, or fold them away."""
        self._fold.collapsed = not unfolded

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        if self._curve is not None:
            self._curve.set_dark(dark)
            self._draw_formula()
            self._tell(self._said)

    def _unfold(self) -> None:
        if self._spec is not None and not self._fold.collapsed:
            if not self.widgets:
                self._build(self._spec)
            self._fill()
        self._place_curve()

    def _place_curve(self) -> None:
        """Show the curve where there is one; it comes to the page when it is first wanted, drawn."""
        changes = self._spec is not None and self._spec.schedule != Constant.name
        wanted = changes and not self._fold.collapsed and "schedule" not in self._hidden
        if wanted and self._curve is not None and not self.curve_place.objects:
            self.curve_place.append(self._curve.pane)
        self.curve_place.visible = wanted

    def _build(self, spec: Ruled) -> None:
        common = {"sizing_mode": "stretch_width", "size": "small"}
        if "schedule" not in self._hidden:
            self._add_schedule(spec, common)
        for name in _NUMBERS:
            if name not in self._hidden:
                self._add(name, pmui.TextInput(
                    label=DESCENT_SETTINGS[name].metadata["title"], value=_text(getattr(spec, name)),
                    helper_text=_HINTS[name], css_classes=about(name), **common,
                ))  # fmt: skip
        if "weight_decay" not in self._hidden:
            self._add("decoupled", pmui.Checkbox(
                label="Decoupled decay", value=spec.decoupled, css_classes=about("decoupled"), **common
            ))  # fmt: skip
        html = {"sizing_mode": "stretch_width", "margin": 0, "stylesheets": stylesheets("rules")}
        fields = {**html, "css_classes": ["np-rule-fields"]}
        self._formula = pn.pane.HTML("", **html)
        self._message = pn.pane.HTML("", **html)
        self._said = ""
        self._number_place = pn.Column(**fields)
        self._curve = ScheduleCurve()
        self._curve.set_dark(self._dark)
        around = [
            self.widgets[name] for name in ("weight_decay", "decoupled", "clip_norm", "clip_value")
            if name in self.widgets
        ]  # fmt: skip
        counted = [self.widgets[name] for name in ("schedule", "schedule_unit") if name in self.widgets]
        of_schedule = [pn.Column(*counted, **fields), self._formula, self._number_place] if counted else []
        self._fold.objects = [pn.Column(*around, **fields), *of_schedule, self._message]

    def _add_schedule(self, spec: Ruled, common: dict[str, Any]) -> None:
        titles = {kind.title: name for name, kind in SCHEDULES.items()}
        self._add("schedule", pmui.Select(
            label="Schedule", options=titles, value=spec.schedule, css_classes=about("schedule"), **common
        ))  # fmt: skip
        if self._unit:
            self._add("schedule_unit", pmui.Select(
                label="The schedule counts", options={title: key for title, key in _UNITS.items() if key in UNITS},
                value=getattr(spec, "schedule_unit", UNITS[0]), css_classes=about("schedule_unit"), **common,
            ))  # fmt: skip

    def _add(self, name: str, widget: Any) -> None:
        self.widgets[name] = widget
        widget.param.watch(lambda event: self._edited(name, event.new), "value")

    def _hint(self, name: str) -> str:
        return _HINTS.get(name, "")

    def _edited(self, name: str, value: Any) -> None:
        if self._setting:
            return
        if name == "schedule":
            self._on_change({"schedule": value, "schedule_settings": {}})
            return
        if name in _NUMBERS:
            limits = DESCENT_SETTINGS[name].metadata
            try:
                value = checked(name, 0.0, limits, str(value).strip().replace("−", "-"))
            except SpecError as error:
                self.refuse(name, str(error))
                return
            self.widgets[name].param.update(error_state=False, helper_text=self._hint(name))
        self._tell("")
        self._on_change({name: value})

    def _number_edited(self, name: str, text: str) -> None:
        """Take one of the schedule's numbers, beside the others that hold."""
        if self._setting or self._spec is None:
            return
        given = {**dict(self._spec.schedule_settings), name: text.strip().replace("−", "-")}
        try:
            settings = dict(checked_schedule_settings(self._spec.schedule, given))
        except SpecError as error:
            self.numbers[name].param.update(error_state=True, helper_text=str(error))
            return
        self.numbers[name].param.update(error_state=False, helper_text="")
        self._on_change({"schedule_settings": settings})

    def _fill(self) -> None:
        spec = self._spec
        if spec is None or self._curve is None:
            return
        self._setting = True
        try:
            for name, widget in self.widgets.items():
                _put(widget, getattr(spec, name, None))
            if self._numbers_of != spec.schedule:
                self._build_numbers(spec.schedule)
            settings = dict(spec.schedule_settings)
            for name, number in schedule_numbers(spec.schedule).items():
                _put(self.numbers[name], settings.get(name, number.usual))
        finally:
            self._setting = False
        changes = spec.schedule != Constant.name
        if "schedule_unit" in self.widgets:
            self.widgets["schedule_unit"].visible = changes
        if "decoupled" in self.widgets:
            self.widgets["decoupled"].visible = spec.weight_decay > 0
        self._draw_formula()
        if changes:
            self._draw_curve(spec)

    def _build_numbers(self, schedule: str) -> None:
        self._numbers_of = schedule
        self.numbers = {}
        for name, number in schedule_numbers(schedule).items():
            widget = pmui.TextInput(
                label=number.title, value=_text(number.usual), sizing_mode="stretch_width", size="small",
                css_classes=about("schedule_number"),
            )  # fmt: skip
            widget.param.watch(lambda event, name=name: self._number_edited(name, event.new), "value")
            self.numbers[name] = widget
        self._number_place.objects = list(self.numbers.values())

    def _draw_formula(self) -> None:
        if self._spec is None:
            return
        formula = mathml(SCHEDULES[self._spec.schedule].tex, "block")
        # It may be wider than its place: then it scrolls, by the keyboard too.
        about_it = 'tabindex="0" role="group" aria-label="Formula of the schedule"'
        text = f'<div class="np np-rule-formula" data-theme="{mode(self._dark)}" {about_it}>{formula}</div>'
        if self._formula.object != text:
            self._formula.object = text

    def _draw_curve(self, spec: Ruled) -> None:
        """Show the rates of the updates or epochs so far, and some more."""
        count = next((steps for steps in _HORIZONS if self._at < 0.8 * steps), _MOST_RATES)
        # A descent has a last update, a training has no last epoch.
        count = min(count, int(getattr(spec, "steps", count)))
        unit = getattr(spec, "schedule_unit", "update")
        what = spec.schedule, spec.schedule_settings, float(spec.learning_rate), count
        if what != self._rates_of:
            schedule = schedule_of(*what[:3])
            self._rates_of, self._rates = what, schedule.rates(what[3])
        if self._curve is not None:
            self._curve.draw(self._rates, self._at, f"Rate at {unit} {self._at:,}")

    def _tell(self, message: str) -> None:
        self._said = message
        inside = f'<p class="refused" role="status">{escape(message)}</p>' if message else ""
        self._message.object = f'<div class="np" data-theme="{mode(self._dark)}">{inside}</div>'


def _text(value: float) -> str:
    return f"{value:.12g}"


def _put(widget: Any, value: Any) -> None:
    """Put a value into a control, except where a message stands about what was typed."""
    shown = _text(value) if isinstance(widget, pmui.TextInput) else value
    if widget.value != shown and not getattr(widget, "error_state", False):
        widget.value = shown
