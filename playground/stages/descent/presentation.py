"""Where a descent stands, in the words and numbers of the page."""

from __future__ import annotations

from typing import Any

from engine.descent import DescentFrame, DescentRun, Surface
from engine.experiment import Position
from engine.history import Segment
from playground.optimizer_marks import TITLES
from playground.stages import history_tree
from playground.stages.descent.facts import VERDICTS, Fact, place
from playground.views.optimizer_state import number

# The titles of what may be changed on the way.
_CHANGES = {
    "learning_rate": "learning rate", "noise": "noise", "loss_scale": "factor on the loss", "momentum": "momentum",
    "weight_decay": "weight decay", "clip_norm": "longest gradient", "clip_value": "largest number",
}  # fmt: skip


def index_of(run: DescentRun, position: Position) -> int:
    """Return how many lines have run at a position."""
    return position.epoch * len(run.instructions) + position.op


def updates(count: int) -> str:
    """Return a number of updates in words."""
    return f"{count:,} update{'s' * (count != 1)}"


def slide_name(slides: tuple[str, ...]) -> str:
    """Return which slides these are: "Slide L3-21"."""
    return f"Slide{'s' * (len(slides) > 1)} {', '.join(slides)}"


def status(run: DescentRun, said: tuple[Fact, ...], slides: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return where the run stands as `Transport.status`, with how it has ended, if it has."""
    at = run.position
    if at == Position():
        text = "At the start"
    elif at.op == 0:
        text = f"{updates(at.epoch)} done"
    else:
        text = f"Update {at.epoch + 1:,} · line {at.op} of {len(run.instructions)} done"
    named = f"{slide_name(slides)} · " if slides else ""
    verdict = "".join(f" · {fact.title}" for fact in said if fact.key in VERDICTS)
    return {
        "step": index_of(run, at),
        "length": index_of(run, run.newest),
        "text": named + text + verdict,
        "at_end": at >= run.newest,
        "can_back": at > Position(),
        "can_reset": len(run.history.segments) > 1,
    }


def summary(
    frame: DescentFrame, surface: Surface, said: tuple[Fact, ...], slides: tuple[str, ...], *, playing: bool
) -> str:
    """Return the picture in words.

    Parameters
    ----------
    frame : DescentFrame
    surface : Surface
    said : tuple of Fact
    slides : tuple of str
        Those that show just this.
    playing : bool
        Whether it moves: then without numbers that would lag behind those on the page.
    """
    text = f"{slide_name(slides)}. " if slides else ""
    title = TITLES[frame.spec.optimizer]
    text += f"{title} descends: {surface.title}."
    if playing:
        return f"{text} It is under way."
    shown = list(surface.shown or range(surface.dimensions))
    names = ", ".join(surface.names[axis] for axis in shown)
    begun, here = place(frame.path[0][shown]), place(frame.point[shown])
    text += f" Start {names} = {begun}; after {updates(frame.position.epoch)} {here}. J = {number(frame.value, 5)}."
    first = [f"{fact.title}: {fact.text}" for fact in said if fact.key not in ("curvature", "stability")]
    return " ".join([text, *first])


def tree_segments(run: DescentRun) -> list[dict[str, Any]]:
    """Return the history as `BranchTree.segments`."""
    return history_tree.tree_segments(
        run.history, lambda at: index_of(run, at),
        lambda segment: f"to update {segment.end.epoch:,}; {_segment_label(run, segment)}",
    )


def _segment_label(run: DescentRun, segment: Segment) -> str:
    """Return in words what was changed where a segment begins."""
    parent = segment.parent
    if parent is None:
        return "the first descent"
    said = [
        f"{_CHANGES.get(name, name)} {_value(parent.settings.get(name))} → {_value(value)}"
        for name, value in segment.settings.items()
        if parent.settings.get(name) != value
    ]
    if segment.edits:
        what = "start" if segment.start == Position() else "point"
        said.append(f"{what} {place(list(segment.edits.values()))}")
    return f"{', '.join(said) or 'no change'}, from update {segment.start.epoch:,}"


def _value(value: Any) -> str:
    return number(float(value), 4) if isinstance(value, (int, float)) else str(value)
