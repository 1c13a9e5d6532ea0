"""
Colours and type, in one place.

Orange is negative, blue is positive, and the neutral between them lies near the page, so that
what is nearly zero nearly vanishes: in neurons' pictures, in weights, in the two classes of points.
`static/css/theme.css` repeats the tokens of `css_tokens` for the browser; a test holds them together.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

NEGATIVE = "#DE7300"
POSITIVE = "#0072B2"
NEUTRAL = {"light": "#F6F7F8", "dark": "#242B33"}

# After Okabe and Ito. Their orange and yellow are darkened a little to hold on a white page.
CLASS_COLORS = [NEGATIVE, POSITIVE, "#009E73", "#CC79A7", "#56B4E9", "#E5D33A"]
CLASS_NAMES = ["orange", "blue", "green", "pink", "sky", "yellow"]
CONFIDENCE_LEVELS = 40

SURFACE = {
    "light": {"page": "#F5F7F9", "surface": "#FFFFFF", "raised": "#EEF2F6", "rule": "#D8DFE6"},
    "dark": {"page": "#11161B", "surface": "#181E25", "raised": "#232B34", "rule": "#35404C"},
}
INK = {
    "light": {"ink": "#1B2530", "muted": "#566472", "primary": "#2F5D8A", "on-primary": "#FFFFFF"},
    "dark": {"ink": "#EDF2F7", "muted": "#A3B1BF", "primary": "#8DB8E2", "on-primary": "#10202F"},
}
# Dark enough to be text on the light surface, light enough to be text on the dark one.
PHASE_COLORS = {
    "light": {"forward": "#0B7A75", "loss": "#6D4FC2", "backward": "#B83B72", "update": "#4C7A1F"},
    "dark": {"forward": "#4FC3BA", "loss": "#B39DF0", "backward": "#F08BB4", "update": "#A5CF6B"},
}
# Of the computation graph, in the colours of the lectures: values go forward, gradients come back.
GRAPH_COLORS = {
    "light": {"value": "#1E7A34", "gradient": "#C62828"},
    "dark": {"value": "#7CD992", "gradient": "#FF8A80"},
}
# Symbols that stand in formulas and on the axes of figures: what is learned, and what it should come to.
SYMBOL_COLORS = {
    "light": {"weight": "#1A5FB4", "target": "#8A5300"},
    "dark": {"weight": "#86B7F5", "target": "#E8B65A"},
}
LOSS_COLORS = {
    "light": {"train-loss": "#5E6B7A", "test-loss": "#9C3FBF"},
    "dark": {"train-loss": "#9AA7B4", "test-loss": "#D39BF0"},
}

# From Ottosson 2020, "A perceptual color space for image processing".
_LMS = np.array([
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
])
_LAB = np.array([
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
])


def mode(dark: bool) -> str:
    """Name the colour mode as the tables of this module do."""
    return "dark" if dark else "light"


def linear_rgb(color: str) -> NDArray[np.float64]:
    """Turn `#RRGGBB` into linear light."""
    srgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def oklab(color: str) -> NDArray[np.float64]:
    """Turn `#RRGGBB` into Oklab, where equal distances look about equal."""
    return _LAB @ np.cbrt(_LMS @ linear_rgb(color))


def _hex(lab: NDArray[np.float64]) -> str:
    linear = np.clip(np.linalg.inv(_LMS) @ (np.linalg.inv(_LAB) @ lab) ** 3, 0, 1)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(255 * channel):02X}" for channel in srgb)


def ramp(start: str, end: str, n: int) -> list[str]:
    """Give `n` colours from `start` to `end`, both included, in steps that look equal."""
    a, b = oklab(start), oklab(end)
    return [start, *(_hex(a + (b - a) * t) for t in np.linspace(0, 1, n)[1:-1]), end]


@cache
def _diverging(dark: bool) -> tuple[str, ...]:
    neutral = NEUTRAL[mode(dark)]
    return (*reversed(ramp(neutral, NEGATIVE, 128)), *ramp(neutral, POSITIVE, 128))


def diverging_palette(dark: bool) -> list[str]:
    """Give the 256 colours of the values −1 to +1: orange, neutral, blue."""
    return list(_diverging(dark))


@cache
def _classes(dark: bool) -> tuple[str, ...]:
    neutral = NEUTRAL[mode(dark)]
    levels = [color for end in CLASS_COLORS for color in ramp(neutral, end, CONFIDENCE_LEVELS)]
    return (*levels, *[neutral] * (256 - len(levels)))


def class_palette(dark: bool) -> list[str]:
    """
    Give 256 colours for maps of a predicted class and its confidence.

    Entry `class * CONFIDENCE_LEVELS + level` runs from neutral, at level 0, to the colour of the class.
    What lies beyond the last class is neutral.
    """
    return list(_classes(dark))


def palette_bytes(colors: list[str]) -> bytes:
    """Turn colours into bytes, red, green and blue each, as the canvases' look-up tables are."""
    return b"".join(bytes.fromhex(color[1:]) for color in colors)


def diverging_rgb(dark: bool) -> bytes:
    """Give `diverging_palette` as 768 bytes."""
    return palette_bytes(diverging_palette(dark))


def class_rgb(dark: bool) -> bytes:
    """Give `class_palette` as 768 bytes."""
    return palette_bytes(class_palette(dark))


def css_tokens(dark: bool) -> dict[str, str]:
    """Give the colour tokens of one mode, by their name in the stylesheets without `--np-`."""
    name = mode(dark)
    return {
        **SURFACE[name],
        **INK[name],
        **PHASE_COLORS[name],
        **LOSS_COLORS[name],
        **GRAPH_COLORS[name],
        **SYMBOL_COLORS[name],
        "negative": NEGATIVE,
        "positive": POSITIVE,
        "neutral": NEUTRAL[name],
    }


def _theme(name: str) -> dict:
    surface, ink = SURFACE[name], INK[name]
    return {
        "palette": {
            "primary": {"main": ink["primary"], "contrastText": ink["on-primary"]},
            "background": {"default": surface["page"], "paper": surface["surface"]},
            "text": {"primary": ink["ink"], "secondary": ink["muted"]},
            "divider": surface["rule"],
        },
        "shape": {"borderRadius": 8},
        # The page's title is white whatever the palette says, so the bar is dark in both modes.
        "components": {
            # The page's own height is for the experiment.
            "MuiToolbar": {"styleOverrides": {"root": {"minHeight": "48px !important"}}},
            "MuiAppBar": {
                "styleOverrides": {
                    "root": {
                        "backgroundColor": surface["raised"] if name == "dark" else ink["primary"],
                        "backgroundImage": "none",
                        "color": "#FFFFFF",
                        "boxShadow": "none",
                    }
                }
            },
            # The page draws its busy bar even where it is told to draw none: to a screen reader it is nothing.
            "MuiLinearProgress": {"defaultProps": {"aria-hidden": True}},
            # One title of the page, its parts beneath it, and no heading where only room is kept.
            "MuiTypography": {"defaultProps": {"variantMapping": {"h3": "h1", "h5": "div", "subtitle1": "h2"}}},
        },
        # Material's own 14 px cannot be read from the back of a lecture hall. What is set by the size below grows with
        # the size of the root as well, which it sets too: texts are given in pixels.
        "typography": {
            "fontFamily": "Roboto, system-ui, sans-serif",
            "fontSize": 16,
            "allVariants": {"fontVariantNumeric": "tabular-nums"},
            "body1": {"fontSize": "16px"},
            "body2": {"fontSize": "15px"},
            "subtitle1": {"fontSize": "17px", "fontWeight": 700},
            "button": {"textTransform": "none", "fontWeight": 700, "fontSize": "15px"},
        },
    }


THEME_CONFIG = {"light": _theme("light"), "dark": _theme("dark")}
