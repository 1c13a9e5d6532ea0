"""The address of the probability page."""

from __future__ import annotations

from collections.abc import Mapping

from playground import sheet_link
from playground.sheet_link import SheetLink
from playground.stages.probability.presets import PRESETS, Begin

ProbabilityLink = SheetLink[Begin]


def from_query(query: str | Mapping[str, str]) -> ProbabilityLink:
    """Return what an address such as ``?stage=probability&slide=L2-17`` asks for, and what of it was ignored."""
    return sheet_link.read_link(query, Begin(), PRESETS)


def to_url(begin: Begin) -> str:
    """Return the query as it stands in an address, without the question mark."""
    return sheet_link.to_url("probability", begin)
