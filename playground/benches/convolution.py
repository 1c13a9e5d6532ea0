"""The convolution stage as lessons see it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields, replace
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from engine import SpecError
from engine.checks import unknown
from engine.sliding import END, SlidingFrame, SlidingSpec, parameter_words, size_words
from engine.sliding.presets import lecture_spec
from lessons.conditions import Fact
from playground.benches.bench import Bench, Command, Moments, Query
from playground.benches.driving import asked, driving, number
from playground.convolution_link import from_query
from playground.stages.convolution.counts import Layers, task
from playground.stages.convolution.presets import LOOKS, PRESETS
from playground.stages.convolution.session import ConvolutionSession
from playground.stages.convolution.tasks import TASKS, output

__all__ = ["BENCH"]

# Numbers of larger arrays are no facts: nobody looks at each of them.
_MOST_NUMBERS = 36
_ARRAYS = ("x", "w", "b", "upstream")
_SETTINGS = (
    "axes", "input", "kernel", "operation", "size", "stride", "padding", "dilation", "filters", "channels", "flip",
    "relu", "count_padding",
)  # fmt: skip
_SWITCHES = {"true": True, "false": False}


def _begin(query: Query) -> ConvolutionSession:
    link = asked(from_query, query)
    session = ConvolutionSession(link)
    # The stage's own question would hide what the lesson asks about.
    session.open_link(link)
    return session


def _open(session: ConvolutionSession, query: Query) -> None:
    session.open_link(asked(from_query, query))


def _text(value: float) -> str:
    return f"{value + 0.0:g}"


@lru_cache(maxsize=16)
def _of_spec(spec: SlidingSpec) -> dict[str, Fact]:
    """Return the facts that depend on the settings alone."""
    counts = parameter_words(spec)
    sizes = size_words(spec)
    slide = lecture_spec("L1-39")
    alike = slide.with_(operation=spec.operation) if spec.pools else slide
    whole = output(spec)
    same = int((whole == output(alike)).sum()) if whole.shape == (2, 2, 1) else 0
    return {
        "operation": spec.operation,
        "axes": len(spec.space),
        "channels": spec.channels,
        "filters": spec.filters,
        "kernel_size": spec.sizes[0],
        "stride": spec.window.stride[0],
        "padding": str(spec.padding),
        "flip": spec.flip,
        "relu": spec.relu,
        "input_size": spec.space[0],
        "output_size": sizes[0].result,
        "maps": spec.output_shape[-1],
        "outputs": prod(spec.output_shape),
        "parameters": 0 if spec.pools else counts.kernel.parameters,
        "weights": 0 if spec.pools else counts.kernel.weights,
        "dense_weights": counts.dense.weights,
        "as_slide": same,
        **{f"task.{key}": bool(state(spec)["done"]) for key, state in TASKS.items()},
    }


def _facts(session: ConvolutionSession) -> dict[str, Fact]:
    run, frame = session.run, session.run.frame()
    current, counted = frame.current, session.layers.compared()
    facts: dict[str, Fact] = _of_spec(session.spec) | {
        "done": frame.done,
        "complete": frame.done >= run.steps // 2,
        "phase": frame.phase,
        "all_sent_back": run.position == END,
        "output": _line(frame),
        "z": math.nan if current is None else current.z,
        "y": math.nan if current is None else current.y,
        "reached_inputs": int(np.count_nonzero(frame.dx)),
        "look": session.look,
        "input": session.input,
        "kernel": session.kernel,
        "channel": session.channel,
        "filter": session.filter,
        "count.weights": counted.kernel.weights,
        "count.parameters": counted.kernel.parameters,
        "count.dense_weights": counted.dense.weights,
        "count.ratio": counted.ratio,
        "count.outputs": counted.kernel.outputs,
        "count.done": bool(task(session.layers)["done"]),
    }
    facts |= {f"count.{each.name}": getattr(session.layers, each.name) for each in fields(Layers)}
    return facts | _numbers(frame)


def _line(frame: SlidingFrame) -> str:
    """Return the output as a text of numbers; empty as long as it is not complete, or where it is long."""
    values = frame.y.ravel()
    return "" if values.size > _MOST_NUMBERS or np.isnan(values).any() else " ".join(map(_text, values.tolist()))


def _numbers(frame: SlidingFrame) -> dict[str, Fact]:
    """Return single numbers of small arrays: made so far, and sent back so far."""
    found: dict[str, Fact] = {}
    arrays: dict[str, Any] = {"x": frame.x, "y": frame.y, "gradient.x": frame.dx}
    if frame.w is not None:
        arrays |= {"w": frame.w, "gradient.w": frame.dw}
    for name, values in arrays.items():
        if values.size <= _MOST_NUMBERS:
            flat = values[..., 0] if values.shape[-1] == 1 and name in ("x", "y", "gradient.x") else values
            flat = values[..., 0, 0] if name.endswith("w") and values.shape[-2:] == (1, 1) else flat
            found |= {f"{name}.{'.'.join(map(str, at))}": float(value) for at, value in np.ndenumerate(flat)}
    return found


def _set(session: ConvolutionSession, words: Sequence[str]) -> None:
    name, value = words
    if name not in _SETTINGS:
        raise SpecError("run", unknown("setting", name, _SETTINGS))
    wanted = int(value) if value.isdigit() and name != "padding" else _SWITCHES.get(value, value)
    session.edit(name, wanted, session.edits)


def _number(session: ConvolutionSession, words: Sequence[str]) -> None:
    name, *place, value = words
    if name not in _ARRAYS:
        raise SpecError("run", unknown("array", name, _ARRAYS))
    session.set_number(name, [int(k) for k in place], number(value))


def _all_numbers(session: ConvolutionSession, words: Sequence[str]) -> Moments:
    """Write all numbers of an array, in their order, as somebody would type them."""
    name, *values = words
    if name not in _ARRAYS:
        raise SpecError("run", unknown("array", name, _ARRAYS))
    shape = {"x": session.spec.shape, "w": session.spec.kernel_shape, "b": (session.spec.filters,)}.get(
        name, session.spec.output_shape
    )
    if len(values) != prod(shape):
        raise SpecError("run", f"{name} has {prod(shape)} numbers here, got {len(values)}")
    for place, value in zip(np.ndindex(*shape), values, strict=True):
        session.set_number(name, place, number(value))
        yield 0.06


def _shift(session: ConvolutionSession, words: Sequence[str]) -> Moments:
    """Move the input by a column to the right; zeros come in."""
    x = session.spec.arrays()["x"]
    moved = np.roll(x, int(words[0]), axis=-2)
    if not 0 < int(words[0]) < x.shape[-2]:
        raise SpecError("run", f"the input has {x.shape[-2]} columns")
    moved[..., : int(words[0]), :] = 0
    for place in np.ndindex(*x.shape):
        if moved[place] != x[place]:
            session.set_number("x", place, float(moved[place]))
            yield 0.06


def _count(session: ConvolutionSession, words: Sequence[str]) -> None:
    name, value = words
    known = [each.name for each in fields(Layers)]
    if name not in known:
        raise SpecError("run", unknown("setting", name, known))
    session.count(replace(session.layers, **{name: int(value)}), session.count_edits)


def _place(session: ConvolutionSession, words: Sequence[str]) -> None:
    session.go_to([int(k) for k in words])


def _known(words: Sequence[str], what: str, known: Sequence[str]) -> str:
    if words[0] not in known:
        raise SpecError("run", unknown(what, words[0], list(known)))
    return words[0]


BENCH = Bench(
    stage="convolution",
    begin=_begin,
    open=_open,
    facts=_facts,
    names={
        "operation": "convolution, max or average",
        "axes": "1 for a signal, 2 for a picture, 3 for a volume",
        "channels": "of the input",
        "filters": "how many kernels",
        "kernel_size": "F, along the first axis",
        "stride": "S, along the first axis",
        "padding": "valid, same, or zeros on each side",
        "flip": "whether the kernel is flipped: convolution in the sense of mathematics",
        "relu": "whether ReLU stands behind it",
        "input_size": "N, along the first axis",
        "output_size": "of the output, along the first axis",
        "maps": "maps of the output",
        "outputs": "numbers of the output",
        "parameters": "weights and biases",
        "weights": "without biases",
        "dense_weights": "weights of a dense layer with as many outputs",
        "as_slide": "how many numbers of a 2 × 2 output are those of the slide's matrix",
        "task.edge": "whether the kernel answers to vertical edges and not to even areas",
        "task.halve": "whether 28 × 28 becomes 14 × 14 by a 3 × 3 window with stride 2",
        "task.one": "whether one number of the slide's matrix was changed so that one average moves by 1, no maximum",
        "done": "numbers of the output made, then gradients sent back",
        "complete": "whether the output is complete",
        "phase": "forward, backward or done",
        "all_sent_back": "whether all gradients have been sent back",
        "output": "the complete output as numbers with spaces between; empty before, and of large ones",
        "z": "the number made last, before ReLU; nan at the start",
        "y": "and behind it",
        "reached_inputs": "inputs that a gradient other than 0 has reached",
        "look": "what is looked at more closely: counts, picture, sizes; empty for nothing",
        "input": "key of the input; empty for own numbers",
        "kernel": "key of the kernel in front; empty for own numbers",
        "channel": "the channel in front, from 0",
        "filter": "the filter in front, from 0",
        "count.weights": "weights of the kernels that are counted",
        "count.parameters": "with their biases",
        "count.dense_weights": "weights of the dense layer that is counted",
        "count.ratio": "the latter over the former",
        "count.outputs": "numbers that the kernels make",
        "count.done": "whether many wide kernels have few parameters",
        **{f"count.{each.name}": f"setting of the count: {each.name}" for each in fields(Layers)},
        "x.<row>.<column>": f"a number of an input of at most {_MOST_NUMBERS}; from 0",
        "y.<row>.<column>": "a number of a small output; nan as long as it is not made",
        "w.<row>.<column>": "a number of a small kernel",
        "gradient.x.<row>.<column>": "the gradient that an input has got so far",
        "gradient.w.<row>.<column>": "that of a weight",
    },
    commands=driving({"op": "position", "layer": "row", "phase": "pass", "epoch": "both passes"})
    | {
        "set": Command("set NAME VALUE", f"Changes a setting: {', '.join(_SETTINGS)}.", _set),
        "number": Command("number ARRAY PLACE … VALUE", "Writes one number of x, w, b or upstream.", _number),
        "numbers": Command("numbers ARRAY VALUE …", "Writes all numbers of an array in their order.", _all_numbers),
        "shift": Command("shift COLUMNS", "Moves the input to the right; zeros come in.", _shift),
        "place": Command("place ROW COLUMN MAP", "Goes to the moment at which a number was made.", _place),
        "count": Command("count NAME VALUE", "Changes a layer whose weights are counted.", _count),
        "choose": Command(
            "choose PRESET", f"Opens an example: {', '.join(PRESETS)}.",
            lambda session, words: session.open_preset(_known(words, "example", tuple(PRESETS))),
        ),
        "look": Command(
            "look KEY", f"Looks closer: {', '.join(LOOKS)}.",
            lambda session, words: session.look_at(_known(words, "look", tuple(LOOKS))),
        ),
        "filter": Command(
            "filter NUMBER", "Brings a filter to the front, from 0.",
            lambda session, words: session.show_filter(int(words[0])),
        ),
    },
    parts={
        "presets": "the examples",
        "settings": "operation, input, kernel, size, stride, padding …; own picture, Undo, Share",
        "question": "the stage's own prediction; lessons ask their own",
        "grids": "input, kernel and output with the window on them",
        "sum": "the products of this position, added up",
        "tasks": "what there is to try",
        "facts": "parameters, receptive field, a word about the slide",
        "closer": "weights to learn, the whole picture, sizes to predict",
        "summary": "the picture in words",
        "about": "the explanations",
        "transport": "play, step, scrub",
    },
)  # fmt: skip
