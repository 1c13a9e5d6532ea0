"""Whether a value is allowed for a setting, by the limits that the setting was declared with."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from engine.datasets.own import Points
from engine.expression import ExpressionError, parse

# What a formula over the plane may speak of.
FORMULA_NAMES = ("x1", "x2")


class SpecError(ValueError):
    """A setting that is not allowed; the message says what is.

    Attributes
    ----------
    field : str
        The setting.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.field = name


def json_object(text: str) -> dict[str, Any]:
    """Return the settings that a spec's JSON holds, not yet checked."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:  # RecursionError: brackets nested too deeply
        raise SpecError("", f"the spec is not JSON: {error}") from None
    if not isinstance(values, dict):
        raise SpecError("", f"a spec is a JSON object of settings, got {type(values).__name__}")
    return values


def checked(name: str, default: Any, limits: Mapping[str, Any], value: Any) -> Any:
    """Return `value` as the setting `name` wants it, or raise a SpecError that says what is allowed.

    Parameters
    ----------
    name : str
    default : Any
        Its type is the setting's.
    limits : mapping
        As the setting was declared: ``title``, and ``choices``, ``members``, ``each``, ``formulas``, ``points``,
        ``pairs``, or ``low`` and ``high``.
    value : Any
        From anywhere: a widget, a link, a file.
    """
    title = limits["title"]
    if "choices" in limits:
        return _check_choice(name, title, value, limits["choices"])
    if "members" in limits:
        return _check_members(name, title, value, limits)
    if "each" in limits:
        return _check_each(name, title, value, limits)
    if "formulas" in limits:
        return _check_formulas(name, title, value, limits["formulas"])
    if "points" in limits:
        return _check_points(name, title, value)
    if "pairs" in limits:
        return _check_pairs(name, title, value)
    if isinstance(default, bool):
        return _check_switch(name, title, value)
    if isinstance(default, tuple):
        return _check_sizes(name, title, value, limits)
    return _check_number(name, title, value, isinstance(default, int), limits["low"], limits["high"])


def unknown(what: str, value: object, known: Sequence[str]) -> str:
    """Return what to say of a name that is not among those known, with the nearest of them."""
    near = get_close_matches(str(value), known, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"unknown {what} {str(value)[:40]!r}: choose one of {', '.join(known)}{hint}"


def _check_choice(name: str, title: str, value: Any, choices: Sequence[str]) -> Any:
    if value not in choices:
        raise SpecError(name, f"{title}: {unknown('choice', value, choices)}")
    return value


def _check_switch(name: str, title: str, value: Any) -> bool:
    words = {"true": True, "1": True, "false": False, "0": False}
    key = str(value).strip().lower()
    if key not in words:
        raise SpecError(name, f"{title} is on or off: true or false, got {str(value)[:40]!r}")
    return words[key]


def _check_number(name: str, title: str, value: Any, whole: bool, low: float, high: float) -> int | float:
    kind = "a whole number" if whole else "a number"
    allowed = f"{title} is {kind} from {_plain(low)} to {_plain(high)}"
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise SpecError(name, f"{allowed}, got {str(value)[:40]!r}")
    try:
        number = float(value)
    except ValueError:
        raise SpecError(name, f"{allowed}, got {str(value)[:40]!r}") from None
    except OverflowError:  # a whole number beyond the largest float
        far = "less" if isinstance(value, int) and value < 0 else "more"
        raise SpecError(name, f"{allowed}, got far {far}") from None
    if not math.isfinite(number) or not low <= number <= high or (whole and number != int(number)):
        raise SpecError(name, f"{allowed}, got {str(value)[:40]}")
    return int(number) if whole else number


def _plain(limit: float) -> str:
    """Return a limit as people write it: 0.000001 and 5,000."""
    return f"{limit:,.6f}".rstrip("0").rstrip(".")


def _check_members(name: str, title: str, value: Any, limits: Mapping[str, Any]) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise SpecError(name, f"{title}: a list of {', '.join(limits['members'])}, got {str(value)[:40]!r}")
    for member in value:
        if member not in limits["members"]:
            raise SpecError(name, f"{title}: {unknown('input', member, limits['members'])}")
    if len(value) < limits["least"]:
        raise SpecError(name, f"{title}: at least one is needed")
    # One canonical order: the same inputs are the same spec.
    return tuple(member for member in limits["members"] if member in value)


def _check_each(name: str, title: str, value: Any, limits: Mapping[str, Any]) -> tuple[str, ...]:
    most = limits["most"]
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) > most:
        raise SpecError(name, f"{title}: a list of at most {most}, got {str(value)[:40]!r}")
    return tuple(_check_choice(name, title, each, limits["each"]) for each in value)


def _check_formulas(name: str, title: str, value: Any, most: int) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) > most:
        raise SpecError(name, f"{title}: a list of at most {most} formulas, got {str(value)[:40]!r}")
    for text in value:
        try:
            parse(str(text), FORMULA_NAMES)
        except ExpressionError as error:
            raise SpecError(name, f"{title}: {error}") from None
    return tuple(str(text).strip() for text in value)


def _check_points(name: str, title: str, value: Any) -> Points | None:
    if value is None or isinstance(value, Points):
        return value
    try:
        return Points.from_json(value) if isinstance(value, Mapping) else Points.from_text(str(value))
    except ValueError as error:
        raise SpecError(name, f"{title}: {error}") from None


def _check_pairs(name: str, title: str, value: Any) -> tuple[tuple[str, Any], ...]:
    """Return names with values; whether there are such names is not known here."""
    try:
        pairs = value.items() if isinstance(value, Mapping) else map(_pair, value)
        return tuple({str(key).strip(): number for key, number in pairs}.items())
    except (TypeError, ValueError):
        raise SpecError(name, f"{title}: names with numbers, such as factor:0.5, got {str(value)[:40]!r}") from None


def _pair(each: Any) -> Sequence[Any]:
    return each.split(":") if isinstance(each, str) else each


def _check_sizes(name: str, title: str, value: Any, limits: Mapping[str, Any]) -> tuple[int, ...]:
    allowed = (
        f"{title}: up to {limits['most']} layers of {limits['low']} to {limits['high']} {limits['unit']}, "
        "such as 8, 8"
    )
    if isinstance(value, str):
        # "0" is how people say that there is no hidden layer.
        value = [] if value.strip() == "0" else value.replace(",", " ").split()
    if not isinstance(value, Sequence) or len(value) > limits["most"]:
        got = f"{len(value)} layers" if isinstance(value, Sequence) else repr(value)
        raise SpecError(name, f"{allowed}; got {got}")
    try:
        return tuple(int(_check_number(name, title, v, True, limits["low"], limits["high"])) for v in value)
    except SpecError as error:
        got = str(error).rsplit("got ", 1)[1]
        raise SpecError(name, f"{allowed}; got {got}") from None
