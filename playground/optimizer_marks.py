"""How the optimizers look wherever they appear together: name, colour, marker and dash.

Colour never carries the meaning alone. The colours lie as far apart in Oklab as eleven can that keep a contrast of 3 to
the page, also for eyes without red or green cones. A race's second Adam, `adam_2`, has the colour of the first, and its
mark is hollow.
"""

from __future__ import annotations

import math

from playground.theme import mode

TITLES = {
    "sgd": "Gradient descent",
    "momentum": "Momentum",
    "nesterov": "Nesterov",
    "adagrad": "Adagrad",
    "adadelta": "Adadelta",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
    "adamax": "Adamax",
    "nadam": "NAdam",
    "amsgrad": "AMSGrad",
}
_COLORS = {
    "light": {
        "sgd": "#746C6E",
        "momentum": "#C27F0A",
        "nesterov": "#D21937",
        "adagrad": "#027317",
        "adadelta": "#233F02",
        "rmsprop": "#12A07A",
        "adam": "#0E5EAF",
        "adamw": "#0B94E0",
        "adamax": "#0803D3",
        "nadam": "#38296A",
        "amsgrad": "#801D42",
    },
    "dark": {
        "sgd": "#EAEAEA",
        "momentum": "#F7B039",
        "nesterov": "#FC5545",
        "adagrad": "#059C14",
        "adadelta": "#BCFE25",
        "rmsprop": "#64B191",
        "adam": "#2085FC",
        "adamw": "#35DEFD",
        "adamax": "#9DA7FF",
        "nadam": "#B36BBE",
        "amsgrad": "#FF89C3",
    },
}
# Bokeh's markers, all of them with an area.
MARKERS = {
    "sgd": "circle",
    "momentum": "square",
    "nesterov": "diamond",
    "adagrad": "triangle",
    "adadelta": "inverted_triangle",
    "rmsprop": "hex",
    "adam": "star",
    "adamw": "plus",
    "adamax": "square_pin",
    "nadam": "triangle_pin",
    "amsgrad": "circle_cross",
}
# Lengths of line and gap in pixels; no gap is a solid line.
DASHES: dict[str, list[int]] = {
    "sgd": [],
    "momentum": [12, 4],
    "nesterov": [12, 4, 3, 4],
    "adagrad": [7, 3],
    "adadelta": [7, 3, 2, 3],
    "rmsprop": [3, 3],
    "adam": [24, 3],
    "adamw": [24, 3, 3, 3],
    "adamax": [2, 4],
    "nadam": [24, 3, 3, 3, 3, 3],
    "amsgrad": [12, 4, 3, 4, 3, 4],
}


def optimizer_of(key: str) -> str:
    """Return the optimizer of a racer's key: ``adam`` of ``adam_2``."""
    name = key if key in TITLES else key.rpartition("_")[0]
    if name not in TITLES:
        raise ValueError(f"there is no optimizer {key!r}: choose one of {', '.join(TITLES)}")
    return name


def color(key: str, dark: bool) -> str:
    """Return the colour of an optimizer, or of a racer such as ``adam_2``, as ``#RRGGBB``."""
    return _COLORS[mode(dark)][optimizer_of(key)]


def marker(key: str) -> str:
    """Return the Bokeh marker of an optimizer or a racer."""
    return MARKERS[optimizer_of(key)]


def dash(key: str) -> list[int]:
    """Return the Bokeh line dash of an optimizer or a racer."""
    return DASHES[optimizer_of(key)]


def _polygon(corners: int, radius: float, turn: float, inner: float = 0.0) -> str:
    """Return a regular polygon around (12, 12) as SVG path data; a star where there is an inner radius."""
    count = 2 * corners if inner else corners
    spots = []
    for k in range(count):
        length = inner if inner and k % 2 else radius
        angle = turn + 2 * math.pi * k / count
        spots.append(f"{12 + length * math.sin(angle):.4g} {12 - length * math.cos(angle):.4g}")
    return f"M{'L'.join(spots)}z"


_DISC = "M12 3a9 9 0 1 1 0 18 9 9 0 1 1 0-18z"
# The same shapes as SVG path data on a grid of 24, for what is drawn without Bokeh.
SHAPES = {
    "sgd": _DISC,
    "momentum": "M4 4H20V20H4z",
    "nesterov": "M12 2L19 12 12 22 5 12z",
    "adagrad": _polygon(3, 11, 0),
    "adadelta": _polygon(3, 11, math.pi),
    "rmsprop": _polygon(6, 10, 0),
    "adam": _polygon(5, 11, 0, 4.6),
    "adamw": "M8.5 3H15.5V8.5H21V15.5H15.5V21H8.5V15.5H3V8.5H8.5z",
    "adamax": "M3 3Q12 8 21 3 16 12 21 21 12 16 3 21 8 12 3 3z",
    "nadam": "M12 1Q14 12 22 18.5 12 15.5 2 18.5 10 12 12 1z",
    "amsgrad": f"{_DISC}M11 4.5V11H4.5V13H11V19.5H13V13H19.5V11H13V4.5z",
}


def mark_svg(key: str, dark: bool, size: int = 16) -> str:
    """Return the mark of an optimizer or a racer as an SVG element, for texts and tables; it is no picture of its own.

    Parameters
    ----------
    key : str
    dark : bool
    size : int
        Pixels.
    """
    name, tint = optimizer_of(key), color(key, dark)
    # A race's second one of a kind is hollow.
    look = f'fill="{tint}"' if name == key else f'fill="none" stroke="{tint}" stroke-width="3" stroke-linejoin="round"'
    return (
        f'<svg width="{size}" height="{size}" viewBox="0 0 24 24" aria-hidden="true" style="stroke: none">'
        f'<path {look} fill-rule="evenodd" d="{SHAPES[name]}"/></svg>'
    )
