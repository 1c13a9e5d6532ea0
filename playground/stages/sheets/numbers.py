"""Numbers in the words of small stages."""

from __future__ import annotations

import math

__all__ = ["exact", "rounded", "shown"]

_DIGITS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def rounded(value: float, digits: int = 3) -> str:
    """Return a number with so many digits after the point, a true minus sign, and no minus zero."""
    special = _special(value)
    if special:
        return special
    text = f"{value:,.{digits}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text.replace("-", "−")


def shown(value: float, digits: int = 4) -> str:
    """Return a number in so many digits; a very large or very small one with a power of ten."""
    special = _special(value)
    if special:
        return special
    size = abs(value)
    if size == 0:
        return "0"
    if size >= 1e6 or size < 1e-4:
        mantissa, exponent = f"{value:.{max(digits - 2, 0)}e}".split("e")
        return f"{mantissa.replace('-', '−')}·10{str(int(exponent)).translate(_DIGITS)}"
    return rounded(value, max(0, digits - 1 - max(0, math.floor(math.log10(size)))) if size >= 1 else digits)


def exact(value: float) -> str:
    """Return a number as a student has set it, without zeros at its end."""
    text = f"{value:.6g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}·10{str(int(exponent)).translate(_DIGITS)}"
    return _special(value) or text.replace("-", "−")


def _special(value: float) -> str:
    if math.isnan(value):
        return "nan"
    return "" if math.isfinite(value) else "∞" if value > 0 else "−∞"
