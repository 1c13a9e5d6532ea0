"""The address of the gradient flow stage: a stack, perhaps a second one that is pinned, and what the bars show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from engine.flow import FLOW_SETTINGS, FlowSpec
from engine.spec import SpecError

# What a layer's bar may stand for: the gradient of its weights, or that of its sums z.
SHOWN = ("weights", "sums")
_PINNED = "b_"
_PAGE_PARAMETERS = {"stage", "theme", "v"}
# A link may be nonsense from end to end: nobody reads more than so many sentences about it.
_MOST_IGNORED = 8


@dataclass(frozen=True, slots=True)
class FlowLink:
    """What an address asks for.

    Attributes
    ----------
    spec : FlowSpec
    pinned : FlowSpec or None
        The stack to compare with.
    shown : {"weights", "sums"}
    ignored : tuple of str
        What was ignored and why, a sentence each.
    """

    spec: FlowSpec
    pinned: FlowSpec | None = None
    shown: str = "weights"
    ignored: tuple[str, ...] = ()


def to_query(spec: FlowSpec, pinned: FlowSpec | None = None, shown: str = "weights") -> dict[str, str]:
    """Return the stage and the settings that differ from the defaults, as texts by name.

    A pinned stack always names its depth, also the default one: that says that there is one.
    """
    query = {"stage": "flow", **_settings(spec, "")}
    if pinned is not None:
        query |= {f"{_PINNED}depth": str(pinned.depth), **_settings(pinned, _PINNED)}
    if shown != "weights":
        query["shown"] = shown
    return query


def _settings(spec: FlowSpec, prefix: str) -> dict[str, str]:
    return {
        prefix + name: _to_text(value)
        for name, setting in FLOW_SETTINGS.items()
        if (value := getattr(spec, name)) != setting.default
    }


def _to_text(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def to_url(spec: FlowSpec, pinned: FlowSpec | None = None, shown: str = "weights") -> str:
    """Return the query as it stands in an address, without the question mark."""
    return urlencode(to_query(spec, pinned, shown))


def from_query(query: str | Mapping[str, str]) -> FlowLink:
    """Return what an address asks for, and what of it was ignored and why.

    Parameters
    ----------
    query : str or mapping
        ``?stage=flow&depth=20&skip=1``, or the same as a mapping.
    """
    pairs = dict(parse_qsl(query.lstrip("?"), keep_blank_values=True)) if isinstance(query, str) else dict(query)
    ignored: list[str] = []
    values: dict[str, dict[str, Any]] = {"": {}, _PINNED: {}}
    shown = "weights"
    for name, text in pairs.items():
        if name in _PAGE_PARAMETERS:
            continue
        if name == "shown" and text in SHOWN:
            shown = text
            continue
        try:
            prefix, plain, value = _from_text(name, text)
            values[prefix][plain] = value
        except SpecError as error:
            ignored.append(f"{name[:40]}={text[:40]} — {error}")
    more = len(ignored) - _MOST_IGNORED
    said = [*ignored[:_MOST_IGNORED], f"and {more} more"] if more > 0 else ignored
    pinned = FlowSpec(**values[_PINNED]) if values[_PINNED] else None
    return FlowLink(FlowSpec(**values[""]), pinned, shown, tuple(said))


def _from_text(name: str, text: str) -> tuple[str, str, Any]:
    """Return which stack a parameter speaks of, which of its settings, and the value."""
    if name == "shown":
        raise SpecError(name, f"the bars show one of {', '.join(SHOWN)}")
    prefix = _PINNED if name.startswith(_PINNED) else ""
    plain = name.removeprefix(prefix)
    # Each setting is allowed or not whatever the others are, so each is tried on its own.
    return prefix, plain, getattr(FlowSpec().with_(**{plain: text}), plain)
