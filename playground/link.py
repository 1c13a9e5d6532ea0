"""The state in the address: each setting of the spec is declared once and drives both directions.

Besides the settings an address may carry the weights of a small network, a student's own points, and which controls
an author has hidden.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt

from engine import SpecError, TrainingSpec
from engine.datasets.own import LINK_POINTS
from engine.spec import OWN, SETTINGS, VERSION, check, upgraded
from playground.link_reader import PAGE_PARAMETERS, pairs_of, refusal, shortened
from playground.parts import HIDEABLE, VIEWS

# Addresses beyond about 8,000 characters are cut or refused on their way through chats and proxies.
MAX_LINK_PARAMETERS = 400
_LONGEST = {"points": 4000, "formulas": 1000}
_LONGEST_OTHER = 200
# The language of formulas has no semicolon.
_SEPARATORS = {"formulas": ";"}

Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """What an address asks for.

    Attributes
    ----------
    spec : TrainingSpec
    weights : [P] or None
        Parameters to begin with.
    hidden : tuple of str
        Keys of `HIDEABLE`: what the author of the link has taken away.
    views : tuple of str
        Keys of `VIEWS`: what is open besides what always is.
    ignored : tuple of str
        What was ignored and why, a sentence each.
    """

    spec: TrainingSpec
    weights: Weights | None = None
    hidden: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def to_query(spec: TrainingSpec, weights: Weights | None = None, hidden: Iterable[str] = ()) -> dict[str, str]:
    """Return the settings that differ from the defaults, as texts by name, and the version.

    Weights of more than `MAX_LINK_PARAMETERS` parameters and points beyond what fits are left out; `misses` says so.
    """
    query = {"v": str(VERSION)}
    for setting in fields(TrainingSpec):
        value = getattr(spec, setting.name)
        if setting.name == "points":
            if spec.data == OWN and len(value) <= LINK_POINTS:
                query["points"] = value.to_text()
        elif value != setting.default:
            query[setting.name] = _to_text(setting.name, value)
    if spec.data == OWN and "points" not in query:
        del query["data"]
    if weights is not None and len(weights) <= MAX_LINK_PARAMETERS:
        query["weights"] = _pack(weights)
    if hidden:
        query["hide"] = ",".join(hidden)
    return query


def misses(spec: TrainingSpec, weights: Weights | None = None) -> list[str]:
    """Say what of an experiment an address cannot carry, a sentence each."""
    sentences = []
    if spec.data == OWN and spec.points is not None and len(spec.points) > LINK_POINTS:
        sentences.append(
            f"A link holds at most {LINK_POINTS} own points, there are {len(spec.points):,}: save a file instead."
        )
    if weights is not None and len(weights) > MAX_LINK_PARAMETERS:
        sentences.append(
            f"A link holds at most {MAX_LINK_PARAMETERS} weights, this network has {len(weights):,}: it will start "
            "untrained. Save a file to keep them."
        )
    return sentences


def _to_text(name: str, value: Any) -> str:
    if "pairs" in SETTINGS[name].metadata:
        return ",".join(f"{key}:{number:.12g}" for key, number in value)
    if isinstance(value, tuple):
        return _SEPARATORS.get(name, ",").join(str(part) for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    # Twelve digits name every number a person types, without 0.30000000000000004.
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _pack(weights: Weights) -> str:
    with np.errstate(over="ignore"):
        return base64.urlsafe_b64encode(weights.astype("<f4").tobytes()).decode("ascii").rstrip("=")


def _unpack(text: str) -> Weights:
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return np.frombuffer(data, dtype="<f4").astype(np.float64)
    except (binascii.Error, ValueError):
        raise SpecError("weights", "the weights are garbled") from None


def from_query(query: str | Mapping[str, str]) -> Link:
    """Return what an address asks for, and what of it was ignored and why.

    Parameters
    ----------
    query : str or mapping
        ``?data=xor&hidden=4,4``, or the same as a mapping.
    """
    pairs = pairs_of(query)
    ignored: list[str] = []
    weights_text, hide_text, views_text = pairs.pop("weights", None), pairs.pop("hide", ""), pairs.pop("views", "")
    values: dict[str, Any] = {}
    for name, text in pairs.items():
        if name == "stage":
            # The page's own was taken out of the address: this is one that nobody knows.
            ignored.append(refusal(name, text, "there is no such page"))
        if name in PAGE_PARAMETERS:
            continue
        try:
            values[name] = _from_text(name, text)
        except SpecError as error:
            ignored.append(refusal(name, text, error))
    spec = _combined(values, pairs, ignored)
    weights = _weights(weights_text, spec, ignored)
    hidden = _chosen("hide", hide_text, HIDEABLE, "control", ignored)
    views = _chosen("views", views_text, VIEWS, "view", ignored)
    return Link(spec, weights, hidden, views, shortened(ignored))


def _chosen(name: str, text: str, known: Iterable[str], what: str, ignored: list[str]) -> tuple[str, ...]:
    """Return those of the known keys that stand in a text."""
    parts, known = text.split(","), tuple(known)
    strange = [part for part in parts if part not in ("", *known)]
    ignored += [f"{name}={part[:40]} — there is no such {what}" for part in strange[:3]]
    return tuple(key for key in known if key in parts)


def _combined(values: dict[str, Any], pairs: Mapping[str, str], ignored: list[str]) -> TrainingSpec:
    """Return the spec of all values that go together; of those that do not, one after the other is dropped."""
    version = pairs.get("v", str(VERSION))
    try:
        values = upgraded({**values, "version": version})
    except SpecError as error:
        ignored.append(f"v={version[:20]} — {error}")
    while True:
        try:
            return TrainingSpec().with_(**values)
        except SpecError as error:
            # Own points that are missing make the choice of own points void.
            name = error.field if error.field in values else "data" if "data" in values else next(iter(values))
            ignored.append(refusal(name, pairs.get(name, ""), error))
            del values[name]


def _weights(text: str | None, spec: TrainingSpec, ignored: list[str]) -> Weights | None:
    if text is None:
        return None
    try:
        weights = _unpack(text[: 8 * MAX_LINK_PARAMETERS])
        expected = spec.network().parameters
        if len(weights) != expected:
            raise SpecError("weights", f"there are {len(weights)} weights, but this network has {expected}")
        if not np.isfinite(weights).all():
            raise SpecError("weights", "some weights are infinite or no numbers")
    except SpecError as error:
        ignored.append(refusal("weights", text, error))
        return None
    return weights


def _from_text(name: str, text: str) -> object:
    longest = _LONGEST.get(name, _LONGEST_OTHER)
    if len(text) > longest:
        raise SpecError(name, f"this value has at most {longest} characters in a link")
    value: object = text
    if name in SETTINGS and isinstance(SETTINGS[name].default, tuple):
        parts = text.split(_SEPARATORS.get(name, ","))
        # Between two commas an empty activation stands for the common one. Pairs are `factor:0.5`.
        value = tuple(part for part in parts if part or name == "activations")
    # An unknown name gets its message from the spec.
    return check(name, value) if name in SETTINGS else TrainingSpec().with_(**{name: value})


def to_url(spec: TrainingSpec, weights: Weights | None = None, hidden: Iterable[str] = ()) -> str:
    """Return the query as it stands in an address, without the question mark."""
    return urlencode(to_query(spec, weights, hidden), safe=",:")
