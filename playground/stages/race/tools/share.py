"""A link that opens this very race, where it stands."""

from __future__ import annotations

from engine import Position
from playground.race_link import to_url
from playground.stages.race.field import Field
from playground.stages.race.session import RaceSession

_AGAIN = (
    "Rates or noise were changed on the way here: the link opens a race that has those of now from its start. Save the "
    "race as a file to keep every change."
)


def link(session: RaceSession) -> tuple[str, str]:
    """Return the query of now, and what there is to say of it."""
    field, position, note = moment(session)
    return to_url(field, position), note


def moment(session: RaceSession) -> tuple[Field, Position, str]:
    """Return what a link carries so that it shows what stands here, and what there is to say of it."""
    on_the_way = any(segment.start > Position() for segment in session.run.history.line)
    return session.field, session.run.position, _AGAIN if on_the_way else ""
