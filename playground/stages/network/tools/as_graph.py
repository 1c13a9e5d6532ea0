"""The dialog that opens a part of the network as the graph of a formula, with the same numbers."""

from __future__ import annotations

from typing import Any

import panel_material_ui as pmui

from engine import SpecError, TrainingRun
from engine.expression.explain import shown_number, spoken
from engine.expression.of_network import NetworkPart, layer_graph, network_graph, neuron_graph
from engine.expression.passes import complete_pass
from playground.graph_link import to_url
from playground.stages.network.tools.host import Host
from playground.widgets.offer import GraphOffer

_PARTS = {"One neuron": "neuron", "One layer": "layer", "The whole network with its loss": "network"}
# Beside three numbers there is room for so many letters.
_LONGEST_TEXT = 30
_MEANING = {
    "neuron": "g is how the loss changes with this neuron's output: so the gradients are those of the network's loss.",
    "layer": "g₁, g₂, … are how the loss changes with these outputs: so the gradients are those of the network's loss.",
    "loss": "The result is the network's loss for this example.",
}


class AsGraph:
    """The dialog.

    Parameters
    ----------
    host : Host
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        common = {"sizing_mode": "stretch_width", "size": "small"}
        self._part = pmui.Select(label="What", options=_PARTS, value="neuron", **common)
        self._layer = pmui.Select(label="Layer", options=["1"], value="1", **common)
        self._unit = pmui.Select(label="Neuron", options=["1"], value="1", **common)
        self._example = pmui.IntInput(label="Training example", value=1, start=1, **common)
        self._offer = GraphOffer()
        for widget in (self._part, self._layer, self._unit, self._example):
            widget.param.watch(lambda _: self._write(), "value")
        self._writing = False
        self._dialog = pmui.Dialog(
            objects=[self._part, self._layer, self._unit, self._example, self._offer],
            title="As a graph", show_close_button=True, close_on_click=True, width_option="sm",
        )  # fmt: skip

    def open(self) -> None:
        """Show the dialog on the neuron that is chosen in the diagram, else on the first one."""
        layer, _, unit = self._host.session.scenes.chosen.removeprefix("dense").partition(".")
        # Choosing a neuron is one change of the fields, not one of each of them.
        self._writing = True
        self._fit()
        if unit:
            self._layer.value = layer
            self._fit()
            self._unit.value = str(int(unit) + 1)
        self._writing = False
        self._write()
        self._host.open_dialog(self._dialog)

    def _fit(self) -> None:
        """Offer what this network has."""
        run = self._host.session.run
        layers = [str(k) for k in range(1, len(run.network.layers) + 1)]
        self._layer.param.update(options=layers, value=_within(self._layer.value, layers))
        units = [str(k) for k in range(1, run.network.layers[int(self._layer.value) - 1].units + 1)]
        self._unit.param.update(options=units, value=_within(self._unit.value, units))
        self._layer.visible = self._part.value != "network"
        self._unit.visible = self._part.value == "neuron"
        self._example.end = len(run.train)

    def _write(self) -> None:
        """Make the formula of what is chosen, and hold its numbers against the network's."""
        if self._writing:
            return
        self._writing = True
        try:
            self._fit()
            with self._host.still():
                part = self._made(self._host.session.run)
        except SpecError as error:
            self._offer.param.update(trouble=str(error), href="", rows=[], dark=self._host.dark)
        else:
            rows = compared(part)
            href = f"?{to_url(part.spec)}&theme={'dark' if self._host.dark else 'default'}"
            meaning = _MEANING["loss" if "g" not in names_of(part) else self._part.value]
            self._offer.param.update(
                trouble="", title=f"{part.title}: the same numbers. {meaning}",
                formula=part.spec.expression().unicode(), rows=rows, href=href, dark=self._host.dark,
            )  # fmt: skip
        finally:
            self._writing = False

    def _made(self, run: TrainingRun) -> NetworkPart:
        layer, unit, example = int(self._layer.value), int(self._unit.value) - 1, (self._example.value or 1) - 1
        if self._part.value == "network":
            return network_graph(run, example)
        if self._part.value == "layer":
            return layer_graph(run, layer, example)
        return neuron_graph(run, layer, unit, example)

    @property
    def link(self) -> Any:
        """Where the graph opens; empty where there is none."""
        return self._offer.href


def names_of(part: NetworkPart) -> set[str]:
    """Return the first letters of a formula's names."""
    return {name[0] for name, _ in part.spec.values}


def compared(part: NetworkPart) -> list[list[str]]:
    """Return the network's numbers and those of the graph as `GraphOffer.rows`."""
    graph = part.spec.graph()
    done = complete_pass(graph, part.spec.start)
    places = {node.symbol: node.id for node in graph.nodes}
    values = done.shown_values()
    rows = []
    for sign, networks, graphs in (("", part.values, values), ("∂/∂", part.gradients, done.gradients)):
        for symbol, number in networks.items():
            # What goes in is the same by definition: only what was computed on both sides is compared.
            if sign or graph.nodes[places[symbol]].operation is not None:
                other = graphs[places[symbol]]
                assert other is not None  # the pass is complete
                difference = shown_number(abs(other - number))
                node = graph.nodes[places[symbol]]
                name = f"{sign}{spoken(node)}" if sign or len(node.text) > _LONGEST_TEXT else f"{symbol} = {node.text}"
                rows.append([name, shown_number(number), shown_number(other), difference])
    return rows


def _within(value: str, options: list[str]) -> str:
    return value if value in options else options[0]
