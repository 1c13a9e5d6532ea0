"""What may be changed of a descent that is under way, and which numbers of its listing that sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.checks import SpecError
from engine.descent.lanes import recorded
from engine.descent.spec import DescentSpec

__all__ = ["changed"]

_FIXED = "is fixed while a descent is under way: begin a new one with it"


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
        Of ``learning_rate``, ``settings`` (those that are left out stay), ``noise`` and ``loss_scale``.

    Raises
    ------
    SpecError
        If a value is not allowed, or decides which lines the listing has.
    """
    if "settings" in changes:
        changes = {**changes, "settings": {**dict(now.settings), **dict(changes["settings"])}}
    new = now.with_(**changes)
    before, after = now.make_optimizer(), new.make_optimizer()
    for name in dict(now.settings) | dict(new.settings):
        if getattr(before, name) != getattr(after, name) and name not in hyper:
            raise SpecError("settings", f"{name} {_FIXED}")
    listed = recorded((("", after),), new.dimensions).hyper
    # A number that is 0 may have no place in the listing of a new descent: without momentum there is no velocity.
    return new, {name: float(listed.get(name, getattr(after, name, value))) for name, value in hyper.items()}
