"""The address of the gradient flow stage: a stack, perhaps a second one that is pinned, and what the bars show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from engine.flow import FLOW_SETTINGS, FlowSpec
from engine.spec import SpecError
from playground.link_reader import PAGE_PARAMETERS, pairs_of, refusal, shortened

# What a layer's bar may stand for: the gradient of its weights, or that of its sums z.
SHOWN = ("weights", "sums")
_PINNED = "b_"


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
    ignored: list[str] = []
    values: dict[str, dict[str, Any]] = {"": {}, _PINNED: {}}
    shown = "weights"
    for name, text in pairs_of(query).items():
        if name in PAGE_PARAMETERS:
            continue
        if name == "shown" and text in SHOWN:
            shown = text
            continue
        try:
            prefix, plain, value = _from_text(name, text)
            values[prefix][plain] = value
        except SpecError as error:
            ignored.append(refusal(name, text, error))
    pinned = FlowSpec(**values[_PINNED]) if values[_PINNED] else None
    return FlowLink(FlowSpec(**values[""]), pinned, shown, shortened(ignored))


def _from_text(name: str, text: str) -> tuple[str, str, Any]:
    """Return which stack a parameter speaks of, which of its settings, and the value."""
    if name == "shown":
        raise SpecError(name, f"the bars show one of {', '.join(SHOWN)}")
    prefix = _PINNED if name.startswith(_PINNED) else ""
    plain = name.removeprefix(prefix)
    # Each setting is allowed or not whatever the others are, so each is tried on its own.
    return prefix, plain, getattr(FlowSpec().with_(**{plain: text}), plain)
