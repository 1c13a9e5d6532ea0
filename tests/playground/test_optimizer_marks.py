"""The optimizers are told apart by colour, and without it by marker and dash."""

import itertools
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from bokeh.core.enums import MarkerType
from bokeh.models import Line

from engine.optimizers import OPTIMIZERS
from playground import theme
from playground.optimizer_marks import DASHES, MARKERS, SHAPES, TITLES, color, dash, mark_svg, marker, optimizer_of
from playground.stages.network.settings import OPTIONS

MODES = pytest.mark.parametrize("dark", [False, True])
# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB: no red cones, no green cones.
CONES = {
    "all": np.eye(3),
    "no red": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ]),
    "no green": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ]),
}  # fmt: skip
# Distances in Oklab; half of it where a cone is missing and the marker must help.
APART = {"all": 0.14, "no red": 0.07, "no green": 0.07}


def test_every_optimizer_has_all_its_marks_and_one_title_everywhere():
    for table in (TITLES, MARKERS, DASHES, SHAPES):
        assert list(table) == list(OPTIMIZERS)
    assert {title: key for key, title in TITLES.items()} == OPTIONS["optimizer"]


@MODES
@pytest.mark.parametrize("cones", CONES)
def test_colours_lie_apart(dark, cones):
    def seen(key):
        linear = np.clip(CONES[cones] @ theme.linear_rgb(color(key, dark)), 0, 1)
        return theme._LAB @ np.cbrt(theme._LMS @ linear)

    near, a, b = min(
        (float(np.linalg.norm(seen(a) - seen(b))), a, b) for a, b in itertools.combinations(OPTIMIZERS, 2)
    )
    assert near >= APART[cones], (a, b)


@MODES
def test_colours_are_seen_on_the_page(dark):
    def luminance(of):
        return theme.linear_rgb(of) @ [0.2126, 0.7152, 0.0722]

    for name in ("surface", "page"):
        ground = luminance(theme.SURFACE[theme.mode(dark)][name])
        for key in OPTIMIZERS:
            low, high = sorted((luminance(color(key, dark)), ground))
            # WCAG 2.2, 1.4.11: graphics.
            assert (high + 0.05) / (low + 0.05) >= 3, (key, name)


def test_marker_and_dash_tell_them_apart_without_colour():
    assert len(set(MARKERS.values())) == len(MARKERS)
    assert set(MARKERS.values()) <= set(MarkerType)
    assert len({tuple(dash) for dash in DASHES.values()}) == len(DASHES)
    assert len(set(SHAPES.values())) == len(SHAPES)
    for pattern in DASHES.values():
        assert Line(line_dash=pattern).line_dash == pattern
        assert len(pattern) % 2 == 0, "a pattern of odd length swaps lines and gaps when it repeats"


def test_a_second_racer_looks_like_the_first():
    assert optimizer_of("adam_2") == optimizer_of("adam") == "adam"
    assert color("adam_12", True) == color("adam", True)
    assert marker("nadam_2") == "triangle_pin"
    assert dash("sgd_3") == []
    with pytest.raises(ValueError, match="no optimizer 'adams': choose one of sgd, momentum"):
        color("adams", False)


@MODES
def test_the_svg_mark_has_the_colour_and_stays_within_its_grid(dark):
    for key in OPTIMIZERS:
        svg = ElementTree.fromstring(mark_svg(key, dark, 20))
        assert svg.get("width") == "20"
        (path,) = svg
        assert path.get("fill") == color(key, dark)
        (second,) = ElementTree.fromstring(mark_svg(f"{key}_2", dark))
        assert (second.get("fill"), second.get("stroke")) == ("none", color(key, dark))
        numbers = [abs(float(number)) for number in re.findall(r"-?[\d.]+", path.get("d"))]
        assert max(numbers) <= 24
