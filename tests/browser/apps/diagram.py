"""The network diagram alone: `?case=` names a network, messages are written below it as JSON, a line each."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import panel as pn

from playground.formulas import mathml
from playground.server import mend
from playground.theme import diverging_rgb
from playground.views.diagram import NetworkDiagram, pack_frame

ACTIVATIONS = [("tanh", "tanh"), ("relu", "ReLU"), ("sigmoid", "sigmoid"), ("leaky_relu", "leaky ReLU")]
FEATURES = ["x₁", "x₂", "x₁²", "x₂²", "x₁x₂", "sin(x₁)", "sin(x₂)"]
OWN = ["sin(x₁ * 3) + cos(x₂ * 3) − 0.5", "|x₁|"]
CARDS = {
    "hidden:1": {
        "title": "Hidden neuron",
        "text": "Weighs its inputs, adds its bias and bends the sum.",
        "formula": mathml(r"a_j = \tanh\left(b_j + \sum_i w_{ij} x_i\right)"),
    },
    "output": {
        "title": "Output",
        "text": "The network's answer at each point of the plane.",
        "formula": mathml(r"\hat y = \sigma(z)"),
    },
    "edge": {
        "title": "Weight",
        "text": "How strongly one neuron acts on the next, and in which direction. <b>",
        "formula": mathml("w_{ij} x_i"),
    },
    "bias": {"title": "Bias", "text": "What the neuron adds whatever its inputs are."},
    "skip": {"title": "Skip connection", "text": "The layer's inputs are added to its outputs."},
    "input:x0": {"title": "Input", "text": "The horizontal coordinate."},
}


def network(sizes: list[int], labels: list[str], on: int, **hidden: object) -> list[dict]:
    """Return columns: inputs by their labels, hidden layers by their sizes, one output."""
    units = [{"id": f"x{k}", "label": label, "on": k < on or label in OWN} for k, label in enumerate(labels)]
    for unit in units:
        unit["removable"] = unit["label"] in OWN
    columns = [{"name": "inputs", "title": "Inputs", "kind": "input", "units": units}]
    for place, size in enumerate(sizes, 1):
        units = [{"id": f"dense{place}.{k}", "label": str(k + 1)} for k in range(size)]
        title = f"{size} × tanh"
        columns.append({"name": f"dense{place}", "title": title, "kind": "hidden", "units": units, **hidden})
    name = f"dense{len(sizes) + 1}"
    output = [{"id": f"{name}.0", "label": "ŷ"}]
    columns.append({"name": name, "title": "Output", "kind": "output", "units": output})
    return columns


CASES = {
    "plain": lambda: network([8, 8], FEATURES, 2),
    "small": lambda: network([8, 8], FEATURES[:2], 2, activation="tanh"),
    "two": lambda: network([3], FEATURES, 2, activation="relu", dropout=0.2),
    "deep": lambda: network([16] * 8, FEATURES, 7, activation="leaky_relu"),
    "deep-plain": lambda: network([16] * 8, FEATURES, 7),
    "narrow-deep": lambda: network([4] * 8, FEATURES[:2], 2, activation="sigmoid"),
    "none": lambda: network([], FEATURES, 2),
    "own": lambda: network([4, 2], FEATURES + OWN, 3, activation="tanh"),
    "skip": lambda: skips(network([4, 4, 4], FEATURES[:2], 2, activation="relu", dropout=0.25)),
}


def skips(columns: list[dict]) -> list[dict]:
    """Return the columns with skip connections over the second and the third hidden layer."""
    for column in columns[2:4]:
        column["skip"] = True
    return columns


def pictures(count: int, rng: np.random.Generator) -> np.ndarray:
    """Return smooth pictures [count, 30, 30]."""
    y, x = np.mgrid[1:-1:30j, -1:1:30j]
    slopes = rng.normal(size=(count, 2, 1, 1)) * 2
    return np.round(127.5 * (1 + np.tanh(slopes[:, 0] * x + slopes[:, 1] * y))).astype(np.uint8)


class Bench:
    """A diagram whose weights follow what is asked of them."""

    def __init__(self, case: str, dark: bool, **params: object) -> None:
        columns = CASES[case]()
        sizes = [sum(unit.get("on", True) for unit in column["units"]) for column in columns]
        rng = self.rng = np.random.default_rng(7)
        self.weights = [rng.normal(size=pair) for pair in pairwise(sizes)]
        self.biases = [rng.normal(size=size) for size in sizes[1:]]
        self.pictures = pictures(sum(len(column["units"]) for column in columns), rng)
        self.sequence = 0
        self.acknowledged = 0
        self.diagram = NetworkDiagram(
            columns=columns, dark=dark, lut=diverging_rgb(dark), activations=ACTIVATIONS, target_height=400, **params
        )
        self.diagram.on_message(self.hear)
        self.log = pn.pane.Str("", css_classes=["log"])
        self.send()

    def send(self) -> None:
        """Send a frame."""
        self.sequence += 1
        weights, biases = np.concatenate([w.ravel() for w in self.weights]), np.concatenate(self.biases)
        self.diagram.push(frame=pack_frame(self.sequence, weights, biases, self.pictures))

    def drift(self) -> None:
        """Let all weights move a little, as if the network were learning."""
        for w in self.weights:
            w += self.rng.normal(size=w.shape) * 0.01
        self.pictures = np.roll(self.pictures, 1, axis=2)
        if self.acknowledged == self.sequence:
            self.send()

    def hear(self, message: dict) -> None:
        """Do what a message asks for, and write it down."""
        match message["type"]:
            case "ack":
                self.acknowledged = message["sequence"]
                return
            case "hover" | "leave":
                return
            case "weight":
                self.weights[message["group"]][message["source"], message["target"]] = message["value"]
            case "bias":
                self.biases[message["column"] - 1][message["unit"]] = message["value"]
        # A tick of its own holds the document's lock; a handler of messages does not always.
        pn.state.curdoc.add_next_tick_callback(lambda: self.show(message))

    def show(self, message: dict) -> None:
        """Show what a message has changed, and the message itself."""
        with pn.io.hold():
            self.send()
            if message["type"] == "select":
                self.diagram.selected = message["unit"]
            self.log.object += json.dumps(message) + "\n"


def page() -> None:
    """Serve what the address asks for."""
    mend()
    asked = {key: values[0].decode() for key, values in pn.state.session_args.items()}
    dark = "dark" in asked
    params = {name: True for name in ("frozen", "can_add_input") if name in asked}
    if "cards" in asked:
        params["cards"] = CARDS
    bench = Bench(asked.get("case", "small"), dark, **params)
    if "run" in asked:
        pn.state.add_periodic_callback(bench.drift, period=33)
    save = pn.widgets.Button(label="Save")
    save.on_click(lambda _: bench.diagram.param.update(save=bench.diagram.save + 1, save_name="mine.png"))
    background = "#11161B" if dark else "#F5F7F9"
    pn.Column(bench.diagram, bench.log, save, sizing_mode="stretch_width", styles={"background": background}).servable()


page()
