"""Formulas are typeset by the browser itself."""

from playground.formulas import mathml


def test_a_fraction() -> None:
    assert "<mfrac>" in mathml(r"\frac{1}{2}")


def test_display() -> None:
    assert 'display="block"' in mathml("x", "block")
