"""The address of the losses page."""

from __future__ import annotations

from collections.abc import Mapping

from playground import sheet_link
from playground.sheet_link import SheetLink
from playground.stages.losses.presets import PRESETS, Begin

LossesLink = SheetLink[Begin]


def from_query(query: str | Mapping[str, str]) -> LossesLink:
    """Return what an address such as ``?stage=losses&slide=L1-16`` asks for, and what of it was ignored."""
    return sheet_link.read_link(query, Begin(), PRESETS)


def to_url(begin: Begin) -> str:
    """Return the query as it stands in an address, without the question mark."""
    return sheet_link.to_url("losses", begin)
