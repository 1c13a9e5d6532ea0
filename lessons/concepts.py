"""The concepts of the curriculum: what the whole course teaches, by number."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CONCEPTS", "Concept", "no_concept"]

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept.

    Attributes
    ----------
    key : str
        ``C001`` to ``C268``.
    name : str
    chapter : int
        The chapter that teaches it.
    slides : tuple of str
        The slides that speak of it: ``L1-20``.
    """

    key: str
    name: str
    chapter: int
    slides: tuple[str, ...]


def _read(path: Path) -> dict[str, Concept]:
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["concepts"]
    return {key: Concept(key, name, chapter, tuple(slides)) for key, name, chapter, slides in rows}


CONCEPTS: dict[str, Concept] = _read(HERE / "concepts.toml")


def no_concept(key: object) -> str:
    """Return what to say of something that is none of them."""
    return f"there is no concept {str(key)[:40]!r}; they are C001 to C{len(CONCEPTS)}"
