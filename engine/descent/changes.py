"""What may be changed of a descent that is under way, and which numbers of its listing that sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.checks import SpecError, checked
from engine.descent.lanes import recorded
from engine.descent.spec import DESCENT_SETTINGS, DescentSpec
from engine.rules import RULES, listing_key

__all__ = ["changed"]

_FIXED = "is fixed while a descent is under way: begin a new one with it"
_LISTING = "this changes the lines of an update, which are fixed while a descent is under way: begin a new one with it"


def changed(
    now: DescentSpec, hyper: Mapping[str, float], changes: Mapping[str, Any]
) -> tuple[DescentSpec, dict[str, float]]:
    """Return a spec with changes, and what the numbers of its optimizer's listing are then.

    Parameters
    ----------
    now : DescentSpec
        With what holds so far.
    hyper : mapping of str to float
        The numbers that the listing has, by name.
    changes : mapping
        Of ``learning_rate``, ``settings`` and ``schedule_settings`` (those that are left out stay), ``noise``,
        ``loss_scale``, and of what else is in `engine.rules.RULES`.

    Raises
    ------
    SpecError
        If a value is not allowed, or decides which lines the listing has.
    """
    changes = dict(changes)
    for name in ("settings", "schedule_settings"):
        # Another schedule has settings of its own.
        if name in changes and changes.get("schedule", now.schedule) == now.schedule:
            given = checked(name, (), {"title": DESCENT_SETTINGS[name].name, "pairs": True}, changes[name])
            changes[name] = {**dict(getattr(now, name)), **dict(given)}
    new = now.with_(**changes)
    before, after = now.plain_optimizer(), new.plain_optimizer()
    for name in dict(now.settings) | dict(new.settings):
        if getattr(before, name) != getattr(after, name) and name not in hyper:
            raise SpecError("settings", f"{name} {_FIXED}")
    different = [name for name in changes if getattr(now, name) != getattr(new, name)]
    if listing_key(now) != listing_key(new) or "decoupled" in different:
        name = "decoupled" if "decoupled" in different else next(name for name in different if name in RULES)
        raise SpecError(name, f"{DESCENT_SETTINGS[name].metadata['title']}: {_LISTING}")
    listed = recorded((("", new.make_optimizer()),), new.dimensions).hyper
    # A number that is 0 may have no place in the listing of a new descent: without momentum there is no velocity.
    return new, {name: float(listed.get(name, getattr(after, name, value))) for name, value in hyper.items()}
