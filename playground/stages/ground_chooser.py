"""What is descended: a gallery of surfaces, the losses of real networks, and a formula of the student's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from engine.checks import SpecError, checked
from engine.descent import DESCENT_SETTINGS, OWN, SURFACES, DescentSpec
from engine.descent.own import PARAMETER_NAMES
from engine.descent.real_loss import NETWORK, REAL_LOSSES
from engine.expression import Expression, ExpressionError, parse
from playground.assets import stylesheets
from playground.formulas import mathml
from playground.stages.network_weights import NetworkWeights
from playground.typed_expression import Refusal
from playground.widgets.about import about
from playground.widgets.choices import Choices
from playground.widgets.expression_field import ExpressionField

# A first formula to change: two valleys, of which the start decides.
EXAMPLES = {1: "w^4/4 - w^2 + w/4", 2: "(x^2 - 4)^2/8 + y^2 + x/4"}
# On a phone four kinds stand in a row.
_KINDS_STYLE = {"& button": {"whiteSpace": "nowrap", "@media (max-width: 480px)": {"fontSize": 13, "padding": "5px"}}}
# What an `About` says of the controls, by the key that they carry.
GROUND_PARTS: dict[str, tuple[str, str]] = {
    "kind": (
        "Kind of loss", "Ready made over one weight or two, the loss of a real network, or a formula of your own.",
    ),
    "own_weights": ("Weights", "Whether your formula is over one weight, w, or over two, x and y."),
    "reach": ("Reach", "The view of your formula goes so far to either side of 0; minima are searched in it."),
    "network_weights": ("Two of its weights", "The axes of the view: two weights or biases of the network."),
    "free": (
        "All weights descend",
        "The view shows two of the weights; the others descend as well, so the surface that is seen moves.",
    ),
    "trained": (
        "Others as trained",
        "The other weights stand where so many updates of the network's own training led them.",
    ),
}
_NAMES = {1: "w", 2: "x and y"}


class GroundChooser:
    """Chooses a surface.

    Parameters
    ----------
    on_choose : callable
        Called with what is to be changed of a `DescentSpec`: ``{"surface": "beale"}``; for a formula
        ``{"surface": "own", "formula": …, "dimensions": …, "reach": …}``; for a network
        ``{"surface": "network", "network": …}``, or with ``weights``, ``free`` or ``trained`` besides.
    dimensions : tuple of int
        1, 2 or both: of how many weights surfaces are offered.
    """

    def __init__(self, on_choose: Callable[[dict[str, Any]], None], dimensions: tuple[int, ...]) -> None:
        self._on_choose = on_choose
        self._dimensions = dimensions
        self._setting = False
        self._shown: tuple[Any, ...] = ()
        self._surface = ""
        # The last one that was chosen of each kind: who looks at another kind and returns finds it again.
        self._last: dict[str, str] = {}
        kinds = {**_kinds(dimensions), "Real network": NETWORK, "Own formula": OWN}
        self.kind = pmui.RadioButtonGroup(
            options=kinds, size="small", margin=0, css_classes=about("kind"), sx=_KINDS_STYLE,
        )  # fmt: skip
        self.kind.param.watch(self._kind_chosen, "value")
        self.grounds = Choices(label="Loss to descend", css_classes=["np-grounds"])
        self.grounds.on_message(self._chosen)
        # What is in the field, also before it is taken.
        self._text = EXAMPLES[max(dimensions)]
        # Where there is less room it has a row of its own: a formula is read as a whole.
        wide = {"flex": "1 1 500px", "width": "auto"}
        self.field = ExpressionField(text=self._text, action="Descend it", styles=wide)
        self.field.on_message(self._typed)
        common = {"size": "small", "margin": 0}
        self.names = pmui.Select(
            label="Weights", options={_NAMES[d]: d for d in dimensions}, value=max(dimensions), width=110,
            visible=len(dimensions) > 1, css_classes=about("own_weights"), **common,
        )  # fmt: skip
        self.names.param.watch(self._names_chosen, "value")
        self.reach = pmui.TextInput(
            label="Reach ±", value="5", width=110, css_classes=about("reach"), **common
        )  # fmt: skip
        self.reach.param.watch(self._reach_typed, "value")
        self._own = pn.FlexBox(
            self.field, self.names, self.reach, css_classes=["np-own-ground"], sizing_mode="stretch_width", margin=0,
            gap="8px 12px", align_items="start", visible=False,
        )  # fmt: skip
        self.network = NetworkWeights(on_choose)
        self.panel = pn.Column(
            self.kind, self.grounds, self._own, self.network.panel, css_classes=["np-ground-chooser"],
            stylesheets=stylesheets("ground_chooser"), sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self._open(next(iter(kinds.values())))
        self._label_field()

    def show(self, spec: DescentSpec) -> None:
        """Show what this spec descends; what is typed meanwhile stays, as long as the surface stays."""
        ground = (spec.surface, spec.formula, spec.dimensions, spec.reach, spec.network, spec.weights, spec.free,
                  spec.trained)  # fmt: skip
        if ground == self._shown:
            return
        self._shown, self._surface = ground, spec.network or spec.surface
        self._setting = True
        try:
            kind = spec.surface if spec.surface in (OWN, NETWORK) else str(spec.dimensions)
            self.kind.value = kind
            self._open(kind)
            if kind == OWN:
                self.names.value = spec.dimensions
                self._label_field()
                self.reach.param.update(value=f"{spec.reach:g}", error_state=False, helper_text="")
                self._text = spec.formula
                self._answer(self._text)
                self.field.text = self._text
            else:
                key = spec.network if kind == NETWORK else spec.surface
                self._last[kind] = self.grounds.value = key
            if kind == NETWORK:
                self.network.show(spec)
        finally:
            self._setting = False

    def refuse(self, message: str, position: int | None = None) -> None:
        """Say beneath the formula why it was not taken; it stays there to be mended."""
        self.field.answer = {"text": self._text, "message": message, "position": position}

    def set_dark(self, dark: bool) -> None:
        """Put the page's mode on what is drawn."""
        self.grounds.dark = self.field.dark = dark

    def _open(self, kind: str) -> None:
        """Show what there is to choose of a kind."""
        self._own.visible = kind == OWN
        self.network.panel.visible = kind == NETWORK
        self.grounds.visible = kind != OWN
        if kind != OWN:
            ready = {key: each for key, each in SURFACES.items() if str(each.dimensions) == kind}
            offered: dict[str, Any] = dict(REAL_LOSSES) if kind == NETWORK else dict(ready)
            items = [
                {"key": key, "title": each.title, "sentence": each.about} for key, each in offered.items()
            ]
            if items != self.grounds.items:
                self.grounds.param.update(items=items, value="")

    def _kind_chosen(self, event: Any) -> None:
        if self._setting or event.new is None:
            return
        self._open(event.new)
        # A formula is descended when it is taken.
        if event.new != OWN:
            key = self._last.get(event.new, self.grounds.items[0]["key"])
            self.grounds.value = key
            if key != self._surface:
                self._on_choose(_ground(event.new, key))
        elif self._surface != OWN:
            self._answer(self._text)

    def _chosen(self, message: dict[str, Any]) -> None:
        key = str(message["key"])
        if key in (item["key"] for item in self.grounds.items):
            self._on_choose(_ground(str(self.kind.value), key))

    def _names_chosen(self, _: Any) -> None:
        if self._setting:
            return
        self._label_field()
        # A formula of the other weights cannot be read: an example of these begins.
        if isinstance(self._read(self._text), Refusal):
            self._text = self.field.text = EXAMPLES[self.names.value]
        self._answer(self._text)

    def _label_field(self) -> None:
        names = ", ".join(PARAMETER_NAMES[self.names.value])
        self.field.label = f"J({names}) =  numbers, {_NAMES[self.names.value]}, + − * / ^, functions such as exp or sin"

    def _reach_typed(self, _: Any) -> None:
        if not self._setting and self._read_reach() is not None and self._surface == OWN:
            self._take()

    def _typed(self, message: dict[str, Any]) -> None:
        self._text = str(message["text"])
        self._answer(self._text)
        if message["type"] == "take":
            self._take()

    def _take(self) -> None:
        reach = self._read_reach()
        if reach is not None and not isinstance(self._read(self._text), Refusal):
            self._on_choose(
                {"surface": OWN, "formula": self._text, "dimensions": self.names.value, "reach": reach}
            )

    def _read(self, text: str) -> Expression | Refusal:
        names = PARAMETER_NAMES[self.names.value]
        try:
            read = parse(text, names)
        except ExpressionError as error:
            return Refusal(f"This cannot be read: {error}.", error.position)
        if not read.names:
            return Refusal(f"It is the same everywhere: write one with {' or '.join(names)} in it.", None)
        return read

    def _answer(self, text: str) -> None:
        read = self._read(text)
        if isinstance(read, Refusal):
            self.field.answer = {"text": text, "message": read.message, "position": read.position}
        else:
            self.field.answer = {"text": text, "formula": mathml(read.tex())}

    def _read_reach(self) -> float | None:
        """Return how far the view is to reach; None, with a message under the field, if that is no such number."""
        limits = DESCENT_SETTINGS["reach"]
        try:
            reach = float(checked("reach", 1.0, limits.metadata, self.reach.value.strip().replace("−", "-")))
        except SpecError as error:
            self.reach.param.update(error_state=True, helper_text=str(error))
            return None
        self.reach.param.update(error_state=False, helper_text="")
        return reach


def _kinds(dimensions: tuple[int, ...]) -> dict[str, str]:
    if len(dimensions) == 1:
        return {"Ready made": str(dimensions[0])}
    return {"One weight": "1", "Two weights": "2"}


def _ground(kind: str, key: str) -> dict[str, Any]:
    return {"surface": NETWORK, "network": key} if kind == NETWORK else {"surface": key}
