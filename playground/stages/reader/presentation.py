"""The reading in the words of the page."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.reader import PRETRAINED, Maximiser, ReadingFrame, ReadingRun
from engine.reader.reading import END
from playground.stages.reader.look import a
from playground.views.maps import percent


def best(frame: ReadingFrame) -> int | None:
    """Return the digit that is read; None before there is an answer."""
    return None if frame.answers is None else int(np.argmax(frame.answers))


def verdict(frame: ReadingFrame, probabilities: bool) -> str:
    """Return what the network reads, in a sentence."""
    said = best(frame)
    if said is None:
        return "No answer yet."
    if not frame.image.any():
        return "Draw a digit, or take one."
    answers = frame.answers
    assert answers is not None
    sure = f" ({percent(float(answers[said]))})" if probabilities else ""
    if frame.label is None:
        return f"It reads {a(said)}{sure}."
    return f"It reads {a(said)}{sure}: {'right' if said == frame.label else f'it is {a(frame.label)}'}."


def status(run: ReadingRun, frame: ReadingFrame, slide: str, grown: Maximiser | None) -> dict[str, Any]:
    """Return where the reading stands as `Transport.status`."""
    if grown is not None:
        text = f"Growing an image · step {grown.steps}"
    elif run.position == END:
        text = f"All {frame.layers} layers done"
    else:
        following = run.next
        assert following is not None
        done = f"{frame.done} of {frame.layers} layers done" if run.done else "The image is in"
        text = f"{done} · next {following.layer}"
    return {
        "step": run.done, "length": len(run.program.ops), "text": f"Slide {slide} · {text}" if slide else text,
        "at_end": run.position == END, "can_back": run.done > 0,
    }  # fmt: skip


def caption(frame: ReadingFrame) -> str:
    """Return which image it is."""
    index = frame.spec.index
    return "Your own drawing" if index is None or frame.label is None else f"Test digit {index + 1}: {a(frame.label)}"


def summary(run: ReadingRun, frame: ReadingFrame, slide: str, playing: bool) -> str:
    """Return the picture in words."""
    net = PRETRAINED[run.spec.net]
    begun = f"Slide {slide}. " if slide else ""
    what = "a drawing" if frame.label is None else f"a test digit, {a(frame.label)},"
    text = (
        f"{begun}{net.title} with {run.reader.network.parameters:,} parameters reads {what} in {frame.layers} layers. "
        f"It was trained on other digits for {net.epochs} epochs, and reads {100 * net.accuracy:.1f} % of the test "
        "digits right."
    )
    if playing:
        return text
    return f"{text} {verdict(frame, run.reader.probabilities)}"
