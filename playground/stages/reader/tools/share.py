"""A link that opens this very reading."""

from __future__ import annotations

from playground.reader_link import to_url
from playground.stages.reader.session import ReaderSession

_DRAWN = "The drawing travels with the link, in 16 grey levels."


def link(session: ReaderSession) -> tuple[str, str]:
    """Return the query of now, and what there is to say of it."""
    return to_url(session.now, session.drawn), "" if session.run.spec.index is not None else _DRAWN
