"""The dialog that shows what every optimizer would do next from this moment of the training."""

from __future__ import annotations

from typing import Any

import numpy as np
import panel as pn
import panel_material_ui as pmui

from engine import TrainingRun
from engine.inside.outlook import NetworkFan, network_fan, usual_rates
from playground.optimizer_marks import TITLES
from playground.stages.network.tools.host import Host
from playground.views.fan_steps import FanSteps, Step
from playground.widgets.fan_table import FanRow, FanTable, picked, shown, table_content

_SAME, _USUAL = "That of this run for all", "The usual one of each"
_BIAS = "its bias"
_MEASURES = [
    ("Length of the whole step", r"\lVert \Delta w \rVert"),
    ("Its angle to −g, in degrees", ""),
    ("Loss of the batch there", ""),
    ("Training loss there", ""),
]
_NARROW = {
    # On a phone the title takes two lines, rather than push the cross out of sight, and the table needs all the width.
    "& .MuiDialogTitle-root": {"flex": "0 1 auto"},
    "& .MuiDialog-paper": {"@media (max-width: 600px)": {"margin": "8px", "width": "100%"}},
}
_ABOUT_FIGURE = (
    "Each arrow is a whole step, of all weights and biases together, at its true angle to −g, which lies along the "
    "bottom line. The rings tell its length, in powers of ten. The lowest loss after one step is not yet the best "
    "optimizer: a longer step goes further."
)


class Fan:
    """The dialog.

    Parameters
    ----------
    host : Host
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        common = {"size": "small", "margin": (6, 0)}
        self._layer = pmui.Select(label="Layer", options=["1"], value="1", width=120, **common)
        self._unit = pmui.Select(label="Neuron", options=["1"], value="1", width=120, **common)
        weights = [*sources(host.session.run, 1), _BIAS]
        self._weight = pmui.Select(label="Weight", options=weights, value=weights[0], width=230, **common)
        self._rates = pmui.Select(label="Learning rate", options=[_SAME, _USUAL], value=_SAME, width=230, **common)
        for widget in (self._layer, self._unit, self._weight):
            widget.param.watch(lambda _: self._chosen(), "value")
        self._rates.param.watch(lambda _: self._ask(), "value")
        self._waiting = pmui.Typography("The path of the training is walked once more …", variant="body1")
        self._table = FanTable()
        self._figure = FanSteps()
        caption = pmui.Typography(_ABOUT_FIGURE, variant="body1", sizing_mode="stretch_width", max_width=340, margin=0)
        self._figure.pane.param.update(min_width=250, max_width=460)
        self._picture = pn.FlexBox(self._figure.pane, caption, gap="24px", align_items="center", margin=(14, 0, 0, 0))
        self._picture.visible = False
        self._writing = False
        self._fan: NetworkFan | None = None
        self._request: object = None
        self._drawn: tuple[Any, ...] = ()
        self._dialog = pmui.Dialog(
            objects=[
                pn.FlexBox(self._layer, self._unit, self._weight, self._rates, gap="12px", margin=0),
                self._waiting, self._table, self._picture,
            ],
            title="What each optimizer would do", show_close_button=True, close_on_click=True, width_option="xl",
            sx=_NARROW,
        )  # fmt: skip

    def open(self) -> None:
        """Show the dialog on the neuron that is chosen in the diagram, else on the first one."""
        self._host.play(False)
        layer, _, unit = self._host.session.scenes.chosen.removeprefix("dense").partition(".")
        # Choosing a neuron is one change of the fields, not one of each of them.
        self._writing = True
        self._fit()
        if unit:
            self._layer.value = layer
            self._fit()
            self._unit.value = str(int(unit) + 1)
            self._fit()
        self._writing = False
        self._ask()
        self._host.open_dialog(self._dialog)

    def _fit(self) -> None:
        """Offer what this network has."""
        run = self._host.session.run
        _offer(self._layer, [str(k) for k in range(1, len(run.network.layers) + 1)])
        layer = int(self._layer.value)
        _offer(self._unit, [str(k) for k in range(1, run.network.layers[layer - 1].units + 1)])
        _offer(self._weight, [*sources(run, layer), _BIAS])

    def _chosen(self) -> None:
        if self._writing:
            return
        self._writing = True
        self._fit()
        self._writing = False
        self._host.submit(lambda: None)

    def _ask(self) -> None:
        """Have the fan of this moment computed in the worker thread; `draw` then shows it."""
        session, request = self._host.session, object()
        self._request, self._fan, self._drawn = request, None, ()
        # What was shown is of another moment.
        self._table.content = {}
        self._picture.visible, self._waiting.visible = False, True
        usual = self._rates.value == _USUAL

        def compute() -> None:
            if self._request is request:
                run = session.run
                rates = usual_rates() | {run.spec.optimizer: run.spec.learning_rate} if usual else tuple(TITLES)
                self._fan = network_fan(run, rates, range(run.network.parameters))

        self._host.submit(compute)

    def draw(self) -> None:
        """Show what was computed; called where the stage draws."""
        fan, dark = self._fan, self._host.dark
        wanted = (fan, self._layer.value, self._unit.value, self._weight.value, dark)
        if fan is None or wanted == self._drawn:
            return
        self._drawn = wanted
        self._picture.visible, self._waiting.visible = True, False
        run = self._host.session.run
        layer, unit = int(self._layer.value), int(self._unit.value) - 1
        bias = self._weight.value == _BIAS
        source = None if bias else sources(run, layer).index(self._weight.value)
        self._table.param.update(dark=dark, content=content(fan, place_of(run, layer, unit, source), bias, run))
        self._figure.set_dark(dark)
        self._figure.draw([Step(outlook.optimizer, outlook.norm, outlook.angle) for outlook in fan.outlooks])


def _offer(widget: Any, options: list[str]) -> None:
    widget.param.update(options=options, value=widget.value if widget.value in options else options[0])


def sources(run: TrainingRun, layer: int) -> list[str]:
    """Return in words where the weights of a layer, from 1, come from."""
    if layer == 1:
        return [f"from {feature.label}" for feature in run.first_spec.features]
    return [f"from neuron {k + 1} of layer {layer - 1}" for k in range(run.network.layers[layer - 2].units)]


def place_of(run: TrainingRun, layer: int, unit: int, source: int | None) -> int:
    """Return the place among all parameters of a weight of a neuron, or of its bias where there is no source."""
    if source is None:
        return run.program.refs[f"b{layer}"].offset + unit
    ref = run.program.refs[f"W{layer}"]
    return ref.offset + int(np.ravel_multi_index((source, unit), ref.shape))


def content(fan: NetworkFan, place: int, bias: bool, run: TrainingRun) -> dict[str, Any]:
    """Return the fan as `FanTable.content`, with the numbers of one weight or bias; `fan` has the parts of all."""
    rows = [
        FanRow(
            outlook.optimizer, picked(outlook.parts, [place]), outlook.point[[place]],
            (outlook.norm, round(outlook.angle, 2), outlook.batch_loss, outlook.train_loss),
        )
        for outlook in fan.outlooks
    ]  # fmt: skip
    at = fan.position
    moment = f"Epoch {at.epoch:,}, batch {at.batch + 1} of {run.loop.batches}."
    before = f"loss of this batch is {shown(fan.batch_loss)} and the training loss {shown(fan.train_loss)}"
    return table_content(
        rows, [""], own=fan.optimizer, own_tag="trains this network", measures=_MEASURES, best="lowest training loss",
        symbol="b" if bias else "w", note=f"{moment} {honesty(fan)} Before the step the {before}.",
    )  # fmt: skip


def honesty(fan: NetworkFan) -> str:
    """Say in one sentence whose memory is real, and of what that of the others is made."""
    title = TITLES[fan.optimizer]
    own = title.lower() if fan.optimizer in ("sgd", "momentum") else title
    since = " since the points were changed" if fan.carried else ""
    if fan.updates == 0 and fan.carried:
        return f"Only {own} remembers what was before the points were changed; the others begin with nothing."
    if fan.updates == 0:
        return "No update has been made yet: no optimizer remembers anything, and each takes its first step."
    trained = (
        f"Only {own}, which remembers nothing, has trained this network" if fan.optimizer == "sgd"
        else f"Only {own} has trained this network and goes on from a copy of its real memory"
    )  # fmt: skip
    many = f"{fan.handed:,} gradient{'s' * (fan.handed != 1)}"
    if fan.handed < fan.updates:
        many = f"last {fan.handed:,} of {fan.updates:,} gradients"
    return (
        f"{trained}; what the others remember is made from the {many} met on its path{since}, not on a path of their "
        "own."
    )
