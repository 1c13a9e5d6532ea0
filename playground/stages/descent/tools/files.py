"""A whole descent as a file."""

from __future__ import annotations

from engine.descent.capsule import MAX_BYTES, save_descent
from playground.stages.descent.session import DescentSession
from playground.stages.save_dialog import Saved


def saved(session: DescentSession) -> Saved:
    """Return what the dialog for files saves and loads."""
    holds = "Settings, all branches, and where it stands."
    return Saved("descent", holds, MAX_BYTES, lambda: save_descent(session.main), session.load)
