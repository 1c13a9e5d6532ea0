"""What all figures share."""

import numpy as np
import pytest

from playground.theme import linear_rgb
from playground.views.figures import hold, log_limits, plain_figure, power_label, sequential_palette, short


@pytest.mark.parametrize(
    ("exponent", "label"), [(0, "1"), (-2, "0.01"), (3, "1000"), (-3, "0.001"), (-8, "10⁻⁸"), (12, "10¹²")]
)
def test_powers_are_written_so_that_they_can_be_read(exponent, label):
    assert power_label(exponent) == label


@pytest.mark.parametrize(
    ("value", "text"),
    [(-4.3149, "−4.31"), (0.5, "0.5"), (np.inf, "∞"), (-np.inf, "−∞"), (np.nan, "NaN"), (1234567.0, "1.23e+06")],
)
def test_short_numbers(value, text):
    assert short(value) == text


@pytest.mark.parametrize(
    ("values", "limits"),
    [([1.0], (-1, 0)), ([0.02, 3.0], (-2, 1)), ([0.0, 1.0], (-8, 0)), ([np.nan], (-1, 0)), ([10.0, 10.0], (0, 1))],
)
def test_limits_are_the_next_powers_of_ten(values, limits):
    assert log_limits(np.array(values), 1e-8) == limits


@pytest.mark.parametrize("dark", [False, True])
def test_the_sequential_palette_goes_one_way_in_light(dark):
    palette = sequential_palette(dark)
    assert len(palette) == 256
    light = [float(np.array([0.2126, 0.7152, 0.0722]) @ linear_rgb(color)) for color in palette]
    steps = np.diff(light)
    # Colours are rounded to bytes: a step may stand still, and never turn.
    assert (steps >= -2e-3).all() if dark else (steps <= 2e-3).all()
    assert abs(light[-1] - light[0]) > 0.5


def test_what_is_held_is_set_and_guarded():
    plot = plain_figure("a title")
    assert plot.title.text_font_size == "15px"
    assert {axis.major_label_text_font_size for axis in plot.axis} == {"13px"}
    hold(plot.title, text_line_height=2)
    assert plot.title.text_line_height == 2
    assert {"change:text_font_size", "change:text_line_height"} <= set(plot.title.js_property_callbacks)
