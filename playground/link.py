"""The state in the address: each setting of the spec is declared once and drives both directions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from urllib.parse import parse_qsl, urlencode

from engine import SpecError, TrainingSpec
from engine.spec import VERSION

_MAX_VALUE = 200
# Parameters that belong to the page, not to the experiment.
_PAGE_PARAMETERS = {"theme", "v"}


def to_query(spec: TrainingSpec) -> dict[str, str]:
    """Return the settings that differ from the defaults, as texts by name, and the version."""
    query = {"v": str(VERSION)}
    for setting in fields(TrainingSpec):
        value = getattr(spec, setting.name)
        if value != setting.default:
            query[setting.name] = _to_text(value)
    return query


def _to_text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    # Twelve digits name every number a person types, without 0.30000000000000004.
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def from_query(query: str | Mapping[str, str]) -> tuple[TrainingSpec, list[str]]:
    """Return the spec that an address asks for, and what of it was ignored and why.

    Parameters
    ----------
    query : str or mapping
        ``?data=xor&hidden=4,4``, or the same as a mapping.
    """
    pairs = dict(parse_qsl(query.lstrip("?"), keep_blank_values=True)) if isinstance(query, str) else dict(query)
    spec, ignored = TrainingSpec(), []
    for name, text in pairs.items():
        if name in _PAGE_PARAMETERS:
            continue
        try:
            spec = spec.with_(**{name: _from_text(name, text)})
        except SpecError as error:
            ignored.append(f"{name[:40]}={text[:40]} — {error}")
    if pairs.get("v", str(VERSION)) != str(VERSION):
        ignored.append(f"v={pairs['v'][:20]} — this program reads version {VERSION}")
    return spec, ignored


def _from_text(name: str, text: str) -> object:
    if len(text) > _MAX_VALUE:
        raise SpecError(name, f"a value in a link has at most {_MAX_VALUE} characters")
    setting = next((s for s in fields(TrainingSpec) if s.name == name), None)
    if setting is not None and isinstance(setting.default, tuple):
        return tuple(part for part in text.split(",") if part)
    return text


def to_url(spec: TrainingSpec) -> str:
    """Return the query as it stands in an address, without the question mark."""
    return urlencode(to_query(spec), safe=",")
