"""The controls of the features page: those of the look that is chosen. Sliders act while they are dragged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from engine.features import SETS, TERMS
from playground.stages.features.state import DATA_OF, FUNCTION_REACH, GUESSES, LIMITS, PLACES, RULES, State
from playground.widgets.about import about

TITLES = {
    "start": "Window starts at, s", "seconds": "Window length, s", "amplitude": "Amplitude ×", "low": "Threshold",
    "high": "Upper threshold", "w1": "w₁", "w2": "w₂", "b": "b", "height": "Height of the plane",
    "tilt1": "Tilt along x₁", "tilt2": "Tilt along x₂", "gamma": "Kernel γ", "units": "Units in hidden layer 1",
    "share": "Training share", "seed": "Seed of the weights",
}  # fmt: skip
_WHOLE = ("units", "seed")
# Which controls a look has.
OF_LOOK: dict[str, tuple[str, ...]] = {
    "label": ("guess",),
    "signals": ("start", "seconds", "amplitude"),
    "threshold": ("data", "rule", "low", "high"),
    "function": ("data", "values"),
    "line": ("data", "w1", "w2", "b", "appended"),
    "terms": ("data", "terms"),
    "three": ("data", "share", "terms", "gamma", "units", "seed"),
    "lift": ("data", "height", "tilt1", "tilt2"),
    "learned": ("data", "units", "seed"),
}


class Settings:
    """The controls, kept in step with the state.

    Parameters
    ----------
    state : State
    changed : callable
        Called with a name and its new value.
    guessed : callable
        Called with what the trace that is shown was called.
    toggled : callable
        Called with a term.
    moved : callable
        Called with the number of a point of the drawn function, and how high it was put.
    """

    def __init__(
        self, state: State, changed: Callable[[str, Any], None], guessed: Callable[[str], None],
        toggled: Callable[[str], None], moved: Callable[[int, float], None],
    ) -> None:  # fmt: skip
        self._changed, self._setting = changed, False
        # An answer to an older edit must not move a slider that a hand is on.
        self.edits = 0
        self.widgets: dict[str, Any] = {
            "data": self._select("data", {SETS[key]: key for key in DATA_OF[state.look]}, state.data),
            "rule": self._select("rule", {title: key for key, title in RULES.items()}, state.rule),
            **{name: self._slider(name, state) for name in TITLES},
        }
        self.widgets["appended"] = pmui.Checkbox(
            label="Append 1 to x", value=state.appended, size="small", css_classes=about("appended"), margin=(4, 6)
        )
        for name, widget in self.widgets.items():
            widget.param.watch(lambda event, name=name: self._edited(name, event.new), "value")
        self.terms = {key: self._term(key, toggled) for key in TERMS}
        self.values = [self._height(place, moved) for place in range(len(PLACES))]
        buttons = [self._guess(name, guessed) for name in GUESSES[1:]]
        groups = {
            "terms": pn.Column(
                pmui.Typography("Terms of φ", variant="body2", margin=(4, 10, 0, 10)),
                pn.FlexBox(*self.terms.values(), gap="0px 4px", margin=0), sizing_mode="stretch_width", margin=0,
                css_classes=about("terms"),
            ),
            "values": pn.Column(*self.values, sizing_mode="stretch_width", margin=0),
            "guess": pn.Column(
                pmui.Typography("This trace is", variant="body2", margin=(4, 10)),
                pn.FlexBox(*buttons, gap="8px", margin=(0, 10)), sizing_mode="stretch_width", margin=0,
            ),
        }  # fmt: skip
        # The terms stand above the sliders of the other columns.
        self._blocks = {name: self.widgets[name] for name in ("data", "rule")} | groups | self.widgets
        self.panel = pn.Column(*self._blocks.values(), sizing_mode="stretch_width", margin=0)
        self._look = ""
        self._show_look(state)

    @staticmethod
    def _slider(name: str, state: State) -> Any:
        low, high, step = LIMITS[name]
        whole = name in _WHOLE
        kind = pmui.IntSlider if whole else pmui.FloatSlider
        low, high, step = (int(each) if whole else each for each in (low, high, step))
        options = {} if whole else {"format": "0.00" if step < 0.1 else "0.0"}
        return kind(
            label=TITLES[name], start=low, end=high, step=step, value=getattr(state, name), size="small",
            sizing_mode="stretch_width", css_classes=about(name), **options,
        )  # fmt: skip

    @staticmethod
    def _select(name: str, options: dict[str, str], value: str) -> Any:
        title = {"data": "Examples", "rule": "Driving is"}[name]
        return pmui.Select(
            label=title, options=options, value=value, size="small", sizing_mode="stretch_width",
            css_classes=about(name),
        )  # fmt: skip

    def _term(self, key: str, toggled: Callable[[str], None]) -> Any:
        box = pmui.Checkbox(label=TERMS[key].title, value=False, size="small", margin=(0, 4), width=84)
        box.param.watch(lambda _: self._act(lambda: toggled(key)), "value")
        return box

    def _height(self, place: int, moved: Callable[[int, float], None]) -> Any:
        slider = pmui.FloatSlider(
            label=f"y at x₁ = {PLACES[place]:g}".replace("-", "−"), start=-FUNCTION_REACH, end=FUNCTION_REACH,
            step=0.05, value=0.0, size="small", sizing_mode="stretch_width", format="0.00", css_classes=about("values"),
        )  # fmt: skip
        slider.param.watch(lambda event: self._act(lambda: moved(place, event.new)), "value")
        return slider

    @staticmethod
    def _guess(name: str, guessed: Callable[[str], None]) -> Any:
        button = pmui.Button(label=name.capitalize(), variant="outlined", size="small", margin=0)
        button.on_click(lambda _: guessed(name))
        return button

    def _act(self, act: Callable[[], None]) -> None:
        if not self._setting:
            self.edits += 1
            act()

    def _edited(self, name: str, value: Any) -> None:
        self._act(lambda: self._changed(name, value))

    def _show_look(self, state: State) -> None:
        if state.look != self._look:
            self._look = state.look
            for name, block in self._blocks.items():
                shown = name in OF_LOOK[state.look]
                if block.visible != shown:
                    block.visible = shown
            options = {SETS[key]: key for key in DATA_OF[state.look]}
            if self.widgets["data"].options != options:
                self.widgets["data"].param.update(options=options, value=state.data)
        upper = state.look == "threshold" and state.rule == "between"
        if self.widgets["high"].visible != upper:
            self.widgets["high"].visible = upper
        title = "Lower threshold" if upper else "Threshold"
        if self.widgets["low"].label != title:
            self.widgets["low"].label = title

    def show(self, state: State, edits: int) -> None:
        """Show the settings of a state, unless more has been asked for since it was made."""
        self._setting = True
        try:
            self._show_look(state)
            if edits < self.edits:
                return
            self.edits = edits
            for name, widget in self.widgets.items():
                if widget.value != getattr(state, name):
                    widget.value = getattr(state, name)
            for key, box in self.terms.items():
                if box.value != (key in state.terms):
                    box.value = key in state.terms
            for slider, value in zip(self.values, state.values, strict=True):
                if slider.value != value:
                    slider.value = value
        finally:
            self._setting = False
