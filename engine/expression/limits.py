"""How long a formula may be: one that is typed, and one that the program itself makes."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MADE", "TYPED", "Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is read of a formula.

    Attributes
    ----------
    characters : int
    nodes : int
        Numbers, names and operations, each as often as it is written.
    names : int
        Different ones.
    """

    characters: int
    nodes: int
    names: int


TYPED = Limits(300, 200, 12)
# A part of a network written out; a link may carry one.
MADE = Limits(4000, 600, 120)
