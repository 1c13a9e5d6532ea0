"""Changes of a descent that is under way, with the numbers that were not named."""

from __future__ import annotations

from typing import Any

from engine.descent import DescentSpec, optimizer_settings
from engine.rules import schedule_numbers

__all__ = ["LIVE", "completed", "merged", "written_out"]

# What may change while it descends; other settings begin it anew.
LIVE = (
    "learning_rate", "settings", "noise", "loss_scale", "schedule", "schedule_settings", "weight_decay", "decoupled",
    "clip_norm", "clip_value",
)  # fmt: skip


def written_out(spec: DescentSpec, name: str) -> Any:
    """Return a setting of a spec as changes are given: with the usual numbers, for those that are left out stay."""
    value = getattr(spec, name)
    if name == "settings":
        return {**optimizer_settings(spec.optimizer), **dict(value)}
    if name == "schedule_settings":
        return {**_usual_schedule(spec.schedule), **dict(value)}
    return value


def _usual_schedule(schedule: str) -> dict[str, float]:
    return {name: number.usual for name, number in schedule_numbers(schedule).items()}


def completed(spec: DescentSpec, changes: dict[str, Any]) -> dict[str, Any]:
    """Return changes with all numbers of a schedule, of which the controls leave out those that are usual."""
    if "schedule_settings" not in changes:
        return changes
    schedule = changes.get("schedule", spec.schedule)
    return {**changes, "schedule_settings": {**_usual_schedule(schedule), **dict(changes["schedule_settings"])}}


def merged(spec: DescentSpec, changes: dict[str, Any]) -> dict[str, Any]:
    """Return changes with the optimizer's numbers that were not named."""
    if "settings" not in changes:
        return changes
    return {**changes, "settings": {**dict(spec.settings), **dict(changes["settings"])}}
