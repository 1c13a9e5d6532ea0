"""How the three lanes and the line set by hand look wherever they appear together: name, colour and dash.

Neither green nor blue, which are the two sides of a line; colour never carries the meaning alone.
"""

from __future__ import annotations

from playground.theme import CLASS_COLORS, GRAPH_COLORS, INK, LOSS_COLORS, NEGATIVE, mode

HAND = "hand"
TITLES = {
    "batch": "Batch", "mini": "Mini-batch", "stochastic": "Stochastic", HAND: "By hand",
}  # fmt: skip
# Lengths of line and gap in pixels; no gap is a solid line.
DASHES: dict[str, list[int]] = {"batch": [], "mini": [14, 5], "stochastic": [3, 4], HAND: [12, 4, 3, 4]}
# The sides of a line, in the lecture's colours: blue where z < 0, green where z > 0.
SIDES = (CLASS_COLORS[1], CLASS_COLORS[2])
SIDE_NAMES = ("blue", "green")


def color(key: str, dark: bool) -> str:
    """Return the colour of a lane, or of the line set by hand, as ``#RRGGBB``."""
    name = mode(dark)
    return {
        "batch": INK[name]["ink"], "mini": NEGATIVE, "stochastic": LOSS_COLORS[name]["test-loss"],
        HAND: GRAPH_COLORS[name]["gradient"],
    }[key]  # fmt: skip


def line_svg(key: str, dark: bool, width: int = 40) -> str:
    """Return a piece of the line of a lane as an SVG element, for texts and tables; it is no picture of its own."""
    dash = " ".join(str(length) for length in DASHES[key])
    stroke = f'stroke="{color(key, dark)}" stroke-width="3" stroke-dasharray="{dash}"'
    return f'<svg width="{width}" height="12" aria-hidden="true"><path d="M0 6h{width}" {stroke}/></svg>'
