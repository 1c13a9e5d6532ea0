"""A link that opens this very network with these settings."""

from __future__ import annotations

from playground.stages.training.session import DigitSession
from playground.training_link import to_url

_UNTRAINED = "It opens untrained: a link has no room for the weights. A file, by Save and load, holds all of it."
_DRAWN = "What you have drawn stays here."


def link(session: DigitSession) -> tuple[str, str]:
    """Return the query of now, and what there is to say of it."""
    run, watched = session.run, session.watched
    notes = [_UNTRAINED] * bool(run.loop.updates) + [_DRAWN] * (watched.source == "drawn")
    return to_url(run.spec, watched.index), " ".join(notes)
