"""Sliders that an experiment moves: what a browser says of a value that it was sent a moment ago is no edit."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from typing import Any

__all__ = ["Echo"]

# So long a browser may take to tell of a value.
SECONDS = 1.5
_MOST = 200


class Echo:
    """Remembers what widgets were put on of late."""

    def __init__(self) -> None:
        self._shown: dict[Any, deque[tuple[float, Any]]] = defaultdict(lambda: deque(maxlen=_MOST))

    def put(self, widget: Any, value: Any) -> None:
        """Put a widget on a value."""
        if widget.value != value:
            self._shown[widget].append((time.monotonic(), widget.value))
            widget.value = value

    def is_one(self, widget: Any, value: Any) -> bool:
        """Whether a widget has stood on this value a moment ago, and was put on another one since."""
        since = time.monotonic() - SECONDS
        return any(shown == value and at > since for at, shown in self._shown[widget])
