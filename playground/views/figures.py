"""What all Bokeh figures share: sizes that can be read from the back of a room, and no parts that only cost."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from bokeh.model import Model
from bokeh.models import CustomJS, CustomJSTickFormatter
from bokeh.plotting import figure

from playground.theme import INK, NEUTRAL, mode, ramp

TITLE_SIZE = "15px"
TICK_SIZE = "13px"
_POWER_LABEL = """
if (Math.abs(tick) <= 3) return String(10 ** tick)
return "10" + [...String(tick)].map((sign) => sign == "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign]).join("")
"""
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def lean(renderer: Any) -> Any:
    """Leave out a glyph's looks when it is selected or muted, which it never is: each new point would dress them all.

    Parameters
    ----------
    renderer : GlyphRenderer

    Returns
    -------
    GlyphRenderer
        The same.
    """
    renderer.update(selection_glyph=None, nonselection_glyph=None, muted_glyph=None)
    return renderer


def hold(model: Model, **values: str | int) -> None:
    """Set properties and keep them so: panel-material-ui sets sizes of its own, smaller ones, in the browser."""
    model.update(**values)
    code = "for (const [name, value] of Object.entries(values)) if (cb_obj[name] !== value) cb_obj[name] = value"
    keep = CustomJS(args={"values": values}, code=code)
    for name in values:
        model.js_on_change(name, keep)


def hold_axis_sizes(axis: Model, label_size: str = TICK_SIZE, standoff: int = 4) -> None:
    """Keep what is written at an axis legible."""
    hold(
        axis, major_label_text_font_size=TICK_SIZE, axis_label_text_font_size=label_size, axis_label_standoff=standoff
    )


def plain_figure(title: str, **options: Any) -> figure:
    """Return a figure without tools: with them it takes more than twice as long to build."""
    return _figure(title, TICK_SIZE, 4, **options)


def square_figure(title: str, **options: Any) -> figure:
    """Return a figure of a plane: square, as wide as there is room, without a grid."""
    plot = _figure(title, TITLE_SIZE, 2, match_aspect=True, sizing_mode="scale_width", aspect_ratio=1, **options)
    plot.grid.visible = False
    plot.axis.axis_label_text_font_style = "italic"
    return plot


def _figure(title: str, label_size: str, standoff: int, **options: Any) -> figure:
    plot = figure(tools="", toolbar_location=None, title=title, min_border=4, **options)
    hold(plot.title, text_font_size=TITLE_SIZE)
    for axis in plot.axis:
        hold_axis_sizes(axis, label_size, standoff)
    plot.axis.minor_tick_line_color = None
    plot.axis.axis_line_color = None
    plot.xgrid.visible = False
    plot.outline_line_color = None
    return plot


@cache
def _sequential(dark: bool) -> tuple[str, ...]:
    name = mode(dark)
    neutral, middle, end = NEUTRAL[name], INK[name]["primary"], INK[name]["ink"]
    return (*ramp(neutral, middle, 160), *ramp(middle, end, 97)[1:])


def sequential_palette(dark: bool) -> list[str]:
    """Give 256 colours of growing contrast to the page, for shares and sizes."""
    return list(_sequential(dark))


def power_label(exponent: int) -> str:
    """Return ten to a whole power as an axis writes it: 0.01, 1, 100, else 10⁻⁵."""
    if -3 <= exponent <= 3:
        return f"{10.0**exponent:g}"
    return "10" + str(exponent).translate(_SUPERSCRIPTS)


def power_formatter() -> CustomJSTickFormatter:
    """Return what writes the labels of `power_label` at an axis of exponents.

    Labels set for single ticks stay with Bokeh's axis for good, also when it is no longer one of exponents: an axis
    that changes between the two needs this.
    """
    return CustomJSTickFormatter(code=_POWER_LABEL)


def short(value: float) -> str:
    """Return a number in three digits, with a true minus sign."""
    if not np.isfinite(value):
        return "NaN" if np.isnan(value) else ("∞" if value > 0 else "−∞")
    return f"{value:.3g}".replace("-", "−")


def log_limits(values: npt.NDArray[np.floating], floor: float) -> tuple[int, int]:
    """Return the powers of ten between which all positive values [...] lie, at least one decade.

    Parameters
    ----------
    values : ndarray
        What is not finite takes no part, what lies below `floor` counts as that.
    floor : float

    Returns
    -------
    tuple of int
        Exponents; of nothing at all (-1, 0).
    """
    finite = values[np.isfinite(values)].astype(np.float64)
    if not len(finite):
        return -1, 0
    # Rounded: a hundredth in single precision is a little less than that.
    logs = np.round(np.log10(np.maximum(finite, floor)), 6)
    low, high = int(np.floor(logs.min())), int(np.ceil(logs.max()))
    # They are the same only where all values are one power of ten.
    return (low, high) if high > low else (low - 1, high)
