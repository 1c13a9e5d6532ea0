"""Formulas are typeset by the browser itself."""

import re

import pytest

from playground.formulas import MACROS, mathml
from playground.theme import css_tokens


def test_a_fraction() -> None:
    assert "<mfrac>" in mathml(r"\frac{1}{2}")


def test_display() -> None:
    assert 'display="block"' in mathml("x", "block")


@pytest.mark.parametrize("macro", MACROS)
@pytest.mark.parametrize("tex", [r"\%s{x_1}", r"\frac{1}{\%s{x}}", r"\sum_i \%s {x}_i^2"])
def test_a_symbol_has_the_color_of_what_it_stands_for(macro: str, tex: str) -> None:
    made = mathml(tex % macro)
    found = re.findall(r'<mstyle style="color: var\(--np-([\w-]+)\)">(.*?)</mstyle>', made)
    assert [token for token, _ in found] == [MACROS[macro]]
    assert "<mi>x</mi>" in found[0][1]
    assert "\\" not in made
    assert "mathcolor" not in made
    # In both modes, as the stylesheet has it.
    assert all(MACROS[macro] in css_tokens(dark) for dark in (False, True))


def test_a_macro_within_a_macro() -> None:
    made = mathml(r"\gradient{\frac{\partial \loss{J}}{\partial \weight{w}}}")
    assert re.findall(r"--np-(\w+)", made) == ["gradient", "loss", "weight"]


@pytest.mark.parametrize(
    ("tex", "signs"), [("f=-12", 1), ("-2+5", 1), ("a-b", 0), ("(a)-b", 0), ("(-4)", 1), ("a-(-b)", 1)]
)
def test_a_sign_stands_at_its_number(tex: str, signs: int) -> None:
    assert mathml(tex).count('<mo form="prefix">&#x02212;</mo>') == signs
