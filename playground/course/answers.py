"""What students answer, as text that the browser keeps, and what to say to it."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.checks import SpecError
from lessons.conditions import Curve, Fact, holds
from lessons.schema import Item, Option, Prediction, Question

__all__ = ["Verdict", "checked", "happened", "number", "read_order", "read_points", "shuffled", "verdict"]

LARGEST_SKETCH = 400
_THOUSANDS = re.compile(r"^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$")
LONGEST_NUMBER = 30
MIN_DRAWN = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said to an answer.

    Attributes
    ----------
    right : bool or None
        None where there is no right and wrong, as of a sketch.
    why : str
        The mistake that leads to it, or why it is right; markup.
    """

    right: bool | None
    why: str


def number_of(text: str) -> float:
    """Return the number that a student has written: ``-3``, ``0,25``, ``1/3`` or ``6,291,456``.

    A comma before three digits parts thousands, as in our own texts; any other is a decimal one.

    Raises
    ------
    SpecError
        With a sentence for the page.
    """
    clean = text.strip().replace("−", "-").replace(" ", "")
    if _THOUSANDS.match(clean):
        clean = clean.replace(",", "")
    elif clean.count(",") == 1 and "." not in clean:
        clean = clean.replace(",", ".")
    above, *below = clean.split("/") if clean.count("/") <= 1 else [""]
    try:
        found = float(above) / float(below[0]) if below else float(above)
    except (ValueError, ZeroDivisionError, OverflowError):
        found = math.nan
    if len(text) > LONGEST_NUMBER or not math.isfinite(found):
        raise SpecError("answer", "Write a number, such as 3, −0.25 or 1/3.")
    return found


def number(value: float, tolerance: float = 0.005) -> str:
    """Return a number with one digit more than its tolerance makes sense of."""
    if not math.isfinite(value):
        return "∞" if value == math.inf else "−∞" if value == -math.inf else "not a number"
    # One more than can be told apart: what is rounded otherwise looks less exact than what was predicted.
    digits = max(0, math.ceil(-math.log10(tolerance))) + 1 if tolerance > 0 else 4
    if abs(value) >= 1e7 or 0 < abs(value) < 10.0**-digits:
        text = f"{value:.4g}"
    else:
        text = f"{value:,.{min(digits, 12)}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    return ("0" if text in ("-0", "") else text).replace("-", "−")


def shuffled(items: Sequence[Item], key: str) -> list[int]:
    """Return the places of things in an order that is the same at each visit, and never the right one."""
    places = list(range(len(items)))
    shuffle = random.Random(key)
    while places == sorted(places):
        shuffle.shuffle(places)
    return places


def read_order(text: str, count: int) -> list[int]:
    """Return the places of an order that was put together: ``2,0,1``."""
    places = [int(part) for part in text.split(",") if part.isdecimal()]
    if sorted(places) != list(range(count)):
        raise SpecError("answer", "Put all of them in order.")
    return places


def read_sketch(text: str, frame: Sequence[float]) -> Curve:
    """Return the points of a sketch: ``0:1.5;1:1.2``, from left to right.

    Parameters
    ----------
    text : str
    frame : sequence of float
        Left, right, bottom and top of the axes.
    """
    points = []
    for part in text.split(";")[:LARGEST_SKETCH]:
        x, _, y = part.partition(":")
        try:
            point = float(x), float(y)
        except ValueError:
            continue
        if all(map(math.isfinite, point)):
            points.append(point)
    points.sort()
    if len(points) < 2 or points[-1][0] - points[0][0] < MIN_DRAWN * (frame[1] - frame[0]):
        raise SpecError("answer", "Draw a line across the axes first, from left to right.")
    return tuple(points)


def checked(asked: Prediction | Question, text: str) -> str:
    """Return an answer as it is kept.

    Raises
    ------
    SpecError
        If it is none, with a sentence for the page.
    """
    if asked.kind == "choice":
        if not text.isdecimal() or int(text) >= len(asked.options):
            raise SpecError("answer", "Choose one of the answers first.")
        return str(int(text))
    if asked.kind == "number":
        number_of(text)
        return text.strip()
    if asked.kind == "order":
        return ",".join(map(str, read_order(text, len(asked.items))))
    assert isinstance(asked, Prediction)
    assert asked.sketch is not None
    return ";".join(f"{x:.5g}:{y:.5g}" for x, y in read_sketch(text, asked.sketch.frame))


def happened(asked: Prediction, facts: Mapping[str, Fact]) -> str:
    """Return what happened, as an answer to the same question; empty where none of the answers says it."""
    if asked.kind == "choice":
        return next((str(place) for place, option in enumerate(asked.options) if holds(option.when, facts)), "")
    if asked.kind == "number":
        value = facts.get(asked.truth)
        return repr(float(value)) if isinstance(value, (int, float)) else ""
    if asked.kind == "order":
        values = [facts.get(item.fact) for item in asked.items]
        if not all(isinstance(value, (int, float)) for value in values):
            return ""
        return ",".join(map(str, sorted(range(len(values)), key=lambda place: float(values[place]))))  # type: ignore[arg-type]
    curve = facts.get(asked.truth)
    return ";".join(f"{x!r}:{y!r}" for x, y in curve) if isinstance(curve, tuple) else ""


def verdict(asked: Prediction | Question, given: str, truth: str = "") -> Verdict:
    """Return what to say to an answer.

    Parameters
    ----------
    asked : Prediction or Question
    given : str
        The answer, as `checked` has let it pass.
    truth : str
        Of a prediction: what `happened`. A question has its own right answer.
    """
    if asked.kind == "choice":
        option: Option = asked.options[int(given)]
        return Verdict(given == truth if truth else option.right, option.why)
    if asked.kind == "number":
        return _number_verdict(asked, given, truth)
    if asked.kind == "order":
        right = given == (truth or ",".join(map(str, range(len(asked.items)))))
        return Verdict(right, _words(asked, right))
    assert isinstance(asked, Prediction)
    assert asked.sketch is not None
    sketch = asked.sketch
    return Verdict(None, gap(read_sketch(given, sketch.frame), read_points(truth), sketch.x) if truth else "")


def _number_verdict(asked: Prediction | Question, given: str, truth: str) -> Verdict:
    value = number_of(given)
    answer = float(truth) if truth else asked.answer
    assert answer is not None
    # A little more than the tolerance: what is written in decimals is not exactly what is meant.
    if abs(value - answer) <= asked.tolerance * (1 + 1e-9) + 1e-12:
        return Verdict(True, _words(asked, right=True))
    for mistake in asked.mistakes:
        if abs(value - mistake.value) <= mistake.tolerance * (1 + 1e-9) + 1e-12:
            return Verdict(False, mistake.why)
    return Verdict(False, _words(asked, right=False))


def _words(asked: Prediction | Question, right: bool) -> str:
    if isinstance(asked, Prediction):
        # What is to be said of what happened stands beneath, whatever was predicted.
        return ""
    return asked.why if right else asked.otherwise


def read_points(text: str) -> Curve:
    """Return the points of a curve as `happened` writes it."""
    return tuple((float(x), float(y)) for x, _, y in (part.partition(":") for part in text.split(";") if part))


def gap(drawn: Curve, truth: Curve, title: str) -> str:
    """Return in words where a sketch is farthest from the curve.

    Parameters
    ----------
    drawn : curve
        From left to right.
    truth : curve
        A point that is not a number is left out.
    title : str
        Of the horizontal axis.
    """
    found = [(x, y) for x, y in truth if math.isfinite(x) and math.isfinite(y)]
    gaps = [(abs(_at(drawn, x) - y), x, y) for x, y in found if drawn[0][0] <= x <= drawn[-1][0]]
    if not gaps:
        return "The curve does not lie where you have drawn."
    size, x, y = max(gaps)
    mine = _at(drawn, x)
    return (
        f"The largest gap is {_short(size)}, where {title} is {_short(x)}: you drew {_short(mine)}, it is {_short(y)}."
    )


def _at(curve: Curve, x: float) -> float:
    """Return a curve's height at a place between its ends."""
    for (x0, y0), (x1, y1) in pairwise(curve):
        if x0 <= x <= x1:
            return y0 if x1 == x0 else y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return curve[-1][1]


def _short(value: float) -> str:
    """Return a number to three digits."""
    return f"{value:.3g}".replace("-", "−")
