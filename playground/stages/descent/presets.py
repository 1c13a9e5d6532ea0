"""Descents to begin with, and the slides that they show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine import Position
from engine.descent import MAX_STEPS, DescentSpec

__all__ = ["PRESETS", "USUAL_VIEWS", "VIEWS", "Preset", "preset_of"]

# What can be shown beside the path, and its title.
VIEWS = {
    "gradient": "Gradient",
    "momentum": "Momentum",
    "step": "Next step",
    "basins": "Basins",
    "closed": "Closed form",
    "truth": "True training",
    "fan": "All optimizers",
    "space": "3-D",
}
USUAL_VIEWS = ("gradient", "momentum", "step")


@dataclass(frozen=True, slots=True)
class Preset:
    """A descent to begin with.

    Attributes
    ----------
    key, title : str
    spec : DescentSpec
    slides : mapping of str to Position
        The slides that it shows, and where it stands then.
    views : tuple of str
        Keys of `VIEWS`.
    """

    key: str
    title: str
    spec: DescentSpec
    slides: Mapping[str, Position] = field(default_factory=dict)
    views: tuple[str, ...] = USUAL_VIEWS


_START = Position()
_PRESETS = (
    Preset("ravine", "Fast across a ravine, slow along it", DescentSpec("ravine"), {"L4-81": Position(20)}),
    # Across it ηJ″ = 1.8: every step overshoots, and still comes nearer.
    Preset("zigzag", "Zigzag: a rate near its limit", DescentSpec("ravine", learning_rate=0.45)),
    Preset(
        "slope", "The step is the slope times the rate", DescentSpec("bowl"), {"L4-79": _START},
        ("gradient", "step"),
    ),
    Preset(
        "linreg", "One neuron, one example", DescentSpec("network", network="linreg", free=True), {"L1-17": _START},
    ),
    Preset(
        "line", "A line through three points", DescentSpec("network", network="line"), {"L3-17": _START},
    ),
    Preset(
        "convex", "Convex: steps shrink by themselves", DescentSpec("convex"), {"L3-18": _START},
        (*USUAL_VIEWS, "closed"),
    ),
    Preset("khan_low", "Low rate: trapped", DescentSpec("khan", learning_rate=0.005), {"L3-21": _START}),
    Preset("khan_high", "High rate: never at rest", DescentSpec("khan", learning_rate=0.1), {"L3-22": _START}),
    Preset(
        "khan_schedule", "High rate that falls: settles",
        DescentSpec("khan", learning_rate=0.1, schedule="exponential", schedule_settings={"tau": 40.0}),
        {"L2-21": _START},
    ),
    Preset(
        "khan_momentum", "Momentum crosses the barrier", DescentSpec("khan", optimizer="momentum", learning_rate=0.005),
        {"L3-23": _START, "L4-84": Position(20)},
    ),
    Preset(
        "khan_loses", "Momentum loses the better valley",
        DescentSpec("khan", optimizer="momentum", learning_rate=0.005, start=(2.3,)), {"L4-85": _START},
        (*USUAL_VIEWS, "basins"),
    ),
    Preset(
        "diminishing", "Diminishing steps", DescentSpec("khan", learning_rate=0.1, schedule="inverse_root"),
        {"L4-80": _START},
    ),
    Preset(
        # Steps so long that the arrows of one update are told apart.
        "nesterov", "Nesterov looks ahead",
        DescentSpec(
            "own", formula="x^2/8 + y^2", start=(-4.0, 3.5), optimizer="nesterov", learning_rate=0.2,
            settings={"momentum": 0.8},
        ),
        {"L2-22": Position(2)},
        # The next step would lie over them.
        ("gradient", "momentum"),
    ),
    Preset(
        "adagrad", "Adagrad: a rate for each weight", DescentSpec("ravine", optimizer="adagrad"),
        {"L2-23": Position(10)},
    ),
    Preset(
        "rmsprop", "RMSprop: a memory that fades", DescentSpec("ravine", optimizer="rmsprop"), {"L2-24": Position(10)},
    ),
    Preset("adam", "Adam: its first step", DescentSpec("ravine", optimizer="adam"), {"L2-25": Position(1)}),
    Preset(
        "error_surface", "The cost of a real neuron",
        DescentSpec("network", network="gauss"), {"L4-78": _START}, ("gradient", "step", "space"),
    ),
    Preset(
        "local_minima", "The start decides", DescentSpec("himmelblau"), {"L4-82": _START},
        (*USUAL_VIEWS, "basins"),
    ),
    Preset("saddle", "Stuck on a saddle", DescentSpec("saddle", start=(1.0, 0.0)), {"L4-83": Position(300)}),
    Preset("plateau", "Slow on a plateau", DescentSpec("plateau", start=(-3.5, 1.5))),
    Preset(
        "xor", "A real network, two of its weights", DescentSpec("network", network="xor"),
        views=(*USUAL_VIEWS, "truth"),
    ),
)  # fmt: skip
# A descent here goes on as long as one may.
PRESETS: dict[str, Preset] = {
    each.key: Preset(each.key, each.title, each.spec.with_(steps=MAX_STEPS), each.slides, each.views)
    for each in _PRESETS
}


def preset_of(spec: DescentSpec) -> str:
    """Return the key of the preset that this is; empty for none."""
    return next((key for key, preset in PRESETS.items() if preset.spec == spec), "")
