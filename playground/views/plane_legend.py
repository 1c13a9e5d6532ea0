"""What the marks on a descent's plane mean: only those that are there."""

from __future__ import annotations

from html import escape

from engine.descent import DIVERGED, NOWHERE
from playground.optimizer_marks import color, mark_svg
from playground.theme import CLASS_COLORS, GRAPH_COLORS, INK, PHASE_COLORS, mode
from playground.views.figures import short
from playground.views.plane_basins import DIVERGED_PLACE, NOWHERE_PLACE, basin_colors, letter, minimum_places
from playground.views.plane_ground import Ground
from playground.views.plane_picture import ArrowKind, BasinPicture, PlanePicture

# More minima than this get one entry together.
_MOST_BASINS = 6
ARROW_DASHES: dict[ArrowKind, list[int]] = {
    "gradient": [], "momentum": [10, 4], "look_ahead": [3, 3], "step": [], "fan": [],
}  # fmt: skip


def arrow_color(kind: ArrowKind, key: str, dark: bool) -> str:
    """Return the colour of an arrow."""
    name = mode(dark)
    if kind == "fan":
        return color(key, dark)
    return {
        "gradient": GRAPH_COLORS[name]["gradient"], "momentum": PHASE_COLORS[name]["loss"],
        "look_ahead": PHASE_COLORS[name]["forward"], "step": INK[name]["ink"],
    }[kind]  # fmt: skip


def legend(
    picture: PlanePicture, ground: Ground | None, dark: bool, trails: bool = True, movable: bool = False
) -> str:
    """Return the legend as HTML.

    Parameters
    ----------
    picture : PlanePicture
    ground : Ground or None
    dark : bool
    trails : bool
        Whether the trails are named.
    movable : bool
        Whether the start can be moved on the figure: then it is said.
    """
    entries = [_entry(_RING, "start: drag it, or click anywhere" if movable else "start")]
    if ground is not None and len(ground.minima):
        entries.append(_entry(_CROSS, "minimum" if len(ground.minima) == 1 else "minima"))
    if picture.jumps is not None and len(picture.jumps):
        entries.append(_entry(_JUMP, "moved by hand"))
    named = picture.trails if trails else ()
    # One mark, one name: where its step is one of a fan, the trail says what the fan has to say of it.
    fanned = {arrow.key: arrow.label for arrow in picture.arrows if arrow.kind == "fan"}
    for trail in named:
        gone = " (diverged)" if trail.gone else ""
        entries.append(_entry(mark_svg(trail.key, dark), escape(fanned.get(trail.key, trail.label)) + gone))
    for trail in picture.others:
        line = '<line x1="0" y1="6" x2="28" y2="6" stroke-width="4" stroke-opacity="0.6"/>'
        entries.append(_entry(_svg(28, line, _stroke(trail.key, dark)), escape(trail.label)))
    entries += _arrows(picture, {trail.key for trail in named}, dark)
    if picture.basins is not None and ground is not None:
        entries += _basins(picture.basins, ground, dark)
    return f'<div class="np np-legend" data-theme="{mode(dark)}">{"".join(entries)}</div>'


def _entry(mark: str, text: str) -> str:
    return f'<span class="entry">{mark}{text}</span>'


def _svg(width: int, shape: str, style: str = "") -> str:
    height = 12 if width > 16 else 16
    return f'<svg width="{width}" height="{height}" style="{style}" aria-hidden="true">{shape}</svg>'


_RING = _svg(16, '<circle cx="8" cy="8" r="6" fill="none" stroke-width="3"/>')
_CROSS = _svg(16, '<path d="M8 1V15M1 8H15" stroke-width="3"/>')
_JUMP = _svg(16, '<path d="M8 2L14 8 8 14 2 8z" fill="none" stroke-width="2"/>')


def _stroke(key: str, dark: bool) -> str:
    return f"stroke:{color(key, dark)}"


def _arrows(picture: PlanePicture, named: set[str], dark: bool) -> list[str]:
    """Return an entry for every kind of arrow that is there, and for every arrow of a fan that is not named yet."""
    entries: list[str] = []
    seen: set[tuple[str, str]] = {("fan", key) for key in named}
    for arrow in picture.arrows:
        known = (arrow.kind, arrow.key)
        if known in seen:
            continue
        seen.add(known)
        if arrow.kind == "fan":
            mark = mark_svg(arrow.key, dark)
        else:
            dashes = " ".join(str(length) for length in ARROW_DASHES[arrow.kind])
            tint = arrow_color(arrow.kind, arrow.key, dark)
            mark = _svg(
                34, f'<line x1="0" y1="6" x2="22" y2="6" stroke-width="3" stroke-dasharray="{dashes}"/>'
                f'<path d="M22 0L34 6 22 12z" stroke="none" fill="{tint}"/>', f"stroke:{tint}",
            )  # fmt: skip
        entries.append(_entry(mark, escape(arrow.label)))
    return entries


def _basins(basins: BasinPicture, ground: Ground, dark: bool) -> list[str]:
    """Return a swatch for every minimum that is reached, and for what reaches none."""
    colors = basin_colors(dark)
    reached = set(basins.reached.ravel().tolist())
    minima = sorted(place for place in reached if place >= 0)
    entries = []
    if len(minima) > _MOST_BASINS:
        swatches = "".join(_swatch(each) for each in CLASS_COLORS)
        entries.append(_entry(swatches, f"{len(minima)} basins: a start leads to the minimum within"))
    else:
        for place in minima:
            at = ", ".join(short(float(number)) for number in ground.minima[place])
            tint = colors[minimum_places(ground.minima)[place]]
            entries.append(_entry(_swatch(tint), f"leads to {letter(place)} ({at})"))
    if NOWHERE in reached:
        text = "leads to no minimum" if basins.done else "still on the way"
        entries.append(_entry(_swatch(colors[NOWHERE_PLACE]), text))
    if DIVERGED in reached:
        entries.append(_entry(_swatch(colors[DIVERGED_PLACE]), "diverges"))
    return entries


def _swatch(tint: str) -> str:
    return f'<span class="swatch" style="background: {tint}"></span>'
