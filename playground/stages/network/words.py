"""The values of a training's settings in the words of their controls."""

from __future__ import annotations

from typing import Any

from engine.datasets import DATASETS
from engine.datasets.own import Points
from engine.rules import Pairs, schedule_numbers
from engine.schedules import SCHEDULES
from engine.spec import OWN
from playground.stages.network.settings import OPTIONS, as_text

_TITLES: dict[str, dict[str, str]] = {
    name: {key: title for title, key in options.items()} for name, options in OPTIONS.items()
}
_TITLES["data"] = {key: kind.title for key, kind in DATASETS.items()} | {OWN: "Your own"}
_TITLES["activations"] = _TITLES["activation"] | {"": "as the others"}
_TITLES["schedule"] = {key: kind.title for key, kind in SCHEDULES.items()}
_TITLES["schedule_unit"] = {"epoch": "epochs", "update": "updates"}
# Without one there is nothing to decay or to clip.
_OFF_AT_ZERO = ("weight_decay", "clip_norm", "clip_value")


def value_words(name: str, value: Any, schedule: str = "constant") -> str:
    """Return a setting's value in the words of its control.

    Parameters
    ----------
    name : str
        Of the setting.
    value : Any
    schedule : str
        The schedule that holds beside it.
    """
    titles = _TITLES.get(name, {})
    if name == "schedule_settings":
        return _settings_words(schedule, value)
    if name in _OFF_AT_ZERO and value == 0:
        return "off"
    if value is None or value == ():
        return titles.get("", "none")
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Points):
        return f"{len(value.inputs):,} points"
    if isinstance(value, tuple):
        return as_text(tuple(titles.get(part, part) for part in value))
    return titles.get(value) or as_text(value)


def _settings_words(schedule: str, settings: Pairs) -> str:
    titles = {name: number.title.lower() for name, number in schedule_numbers(schedule).items()}
    return ", ".join(f"{titles[name]} {as_text(float(value))}" for name, value in settings) or "as usual"
