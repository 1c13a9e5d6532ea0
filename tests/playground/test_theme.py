"""Colours: ordered, told apart by colour-blind eyes, and the same in Python and in the stylesheet."""

import itertools
import re

import numpy as np
import pytest

from playground import theme
from playground.assets import STATIC

# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
COLOR_BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ]),
    "deuteranopia": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ]),
    "tritanopia": np.array([
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
    ]),
}
MODES = pytest.mark.parametrize("dark", [False, True])


def luminance(color):
    return theme.linear_rgb(color) @ [0.2126, 0.7152, 0.0722]


def contrast(a, b):
    low, high = sorted([luminance(a), luminance(b)])
    return (high + 0.05) / (low + 0.05)


def seen(color, blindness):
    linear = np.clip(COLOR_BLINDNESS[blindness] @ theme.linear_rgb(color), 0, 1)
    return theme._LAB @ np.cbrt(theme._LMS @ linear)


@MODES
def test_the_diverging_palette_runs_from_negative_over_neutral_to_positive(dark):
    palette = theme.diverging_palette(dark)
    assert len(palette) == 256
    assert [palette[0], palette[127], palette[128], palette[255]] == [
        theme.NEGATIVE, theme.NEUTRAL[theme.mode(dark)], theme.NEUTRAL[theme.mode(dark)], theme.POSITIVE,
    ]


@MODES
def test_luminance_moves_one_way_from_the_neutral_to_either_end(dark):
    values = np.array([luminance(color) for color in theme.diverging_palette(dark)])
    sign = 1 if dark else -1
    assert (sign * np.diff(values[:128]) <= 1e-3).all()
    assert (sign * np.diff(values[128:]) >= -1e-3).all()


@pytest.mark.parametrize("blindness", COLOR_BLINDNESS)
def test_classes_are_told_apart_by_colour_blind_eyes(blindness):
    for a, b in itertools.combinations(theme.CLASS_COLORS, 2):
        assert np.linalg.norm(seen(a, blindness) - seen(b, blindness)) > 0.07, (a, b)


@pytest.mark.parametrize("blindness", COLOR_BLINDNESS)
def test_negative_and_positive_are_far_apart_for_everyone(blindness):
    assert np.linalg.norm(seen(theme.NEGATIVE, blindness) - seen(theme.POSITIVE, blindness)) > 0.2


def test_the_first_two_classes_have_the_colours_of_the_signs():
    assert theme.CLASS_COLORS[:2] == [theme.NEGATIVE, theme.POSITIVE]
    assert len(theme.CLASS_COLORS) == len(theme.CLASS_NAMES) == 6


@MODES
def test_class_levels_run_from_neutral_to_the_class(dark):
    palette = theme.class_palette(dark)
    neutral = theme.NEUTRAL[theme.mode(dark)]
    assert len(palette) == 256
    for index, color in enumerate(theme.CLASS_COLORS):
        first = index * theme.CONFIDENCE_LEVELS
        assert palette[first] == neutral
        assert palette[first + theme.CONFIDENCE_LEVELS - 1] == color
    assert set(palette[240:]) == {neutral}


@MODES
def test_look_up_tables_hold_red_green_and_blue(dark):
    table = theme.diverging_rgb(dark)
    assert len(table) == len(theme.class_rgb(dark)) == 768
    assert table[:3].hex().upper() == theme.NEGATIVE[1:]
    assert table[-3:].hex().upper() == theme.POSITIVE[1:]


@MODES
@pytest.mark.parametrize("surface", ["page", "surface", "raised"])
def test_text_can_be_read(dark, surface):
    tokens = theme.css_tokens(dark)
    tables = (theme.PHASE_COLORS, theme.LOSS_COLORS, theme.GRAPH_COLORS, theme.SYMBOL_COLORS)
    names = ["ink", "muted", "primary", *(name for table in tables for name in table["light"])]
    for name in names:
        assert contrast(tokens[name], tokens[surface]) >= 4.5, name
    assert contrast(tokens["on-primary"], tokens["primary"]) >= 4.5


@MODES
def test_signs_stand_out_from_the_surface(dark):
    tokens = theme.css_tokens(dark)
    for name in ("negative", "positive"):
        assert contrast(tokens[name], tokens["surface"]) >= 3, name


@MODES
def test_the_stylesheet_repeats_the_tokens(dark):
    text = (STATIC / "css" / "theme.css").read_text(encoding="utf-8")
    block = re.search(rf'\[data-theme="{theme.mode(dark)}"\] {{(.*?)}}', text, re.DOTALL)[1]
    tokens = dict(re.findall(r"--np-([\w-]+): (#\w{6});", block))
    assert tokens == theme.css_tokens(dark)


def test_both_modes_are_themed_alike():
    assert theme.THEME_CONFIG.keys() == {"light", "dark"}
    assert theme.THEME_CONFIG["light"].keys() == theme.THEME_CONFIG["dark"].keys()
