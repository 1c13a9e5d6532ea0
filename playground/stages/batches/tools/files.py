"""The lanes with all their branches as a file."""

from __future__ import annotations

from engine.batches import save_batches
from engine.batches.capsule import MAX_BYTES
from playground.stages.batches.session import BatchesSession
from playground.stages.save_dialog import Saved


def saved(session: BatchesSession) -> Saved:
    """Return what the dialog for files saves and loads."""
    holds = "Settings, weights set by hand, position and all branches; the points are drawn again."
    return Saved("experiment", holds, MAX_BYTES, lambda: save_batches(session.run), session.load)
