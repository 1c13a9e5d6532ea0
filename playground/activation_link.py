"""The state of the activation page in the address: all its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from engine import SpecError
from engine.activation import ACTIVATION_SETTINGS, ActivationSpec
from playground.link_reader import LinkReader, known
from playground.stages.activation.presets import PRESETS, SLIDES

__all__ = ["ActivationLink", "from_query", "preset_of", "to_query", "to_url"]


@dataclass(frozen=True, slots=True)
class ActivationLink:
    """What an address asks for.

    Attributes
    ----------
    spec : ActivationSpec
    ignored : tuple of str
        What was ignored and why, a sentence each.
    """

    spec: ActivationSpec = ActivationSpec()  # noqa: RUF009 (a spec is frozen)
    ignored: tuple[str, ...] = ()


def preset_of(spec: ActivationSpec) -> str:
    """Return the key of the preset that this is, wherever its input stands; empty for none."""
    return next((key for key, preset in PRESETS.items() if preset.spec.with_(x=spec.x) == spec), "")


def to_query(spec: ActivationSpec) -> dict[str, str]:
    """Return the stage and the settings that differ from the defaults, as texts by name."""
    return {
        "stage": "activation",
        **{
            name: _text(value)
            for name, setting in ACTIVATION_SETTINGS.items()
            if (value := getattr(spec, name)) != setting.default
        },
    }


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def to_url(spec: ActivationSpec) -> str:
    """Return the query as it stands in an address, without the question mark."""
    return urlencode(to_query(spec))


def from_query(query: str | Mapping[str, str]) -> ActivationLink:
    """Return what an address asks for, and what of it was ignored and why.

    Parameters
    ----------
    query : str or mapping
        ``?stage=activation&preset=relu&bias=-4``, or the same as a mapping.
    """
    reader = LinkReader(query)
    slide = reader.take("slide", _slide)
    preset = reader.take("preset", lambda text: known("preset", text, list(PRESETS)))
    spec = SLIDES[slide].spec if slide else PRESETS[preset].spec if preset else ActivationSpec()
    for name in ACTIVATION_SETTINGS:
        spec = reader.take(name, partial(_changed, spec, name)) or spec
    reader.ignore_rest()
    return ActivationLink(spec, reader.ignored)


def _changed(spec: ActivationSpec, name: str, text: str) -> ActivationSpec:
    return spec.with_(**{name: text})


def _slide(text: str) -> str:
    if text not in SLIDES:
        raise SpecError("slide", f"nothing here is of this slide; there are {', '.join(SLIDES)}")
    return text
