"""Formulas as MathML, which browsers typeset themselves: nothing to load, nothing that jumps, no other host."""

from __future__ import annotations

from functools import lru_cache

from latex2mathml.converter import convert


@lru_cache(maxsize=4096)
def mathml(tex: str, display: str = "inline") -> str:
    """Return TeX as a MathML element.

    Parameters
    ----------
    tex : str
        Made by us: written here, or out of the tree of a formula that the parser has let pass; never a user's own
        text.
    display : {"inline", "block"}
    """
    return convert(tex, display=display)
