"""A training run in the words and numbers of the page."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from engine import TrainingRun, TrainingSpec
from engine.datasets import DATASETS, FEATURES
from engine.datasets.dataset import Task
from engine.layers import ACTIVATIONS
from engine.spec import MAX_HIDDEN_LAYERS, MAX_UNITS
from playground.stages.session import Scene


def number(value: float, digits: int = 4) -> str:
    """Return a number as a read-out shows it."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    text = f"{value:.{digits}f}" if abs(value) < 1000 else f"{value:.3g}"
    return text.replace("-", "−")


def score_name(spec: TrainingSpec) -> str:
    """Return what tells how good the network is: accuracy, or R² where the targets are real numbers."""
    return "R²" if DATASETS[spec.data].task is Task.REGRESSION else "Accuracy"


def readout_items(spec: TrainingSpec) -> list[tuple[str, str, str]]:
    """Return the large numbers as `Readout.items`."""
    score = score_name(spec)
    return [
        ("epoch", "Epoch", ""),
        ("loss", "Loss", "train"),
        ("test_loss", "Test loss", "test"),
        ("score", score, "train"),
        ("test_score", "Test accuracy" if score == "Accuracy" else f"Test {score}", "test"),
    ]


def numbers(scene: Scene) -> dict[str, str]:
    """Return the large numbers as `Readout.values`."""
    return {
        "epoch": f"{scene.position.epoch:,}",
        "loss": number(scene.train.loss),
        "test_loss": number(scene.test.loss),
        "score": number(scene.train.accuracy, 3),
        "test_score": number(scene.test.accuracy, 3),
    }


def status(scene: Scene, run: TrainingRun) -> dict[str, Any]:
    """Return where the run stands as `Transport.status`."""
    at = scene.position
    text = f"Epoch {at.epoch:,} · batch {at.batch + 1} of {run.loop.batches}"
    if at.op:
        op = run.program.ops[at.op]
        text += f" · {op.phase.value}, next {op.name}"
    return {
        "step": scene.updates,
        "length": scene.newest_updates,
        "text": text,
        "at_end": scene.at_newest,
        "can_back": scene.updates > 0 or at.op > 0,
    }


def neuron_name(unit: str) -> str:
    """Return in words which neuron ``dense1.2`` is, or which input ``x1``; empty for the network's answer."""
    layer, _, index = unit.partition(".")
    if index:
        return f"neuron {int(index) + 1} of {layer}"
    return f"input {FEATURES[layer].label}" if layer else ""


def diagram_columns(run: TrainingRun) -> list[dict[str, Any]]:
    """Return the network as `NetworkDiagram.columns`: all inputs there are, the hidden layers, the output."""
    inputs = [
        {"id": key, "label": feature.label, "on": key in run.spec.inputs} for key, feature in FEATURES.items()
    ]
    columns: list[dict[str, Any]] = [{"name": "inputs", "title": "Inputs", "kind": "input", "units": inputs}]
    for place, layer in enumerate(run.network.layers, 1):
        last = place == len(run.network.layers)
        single = last and layer.units == 1
        units = [
            {"id": f"dense{place}.{unit}", "label": "ŷ" if single else str(unit + 1)} for unit in range(layer.units)
        ]
        title = "Output" if last else f"{layer.units} × {ACTIVATIONS[layer.activation].title}"
        kind = "output" if last else "hidden"
        columns.append({"name": f"dense{place}", "title": title, "kind": kind, "units": units})
    return columns


def structure_edit(message: dict[str, Any]) -> tuple[str, Callable[[TrainingSpec], tuple[Any, ...]]]:
    """Return which setting a click on the diagram changes, and how its new value comes from the spec.

    Parameters
    ----------
    message : dict
        Of `NetworkDiagram`: ``units``, ``layers`` or ``toggle_input``.
    """
    if message["type"] == "toggle_input":
        return "inputs", lambda spec: tuple(set(spec.inputs) ^ {message["unit"]})
    if message["type"] == "units":
        return "hidden", lambda spec: resized(spec.hidden, int(message["column"]) - 1, int(message["delta"]))
    return "hidden", lambda spec: with_layers(spec.hidden, int(message["delta"]))


def resized(hidden: tuple[int, ...], layer: int, delta: int) -> tuple[int, ...]:
    """Return the hidden layers with one of them larger or smaller, as far as is allowed."""
    if not 0 <= layer < len(hidden):
        return hidden
    size = min(MAX_UNITS, max(1, hidden[layer] + delta))
    return (*hidden[:layer], size, *hidden[layer + 1 :])


def with_layers(hidden: tuple[int, ...], delta: int) -> tuple[int, ...]:
    """Return the hidden layers with one more (as wide as the last) or one fewer, as far as is allowed."""
    if delta < 0:
        return hidden[:-1]
    return (*hidden, hidden[-1] if hidden else 4)[:MAX_HIDDEN_LAYERS]
