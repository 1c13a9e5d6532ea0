"""What the marks on a curve mean, and the numbers that belong to them."""

from __future__ import annotations

import math

from engine.descent import DIVERGED
from playground.theme import GRAPH_COLORS, INK, PHASE_COLORS, SURFACE, mode
from playground.views.curve_ground import CurveGround, CurvePicture, letter
from playground.views.curve_strip import basin_look
from playground.views.figures import short

# As the strip's hatch.
_HATCH = ", ".join(
    f"repeating-linear-gradient({turn}deg, transparent 0 3px, var(--np-muted) 3px 4px)" for turn in (45, -45)
)


def legend(picture: CurvePicture, ground: CurveGround, dark: bool) -> str:
    """Return the legend as HTML: only what is there."""
    name = mode(dark)
    notes = [note for note in (_away(picture, ground), picture.stable) if note]
    entries = (*_keys(picture, ground, name), *_basin_keys(picture, ground, dark), *notes)
    shown = "".join(f'<span class="entry">{entry}</span>' for entry in entries)
    return f'<div class="np np-legend" data-theme="{name}">{shown}</div>'


def _keys(picture: CurvePicture, ground: CurveGround, name: str) -> list[str]:
    """Return what the marks mean, as far as they are there."""
    update, slope = PHASE_COLORS[name]["update"], GRAPH_COLORS[name]["gradient"]
    surface = SURFACE[name]["surface"]
    keys = [
        _key(f'<circle cx="14" cy="8" r="7" fill="none" stroke="{INK[name]["primary"]}" stroke-width="2.5"/>',
             "start: drag it, or click anywhere"),
        _key(f'<circle cx="14" cy="8" r="6" fill="{update}" stroke="{surface}"/>', f"now: {ground.name} = "
             f"{short(picture.w)}, J = {short(picture.value)}"),
        _key(f'<path d="M0 8h28" stroke="{slope}" stroke-width="2.5" stroke-dasharray="8 4"/>',
             f"tangent: slope {short(picture.slope)}"),
    ]  # fmt: skip
    if picture.step is not None:
        arrow = (
            f'<path d="M0 8h18" stroke="{update}" stroke-width="3"/>'
            f'<path d="M16 2l12 6-12 6z" stroke="none" fill="{update}"/>'
        )
        keys.append(_key(arrow, f"step {short(picture.step)}"))
    if len(picture.path) > 1:
        keys.append(_key(f'<path d="M2 8h24" stroke="{update}" stroke-width="1.5"/>'
                         f'<circle cx="8" cy="8" r="3.5" stroke="none" fill="{update}"/>'
                         f'<circle cx="20" cy="8" r="3.5" stroke="none" fill="{update}"/>', "path"))  # fmt: skip
    if picture.closed is not None:
        ring = f'<circle cx="14" cy="8" r="6" fill="none" stroke="{PHASE_COLORS[name]["loss"]}" stroke-width="1.5"/>'
        keys.append(_key(ring, "closed form"))
    return keys


def _key(shapes: str, text: str) -> str:
    return f'<svg width="28" height="16" aria-hidden="true">{shapes}</svg>{text}'


def _basin_keys(picture: CurvePicture, ground: CurveGround, dark: bool) -> list[str]:
    """Return where the starts lead to, as far as any do."""
    if picture.basins is None:
        return []
    keys = []
    for minimum in sorted(set(picture.basins.tolist()), key=lambda each: (each < 0, abs(each))):
        color = basin_look(minimum, dark)[0]
        if minimum >= 0:
            text = f"start leads to {letter(minimum)}, {ground.name} = {short(float(ground.minima[minimum]))}"
        elif minimum == DIVERGED:
            text = "start diverges"
        else:
            text = "start leads to no minimum" if picture.basins_done else "start still under way"
        background = f"{_HATCH}, {color}" if minimum == DIVERGED else color
        style = f"background: {background}; border: 1px solid var(--np-muted)"
        keys.append(f'<span class="swatch" style="{style}"></span>{text}')
    return keys


def _away(picture: CurvePicture, ground: CurveGround) -> str:
    """Say so where the point has left the view."""
    if not math.isfinite(picture.w):
        return f"{ground.name} is no number any more: the descent has diverged."
    if not ground.w[0] <= picture.w <= ground.w[-1]:
        return f"{ground.name} = {short(picture.w)} lies outside the picture."
    return ""
