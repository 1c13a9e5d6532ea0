"""Everything that a student can set on the features page, with its limits, and what each look begins with."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from engine.checks import SpecError, unknown
from engine.features import SETS, TERMS

__all__ = [
    "DATA_OF", "FUNCTION_REACH", "GUESSES", "LABELLED", "LIMITS", "LOOKS", "MINUTE", "NET_LOOKS", "PLACES", "RULES",
    "SLIDES", "State", "state_of_look",
]  # fmt: skip

# How many seconds were recorded.
MINUTE = 60.0
# In the order in which the course takes them.
LOOKS = {
    "label": "Label by eye",
    "signals": "Signals",
    "threshold": "Threshold",
    "function": "Drawn function",
    "line": "Line",
    "terms": "Terms of φ",
    "three": "Three ways to φ",
    "lift": "Lift",
    "learned": "Learned φ",
}
# The transport bar drives the network's training here, and the windows one by one elsewhere.
NET_LOOKS = ("three", "learned")
DATA_OF: dict[str, tuple[str, ...]] = {
    "label": ("phone",), "signals": ("phone",), "threshold": ("phone", "band"), "function": ("phone", "band"),
    "line": ("phone", "band", "ring", "xor", "gauss"), "terms": ("ring", "band", "xor", "phone", "gauss"),
    "three": ("ring", "band", "xor"), "lift": ("ring", "xor"), "learned": ("ring", "band", "xor"),
}  # fmt: skip
RULES = {"above": "above a threshold", "below": "below a threshold", "between": "between two thresholds"}
# How many traces are labelled by eye, and what each can be called; empty for not yet.
LABELLED = 10
GUESSES = ("", "still", "walking", "driving")
# Where the points of the drawn function are, and how high it can go.
PLACES = (-3.5, -2.75, -2.0, -1.25, -0.5, 0.25, 1.0)
FUNCTION_REACH = 2.0
# By name: lowest, highest, and the step of its slider.
LIMITS: dict[str, tuple[float, float, float]] = {
    "seconds": (0.4, 10.0, 0.2), "start": (0.0, MINUTE, 0.2), "amplitude": (0.25, 4.0, 0.25), "trace": (1, LABELLED, 1),
    "low": (-4.0, 2.0, 0.01), "high": (-4.0, 2.0, 0.01), "w1": (-3.0, 3.0, 0.01), "w2": (-3.0, 3.0, 0.01),
    "b": (-10.0, 10.0, 0.01), "height": (0.0, 6.0, 0.02), "tilt1": (-2.0, 2.0, 0.05), "tilt2": (-2.0, 2.0, 0.05),
    "gamma": (0.05, 50.0, 0.05), "units": (1, 8, 1), "share": (0.1, 0.9, 0.05), "seed": (0, 999, 1),
    "example": (0, 400, 1), "epoch": (0, 400, 1),
}  # fmt: skip
_WHOLE = ("trace", "units", "seed", "example", "epoch")


@dataclass(frozen=True, slots=True)
class State:
    """What stands on the page.

    Attributes
    ----------
    look : str
        A key of `LOOKS`.
    data : str
        One of `DATA_OF` the look.
    start, seconds, amplitude : float
        The window in the recording, and what the moving part of the signal is multiplied by.
    trace : int
        Which of the traces is labelled, from 1.
    guesses : tuple of str
        What each trace was called, of `GUESSES`.
    low, high : float
        Thresholds on x₁; `high` counts where the rule is ``between``.
    rule : {"above", "below", "between"}
    values : tuple of float
        How high the drawn function is at `PLACES`.
    w1, w2, b : float
    appended : bool
        Whether the line is written as one product, with a 1 appended to x.
    terms : tuple of str
        Keys of `TERMS`.
    height, tilt1, tilt2 : float
        Of the plane through the lifted points.
    gamma : float
        Of the kernel.
    units, seed : int
        Of the network's first hidden layer, and of its weights.
    share : float
        How many of the points are trained on where columns are compared.
    example : int
        The example that is looked at, from 1; 0 for none.
    epoch : int
        How far the network is trained.
    """

    look: str = "label"
    data: str = "phone"
    start: float = 0.0
    seconds: float = 4.0
    amplitude: float = 1.0
    trace: int = 1
    guesses: tuple[str, ...] = ("",) * LABELLED
    low: float = -3.0
    high: float = 1.0
    rule: str = "above"
    values: tuple[float, ...] = (0.5,) * len(PLACES)
    w1: float = 1.0
    w2: float = 0.0
    b: float = 0.0
    appended: bool = False
    terms: tuple[str, ...] = ("x1", "x2")
    height: float = 4.0
    tilt1: float = 0.0
    tilt2: float = 0.0
    gamma: float = 1.0
    units: int = 4
    share: float = 0.5
    seed: int = 0
    example: int = 0
    epoch: int = 0

    def __post_init__(self) -> None:
        for name, known in (("look", LOOKS), ("data", SETS), ("rule", RULES)):
            if getattr(self, name) not in known:
                raise SpecError(name, unknown(name, getattr(self, name), list(known)))
        if self.data not in DATA_OF[self.look]:
            raise SpecError("data", f"{LOOKS[self.look]} shows {', '.join(DATA_OF[self.look])}")
        for name in LIMITS:
            object.__setattr__(self, name, _within(name, getattr(self, name)))
        # A window ends with the recording at the latest.
        object.__setattr__(self, "start", min(self.start, round(MINUTE - self.seconds, 6)))
        for term in self.terms:
            if term not in TERMS:
                raise SpecError("terms", unknown("term", term, list(TERMS)))
        # In one order, each once: the same terms are the same state.
        object.__setattr__(self, "terms", tuple(key for key in TERMS if key in self.terms))
        if len(self.values) != len(PLACES) or not all(
            math.isfinite(value) and abs(value) <= FUNCTION_REACH for value in self.values
        ):
            raise SpecError("values", f"the function has {len(PLACES)} heights within ±{FUNCTION_REACH:g}")
        if len(self.guesses) != LABELLED or any(guess not in GUESSES for guess in self.guesses):
            raise SpecError("guesses", f"there are {LABELLED} traces, each is called {', '.join(GUESSES[1:])}")

    def with_(self, **changes: Any) -> State:
        """Return a copy with other values."""
        return replace(self, **changes)


def _within(name: str, value: Any) -> float:
    low, high, _ = LIMITS[name]
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise SpecError(name, f"{name} is a number from {low:g} to {high:g}") from None
    if not low <= number <= high or (name in _WHOLE and number != int(number)):
        kind = "whole number" if name in _WHOLE else "number"
        raise SpecError(name, f"{name} is a {kind} from {low:g} to {high:g}, got {value}")
    return int(number) if name in _WHOLE else number + 0.0


# What a look begins with, as far as it differs.
_OF_LOOK: dict[str, dict[str, Any]] = {
    "threshold": {}, "function": {}, "line": {"w1": 1.0, "w2": 0.0, "b": 0.5}, "terms": {"data": "ring"},
    "three": {"data": "ring", "terms": ("x1", "x2")}, "lift": {"data": "ring"}, "learned": {"data": "ring"},
}  # fmt: skip
_SLIDE_LINE = {"look": "line", "data": "gauss", "w1": 1.23, "w2": 1.0, "b": -0.55}
# By slide, what stands there.
SLIDES: dict[str, dict[str, Any]] = {
    "L4-18": {"look": "label"},
    "L4-19": {"look": "signals"},
    "L4-20": {"look": "threshold"},
    "L4-21": {"look": "function"},
    "L4-22": {"look": "line"},
    "L4-23": {"look": "line", "w1": 1.0, "w2": 0.0, "b": 1.5},
    "L4-24": {"look": "line", "w1": 1.0, "w2": 0.5, "b": 3.5, "appended": True, "example": 1},
    "L4-25": {"look": "threshold", "data": "band"},
    "L4-26": {"look": "terms"},
    "L4-27": {"look": "three"},
    "L4-28": {"look": "lift"},
    "L4-29": {"look": "learned"},
    "L4-60": {"look": "line", "data": "gauss", "w1": 1.0, "w2": -0.5, "b": 1.0},
    "L4-63": _SLIDE_LINE,
    "L4-64": {**_SLIDE_LINE, "example": 1},
}


def state_of_look(look: str, **changes: Any) -> State:
    """Return what a look begins with, with some changes."""
    return State(look=look, **{**_OF_LOOK.get(look, {}), **changes})
