"""The controls of a training spec. Each speaks of one setting; a bad value gets its message right under the control."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any

import panel as pn
import panel_material_ui as pmui

from engine import SpecError, TrainingSpec
from engine.layers import ACTIVATIONS
from engine.losses import LOSSES
from engine.spec import HIDDEN_ACTIVATIONS, SETTINGS, check
from playground import optimizer_marks
from playground.widgets.about import about

_PENALTY_TITLES = {"none": "None", "l1": "L1", "l2": "L2"}
_INITIALIZER_TITLES = {
    "zeros": "Zeros",
    "constant": "Constant 0.5",
    "uniform": "Uniform ±0.05",
    "glorot_uniform": "Glorot uniform",
    "glorot_normal": "Glorot normal",
    "he_uniform": "He uniform",
    "he_normal": "He normal",
}
OPTIONS: dict[str, dict[str, str]] = {
    "activation": {ACTIVATIONS[key].title: key for key in HIDDEN_ACTIVATIONS},
    "loss": {"Fitting the data": "auto"} | {loss.title: key for key, loss in LOSSES.items()},
    "optimizer": {title: key for key, title in optimizer_marks.TITLES.items()},
    "regularization": {title: key for key, title in _PENALTY_TITLES.items()},
    "initializer": {title: key for key, title in _INITIALIZER_TITLES.items()},
}
_SLIDERS = {"noise": 0.05, "train_share": 0.1, "dropout": 0.05}
_HINTS = {"hidden": "8, 8 or 4; 0 for none"}
DATA = ("noise",)
MAIN = ("activation", "learning_rate", "batch_size", "regularization", "regularization_rate")
MORE = (
    "hidden", "dropout", "skip", "initializer", "optimizer", "loss", "samples", "train_share", "seed", "data_seed",
)  # fmt: skip


def as_text(value: Any) -> str:
    """Return a setting as a person would type it."""
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    return f"{value:.12g}" if isinstance(value, float) else str(value)


class Settings:
    """Widgets for the settings of a spec.

    Parameters
    ----------
    spec : TrainingSpec
    changed : callable
        Called with the name of a setting and a value that this setting allows.
    hidden : container of str
        Settings whose controls are not shown.
    """

    def __init__(
        self, spec: TrainingSpec, changed: Callable[[str, Any], None], hidden: Container[str] = ()
    ) -> None:
        self._changed = changed
        self._setting = False
        self._spec = spec
        self._hidden = hidden
        self.widgets: dict[str, Any] = {}
        self._below: tuple[Any, ...] = ()
        self._more = pmui.Details(
            title="More settings", sizing_mode="stretch_width", margin=(8, 0), fully_expanded=True
        )
        # Half of the page's widgets: they are built when they are first wanted.
        self._more.param.watch(self._unfold, "collapsed")

    def _unfold(self, _: Any) -> None:
        if not self._more.objects:
            self._more.objects = [*self._made(MORE), *self._below]

    def _made(self, names: tuple[str, ...]) -> list[Any]:
        return [self._make(name) for name in names if name not in self._hidden]

    def _make(self, name: str) -> Any:
        widget = self.widgets[name] = self._widget(name, self._spec)
        widget.visible = self._wanted(name, self._spec)
        watched = "value_throttled" if name in _SLIDERS else "value"
        widget.param.watch(lambda event: self._edited(name, event.new), watched)
        return widget

    def _widget(self, name: str, spec: TrainingSpec) -> Any:
        title, value = SETTINGS[name].metadata["title"], getattr(spec, name)
        common = {
            "label": title, "sizing_mode": "stretch_width", "size": "small", "css_classes": about(name),
        }  # fmt: skip
        if name in OPTIONS:
            return pmui.Select(options=OPTIONS[name], value=value, **common)
        if name in _SLIDERS:
            limits = SETTINGS[name].metadata
            return pmui.FloatSlider(
                start=limits["low"], end=limits["high"], step=_SLIDERS[name], value=value, format="0%", **common
            )
        if isinstance(value, bool):
            return pmui.Checkbox(value=value, **common)
        return pmui.TextInput(value=as_text(value), helper_text=self._hint(name), **common)

    def _hint(self, name: str) -> str:
        if name == "learning_rate" and self._spec.schedule != "constant":
            return "η₀, with which the schedule begins"
        return _HINTS.get(name, "")

    @staticmethod
    def _wanted(name: str, spec: TrainingSpec) -> bool:
        """Whether the control means anything under this spec."""
        if name == "regularization_rate":
            return spec.regularization != "none"
        if name in ("noise", "samples", "data_seed"):
            return not spec.kind.fixed
        return True

    def _edited(self, name: str, value: Any) -> None:
        if self._setting:
            return
        widget = self.widgets[name]
        try:
            allowed = check(name, value)
        except SpecError as error:
            self.refuse(name, str(error))
            return
        if isinstance(widget, pmui.TextInput):
            widget.param.update(error_state=False, helper_text=self._hint(name))
        self._changed(name, allowed)

    def refuse(self, name: str, message: str) -> None:
        """Say under the control what is allowed; what was typed stays, to be mended."""
        widget = self.widgets.get(name)
        if isinstance(widget, pmui.TextInput):
            widget.param.update(error_state=True, helper_text=message)

    def forgive(self) -> None:
        """Forget what was typed and refused."""
        for name, widget in self.widgets.items():
            if getattr(widget, "error_state", False):
                widget.param.update(error_state=False, helper_text=self._hint(name))

    def show(self, spec: TrainingSpec) -> None:
        """Show the settings of `spec`, except where a message stands about what was typed."""
        self._spec = spec
        self._setting = True
        try:
            for name, widget in self.widgets.items():
                value = getattr(spec, name)
                shown = as_text(value) if isinstance(widget, pmui.TextInput) else value
                if widget.value != shown and not getattr(widget, "error_state", False):
                    widget.value = shown
                if name == "learning_rate" and not widget.error_state:
                    widget.helper_text = self._hint(name)
                widget.visible = self._wanted(name, spec)
            if "activation" in self.widgets:
                mixed = " (some layers differ)" if spec.activations else ""
                self.widgets["activation"].label = SETTINGS["activation"].metadata["title"] + mixed
        finally:
            self._setting = False

    def panel(
        self, above: list[Any], between: list[Any], below: list[Any], beneath: tuple[Any, ...] = ()
    ) -> pn.Column:
        """Return the controls in a column: data, training, and the rest folded away.

        Parameters
        ----------
        above, between : list
            What stands over the settings of the data, and under them.
        below : list
            What stands at the end of the folded settings.
        beneath : tuple
            What stands under the settings of the training, over those that are folded.
        """
        self._below = tuple(below)
        folded = [] if "more" in self._hidden else [self._more]
        return pn.Column(
            *above, *self._made(DATA), *between, *self._made(MAIN), *beneath, *folded,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
