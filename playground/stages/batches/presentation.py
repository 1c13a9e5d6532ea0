"""The three lanes in the words and numbers of the page."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.batches import BatchesFrame, BatchesRun, BatchesSpec, accuracy, expected_accuracy, summed_cost
from engine.batches.data import Groups
from engine.experiment import Position
from engine.history import Segment
from playground.stages import history_tree
from playground.stages.batches.presets import Weights
from playground.views.figures import short
from playground.views.lane_marks import SIDE_NAMES, TITLES

# How a sentence speaks of a line.
LINES = {
    "batch": "the batch lane's line", "mini": "the mini-batch lane's line", "stochastic": "the stochastic lane's line",
    "hand": "your line",
}  # fmt: skip
SUM, MEAN = "Cost (sum)", "Cost (mean)"


def signed(value: float, digits: int = 2) -> str:
    """Return a number with so many digits after the point and a true minus sign; no minus zero."""
    if not np.isfinite(value):
        return short(value)
    text = f"{value:,.{digits}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text.replace("-", "−")


def cost_text(value: float, spec: BatchesSpec) -> str:
    """Return a cost: two digits after the point of a sum, four of a mean."""
    return signed(value, 2 if spec.cost == "sum" else 4)


def cost_of(groups: Groups, weights: Weights, spec: BatchesSpec) -> float:
    """Return the cost of weights on all points, copies included, summed or averaged as the spec says."""
    cost = float(summed_cost(groups, weights))
    return cost * spec.copies if spec.cost == "sum" else cost / len(groups)


def weights_text(weights: Any) -> str:
    """Return (w₁, w₂, b) as a row of numbers."""
    return ", ".join(signed(float(value), 3) for value in weights)


def line_text(weights: Weights) -> str:
    """Return the line as an equation."""
    terms = []
    for value, name in zip(weights, (" x₁", " x₂", ""), strict=True):
        size = f"{abs(value):.3f}".rstrip("0").rstrip(".")
        if size != "0":
            terms.append((value < 0, name.strip() if name and size == "1" else f"{size}{name}"))
    if not any("x" in term for _, term in terms):
        return "no line yet"
    text = " ".join(f"{'−' if negative else '+'} {term}" for negative, term in terms)
    return f"{text.removeprefix('+ ').replace('− ', '−', 1) if terms[0][0] else text.removeprefix('+ ')} = 0"


def side_text(z: float) -> str:
    """Return on which side of the line a point is."""
    return "on the line" if abs(z) < 1e-9 else f"{SIDE_NAMES[int(z > 0)]}, z {'>' if z > 0 else '<'} 0"


def moment_text(run: BatchesRun, position: Position) -> str:
    """Return a moment: "1 epoch", "40 points of epoch 2"."""
    if position.batch:
        return f"{position.batch:,} points of epoch {position.epoch + 1:,}"
    return f"{position.epoch:,} epoch{'s' * (position.epoch != 1)}"


def status(run: BatchesRun, slide: str) -> dict[str, Any]:
    """Return where the run stands as `Transport.status`."""
    at, samples = run.position, run.first_spec.samples
    if run.seen == 0:
        text = "At the start"
    elif at.batch:
        text = f"Epoch {at.epoch + 1:,} · {at.batch:,} of {samples:,} points seen"
    else:
        text = f"{at.epoch:,} epoch{'s' * (at.epoch != 1)} done"
    newest = run.newest
    return {
        "step": run.seen,
        "length": newest.epoch * samples + newest.batch,
        "text": f"Slide {slide} · {text}" if slide else text,
        "at_end": at >= newest,
        "can_back": run.seen > 0,
        "can_reset": len(run.history.segments) > 1,
    }


def seen_text(frame: BatchesFrame) -> str:
    """Return how many points the lanes have seen, in a sentence."""
    if not frame.seen:
        return f"None of {frame.spec.samples:,} points seen yet: press Play."
    at = frame.position
    if not at.epoch:
        return f"Each lane has seen {at.batch:,} of {frame.spec.samples:,} points."
    parts = [f"{at.epoch:,} epoch{'s' * (at.epoch != 1)}"]
    parts += [f"{at.batch:,} of {frame.spec.samples:,}"] if at.batch else []
    return f"Each lane has seen {frame.seen:,} points: {' and '.join(parts)}."


def table_rows(frame: BatchesFrame, hand: Weights | None, groups: Groups) -> list[dict[str, str]]:
    """Return the rows of `LaneTable.frame`, without colours."""
    spec = frame.spec
    rows = [
        {
            "key": key,
            "title": TITLES[key],
            "size": f"{lane.batch_size:,}",
            "each": f"{lane.updates_per_epoch:,}",
            "updates": f"{lane.updates:,}",
            "cost": cost_text(lane.cost, spec),
            "accuracy": f"{lane.accuracy:.3f}",
            "expected": f"{lane.expected_accuracy:.3f}",
            "weights": weights_text(lane.weights),
        }
        for key, lane in frame.lanes.items()
    ]
    if hand is not None:
        rows.append({
            "key": "hand", "title": TITLES["hand"], "size": "–", "each": "–", "updates": "–",
            "cost": cost_text(cost_of(groups, hand, spec), spec),
            "accuracy": f"{float(accuracy(groups, hand)):.3f}",
            "expected": f"{expected_accuracy(hand, spec.mean, spec.variance):.3f}",
            "weights": weights_text(hand),
        })  # fmt: skip
    return rows


def summary(frame: BatchesFrame, slide: str, hand: Weights | None, groups: Groups, playing: bool) -> str:
    """Return the picture in words; while it plays without numbers that would lag behind."""
    begun = f"Slide {slide}. " if slide else ""
    spec = frame.spec
    text = f"{begun}{spec.samples:,} points of two groups, and the lines of three lanes that learn to tell them apart."
    if playing:
        return f"{text} They are being trained."
    text += f" {seen_text(frame)}"
    cost = "summed" if spec.cost == "sum" else "mean"
    said = [
        f"{TITLES[key].lower()} {lane.updates:,} update{'s' * (lane.updates != 1)}, {cost} cost "
        f"{cost_text(lane.cost, spec)}, accuracy {lane.accuracy:.3f}"
        for key, lane in frame.lanes.items()
    ]
    text += f" {'; '.join(said).capitalize()}."
    if hand is not None:
        text += f" Your line, {line_text(hand)}: {cost} cost {cost_text(cost_of(groups, hand, spec), spec)}."
    return text


def tree_segments(run: BatchesRun) -> list[dict[str, Any]]:
    """Return the history as `BranchTree.segments`."""
    samples = run.first_spec.samples
    return history_tree.tree_segments(
        run.history, lambda at: at.epoch * samples + at.batch,
        lambda segment: f"to {moment_text(run, segment.end)}; {_segment_label(run, segment)}",
    )


def _segment_label(run: BatchesRun, segment: Segment) -> str:
    """Return in words what was changed where a segment begins."""
    parent = segment.parent
    if parent is None:
        return "the first run"
    before, after = parent.settings, segment.settings
    said = []
    if before["learning_rate"] != after["learning_rate"]:
        said.append(f"learning rate {short(before['learning_rate'])} → {short(after['learning_rate'])}")
    if before["cost"] != after["cost"]:
        said.append(f"{after['cost']} cost")
    if before["decay"] != after["decay"]:
        said.append(f"a tenth of the rate in {after['decay']:g} epochs" if after["decay"] else "a constant rate")
    if segment.edits:
        said.append("weights set by hand")
    return f"{', '.join(said) or 'no change'}, from {moment_text(run, segment.start)}"
