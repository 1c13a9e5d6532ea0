"""What stands on the network stage, as facts for lessons."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from engine import Position, TrainingRun
from engine.arena import Arena, Array
from engine.inside.replay import last_operation
from engine.pair import follow
from engine.spec import OWN, SETTINGS, TrainingSpec
from lessons.conditions import Curve, Fact
from playground.benches.regions import regions
from playground.stages.network.session import TrainingSession

__all__ = ["NAMES", "facts"]

_NAN = math.nan
# Of larger networks single weights are no facts: nobody sets them by hand.
_MOST_SINGLE = 60
_CURVE_POINTS = 120
_PINNED = tuple(
    f"pinned.{name}"
    for name in ("loss", "accuracy", "test_loss", "test_accuracy", "gap", "accuracy_gap", "half_loss")
)
_SETTINGS = tuple(name for name in SETTINGS if name not in ("points", "schedule_settings", "loss"))

NAMES = {
    "epoch": "number of whole epochs",
    "batch": "number of batches of this epoch that are done",
    "op": "number of operations of this batch that are done",
    "updates": "number of updates since the start",
    "phase": "of the operation that ran last: forward, loss, backward or update; none at the start",
    "operation": "its name, such as dense1.z; none at the start",
    "layer": "its layer, such as dense1",
    "newest_epoch": "the furthest epoch of this branch",
    "branches": "number of branches of the history",
    "by_hand": "number of times that weights were set by hand on this branch",
    "loss": "loss on the training set", "accuracy": "accuracy (or R²) on the training set",
    "test_loss": "loss on the test set", "test_accuracy": "accuracy (or R²) on the test set",
    "gap": "test loss − training loss", "accuracy_gap": "training accuracy − test accuracy",
    "finite": "whether all weights and the loss are numbers",
    "start_loss": "training loss at epoch 0 of this branch", "start_test_loss": "test loss there",
    "best_test_loss": "smallest test loss up to now", "best_test_epoch": "and when it was",
    "stop_error": "by what share of it this epoch misses the one with the smallest test loss on the whole branch",
    "best_loss": "smallest training loss up to now",
    "best_accuracy": "greatest training accuracy up to now",
    "best_test_accuracy": "greatest test accuracy up to now",
    "epochs_to_90": "first epoch with a training accuracy of 0.9; no number before", "epochs_to_98": "the same of 0.98",
    "curve": "training loss by epoch", "test_curve": "test loss by epoch",
    "accuracy_curve": "training accuracy by epoch", "test_accuracy_curve": "test accuracy by epoch",
    "parameters": "number of weights and biases", "hidden_layers": "number of hidden layers",
    "hidden_units": "number of hidden neurons", "topology": "such as 2-8-8-1", "inputs": "such as x1,x2",
    "input_count": "number of inputs", "outputs": "number of outputs", "train_points": "number of training examples",
    "test_points": "number of test examples", "parameters.<layer>": "of one layer, from 1",
    "shape.<layer>": "of its weights, inputs first, such as 2×4",
    "activation.<layer>": "of one hidden layer, from 1", "rate": "the learning rate of the next update",
    "<setting>": f"any setting of the page: {', '.join(_SETTINGS)}", "own_data": "whether the points are one's own",
    "loss_function": "the loss function that is in force",
    "regions": "into how many regions the two answers divide the plane, before any training; no number later",
    "weight.<layer>.<from>.<to>": f"one weight, all from 1; of networks with at most {_MOST_SINGLE} parameters",
    "bias.<layer>.<neuron>": "one bias",
    "smallest_weight": "smallest of all weights and biases", "largest_weight": "largest of all",
    "weight_size": "mean |w| of all weights and biases",
    "moved": "largest change of a weight or bias since epoch 0", "moved.<layer>": "mean |change| of a layer's weights",
    "gradient.<layer>": "mean |∂L/∂W| of a layer in the last batch; no number before there was one",
    "gradient_ratio": "that of the first layer by that of the output layer",
    "norm.<layer>": "norm of ∂L/∂W of a layer in the last batch, as the view of gradients draws it",
    "norm_ratio": "that of the first layer by that of the output layer",
    "gradient_zero": "whether all gradients of the last batch are 0",
    "angle": "of a neuron without hidden layer on x1 and x2: direction of its weights in degrees, −180 to 180",
    "offset": "and the boundary's distance from the origin, in that direction",
    "pinned": "whether a run is pinned",
    "pinned.<fact>": "loss, accuracy, test_loss, test_accuracy, gap, accuracy_gap of that run",
    "pinned.half_loss": "half of its training loss", "loss_difference": "training loss − that of the pinned run",
    "pinned_differs": "the settings in which the two runs differ, such as hidden,learning_rate",
    "views": "what is open, such as stepping,gradients", "shown": "the neuron that is looked at; empty for the answer",
}  # fmt: skip


def facts(session: TrainingSession) -> dict[str, Fact]:
    """Return what stands on the stage."""
    run = session.run
    spec, at = run.spec, run.position
    found: dict[str, Fact] = {
        "epoch": at.epoch, "batch": at.batch, "op": at.op, "updates": run.loop.updates,
        "newest_epoch": run.newest.epoch, "branches": len(run.branches),
        "by_hand": sum(bool(segment.edits) for segment in run.history.line),
        "rate": run.rate, "shown": session.scenes.shown, "views": ",".join(_open(session)),
    }  # fmt: skip
    found |= _last(run)
    found |= _settings(spec)
    found |= _shape(run, spec)
    scores = _scores(run)
    found |= scores
    found["finite"] = math.isfinite(run.scores()[0].loss) and bool(np.isfinite(run.parameters).all())
    found |= _past(run)
    found |= _weights(run)
    found |= _gradients(run)
    found |= _pinned(session)
    found["regions"] = _regions(session)
    return found


def _regions(session: TrainingSession) -> float:
    """Return the number of regions of an untrained network: while it trains nobody counts them."""
    run = session.run
    if run.position != Position() or run.network.outputs > 1:
        return _NAN
    session.scenes.pictures.update(run.parameters)
    return regions(session.scenes.pictures.answer())


def _open(session: TrainingSession) -> list[str]:
    scenes = session.scenes
    return ["stepping"] * scenes.stepping.open + sorted(scenes.inside.open)


def _last(run: TrainingRun) -> dict[str, Fact]:
    """Return which operation ran last."""
    program, place = last_operation(run) or (run.program, -1)
    if place < 0:
        return {"phase": "none", "operation": "none", "layer": "none"}
    op = program.ops[place]
    return {"phase": str(op.phase), "operation": op.name, "layer": op.layer}


def _settings(spec: TrainingSpec) -> dict[str, Fact]:
    found: dict[str, Fact] = {"loss_function": spec.resolved_loss.name}
    for name in _SETTINGS:
        value = getattr(spec, name)
        found[name] = ",".join(str(part) for part in value) if isinstance(value, tuple) else value
    return found


def _shape(run: TrainingRun, spec: TrainingSpec) -> dict[str, Fact]:
    units = [layer.units for layer in run.network.layers]
    sizes = [len(spec.inputs), *units]
    return {
        "parameters": run.network.parameters, "hidden_layers": len(units) - 1, "hidden_units": sum(units[:-1]),
        "topology": "-".join(str(size) for size in sizes), "input_count": sizes[0], "outputs": sizes[-1],
        "train_points": len(run.train.inputs), "test_points": len(run.test.inputs),
        **{f"parameters.{k}": (sizes[k - 1] + 1) * sizes[k] for k in range(1, len(sizes))},
        **{f"shape.{k}": f"{sizes[k - 1]}×{sizes[k]}" for k in range(1, len(sizes))},
        **{f"activation.{k}": name for k, name in enumerate(spec.resolved_activations, 1)},
        "own_data": spec.data == OWN,
    }  # fmt: skip


def _scores(run: TrainingRun) -> dict[str, Fact]:
    train, test = run.scores()
    return {
        "loss": train.loss, "accuracy": train.accuracy, "test_loss": test.loss, "test_accuracy": test.accuracy,
        "gap": test.loss - train.loss, "accuracy_gap": train.accuracy - test.accuracy,
    }  # fmt: skip


def _past(run: TrainingRun) -> dict[str, Fact]:
    """Return what this branch has noted up to now: the best, and the curves."""
    rows = run.curve()
    valley = float(rows[np.argmin(np.where(np.isfinite(rows[:, 3]), rows[:, 3], np.inf)), 0])
    rows = rows[rows[:, 0] <= run.position.epoch]
    epochs, loss, accuracy, test_loss, test_accuracy = rows.T
    best = int(np.argmin(np.where(np.isfinite(test_loss), test_loss, np.inf)))
    kept = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _CURVE_POINTS)).astype(int))
    named = {"curve": loss, "accuracy_curve": accuracy, "test_curve": test_loss, "test_accuracy_curve": test_accuracy}
    return {
        "start_loss": float(loss[0]), "start_test_loss": float(test_loss[0]),
        "best_test_loss": float(test_loss[best]), "best_test_epoch": int(epochs[best]),
        "stop_error": abs(run.position.epoch - valley) / max(1.0, valley),
        "best_loss": float(np.nanmin(loss)) if np.isfinite(loss).any() else _NAN,
        "best_accuracy": float(accuracy.max()), "best_test_accuracy": float(test_accuracy.max()),
        "epochs_to_90": _first(epochs, accuracy >= 0.9), "epochs_to_98": _first(epochs, accuracy >= 0.98),
        **{name: _curve(epochs[kept], column[kept]) for name, column in named.items()},
    }  # fmt: skip


def _first(epochs: Array, holds: Any) -> float:
    return float(epochs[int(np.argmax(holds))]) if holds.any() else _NAN


def _curve(x: Array, y: Array) -> Curve:
    return tuple(zip(x.tolist(), y.tolist(), strict=True))


def _weights(run: TrainingRun) -> dict[str, Fact]:
    values = run.parameters
    found: dict[str, Fact] = {
        "smallest_weight": float(values.min()), "largest_weight": float(values.max()),
        "weight_size": float(np.abs(values).mean()),
    }  # fmt: skip
    changes = np.abs(values - run.history.before(0)[1][: len(values)])
    found["moved"] = float(changes.max())
    for layer in range(1, len(run.network.layers) + 1):
        ref = run.program.refs[f"W{layer}"]
        found[f"moved.{layer}"] = float(changes[ref.offset : ref.offset + ref.size].mean())
    for layer in range(1, len(run.network.layers) + 1):
        if run.network.parameters > _MOST_SINGLE:
            break
        weights, biases = run[f"W{layer}"].tolist(), run[f"b{layer}"].tolist()
        for j, row in enumerate(weights, 1):
            found |= {f"weight.{layer}.{j}.{k}": value for k, value in enumerate(row, 1)}
        found |= {f"bias.{layer}.{k}": value for k, value in enumerate(biases, 1)}
    if run.network.parameters == 3 and len(run.network.layers) == 1:
        a, b, bias = (float(value) for value in values)
        length = math.hypot(a, b)
        found["angle"] = math.degrees(math.atan2(b, a))
        found["offset"] = -bias / length if length else _NAN
    return found


def _gradients(run: TrainingRun) -> dict[str, Fact]:
    """Return the size of the gradients that stand in the memory: those of the last batch."""
    count = len(run.network.layers)
    begun = run.position != Position()
    sizes = [float(np.abs(run[f"dW{k}"]).mean()) if begun else _NAN for k in range(1, count + 1)]
    norms = [float(np.linalg.norm(run[f"dW{k}"])) if begun else _NAN for k in range(1, count + 1)]
    everything = run.loop.memory.arena(Arena.GRADIENTS)
    return {
        **{f"gradient.{k}": size for k, size in enumerate(sizes, 1)},
        "gradient_ratio": sizes[0] / sizes[-1] if sizes[-1] else _NAN,
        **{f"norm.{k}": size for k, size in enumerate(norms, 1)},
        "norm_ratio": norms[0] / norms[-1] if norms[-1] else _NAN,
        "gradient_zero": begun and not everything.any(),
    }  # fmt: skip


def _pinned(session: TrainingSession) -> dict[str, Fact]:
    pinned = session.pinned
    if pinned is None:
        return {"pinned": False, "pinned_differs": "", "loss_difference": _NAN, **dict.fromkeys(_PINNED, _NAN)}
    follow(pinned, session.run)
    one, other = pinned.spec, session.run.spec
    differs = [name for name in SETTINGS if getattr(one, name) != getattr(other, name)]
    scores = _scores(pinned)
    loss = pinned.scores()[0].loss
    values = (*scores.values(), loss / 2)
    return {
        "pinned": True, "pinned_differs": ",".join(differs), "loss_difference": session.run.scores()[0].loss - loss,
        **dict(zip(_PINNED, values, strict=True)),
    }  # fmt: skip
