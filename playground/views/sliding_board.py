"""A moment of a sliding window as the board shows it: one channel and one filter of it, as numbers to draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.arena import Array
from engine.inside.positions import PoolSum, PositionSum, Share, conv_shares, pool_shares
from engine.ops.window import Axes
from engine.sliding import SlidingFrame, pool_sum, position_sum, settled_sum

__all__ = ["SentBack", "board_content", "channel_names", "made_at", "sent_from", "shown_place"]

SentBack = tuple[Share, ...]


def board_content(
    frame: SlidingFrame, channel: int = 0, filter: int = 0, *, names: Sequence[str] = (), grey: bool = False
) -> dict[str, Any]:
    """Return what `playground.widgets.sliding_board.SlidingBoard` shows of a moment; called in a worker thread.

    Parameters
    ----------
    frame : SlidingFrame
    channel, filter : int
        Which ones are in front, from 0; what is beyond the last is the last. Pooling has a map for each channel, and
        no filters.
    names : sequence of str
        Of the channels; their numbers from 0 unless given.
    grey : bool
        Whether the input is shown in greys, as a picture.

    Returns
    -------
    dict
        See `SlidingBoard.content`.
    """
    spec, window = frame.spec, frame.window
    channel = min(max(channel, 0), spec.channels - 1)
    filter = min(max(filter, 0), frame.y.shape[-1] - 1)
    out = channel if spec.pools else filter
    backward = frame.phase != "forward"
    arrays = [frame.x[..., channel]]
    if frame.w is not None:
        arrays.append(frame.w[..., channel, filter])
    arrays.append(frame.y[..., out])
    if backward:
        arrays.append(frame.dx[..., channel])
        if frame.dw is not None:
            arrays.append(frame.dw[..., channel, filter])
        arrays.append(frame.upstream[..., out])
    maps = frame.upstream if backward else frame.y
    return {
        "operation": spec.operation,
        "phase": frame.phase,
        "relu": spec.relu and not spec.pools,
        "space": list(spec.space),
        "positions": list(frame.positions),
        "window": {
            "size": list(window.size),
            "stride": list(window.stride),
            "dilation": list(window.dilation),
            "before": [before for before, _ in window.padding],
            "after": [after for _, after in window.padding],
            "flip": window.flip,
        },
        "channel": channel,
        "channels": channel_names(frame, names),
        "filter": filter,
        "filters": frame.y.shape[-1],
        "numbers": b"".join(np.ascontiguousarray(array, dtype="<f4").tobytes() for array in arrays),
        "bias": None if frame.b is None else float(frame.b[filter]),
        "bias_gradient": None if frame.db is None else float(frame.db[filter]),
        "now": _now(frame, channel, out) if frame.current else None,
        "next": None if frame.current else {"position": [0] * len(frame.positions)},
        "thumbs": {"x": _small(frame.x, grey), "y": b"" if spec.pools else _small(maps)},
        "grey": grey,
    }


def channel_names(frame: SlidingFrame, names: Sequence[str] = ()) -> list[str]:
    """Return what the channels are called: their numbers unless there is a name for each."""
    count = frame.spec.channels
    return list(names) if len(names) == count else [str(k) for k in range(count)]


def shown_place(frame: SlidingFrame, out: int) -> tuple[Axes, bool]:
    """Return the current position in one map of the output, and whether it is done there, too.

    The maps of a position are made one after the other, so that another one may not be there yet.
    """
    assert frame.current
    place = (*frame.current.place[:-1], out)
    done = frame.y if frame.phase == "forward" else frame.delta
    return place, not np.isnan(done[place])


def made_at(frame: SlidingFrame, place: Axes) -> PositionSum | PoolSum:
    """Return how a number of the output, before ReLU, is made."""
    if frame.current and frame.current.place == place:
        return frame.current.made
    if frame.w is None or frame.b is None:
        return pool_sum(frame.x, frame.window, place, frame.spec.operation, frame.spec.count_padding)
    return position_sum(frame.x, frame.w, frame.b, frame.window, place)


def sent_from(frame: SlidingFrame, made: PositionSum | PoolSum) -> SentBack:
    """Return what a number of the output, before ReLU, sends back."""
    delta = float(frame.delta[made.place])
    if isinstance(made, PoolSum):
        return pool_shares(made, delta)
    assert frame.w is not None
    return conv_shares(frame.x, frame.w, frame.window, made.place, delta)


def _now(frame: SlidingFrame, channel: int, out: int) -> dict[str, Any]:
    """Return what each tap reads and does in the map that is shown."""
    place, known = shown_place(frame, out)
    if not known:
        return {"position": list(place[:-1]), "known": False}
    made = made_at(frame, place)
    now: dict[str, Any] = {
        "position": list(place[:-1]), "known": True, "total": made.result, "value": float(frame.y[place]),
    }  # fmt: skip
    channels = frame.spec.channels
    if isinstance(made, PoolSum):
        seen = made.places
        now |= {
            "read": list(made.values), "winner": -1 if made.winner is None else made.winner,
            "divisor": made.divisor, "sum": settled_sum(made.values),
        }  # fmt: skip
    else:
        # All channels of a tap follow one another.
        mine = made.products[channel::channels]
        seen = tuple(product.place for product in mine)
        parts = [settled_sum(product.value for product in made.products[c::channels]) for c in range(channels)]
        now |= {
            "read": [product.x for product in mine], "products": [product.value for product in mine],
            "parts": parts, "sum": settled_sum(product.value for product in made.products),
        }  # fmt: skip
    now["inside"] = [-1 if at is None else int(np.ravel_multi_index(at[:-1], frame.spec.space)) for at in seen]
    if frame.phase == "forward":
        return now
    shares = sent_from(frame, made)
    mine = shares if isinstance(made, PoolSum) else shares[channel::channels]
    return now | {
        "upstream": float(frame.upstream[place]), "delta": float(frame.delta[place]),
        "to_x": [share.to_input for share in mine], "to_w": [share.to_weight for share in mine],
    }  # fmt: skip


def _small(values: Array, grey: bool = False) -> bytes:
    """Return several maps [*space, C] as entries of a table of 256 colours, one map after the other."""
    if values.shape[-1] == 1:
        return b""
    known = np.nan_to_num(values, nan=0.0)
    if grey:
        low, high = min(float(known.min()), 0.0), max(float(known.max()), 0.0)
        entries = 255 * (known - low) / ((high - low) or 1.0)
    else:
        entries = 127.5 + 127.5 * known / (float(np.abs(known).max()) or 1.0)
    return np.moveaxis(np.rint(entries), -1, 0).astype(np.uint8).tobytes()
