"""The formulas of the activations, as browsers typeset them."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from engine.layers import ACTIVATIONS
from playground.formulas import mathml


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_every_formula_becomes_mathml(activation):
    root = ET.fromstring(mathml(activation.tex))
    text = "".join(root.itertext())
    assert text.startswith("a=")
    # A command that the converter does not know would stand there as text.
    assert "\\" not in text
