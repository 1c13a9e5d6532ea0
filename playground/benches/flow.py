"""The gradient flow stage as lessons see it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.backend import ready_backend
from engine.checks import SpecError, unknown
from engine.flow import END, FLOW_SETTINGS, LayerFlow
from engine.program import Phase
from lessons.conditions import Fact
from playground.benches.bench import Bench, Command, Query
from playground.benches.driving import asked, driving, number, whole
from playground.flow_link import SHOWN, from_query
from playground.stages.flow.measure import gradient, ratio
from playground.stages.flow.presets import PRESETS, preset_of
from playground.stages.flow.session import FlowSession

__all__ = ["BENCH"]

_LAYER_FACTS = {
    "upstream": "norm of the gradient by what a layer hands on",
    "delta": "norm of its gradient by z",
    "gradient": "norm of its gradient by W",
    "factor": "its delta over that of the layer above",
    "slope": "mean slope of its activation",
    "rms": "size of what it hands on",
}


def _begin(query: Query) -> FlowSession:
    return FlowSession(asked(from_query, query), ready_backend())


def _open(session: FlowSession, query: Query) -> None:
    session.go_to(asked(from_query, query))


def facts(session: FlowSession) -> dict[str, Fact]:
    """Return what stands in the stack."""
    frame, complete = session.run.frame(), session.complete
    shown, pinned = session.shown, session.pinned
    found: dict[str, Fact] = {
        **{name: getattr(session.spec, name) for name in FLOW_SETTINGS},
        "preset": preset_of(session.spec, shown) or "own", "shown": shown,
        "at": session.at, "stops": len(session.stops) - 1, "done": session.run.position == END,
        "phase": "none" if frame.last is None else str(frame.last.phase),
        "ratio": _known(ratio(frame.layers, shown)),
        "smallest_gradient": _smallest(frame.layers, shown),
        "pinned": pinned is not None,
        "pinned_ratio": math.nan if pinned is None else _known(ratio(pinned.layers, shown)),
        # What the pass comes to, wherever it stands now.
        "end_ratio": _known(ratio(complete.layers, shown)),
    }  # fmt: skip
    for layer in frame.layers:
        found |= {f"{name}.{layer.number}": _known(getattr(layer, name)) for name in _LAYER_FACTS}
    return found


def _known(value: float | None) -> float:
    return math.nan if value is None else value


def _smallest(layers: Sequence[LayerFlow], shown: str) -> float:
    sizes = [size for layer in layers if (size := gradient(layer, shown)) is not None]
    return min(sizes, default=math.nan)


def _set(session: FlowSession, words: Sequence[str]) -> None:
    if words[0] not in FLOW_SETTINGS:
        raise SpecError(words[0], unknown("setting", words[0], list(FLOW_SETTINGS)))
    session.change(words[0], words[1])


def _choose(session: FlowSession, words: Sequence[str]) -> None:
    if words[0] not in PRESETS:
        raise SpecError("preset", unknown("preset", words[0], list(PRESETS)))
    session.choose(words[0])


def _show(session: FlowSession, words: Sequence[str]) -> None:
    if words[0] not in SHOWN:
        raise SpecError("shown", unknown("gradient", words[0], SHOWN))
    session.show(words[0])


def _layer(session: FlowSession, words: Sequence[str]) -> None:
    session.seek_layer(whole(words[0]), {"up": Phase.FORWARD, "down": Phase.BACKWARD}[words[1]])


def _end(session: FlowSession, _: Sequence[str]) -> None:
    session.seek_newest()


def _pin(session: FlowSession, words: Sequence[str]) -> None:
    if words and words[0] == "off":
        session.unpin()
    else:
        session.pin()


def _swap(session: FlowSession, _: Sequence[str]) -> None:
    session.swap()


def _answer(session: FlowSession, words: Sequence[str]) -> None:
    session.answer(int(number(words[0])))


def _skip(session: FlowSession, _: Sequence[str]) -> None:
    session.skip_question()


BENCH = Bench(
    stage="flow",
    begin=_begin,
    open=_open,
    facts=facts,
    names={
        "<setting>": f"any setting: {', '.join(FLOW_SETTINGS)}",
        "preset": "key of the stack that stands there; own for any other",
        "shown": "what the bars stand for: weights or sums",
        "at": "how many layers of the pass are done, up and down",
        "stops": "how many there are",
        "done": "whether the pass is done",
        "phase": "of the operation that ran last: forward or backward; none at the start",
        "ratio": "the first layer's gradient over that of the last; no number before both are known",
        "end_ratio": "the same at the end of the pass",
        "smallest_gradient": "of all layers that the pass has reached",
        "pinned": "whether a stack is pinned",
        "pinned_ratio": "the ratio of the pinned stack",
        **{
            f"{name}.<layer>": f"{sentence}; layers count from 1, at the input"
            for name, sentence in _LAYER_FACTS.items()
        },
    },
    commands={
        **driving({"op": "operation", "layer": "layer", "phase": "way"}),
        "end": Command("end", "Goes to the end of the pass.", _end),
        "layer": Command("layer NUMBER up", "Goes to just after a layer, on the way up or down.", _layer),
        "set": Command("set SETTING VALUE", "Changes a setting; the pass is done at once.", _set),
        "choose": Command("choose PRESET", f"Opens one of {', '.join(PRESETS)}.", _choose),
        "show": Command("show GRADIENT", "Has the bars stand for the gradient of weights, or of sums.", _show),
        "pin": Command("pin", "Pins the stack to compare with; `pin off` gives it up.", _pin),
        "swap": Command("swap", "Has the pinned stack and the other change places.", _swap),
        "answer": Command("answer CHOICE", "Answers the page's own question, from 0.", _answer),
        "skip": Command("skip", "Answers it not.", _skip),
    },
    parts={
        "presets": "stacks that show one thing each",
        "settings": "depth, activation, weights, skips; pin and compare",
        "question": "the page's own prediction",
        "stack": "the layers with their signals and gradients",
        "words": "what the last step did, in words",
        "summary": "the picture in words",
    },
)
