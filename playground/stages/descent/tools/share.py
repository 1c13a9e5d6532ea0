"""A link that opens this very descent, at this very moment."""

from __future__ import annotations

from engine import Position, SpecError
from engine.descent import DescentRun, DescentSpec
from playground.descent_link import to_url
from playground.stages.descent.presets import VIEWS
from playground.stages.descent.session import DescentSession

_HERE = (
    "Settings were changed on the way here: the link begins at the point where it stands now, with the settings of "
    "now. A file keeps the whole way: Save and load."
)
_START = "It stands beyond the view, where no link can begin: the link opens at the start, with the settings of now."


def link(session: DescentSession) -> tuple[str, str]:
    """Return the query of now, and what there is to say of it."""
    spec, position, note = moment(session.run)
    return to_url(spec, position, tuple(view for view in VIEWS if view in session.views)), note


def moment(run: DescentRun) -> tuple[DescentSpec, Position, str]:
    """Return what a link carries so that it shows what stands here, and what there is to say of it."""
    spec = run.spec
    if all(segment.start == Position() for segment in run.history.line):
        # From the beginning on nothing was changed: the link walks the same way.
        return spec, run.position, ""
    try:
        return spec.with_(start=tuple(run.frame().path[-1].tolist())), Position(), _HERE
    except SpecError:
        return spec, Position(), _START
