"""A history that branches, as the tree under the transport bar draws it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine import Position
from engine.history import History, Segment


def tree_segments(
    history: History, index: Callable[[Position], int], label: Callable[[Segment], str]
) -> list[dict[str, Any]]:
    """Return a history as `BranchTree.segments`.

    Parameters
    ----------
    history : History
    index : callable
        The number of a position on the scale of the transport bar.
    label : callable
        What a segment is, in words.
    """
    leaves = {id(leaf): place for place, leaf in enumerate(history.leaves)}
    ids = {id(segment): place for place, segment in enumerate(history.segments)}
    return [
        {
            "id": ids[id(segment)],
            "parent": None if segment.parent is None else ids[id(segment.parent)],
            "start": index(segment.start),
            "end": index(segment.end),
            "leaf": leaves.get(id(segment)),
            "label": label(segment),
            "current": segment in history.line,
        }
        for segment in history.segments
    ]
