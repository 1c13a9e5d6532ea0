"""Formulas as MathML, which browsers typeset themselves: nothing to load, nothing that jumps, no other host."""

from __future__ import annotations

import re
from functools import lru_cache

from latex2mathml.converter import convert

# What a symbol stands for, by the macro around it, and the token of `theme.css` that colors it: the same symbol has the
# same color in text, formula and figure.
MACROS = {
    "value": "value",
    "gradient": "gradient",
    "weight": "weight",
    "input": "forward",
    "loss": "loss",
    "rate": "update",
    "target": "target",
}
_MACRO = re.compile(r"\\(" + "|".join(MACROS) + r")(?=\s*\{)")
# A minus after another operator, or at the beginning, is a sign: no space stands behind it.
_SIGN = re.compile(
    r"(<mrow>|<mtd>|<math[^>]*>|<mo[^>]*>(?!&#x00029;|&#x0005D;|\)|\]|[!'])[^<]+</mo>)<mo>&#x02212;</mo>"
)
_COLORED = re.compile(r'mathcolor="np-([a-z]+)"')


@lru_cache(maxsize=4096)
def mathml(tex: str, display: str = "inline") -> str:
    r"""Return TeX as a MathML element.

    Parameters
    ----------
    tex : str
        Made by us: written here, in a lesson, or out of the tree of a formula that the parser has let pass; never a
        user's own text. Symbols in one of the `MACROS`, as in ``\gradient{x}``, have its color on a page with our
        tokens.
    display : {"inline", "block"}
    """
    colored = _MACRO.sub(lambda found: rf"\textcolor{{np-{found[1]}}}", tex)
    made = convert(colored, display=display)
    made = _SIGN.sub(r'\1<mo form="prefix">&#x02212;</mo>', made)
    # A color by name would be one for both modes; a style follows the page's tokens.
    return _COLORED.sub(lambda found: f'style="color: var(--np-{MACROS[found[1]]})"', made)
