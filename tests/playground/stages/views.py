"""Finding one's way through a page that is built of Panel's objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def widgets(view: Any) -> Iterator[Any]:
    """All parts of a page, also those that are not shown."""
    yield view
    parts = getattr(view, "objects", None)
    for part in parts if isinstance(parts, list) else []:
        yield from widgets(part)


def labelled(view: Any, label: str) -> Any:
    """The one widget with this label."""
    found = [widget for widget in widgets(view) if getattr(widget, "label", None) == label]
    assert len(found) == 1, f"{len(found)} widgets are labelled {label!r}"
    return found[0]


def shown(view: Any, wanted: Any) -> bool:
    """Whether a part is on the page, and it and all that it lies in is visible."""
    if not getattr(view, "visible", True):
        return False
    if view is wanted:
        return True
    parts = getattr(view, "objects", None)
    return any(shown(part, wanted) for part in (parts if isinstance(parts, list) else []))
