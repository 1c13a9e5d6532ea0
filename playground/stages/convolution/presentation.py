"""The window that slides in the words of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.datasets.digits import DIGITS
from engine.datasets.photos import PHOTOS
from engine.layers.shapes import written
from engine.sliding import SlidingFrame, parameter_words
from engine.sliding.presets import slide_notes
from playground.stages.convolution.presets import PRESETS
from playground.stages.convolution.questions import QUESTIONS, verdict
from playground.views.figures import short

if TYPE_CHECKING:
    from playground.stages.convolution.session import ConvolutionSession

_NONE: dict[str, Any] = {"title": "", "head": [], "rows": [], "strong": -1, "words": []}


def place_text(place: tuple[int, ...], maps: int) -> str:
    """Return a number of the output as formulas call it: ``y[1, 2]``, of several maps ``y[1, 2, 0]``."""
    shown = place if maps > 1 else place[:-1]
    return f"y[{', '.join(map(str, shown))}]"


def status(frame: SlidingFrame, furthest: int, slide: str) -> dict[str, Any]:
    """Return where the run stands as `Transport.status`."""
    current = frame.current
    if current is None:
        text = "At the start"
    elif frame.phase == "done":
        text = "All gradients sent back"
    elif frame.done == frame.steps // 2:
        text = "Output complete"
    else:
        way = "Forward" if frame.phase == "forward" else "Backward"
        text = f"{way}: {place_text(current.place, frame.y.shape[-1])}"
    if slide:
        text = f"Slide {slide} · {text}"
    return {
        "step": frame.done, "length": furthest, "text": text, "at_end": frame.done == furthest,
        "can_back": frame.done > 0, "can_reset": False,
    }  # fmt: skip


def question(session: ConvolutionSession) -> dict[str, Any]:
    """Return what is asked, or what was answered, as `StackQuestion.question`."""
    if not session.question:
        return {}
    asked = QUESTIONS[session.question]
    choice = session.answers.get(session.question, -1)
    answered = choice >= 0
    return {
        "title": "A prediction first", "text": asked.text, "choices": list(asked.choices), "answer": choice,
        "right": asked.right if answered else -1, "verdict": verdict(asked) if answered else "",
    }  # fmt: skip


def facts(session: ConvolutionSession) -> dict[str, Any]:
    """Return what is learned, and what is to be said about the slide, as `FactTable.content`."""
    spec = session.spec
    if session.asking:
        return _NONE
    rows = [["Each output sees", _field(session)]]
    counts = parameter_words(spec)
    if spec.pools:
        rows.append(["Parameters", "0: pooling has nothing to learn"])
    else:
        rows.append([
            "Parameters",
            f"{counts.kernel.sum} weights and {_counted(counts.kernel.biases, 'bias', 'biases')}",
        ])  # fmt: skip
        rows.append([
            "A dense layer instead",
            f"{counts.dense.sum} weights for the same {counts.dense.outputs:,} outputs",
        ])  # fmt: skip
    preset = session.preset
    slide = PRESETS[preset].slide if preset else ""
    if preset == "average":
        slide = "L1-39"
    note = slide_notes.get(slide)
    words = [f"Slide {slide}: {note}"] if note else []
    credit = _credit(session)
    if credit:
        words.append(f"Input: {credit}.")
    return {"title": "What it sees and what is learned", "head": [], "rows": rows, "strong": -1, "words": words}


def _field(session: ConvolutionSession) -> str:
    """Return how much of the input one number of the output depends on."""
    window, channels = session.spec.window, session.spec.channels
    text = f"{written(window.extent)} places of the input"
    if window.extent != window.size:
        text += f", of which it reads {written(window.size)}"
    if channels > 1:
        text += ", in its own channel" if session.spec.pools else f", in all {channels} channels"
    return text


def _credit(session: ConvolutionSession) -> str:
    """Return whose the input is, and under which licence; empty where it is nobody's."""
    key = session.pictures.source
    found = PHOTOS.get(key) or DIGITS.get(key)
    return found.source if found else ""


def _counted(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"


def summary(session: ConvolutionSession, frame: SlidingFrame, playing: bool) -> str:
    """Return what is to be seen, in words."""
    if session.asking:
        return "A question comes first; answer it or skip it to see the numbers."
    spec, current = frame.spec, frame.current
    what = {"convolution": "A kernel", "max": "Max pooling", "average": "Average pooling"}[spec.operation]
    if not spec.pools:
        what += f" of {written(spec.sizes)}{f' with {spec.channels} channels' if spec.channels > 1 else ''}"
    text = f"{what} slides over {written(spec.shape)} numbers; the output has {written(spec.output_shape)}."
    if current is None:
        return f"{text} Nothing is computed yet: press Play or Step forward."
    if playing:
        return text
    where = place_text(current.place, frame.y.shape[-1])
    if frame.phase == "forward":
        made = current.made
        text += f" {where}: {made.sentence}" if len(made.sentence) < 300 else f" {where} is {short(made.result)}"
        if spec.relu and not spec.pools:
            text += f"; ReLU makes {short(current.y)} of it"
        return f"{text}."
    given = sum(1 for share in current.shares if share.place is not None and share.to_input)
    return (
        f"{text} The gradient {short(current.delta)} of {where} has been sent back: "
        f"{_counted(given, 'input gets', 'inputs get')} a share that is not 0."
    )
