"""The training with all its branches as a file."""

from __future__ import annotations

from engine.reader import save_reader
from engine.reader.capsule import MAX_BYTES
from playground.stages.save_dialog import Saved
from playground.stages.training.session import DigitSession


def saved(session: DigitSession) -> Saved:
    """Return what the dialog for files saves and loads."""
    holds = "Network, settings, weights, optimizer state, position and all branches; the digits are the app's own."
    return Saved("training", holds, MAX_BYTES, lambda: save_reader(session.run), session.load)
