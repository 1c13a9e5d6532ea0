"""The digit reader as lessons see it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from engine import SpecError
from engine.backend import default_backend
from engine.checks import unknown
from engine.reader import PRETRAINED, ConvReader, as_convolution, equivariance, unseen_images
from engine.reader.reading import END
from lessons.conditions import Fact
from playground.benches.bench import Bench, Command, Query
from playground.benches.driving import asked, driving, number, whole
from playground.reader_link import ReaderLink, from_query
from playground.stages.reader.presets import LOOKS, PRESETS
from playground.stages.reader.session import MOVES, ReaderSession
from playground.stages.reader.slid import COMPARED
from playground.stages.reader.stacks import WINDOWS, steps

__all__ = ["BENCH"]


def _begin(query: Query) -> ReaderSession:
    session = ReaderSession(_link(query), default_backend)
    # The stage's own question would be asked beside the lesson's.
    session.skip_question()
    return session


def _link(query: Query) -> ReaderLink:
    return asked(from_query, query)


def _open(session: ReaderSession, query: Query) -> None:
    session.open_link(_link(query), asks=False)


@lru_cache(maxsize=4)
def _convolutional(net: str) -> tuple[ConvReader, float]:
    """Return a network with its dense layers as convolutions, and how far their scores are apart on test digits."""
    reader = PRETRAINED[net].reader()
    made, images = as_convolution(reader), unseen_images(net)[0][:COMPARED]
    return made, float(np.abs(made.scores(images) - reader.logits(images)).max())


def _facts(session: ReaderSession) -> dict[str, Fact]:
    run = session.run
    spec, reader, frame = run.spec, run.reader, run.frame()
    answers = None if frame.answers is None else np.asarray(frame.answers)
    facts: dict[str, Fact] = {
        "net": spec.net,
        "digit": -1 if spec.index is None else spec.index,
        "drawn": spec.index is None,
        "label": -1 if run.label is None else run.label,
        "layers": frame.layers,
        "layers_done": frame.done,
        "complete": run.position == END,
        "read": -1 if answers is None else int(answers.argmax()),
        "score": math.nan if answers is None else float(answers.max()),
        "probabilities": reader.probabilities,
        "parameters": sum(row.parameters for row in reader.rows),
        "look": session.look,
        "page": session.page,
        "patch": session.patch,
        "stack": ",".join(session.stack),
        "field": steps(session.stack)[-1].sees if session.stack else 1,
        "windows": len(session.stack),
        "dx": spec.dx,
        "dy": spec.dy,
        "degrees": spec.degrees,
        "factor": spec.factor,
        "grown": 0 if session.maximiser is None else session.maximiser.steps,
    }
    facts["correct"] = facts["read"] == facts["label"]
    for layer, row in enumerate(reader.rows, 1):
        facts |= {f"parameters.{layer}": row.parameters, f"maps.{layer}": row.outputs[-1]}
        facts[f"size.{layer}"] = row.outputs[0]
    return facts | _picked(session) | _dense(session) | _moved(session)


def _picked(session: ReaderSession) -> dict[str, Fact]:
    """Return what is picked, and how much of the image it sees."""
    if session.picked is None:
        return {"picked": 0, "picked.value": math.nan, "picked.field": 0}
    layer, place = session.picked
    reader = session.run.reader
    field = reader.field(layer, place).input.size[0] if layer else 1
    maps = session.run.frame().maps
    value = float(maps[layer].values[place]) if layer < len(maps) else math.nan
    return {"picked": layer, "picked.value": value, "picked.field": field}


def _dense(session: ReaderSession) -> dict[str, Fact]:
    if session.look != "dense":
        return {"score_map": 0, "dense_apart": math.nan}
    made, apart = _convolutional(session.run.spec.net)
    reader = session.run.reader
    rows = made.rows((session.page, session.page, reader.shape[-1]))
    return {"score_map": rows[-1].outputs[0], "dense_apart": apart}


def _moved(session: ReaderSession) -> dict[str, Fact]:
    """Return how far the maps of each layer follow a shift."""
    spec, reader = session.run.spec, session.run.reader
    found: dict[str, Fact] = {}
    for layer, row in enumerate(reader.rows, 1):
        if len(row.outputs) == 3:
            error = None
            if session.look == "move":
                error = _equivariance(spec.net, spec.index, layer, round(spec.dx), round(spec.dy))
            found[f"shift_error.{layer}"] = math.nan if error is None else error
    return found


@lru_cache(maxsize=64)
def _equivariance(net: str, index: int | None, layer: int, dx: int, dy: int) -> float | None:
    if index is None:
        return None
    reader = PRETRAINED[net].reader()
    base = reader.pixels(unseen_images(net)[0][index][None])[0]
    return equivariance(reader, layer, base, dx, dy).error


def _known(words: Sequence[str], what: str, known: Sequence[str]) -> str:
    if words[0] not in known:
        raise SpecError("run", unknown(what, words[0], list(known)))
    return words[0]


def _move(session: ReaderSession, words: Sequence[str]) -> None:
    session.move(session.edits, **{_known(words, "movement", MOVES): number(words[1])})


def _pick(session: ReaderSession, words: Sequence[str]) -> None:
    layer, *place = (int(word) for word in words)
    rows = session.run.reader.rows
    shape = rows[0].inputs if layer == 0 else rows[layer - 1].outputs if layer <= len(rows) else ()
    if len(place) != len(shape) or any(not 0 <= k < n for k, n in zip(place, shape, strict=True)):
        raise SpecError("run", f"layer {layer} has the shape {list(shape)}, there is no number {place} in it")
    session.pick((layer, tuple(place)))


def _stack(session: ReaderSession, words: Sequence[str]) -> None:
    windows = [_known([key], "window", tuple(WINDOWS)) for key in words[0].split(",")]
    session.set_stack(tuple(windows))


def _grow(session: ReaderSession, words: Sequence[str]) -> None:
    session.set_filter(int(words[0]), int(words[1]))
    session.grow()


BENCH = Bench(
    stage="reader",
    begin=_begin,
    open=_open,
    facts=_facts,
    names={
        "net": f"the network that reads: {', '.join(PRETRAINED)}",
        "digit": "place of the digit in the test part; −1 for a drawing",
        "drawn": "whether a drawing is read",
        "label": "what the test digit is; −1 for a drawing",
        "layers": "layers of the network",
        "layers_done": "those that have run",
        "complete": "whether all have run",
        "read": "the digit that is read; −1 before the answer",
        "score": "its probability or score",
        "correct": "whether it is what it is",
        "probabilities": "whether the answers are probabilities, not scores",
        "parameters": "of the network",
        "parameters.<layer>": "of a layer, from 1, poolings counted",
        "maps.<layer>": "maps or units of a layer",
        "size.<layer>": "height of its maps",
        "look": f"what is looked at more closely: {', '.join(LOOKS)}; empty for nothing",
        "picked": "layer of the number that is picked; 0 for a pixel or none",
        "picked.value": "the number",
        "picked.field": "how many rows of the image it sees",
        "page": "side of the larger page",
        "score_map": "side of the map of scores on it; 0 where it is not looked at",
        "dense_apart": f"largest difference of the scores of dense layers and convolutions on {COMPARED} test digits",
        "patch": "side of the patch that covers",
        "stack": f"windows one behind the other, of {', '.join(WINDOWS)}",
        "windows": "how many they are",
        "field": "how many inputs a number behind them sees",
        "dx": "shift to the right", "dy": "shift down", "degrees": "turn", "factor": "scale",
        "shift_error.<layer>": "by which share its maps differ from shifted ones; nan where that is not looked at",
        "grown": "steps in which an image has grown for a filter",
    },
    commands=driving({"op": "operation", "layer": "layer", "epoch": "all layers"})
    | {
        "net": Command(
            "net NAME", f"Lets another network read: {', '.join(PRETRAINED)}.",
            lambda session, words: session.set_net(_known(words, "network", tuple(PRETRAINED))),
        ),
        "digit": Command(
            "digit NUMBER", "Reads a digit of the test part.",
            lambda session, words: session.show_digit(int(words[0])),
        ),
        "group": Command(
            "group NAME", "Leafs through all digits, those of a class, or wrong ones.",
            lambda session, words: session.show_group(words[0]),
        ),
        "look": Command(
            "look KEY", f"Looks closer: {', '.join(LOOKS)}.",
            lambda session, words: session.look_at(_known(words, "look", tuple(LOOKS))),
        ),
        "pick": Command("pick LAYER ROW COLUMN MAP", "Picks a number of a map, all but the layer from 0.", _pick),
        "move": Command("move NAME VALUE", f"Moves the digit: {', '.join(MOVES)}.", _move),
        "page": Command(
            "page SIDE", "Slides the reader over a larger page.",
            lambda session, words: session.set_page(whole(words[0], 64), session.edits),
        ),
        "stack": Command("stack KEYS", "Puts windows one behind the other: conv3,pool2,conv3.", _stack),
        "grow": Command("grow LAYER FILTER", "Begins to grow the image that a filter likes best.", _grow),
        "choose": Command(
            "choose PRESET", f"Opens an example: {', '.join(PRESETS)}.",
            lambda session, words: session.open_preset(_known(words, "example", tuple(PRESETS))),
        ),
    },
    parts={
        "presets": "the examples",
        "left": "the pad or the digit, and the scores",
        "more": "the network, other digits, own pictures, Share",
        "wall": "the maps of all layers",
        "closer": "what is looked at more closely",
        "summary": "the picture in words",
        "about": "the explanations",
        "transport": "play, step, scrub",
    },
)  # fmt: skip
