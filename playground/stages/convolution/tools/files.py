"""A window with all its numbers as a file."""

from __future__ import annotations

import json
from typing import Any

from engine.capsule import CapsuleError
from engine.sliding import SlidingRun, SlidingSpec, SpecError
from playground.stages.convolution.presets import LOOKS, Begin
from playground.stages.convolution.session import ConvolutionSession
from playground.stages.save_dialog import Saved

FORMAT, VERSION = "neural-playground-window", 1
MAX_BYTES = 2**20


def saved(session: ConvolutionSession) -> Saved:
    """Return what the dialog for files saves and loads."""
    holds = "All numbers and settings, and where the window stands. Of an own picture, its 28 × 28 numbers."
    return Saved("window", holds, MAX_BYTES, lambda: to_text(session.now), lambda text: session.load(from_text(text)))


def to_text(begin: Begin) -> str:
    """Return the text of a file from which `from_text` makes the same again."""
    values = {
        "format": FORMAT, "version": VERSION, "spec": begin.spec.to_dict(), "done": begin.done,
        "channel": begin.channel, "filter": begin.filter, "look": begin.look,
    }  # fmt: skip
    return json.dumps(values, separators=(",", ":"))


def from_text(text: str) -> Begin:
    """Return what a file holds.

    Raises
    ------
    CapsuleError
        If it is no such file, or holds what is not allowed.
    """
    if len(text) > MAX_BYTES:
        raise CapsuleError(f"a saved window has at most {MAX_BYTES // 2**20} MB, this file is larger")
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        raise CapsuleError(
            "this is no saved window: the file is not JSON. Choose a file that Save has written here"
        ) from None
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise CapsuleError("this is no window saved on this page. Choose a file that Save has written here")
    if values.get("version") != VERSION:
        raise CapsuleError(f"the file has version {str(values.get('version'))[:20]}, this page reads version {VERSION}")
    if not isinstance(values.get("spec"), dict):
        raise CapsuleError("the file is damaged: its settings are missing")
    try:
        spec = SlidingSpec.from_dict(values["spec"])
    except (SpecError, TypeError, ValueError) as error:
        raise CapsuleError(f"the file has a setting that is not allowed: {error}") from None
    maps = spec.output_shape[-1]
    look = values.get("look")
    return Begin(
        spec,
        _whole(values, "done", SlidingRun(spec).steps),
        _whole(values, "channel", spec.channels - 1),
        _whole(values, "filter", maps - 1),
        look if isinstance(look, str) and look in LOOKS else "",
    )


def _whole(values: dict[str, Any], name: str, most: int) -> int:
    value = values.get(name, 0)
    if type(value) is not int or not 0 <= value <= most:
        raise CapsuleError(f"the file is damaged: {name} is a whole number from 0 to {most:,}, got {str(value)[:20]}")
    return value
