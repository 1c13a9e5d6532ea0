"""The digit training stage as lessons see it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine import SpecError
from engine.backend import default_backend
from engine.checks import unknown
from engine.reader import HEADS, READER_SETTINGS
from lessons.conditions import Fact
from playground.benches.bench import Bench, Command, Query
from playground.benches.driving import asked, driving
from playground.stages.training.presets import PRESETS
from playground.stages.training.session import DigitSession
from playground.training_link import TrainingLink, from_query, read_layers

__all__ = ["BENCH"]


def _begin(query: Query) -> DigitSession:
    return DigitSession(_link(query), default_backend)


def _link(query: Query) -> TrainingLink:
    return asked(from_query, query)


def _open(session: DigitSession, query: Query) -> None:
    session.open_link(_link(query))


def _facts(session: DigitSession) -> dict[str, Fact]:
    run = session.run
    spec, at = run.spec, run.position
    curve = session.measured_so_far()
    last = curve[-1].tolist() if len(curve) else [0.0] + 4 * [math.nan]
    best = {head: session.best(head) for head in HEADS}
    rows = run.network.ledger
    facts: dict[str, Fact] = {
        "epoch": at.epoch,
        "updates": run.loop.updates,
        "parameters": spec.parameters,
        "layers": len(spec.layers),
        "weight_layers": sum(row.parameters > 0 for row in rows),
        "conv_layers": sum(layer.kind == "conv" for layer in spec.layers),
        "pool_layers": sum("pool" in layer.kind for layer in spec.layers),
        "dense_layers": sum(layer.kind == "dense" for layer in spec.layers),
        "data": spec.data,
        "head": spec.head,
        "rate": spec.learning_rate,
        "optimizer": spec.optimizer,
        "batch_size": spec.batch_size,
        "loss": last[1],
        "accuracy": last[2],
        "test_loss": last[3],
        "test_accuracy": last[4],
        "best_test_accuracy": float(curve[:, 4].max()) if len(curve) else math.nan,
        "curve": tuple((row[0], row[1]) for row in curve.tolist()),
        "test_curve": tuple((row[0], row[3]) for row in curve.tolist()),
        "test_accuracy_curve": tuple((row[0], row[4]) for row in curve.tolist()),
        "digit": session.watched.index,
        "preset": session.preset,
        "both_heads": min(best.values()),
        "heads_apart": abs(best["softmax"] - best["hinge"]),
        **{f"best.{head}": value for head, value in best.items()},
    }
    for number, row in enumerate(rows, 1):
        facts |= {f"parameters.{number}": row.parameters, f"maps.{number}": row.outputs[-1]}
        facts[f"size.{number}"] = row.outputs[0]
    return facts


def _set(session: DigitSession, words: Sequence[str]) -> None:
    name, value = words
    if name not in READER_SETTINGS:
        raise SpecError("run", unknown("setting", name, list(READER_SETTINGS)))
    session.edit({name: read_layers(value) if name == "layers" else value})


def _known(words: Sequence[str], what: str, known: Sequence[str]) -> str:
    if words[0] not in known:
        raise SpecError("run", unknown(what, words[0], list(known)))
    return words[0]


BENCH = Bench(
    stage="training",
    begin=_begin,
    open=_open,
    facts=_facts,
    names={
        "epoch": "epochs done",
        "updates": "updates since the start",
        "parameters": "weights and biases",
        "layers": "layers of the network, without the head",
        "weight_layers": "layers with weights, the head among them",
        "conv_layers": "how many of them are convolutions", "pool_layers": "poolings",
        "dense_layers": "dense layers, without the head",
        "data": "which digits",
        "head": f"{' or '.join(HEADS)}",
        "rate": "learning rate",
        "optimizer": "its key",
        "batch_size": "digits in a batch",
        "loss": "on training digits, when it was measured last; nan before",
        "accuracy": "on training digits, then",
        "test_loss": "on test digits, then",
        "test_accuracy": "on test digits, then",
        "best_test_accuracy": "the best of this run so far",
        "curve": "training loss over the epochs",
        "test_curve": "test loss over the epochs",
        "test_accuracy_curve": "test accuracy over the epochs",
        "digit": "the test digit that is watched",
        "preset": "key of the example that stands here; empty for none",
        **{f"best.{head}": f"best test accuracy of this network with the head {head}; 0 for none" for head in HEADS},
        "both_heads": "the smaller of the two",
        "heads_apart": "their difference",
        "parameters.<layer>": "of a layer, from 1, poolings counted",
        "maps.<layer>": "maps or units of a layer",
        "size.<layer>": "height of its maps",
    },
    commands=driving({"op": "operation", "layer": "layer", "phase": "phase", "batch": "batch", "epoch": "epoch"})
    | {
        "set": Command("set NAME VALUE", f"Changes a setting: {', '.join(READER_SETTINGS)}.", _set),
        "choose": Command(
            "choose PRESET", f"Opens an example: {', '.join(PRESETS)}.",
            lambda session, words: session.open_preset(_known(words, "example", tuple(PRESETS))),
        ),
        "watch": Command(
            "watch NUMBER", "Watches a test digit.", lambda session, words: session.watch(int(words[0]))
        ),
    },
    parts={
        "readout": "the numbers",
        "side": "examples and settings",
        "net": "the layers as cards",
        "wall": "the maps of the watched digit",
        "watch": "the digit that is watched, and its scores",
        "curves": "loss and accuracy over the epochs, and what there is to reach",
        "wrong": "the digits that are got wrong",
        "confusion": "which digit is taken for which",
        "listing": "the operations of a batch",
        "summary": "the picture in words",
        "about": "the explanations",
        "transport": "play, step, scrub",
    },
)  # fmt: skip
