"""The making of what is looked at more closely, of a student's session."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.reader import LayerMaps, Reader, unseen_images
from playground.stages.reader import probes
from playground.stages.reader.look import NO_TABLE, Look, a, size, table
from playground.stages.reader.numbers import input_table, number_pictures, number_table
from playground.stages.reader.slid import Slid
from playground.stages.reader.stacks import WINDOWS, steps

if TYPE_CHECKING:
    from playground.stages.reader.session import ReaderSession

MOST_DIGITS = 60
Maker = Callable[["ReaderSession", tuple[LayerMaps, ...]], Look]


class LookMaker:
    """Makes looks, and keeps the last one as long as nothing that it shows changes."""

    def __init__(self) -> None:
        self._known: tuple[Any, Look] = (None, Look())
        self._makers: dict[str, Maker] = {
            "number": _number, "layers": _layers, "digits": _digits, "occlusion": probes.occlusion_look,
            "saliency": probes.saliency_look, "maximise": probes.maximise_look, "move": probes.move_look,
            "dense": Slid().look, "field": _field,
        }  # fmt: skip

    def make(self, session: ReaderSession, maps: tuple[LayerMaps, ...]) -> Look:
        """Return what is to be seen now; nothing where a prediction comes first.

        Parameters
        ----------
        session : ReaderSession
        maps : tuple of LayerMaps
            Of all layers, also of those that the student has not reached.
        """
        if not session.look or (session.question and session.answer is None):
            return Look(session.look)
        run = session.run
        grown = None if session.maximiser is None else (id(session.maximiser), session.maximiser.steps)
        key = (
            session.look, run.spec, run.image.tobytes(), run.done, session.picked, session.digit, session.patch,
            session.page, session.stack, session.filter, session.group, session.moved, grown,
        )  # fmt: skip
        if self._known[0] != key:
            self._known = key, self._makers[session.look](session, maps)
        return self._known[1]


def _number(session: ReaderSession, maps: tuple[LayerMaps, ...]) -> Look:
    run, picked = session.run, session.picked
    if picked is None or picked[0] >= len(run.frame().maps):
        words = ["Pick a number of a layer that is done: a click on a map, or Enter and the arrow keys."]
        return Look("number", table={**NO_TABLE, "title": "One number", "words": words})
    layer, place = picked
    if layer == 0:
        return Look("number", table=input_table(maps, place))
    made = run.reader.explain(run.image, layer, place)
    return Look("number", number_pictures(made), number_table(made, maps, run.reader))


def _layers(session: ReaderSession, maps: tuple[LayerMaps, ...]) -> Look:
    reader = session.run.reader
    rows = []
    for layer, row in enumerate(reader.rows, 1):
        field = reader.field(layer, tuple(n // 2 for n in row.outputs)).input
        rows.append([
            maps[layer].title, size(row.outputs), f"{row.parameters:,}", _counted(reader, layer), size(field.size),
        ])  # fmt: skip
    rows.append(["In all", "", f"{reader.network.parameters:,}", "", ""])
    words = [
        "The maps grow smaller and more numerous, and each of their numbers sees more of the image. Only convolution "
        "and dense layers have parameters: pooling and flattening have nothing to learn.",
    ]
    if session.run.spec.net != "lenet":
        words.append(
            "On the slide the convolutions are C1 (4 maps) and C2 (6 maps), the poolings S1 and S2, and the dense "
            "layer is the MLP."
        )
    head = ["Layer", "Hands on", "Parameters", "How they are counted", "Receptive field"]
    return Look("layers", table=table("The layers", head, rows, words, len(rows) - 1))


def _counted(reader: Reader, layer: int) -> str:
    """Return how a layer's parameters are counted."""
    if not reader.rows[layer - 1].parameters:
        return "nothing to learn"
    W, b = reader.weights(layer)
    return f"{len(b)}·({'·'.join(map(str, W.shape[:-1]))} + 1)"


def _digits(session: ReaderSession, maps: tuple[LayerMaps, ...]) -> Look:
    members, index = session.members(), session.run.spec.index
    images, labels = unseen_images(session.run.spec.net)
    # So many of the group as the page shows, with the one that is read among them.
    at = int(np.searchsorted(members, index)) if index is not None else 0
    first = min(at, max(0, len(members) - 1)) // MOST_DIGITS * MOST_DIGITS
    shown = members[first : first + MOST_DIGITS]
    items = [{"key": str(k), "caption": str(labels[k]), "label": f"Test digit {k + 1}, {a(labels[k])}"} for k in shown]
    text = f"{first + 1:,} to {first + len(shown):,} of {len(members):,}. None of them was used in training."
    return Look("digits", digits={
        "title": "Test digits", "text": text, "side": list(images.shape[1:]), "items": items,
        "pixels": images[shown].tobytes(), "chosen": "" if index is None else str(index),
    })  # fmt: skip


def _field(session: ReaderSession, maps: tuple[LayerMaps, ...]) -> Look:
    found = steps(session.stack)
    rows = [
        [WINDOWS[step.key], str(step.apart), f"{step.before} + {step.taps - 1}·{step.apart} = {step.sees}"]
        for step in found
    ]
    words = [
        "A number sees what the one before it sees, and for each further tap the distance between neighbors: it grows "
        "with every stride. Pooling makes the next kernel see wider.",
    ]
    seen = found[-1].sees if found else 1
    title = f"Receptive field: {seen} input{'s' * (seen != 1)} along an axis"
    return Look("field", table=table(title, ["Layer", "Neighbors lie apart", "It sees"], rows, words, len(rows) - 1))
