"""What such a stage can begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

__all__ = ["Preset", "at_slide", "by_key", "slides_of"]

BeginOf = TypeVar("BeginOf")


@dataclass(frozen=True, slots=True)
class Preset(Generic[BeginOf]):
    """Something to begin with.

    Attributes
    ----------
    key, title, sentence : str
    begin : record
        The whole state.
    slides : dict of str to dict
        By slide, what it shows differently.
    """

    key: str
    title: str
    sentence: str
    begin: BeginOf
    slides: dict[str, dict[str, Any]] = field(default_factory=dict)


def by_key(*presets: Preset[BeginOf]) -> dict[str, Preset[BeginOf]]:
    """Return presets by their keys."""
    return {preset.key: preset for preset in presets}


def slides_of(presets: Mapping[str, Preset[BeginOf]]) -> dict[str, Preset[BeginOf]]:
    """Return by slide the preset that it shows."""
    return {slide: preset for preset in presets.values() for slide in preset.slides}


def at_slide(presets: Mapping[str, Preset[BeginOf]], slide: str) -> BeginOf:
    """Return where a visit begins that is to show a slide."""
    preset = slides_of(presets)[slide]
    begin: Any = preset.begin
    made: BeginOf = replace(begin, **preset.slides[slide])
    return made
