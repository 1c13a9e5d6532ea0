"""What the layers of a network on maps hand on, as bytes for `MapWall`; and the scores of the classes as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.expression.explain import shown_number

Place = tuple[int, ...]
Numbers = NDArray[np.floating]

# A layer's picture has a colour a number; this many are as many as a page can show and send with each frame.
MOST_NUMBERS = 20_000
MOST_FILTER_NUMBERS = 6_000
DIGITS = tuple("0123456789")


class Maps(Protocol):
    """What one layer hands on: see `engine.reader.LayerMaps`."""

    @property
    def number(self) -> int:
        """Which layer, from 1; 0 is the input."""

    @property
    def name(self) -> str:
        """Its name in the program."""

    @property
    def title(self) -> str:
        """Its name for students."""

    @property
    def kind(self) -> str:
        """What it is."""

    @property
    def values(self) -> Numbers:
        """Maps [H, W, C], or numbers [n]."""


class Box(NamedTuple):
    """A part of a layer's maps, from `first` to `last` (row, column), both included; of all maps or of one."""

    layer: int
    first: Place
    last: Place
    channel: int | None = None


def value_bytes(values: Numbers, limit: float) -> bytes:
    """Return numbers as indices of the diverging palette: 0 in its middle, ±`limit` at its ends, NaN as 0."""
    scaled = np.nan_to_num(np.asarray(values, float) / (limit or 1.0), nan=0.0, posinf=1.0, neginf=-1.0)
    return (np.clip(scaled, -1.0, 1.0) * 127.5 + 127.5).astype(np.uint8).tobytes()


def ink_bytes(values: Numbers, limit: float) -> bytes:
    """Return numbers from 0 to `limit` as shades of ink, 0 to 255."""
    scaled = np.nan_to_num(np.asarray(values, float) / (limit or 1.0), nan=0.0, posinf=1.0, neginf=0.0)
    return (np.clip(scaled, 0.0, 1.0) * 255).astype(np.uint8).tobytes()


def maps_content(
    layers: Sequence[Maps],
    picked: tuple[int, Place] | None = None,
    fields: Sequence[Box] = (),
    *,
    filters: Mapping[int, Numbers] | None = None,
    done: int | None = None,
    classes: Sequence[str] = DIGITS,
) -> dict[str, Any]:
    """
    Return the content of a `MapWall`.

    Parameters
    ----------
    layers
        The input first.
    picked
        The number of a layer, and the place of one of its values: (row, column, channel) or (unit,).
    fields
        Boxes on layers: what the picked number has seen. What lies beyond the map is padding.
    filters
        Weights [H, W, C, O] of convolutions, by the layer's number: shown beneath its maps.
    done
        How many of the layers have been computed; the others are empty. All of them, if it is not given.
    classes
        Names of the units of a last layer with as many.

    Returns
    -------
    dict
        `layers`, `pixels` (of all layers one after the other, map by map, and then of all filters), `picked` with a
        `text`, `fields`.

    Raises
    ------
    ValueError
        If there is more than can be shown.
    """
    filters = filters or {}
    shown = [_layer(layer, classes) for layer in layers]
    total = sum(int(np.prod(layer.values.shape)) for layer in layers)
    if total > MOST_NUMBERS:
        raise ValueError(
            f"the layers hold {total:,} numbers, at most {MOST_NUMBERS:,} can be shown: use fewer filters, or strides"
        )
    parts = [pixels for _, pixels in shown]
    seen = len(layers) if done is None else done
    rows = []
    for k, (layer, (row, _)) in enumerate(zip(layers, shown, strict=True)):
        row["state"] = "waiting" if k >= seen else "now" if done is not None and k == seen - 1 else "done"
        if k >= seen:
            row["range"] = ""
        if layer.number in filters and filters[layer.number].size <= MOST_FILTER_NUMBERS:
            row["filters"], pixels = _filters(filters[layer.number])
            parts.append(pixels)
        rows.append(row)
    return {
        "layers": rows,
        "pixels": b"".join(parts),
        "picked": None if picked is None else _picked(layers, *picked, classes),
        "fields": [
            {"layer": box.layer, "first": list(box.first), "last": list(box.last), "channel": box.channel}
            for box in fields
        ],
    }


def picked_place(message: Mapping[str, Any], layers: Sequence[Maps]) -> tuple[int, Place] | None:
    """Return the layer and the place that a message of a `MapWall` names; None if there is no such number."""
    number, place = message.get("layer"), message.get("place")
    layer = next((layer for layer in layers if layer.number == number), None)
    if layer is None or not isinstance(place, list) or len(place) != layer.values.ndim:
        return None
    if not all(
        isinstance(k, int) and not isinstance(k, bool) and 0 <= k < n
        for k, n in zip(place, layer.values.shape, strict=True)
    ):
        return None
    return layer.number, tuple(place)


def place_words(place: Place, classes: Sequence[str] = ()) -> str:
    """Return where a value stands, counted from 1; of units that stand for classes, for which."""
    if len(place) == 1:
        return f"the unit of {classes[place[0]]}" if classes else f"unit {place[0] + 1}"
    row, column, channel = place
    return f"map {channel + 1}, row {row + 1}, column {column + 1}"


def score_content(
    scores: Numbers,
    truth: int | None = None,
    *,
    probabilities: bool = True,
    verdict: str = "",
    classes: Sequence[str] = DIGITS,
) -> dict[str, Any]:
    """
    Return the content of a `ScoreBars`.

    Parameters
    ----------
    scores
        [n], one a class; an empty array for none yet.
    truth
        The true class, if it is known.
    probabilities
        Whether they lie from 0 to 1 and add up to 1: shown in per cent. Otherwise bars go from 0 to both sides.
    verdict
        A sentence over the bars.
    classes
        Names of the classes.
    """
    if not len(scores):
        empty = {"text": "", "from": 0.0, "to": 0.0, "best": False, "true": False}
        return {"rows": [{"label": name, **empty} for name in classes], "zero": 0.0, "verdict": verdict}
    low, high = (0.0, 1.0) if probabilities else (min(0.0, float(scores.min())), max(0.0, float(scores.max())))
    width = (high - low) or 1.0
    zero, best = -low / width, int(np.argmax(scores))
    rows = [
        {
            "label": name, "text": percent(float(score)) if probabilities else shown_number(round(float(score), 3)),
            "from": zero, "to": (float(score) - low) / width, "best": k == best, "true": k == truth,
        }
        for k, (name, score) in enumerate(zip(classes, scores, strict=True))
    ]  # fmt: skip
    return {"rows": rows, "zero": zero, "verdict": verdict}


def percent(share: float) -> str:
    """Return a share in per cent; what is not quite nothing or all says so."""
    if 0 < share < 0.0005:
        return "< 0.1 %"
    if 0.9995 <= share < 1:
        return "> 99.9 %"
    return f"{100 * share:.1f} %"


def _layer(layer: Maps, classes: Sequence[str]) -> tuple[dict[str, Any], bytes]:
    values = layer.values
    if values.ndim not in (1, 3):
        raise ValueError(f"{layer.name} holds {list(values.shape)}: maps are [H, W, C], rows of units [n]")
    maps = values.transpose(2, 0, 1) if values.ndim == 3 else values
    low, high = _ends(values)
    is_ink = layer.number == 0 and low >= 0
    # Probabilities have a scale of their own.
    shares = values.ndim == 1 and low >= 0 and abs(float(values.sum()) - 1) < 1e-3
    low, high = (0.0, 1.0) if shares else (low, high)
    limit = max(-low, high)
    row = {
        "number": layer.number, "name": layer.name, "title": _together(layer.title), "kind": layer.kind,
        "shape": _together(" × ".join(map(str, values.shape))),
        "side": list(values.shape[:2]) if values.ndim == 3 else [1, 1], "count": values.shape[-1],
        "flat": values.ndim == 1, "ink": is_ink, "limit": limit,
        "range": f"{shown_number(_short(low))} to {shown_number(_short(high))}",
    }  # fmt: skip
    if values.ndim == 1 and len(values) == len(classes):
        row["labels"] = list(classes)
    return row, ink_bytes(maps, limit) if is_ink else value_bytes(maps, limit)


def _filters(weights: Numbers) -> tuple[dict[str, Any], bytes]:
    height, width, channels, count = weights.shape
    low, high = _ends(weights)
    limit = max(-low, high)
    row = {
        "side": [height, width], "channels": channels, "count": count, "limit": limit,
        "text": f"{count} filters {height} × {width}" + (f", {channels} slices each" if channels > 1 else ""),
    }  # fmt: skip
    return row, value_bytes(weights.transpose(3, 2, 0, 1), limit)


def _picked(layers: Sequence[Maps], number: int, place: Place, classes: Sequence[str]) -> dict[str, Any]:
    layer = next(layer for layer in layers if layer.number == number)
    value = shown_number(float(layer.values[place]))
    where = place_words(place, classes if layer.values.shape == (len(classes),) else ())
    return {"layer": number, "place": list(place), "text": f"{layer.title}, {where}: {value}"}


def _together(text: str) -> str:
    """Return a text in which sizes are not broken over lines."""
    return text.replace(" × ", "\u00a0×\u00a0")


def _ends(values: Numbers) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def _short(value: float) -> float:
    return float(f"{value:.3g}")
