"""A training run in the words and numbers of the page."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from engine import Position, TrainingRun, TrainingSpec
from engine.datasets.dataset import Task
from engine.datasets.own import Points
from engine.expression.explain import shown_number
from engine.inside.diagnosis import Diagnosis
from engine.layers import ACTIVATIONS
from engine.spec import LIVE_SETTINGS, MAX_HIDDEN_LAYERS, MAX_UNITS, OWN, OWN_INPUTS, SETTINGS
from playground.stages import history_tree
from playground.stages.network import texts
from playground.stages.network.scene import PinnedScene, Scene
from playground.stages.network.words import value_words
from playground.theme import CONFIDENCE_LEVELS

# The centre of the blue must be off the middle by this share of the side, before it is said to lean.
_LEANS = 0.12
# Beside an output's picture there is room for so many letters.
_LONGEST_LABEL = 12


def number(value: float, digits: int = 4) -> str:
    """Return a number as a read-out shows it."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    text = f"{value:.{digits}f}" if abs(value) < 1000 else f"{value:.3g}"
    return text.replace("-", "−")


def score_name(spec: TrainingSpec) -> str:
    """Return what tells how good the network is: accuracy, or R² where the targets are real numbers."""
    return "R²" if spec.kind.task is Task.REGRESSION else "Accuracy"


def readout_items(spec: TrainingSpec, pinned: TrainingSpec | None = None) -> list[tuple[str, ...]]:
    """Return the large numbers as `Readout.items`; the learning rate where this run or a pinned one has a schedule."""
    score = score_name(spec)
    scheduled = any(each is not None and each.schedule != "constant" for each in (spec, pinned))
    test_score = "Test accuracy" if score == "Accuracy" else f"Test {score}"
    return [
        ("epoch", "Epoch", "", texts.NUMBERS["epoch"]),
        ("loss", "Loss", "train", texts.NUMBERS["loss"]),
        ("test_loss", "Test loss", "test", texts.NUMBERS["test_loss"]),
        ("score", score, "train", texts.NUMBERS[score]),
        ("test_score", test_score, "test", texts.NUMBERS[test_score]),
        *([("rate", "Rate now", "", texts.NUMBERS["rate"])] if scheduled else []),
    ]


def numbers(scene: Scene | PinnedScene) -> dict[str, str]:
    """Return the large numbers as `Readout.values`."""
    epoch = scene.epoch if isinstance(scene, PinnedScene) else scene.position.epoch
    return {
        "epoch": f"{epoch:,}",
        "loss": number(scene.train.loss),
        "test_loss": number(scene.test.loss),
        "score": number(scene.train.accuracy, 3),
        "test_score": number(scene.test.accuracy, 3),
        "rate": shown_number(scene.rate),
    }


def schedule_step(scene: Scene) -> int:
    """Return what the schedule has come to: an epoch or an update, from 0."""
    return scene.position.epoch if scene.spec.schedule_unit == "epoch" else scene.updates


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
        # Weights that were carried over to new points are no start to which nothing could lead back.
        "can_reset": run.start is not None,
    }


def neuron_name(unit: str, spec: TrainingSpec) -> str:
    """Return in words which neuron ``dense1.2`` is, or which input ``x1``; empty for the network's answer."""
    layer, _, index = unit.partition(".")
    if index:
        return f"neuron {int(index) + 1} of {layer}"
    labels = {feature.key: feature.label for feature in spec.offered_features}
    return f"input {labels[layer]}" if layer in labels else ""


def diagram_columns(run: TrainingRun) -> list[dict[str, Any]]:
    """Return the network as `NetworkDiagram.columns`: all inputs there are, the hidden layers, the output."""
    spec = run.first_spec
    inputs = [
        {
            "id": feature.key, "label": feature.label, "on": feature.key in spec.inputs,
            "removable": feature.key in OWN_INPUTS,
        }
        for feature in spec.offered_features
    ]  # fmt: skip
    columns: list[dict[str, Any]] = [{"name": "inputs", "title": "Inputs", "kind": "input", "units": inputs}]
    for place, layer in enumerate(run.network.layers, 1):
        last = place == len(run.network.layers)
        single = last and layer.units == 1
        units = [{"id": f"dense{place}.{unit}", "label": str(unit + 1)} for unit in range(layer.units)]
        if last:
            names = ["ŷ"] if single else class_names(spec) or [f"class {unit}" for unit in range(layer.units)]
            for unit, name in zip(units, names, strict=True):
                unit["label"] = name if len(name) <= _LONGEST_LABEL else name[: _LONGEST_LABEL - 1] + "…"
        title = "Output" if last else f"{layer.units} × {ACTIVATIONS[layer.activation].title}"
        column = {"name": f"dense{place}", "title": title, "kind": "output" if last else "hidden", "units": units}
        if not last:
            column |= {"activation": layer.activation, "skip": layer.skip, "dropout": layer.dropout}
        columns.append(column)
    return columns


Change = Callable[[TrainingSpec], Any]


def structure_edit(message: dict[str, Any]) -> dict[str, Change]:
    """Return which settings a click on the diagram changes, and how their new values come from the spec.

    Parameters
    ----------
    message : dict
        Of `NetworkDiagram`: ``units``, ``layers``, ``toggle_input``, ``activation`` or ``remove_input``.
    """
    match message["type"]:
        case "toggle_input":
            return {"inputs": lambda spec: tuple(set(spec.inputs) ^ {message["unit"]})}
        case "remove_input":
            unit = str(message["unit"])
            return {
                "formulas": lambda spec: without_formula(spec, unit)[0],
                "inputs": lambda spec: without_formula(spec, unit)[1],
            }
        case "activation":
            column, name = int(message["column"]), str(message["activation"])
            return {"activations": lambda spec: with_activation(spec, column - 1, name)}
        case "units":
            return {"hidden": lambda spec: resized(spec.hidden, int(message["column"]) - 1, int(message["delta"]))}
    return {"hidden": lambda spec: with_layers(spec.hidden, int(message["delta"]))}


def without_formula(spec: TrainingSpec, unit: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return formulas and inputs without the own input `unit`; those behind it move up."""
    if unit not in OWN_INPUTS[: len(spec.formulas)]:
        return spec.formulas, spec.inputs
    gone = OWN_INPUTS.index(unit)
    moved = {key: OWN_INPUTS[k - 1] if k > gone else key for k, key in enumerate(OWN_INPUTS)}
    inputs = tuple(moved.get(key, key) for key in spec.inputs if key != unit)
    return (*spec.formulas[:gone], *spec.formulas[gone + 1 :]), inputs or ("x1",)


def with_activation(spec: TrainingSpec, layer: int, name: str) -> tuple[str, ...]:
    """Return the activations of single layers with that of one layer changed."""
    names = list(spec.resolved_activations)
    if 0 <= layer < len(names):
        names[layer] = name
    return tuple(names)


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


def class_names(spec: TrainingSpec) -> list[str] | None:
    """Return what a student's file calls the classes; None where they have no names."""
    return list(spec.points.class_names) if spec.data == OWN and spec.points is not None else None


def unit_scale(unit: str, run: TrainingRun) -> tuple[str, str, str] | None:
    """Return what orange, the middle and blue stand for in the picture of a neuron; None for the network's answer."""
    layer, _, index = unit.partition(".")
    if not unit or not index:
        return ("negative", "0", "positive") if unit else None
    place = int(layer.removeprefix("dense"))
    if place == len(run.network.layers):
        return ("0", "½", "1") if run.network.output_activation != "identity" else ("−1 and less", "0", "1 and more")
    hidden = run.network.layers[place - 1]
    # As the pictures are made: these two live in 0 to 1, and their middle is what is neither.
    if hidden.activation in ("sigmoid", "step") and not hidden.skip:
        return "0", "½", "1"
    return "−1 and less", "0", "1 and more"


def axis_labels(spec: TrainingSpec) -> tuple[str, str]:
    """Return what the axes of the plane are called."""
    if spec.data != OWN or spec.points is None or spec.points.columns == Points.empty().columns:
        return "x₁", "x₂"
    return spec.points.columns


def axis_scales(spec: TrainingSpec) -> tuple[Any, ...] | None:
    """Return how a file's numbers were mapped into the plane; None where they were not."""
    if spec.data != OWN or spec.points is None or spec.points.scales == Points.empty().scales:
        return None
    return spec.points.scales


def tree_segments(run: TrainingRun) -> list[dict[str, Any]]:
    """Return the history as `BranchTree.segments`."""
    return history_tree.tree_segments(
        run.history, run.loop.updates_at,
        lambda segment: f"to epoch {segment.end.epoch:,}; {segment_label(segment)}",
    )


def segment_label(segment: Any) -> str:
    """Return in words what was changed where a segment begins."""
    parent = segment.parent
    if parent is None:
        return "the first run"
    said = []
    for name in LIVE_SETTINGS:
        before, after = parent.settings[name], segment.settings[name]
        if before != after:
            was = value_words(name, before, parent.settings["schedule"])
            is_now = value_words(name, after, segment.settings["schedule"])
            said.append(f"{SETTINGS[name].metadata['title'].lower()} {was} → {is_now}")
    if segment.edits:
        count = len(segment.edits)
        said.append(f"{count} weight{'s' * (count != 1)} set by hand")
    return f"{', '.join(said) or 'no change'}, from epoch {segment.start.epoch:,}"


def trouble_lines(trouble: Diagnosis, position: Position) -> list[str]:
    """Return what to say when numbers are no longer numbers, to a student who stands at `position`."""
    what = trouble.what[:1].upper() + trouble.what[1:]
    here = "You stand just before it: step forward by an operation to see it."
    where = [here] if position == trouble.position else []
    return [what, trouble.why, *where, *(f"Try: {remedy}" for remedy in trouble.remedies)]


def summary(scene: Scene, run: TrainingRun, neuron: str, playing: bool = False) -> str:
    """Return the picture in words; while playing without numbers that would lag behind the large ones."""
    spec = scene.spec
    plane = f"The plane shows {neuron}." if neuron else _plane_in_words(scene, run)
    sizes = "–".join(str(n) for n in (len(spec.inputs), *spec.hidden, run.network.outputs))
    if playing:
        return f"A {sizes} network learns {spec.kind.title}. {plane}"
    score = score_name(spec)
    test_score = "test accuracy" if score == "Accuracy" else f"test {score}"
    rate = f" The learning rate is {shown_number(scene.rate)} now." if spec.schedule != "constant" else ""
    return (
        f"Epoch {scene.position.epoch:,} of a {sizes} network on {spec.kind.title}: loss {number(scene.train.loss)} in "
        f"training and {number(scene.test.loss)} in the test, {score.lower() if score == 'Accuracy' else score} "
        f"{number(scene.train.accuracy, 3)}, {test_score} {number(scene.test.accuracy, 3)}.{rate} {plane}"
    )


def _plane_in_words(scene: Scene, run: TrainingRun) -> str:
    if scene.unanswered:
        share = f"{scene.unanswered:.0%}" if scene.unanswered < 1 else "any part"
        return f"On {share} of the plane the answer is not a number: it stays blank there, and points count as wrong."
    kind, answer = run.first_spec.kind, scene.answer
    if kind.task is Task.CLASSIFICATION and kind.classes > 2:
        names = class_names(run.first_spec) or [f"class {k}" for k in range(kind.classes)]
        shares = [float((answer // CONFIDENCE_LEVELS == k).mean()) for k in range(kind.classes)]
        parts = [f"{name} {share:.0%}" for name, share in zip(names, shares, strict=True)]
        return f"Of the plane it gives {', '.join(parts)}."
    blue = float((answer >= 128).mean())
    if kind.task is Task.REGRESSION:
        return f"Its answer is above 0 on {blue:.0%} of the plane{_where_blue(answer)} and below on the rest."
    where = _where_blue(answer)
    return f"It answers blue on {blue:.0%} of the plane{where} and orange on the rest."


def _where_blue(answer: Any) -> str:
    """Return where most of the blue lies, if it lies to one side."""
    blue = answer >= 128
    rows, columns = blue.nonzero()
    if not len(rows) or len(rows) == blue.size:
        return ""
    middle = (len(blue) - 1) / 2
    up, right = rows.mean() - middle, columns.mean() - middle
    words = []
    if abs(up) > _LEANS * len(blue):
        words.append("upper" if up > 0 else "lower")
    if abs(right) > _LEANS * len(blue):
        words.append("right" if right > 0 else "left")
    return f", mostly {' '.join(words)}," if words else ""
