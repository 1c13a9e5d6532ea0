"""One number of a sliding window's output in formulas and numbers, for reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.expression.explain import shown_number
from engine.inside.positions import PoolSum, PositionSum, Product, Share
from engine.ops.window import Axes
from engine.sliding import SlidingFrame, SlidingSpec, settled_sum, size_words
from playground.formulas import mathml
from playground.views.sliding_board import channel_names, made_at, sent_from, shown_place
from playground.views.sliding_formulas import back_tex, forward_tex

__all__ = ["sum_content"]

# Of longer sums the middle is left out: terms that are shown in full, at the beginning, and at the end.
_LONGEST, _FIRST, _LAST = 25, 8, 2
# The same of the columns of a table.
_COLUMNS = 12


def sum_content(frame: SlidingFrame, channel: int = 0, filter: int = 0, *, names: Sequence[str] = ()) -> dict[str, Any]:
    """Return what `playground.widgets.sliding_sum.SlidingSum` shows of a moment; called in a worker thread.

    Parameters
    ----------
    frame : SlidingFrame
    channel, filter : int
        Which ones the board has in front, from 0.
    names : sequence of str
        Of the channels; their numbers from 0 unless given.

    Returns
    -------
    dict
        See `SlidingSum.content`.
    """
    spec, window = frame.spec, frame.window
    channel = min(max(channel, 0), spec.channels - 1)
    out = channel if spec.pools else min(max(filter, 0), spec.filters - 1)
    backward = frame.phase != "forward"
    rules = (back_tex if backward else forward_tex)(spec, window)
    texts = ("phase", "name", "sum", "lead", "tail", "bias", "result", "relu", "sentence")
    content: dict[str, Any] = {
        **dict.fromkeys(texts, ""), "title": "The rule", "terms": [], "parts": [], "table": {},
        "rules": [mathml(tex) for tex in rules], "size": _sizes(spec),
    }  # fmt: skip
    if not frame.current:
        return content
    place, known = shown_place(frame, out)
    where = _place(place if frame.y.shape[-1] > 1 else place[:-1])
    content["phase"] = "backward" if backward else "forward"
    if not known:
        content["title"] = f"y{where} comes next: the filters of a position follow one another"
        return content
    made = made_at(frame, place)
    content["title"] = f"From y{where} back" if backward else f"y{where}"
    if backward:
        shares = sent_from(frame, made)
        content["table"] = _table(frame, made, shares, channel, channel_names(frame, names))
        content["sentence"] = _sent(frame, place, where)
        return content
    value, total = float(frame.y[place]), made.result
    content["result"] = shown_number(value)
    content["sentence"] = f"y{where}: {made.sentence}"
    if isinstance(made, PoolSum):
        content |= _pooled(made)
        return content
    content |= _products(made, spec.channels, channel, channel_names(frame, names))
    content["bias"] = shown_number(made.bias) if made.bias or spec.channels > 1 else ""
    if spec.relu:
        content["result"] = shown_number(total)
        content["relu"] = f"ReLU({shown_number(total)}) = {shown_number(value)}"
        content["sentence"] += f", {content['relu']}"
    return content


def _place(place: Sequence[int]) -> str:
    return f"[{', '.join(map(str, place))}]"


def _factor(value: float) -> str:
    number = shown_number(value)
    return f"({number})" if value < 0 else number


def _folded(count: int, longest: int) -> tuple[range, range]:
    """Return which of so many terms are shown before and after a gap; the second is empty where there is none."""
    if count <= longest:
        return range(count), range(0)
    return range(_FIRST), range(count - _LAST, count)


def _products(made: PositionSum, channels: int, channel: int, names: Sequence[str]) -> dict[str, Any]:
    """Return the products of one channel, and what each channel adds up to where there are several."""
    mine = made.products[channel::channels]
    before, after = _folded(len(mine), _LONGEST)
    terms: list[dict[str, str]] = [_term(mine[k]) for k in before]
    if after:
        hidden = mine[before.stop : after.start]
        rest = shown_number(settled_sum(product.value for product in hidden))
        terms.append({"more": f"{len(hidden)} more: {rest}"})
        terms += [_term(mine[k]) for k in after]
    if channels == 1:
        return {"terms": terms}
    sums = [settled_sum(product.value for product in made.products[c::channels]) for c in range(channels)]
    parts = [
        {"name": name, "sum": _factor(total) if c else shown_number(total), "chosen": c == channel}
        for c, (name, total) in enumerate(zip(names, sums, strict=True))
    ]
    return {
        "name": f"Channel {names[channel]}", "terms": terms, "sum": shown_number(sums[channel]), "parts": parts
    }  # fmt: skip


def _term(product: Product) -> dict[str, str]:
    return {"x": _factor(product.x), "w": _factor(product.weight), "value": shown_number(product.value)}


def _pooled(made: PoolSum) -> dict[str, Any]:
    """Return a pooled number's row: what is compared or added, those on padding where they count."""
    largest = made.winner is not None
    all_count = not largest and made.divisor == len(made.places)
    counted = [k for k, place in enumerate(made.places) if place is not None or all_count]
    before, after = _folded(len(counted), _LONGEST)
    terms: list[dict[str, Any]] = [_value(made, counted[k]) for k in before]
    if after:
        hidden = [made.values[counted[k]] for k in range(before.stop, after.start)]
        size = f"at most {shown_number(max(hidden))}" if largest else shown_number(settled_sum(hidden))
        terms.append({"more": f"{len(hidden)} more: {size}"})
        terms += [_value(made, counted[k]) for k in after]
    lead, tail = ("max(", ")") if largest else ("(", f") / {made.divisor}")
    return {"terms": terms, "lead": lead, "tail": tail}


def _value(made: PoolSum, tap: int) -> dict[str, Any]:
    return {"x": _factor(made.values[tap]), "value": "", "won": tap == made.winner}


def _table(
    frame: SlidingFrame, made: PositionSum | PoolSum, shares: Sequence[Share], channel: int, names: Sequence[str]
) -> dict[str, Any]:
    """Return what goes back to each tap, a column each."""
    channels = frame.spec.channels
    delta = float(frame.delta[made.place])
    mine = list(shares) if isinstance(made, PoolSum) else list(shares[channel::channels])
    before, after = _folded(len(mine), _COLUMNS)

    def row(name: str, tone: str, cells: Sequence[str]) -> dict[str, Any]:
        gap = ["…"] if after else []
        return {"name": name, "tone": tone, "cells": [*cells[: before.stop], *gap, *(cells[k] for k in after)]}

    to_x = ["lost" if share.place is None else shown_number(share.to_input) for share in mine]
    rows = [row("reads", "input", [_read(share.place, channels) for share in mine])]
    if isinstance(made, PoolSum):
        outside = "–" if made.winner is not None else "0"
        values = [
            outside if place is None else shown_number(value)
            for place, value in zip(made.places, made.values, strict=True)
        ]
        rule = "all to the largest" if made.winner is not None else f"{shown_number(delta)} / {made.divisor}"
        if made.winner is not None:
            to_x[made.winner] += " ▲"
        rows += [row("x", "input", values), row(f"to x: {rule}", "gradient", to_x)]
    else:
        products = made.products[channel::channels]
        rows += [
            row("x", "input", [shown_number(product.x) for product in products]),
            row("w", "weight", [shown_number(product.weight) for product in products]),
            row(f"to x: {_factor(delta)}·w", "gradient", to_x),
            row(f"to w: {_factor(delta)}·x", "gradient", [shown_number(share.to_weight) for share in mine]),
        ]
    notes = []
    if channels > 1 and not isinstance(made, PoolSum):
        notes.append(f"Channel {names[channel]}; there are {channels}.")
    if after:
        notes.append(f"{after.start - before.stop} taps in the middle are left out.")
    return {"rows": rows, "note": " ".join(notes)}


def _read(place: Axes | None, channels: int) -> str:
    """Return what a tap reads, by its name."""
    return "padding" if place is None else f"x{_place(place if channels > 1 else place[:-1])}"


def _sent(frame: SlidingFrame, place: Axes, where: str) -> str:
    """Return in a sentence what arrives at a number of the output, and what goes on from there."""
    upstream, delta = float(frame.upstream[place]), float(frame.delta[place])
    said = f"∂L/∂y{where} = {shown_number(upstream)} arrives"
    if frame.spec.relu and not frame.spec.pools:
        z = float(frame.z[place])
        way = "is above 0, so that ReLU lets it through" if z > 0 else "is not above 0, so that ReLU stops it"
        said += f"; z = {shown_number(z)} {way}"
    if frame.spec.operation == "max":
        return f"{said}; all of it goes to the largest number of the window."
    if frame.spec.operation == "average":
        return f"{said}; every number of the window gets an equal part."
    each = "each input gets it times its weight, each weight gets it times its input"
    return f"{said}; {each}, and the bias gets {shown_number(delta)}."


def _sizes(spec: SlidingSpec) -> list[dict[str, str]]:
    """Return the formula of the output's size along each axis, or once where all are the same."""
    each = size_words(spec)
    if len({axis.tex for axis in each}) == 1:
        word = each[0].axis if len(each) == 1 else "each axis"
        return [{"axis": word, "formula": mathml(each[0].tex)}]
    return [{"axis": axis.axis, "formula": mathml(axis.tex)} for axis in each]
