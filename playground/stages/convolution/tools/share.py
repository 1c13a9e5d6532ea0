"""A link that opens this very window, at this very moment."""

from __future__ import annotations

from playground.convolution_link import holds, to_url
from playground.stages.convolution.session import ConvolutionSession

_LONG = (
    "The input has too many numbers of its own for a link: it opens with the letter instead. A file, by Save and load, "
    "holds all of them."
)


def link(session: ConvolutionSession) -> tuple[str, str]:
    """Return the query of now, and what there is to say of it."""
    return to_url(session.now), "" if holds(session.now) else _LONG
