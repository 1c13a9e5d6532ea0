"""A link that opens these very lanes, at this very moment."""

from __future__ import annotations

from playground.batches_link import MOST_POINTS, to_url
from playground.stages.batches.session import BatchesSession

_CHANGED = (
    "Settings or weights were changed on the way here: the link opens with the settings of now at the start. A file, "
    "by Save and load, holds all of it."
)
_FAR = "The way here is long: the link opens at the start. A file, by Save and load, holds all of it."


def link(session: BatchesSession) -> tuple[str, str]:
    """Return the query of now, and what there is to say of it."""
    run = session.run
    return to_url(session.now), _CHANGED if len(run.history.line) > 1 else _FAR if run.seen > MOST_POINTS else ""
