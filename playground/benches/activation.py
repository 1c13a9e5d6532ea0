"""The activation stage as lessons see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine import SpecError
from engine.activation import ACTIVATION_SETTINGS, AXIS, difference, evaluate, firing_rate, largest_slope, slope
from engine.checks import unknown
from lessons.conditions import Curve, Fact
from playground.activation_link import from_query
from playground.benches.bench import Bench, Command, Query
from playground.benches.driving import asked, driving, number
from playground.stages.activation.presets import PRESETS
from playground.stages.activation.session import ActivationSession

__all__ = ["BENCH"]

_WORDS = ("function", "beside", "flat", "spikes")
_MOMENTS, _PAUSE = 20, 0.08


def _begin(query: Query) -> ActivationSession:
    return ActivationSession(asked(from_query, query))


def _open(session: ActivationSession, query: Query) -> None:
    session.go_to(asked(from_query, query))


def _curve(values: np.ndarray) -> Curve:
    return tuple(zip(AXIS[::40].tolist(), values.tolist(), strict=True))


def _facts(session: ActivationSession) -> dict[str, Fact]:
    spec, unit = session.spec, session.unit
    slanted = float(slope(spec.function, spec.x, spec.sigma))
    return {
        "function": spec.function, "sigma": spec.sigma, "x": spec.x, "size": abs(spec.x),
        "a": float(evaluate(spec.function, spec.x, spec.sigma)), "slope": slanted, "slope_size": abs(slanted),
        "largest_slope": largest_slope(spec), "beside": spec.beside, "outer": spec.outer, "inner": spec.inner,
        "shift": spec.shift, "difference": difference(spec), "flat": spec.flat, "mean": spec.mean,
        "spread": spec.spread, "bias": spec.bias, "dead": unit.dead, "flat_share": unit.flat_share,
        "mean_slope": unit.mean_slope, "mean_answer": float(unit.a.mean()), "killed": session.killed,
        "revived": session.revived, "spikes": spec.spikes, "firing_rate": firing_rate(spec.x),
        "curve": _curve(evaluate(spec.function, AXIS[::40], spec.sigma)),
        "slopes": _curve(slope(spec.function, AXIS[::40], spec.sigma)),
    }  # fmt: skip


def _set(session: ActivationSession, words: Sequence[str]) -> None:
    name, value = words
    if name not in ACTIVATION_SETTINGS:
        raise SpecError("run", unknown("setting", name, list(ACTIVATION_SETTINGS)))
    session.edit(name, value if name in _WORDS else number(value), session.edits)


def _slide(session: ActivationSession, words: Sequence[str]) -> Iterator[float]:
    name = words[0]
    if name not in ACTIVATION_SETTINGS or name in _WORDS:
        raise SpecError("run", f"{name} is no slider")
    end = number(words[1])
    for value in np.linspace(getattr(session.spec, name), end, _MOMENTS + 1)[1:]:
        session.edit(name, round(float(value), 4), session.edits)
        yield _PAUSE


def _choose(session: ActivationSession, words: Sequence[str]) -> None:
    if words[0] not in PRESETS:
        raise SpecError("run", unknown("example", words[0], list(PRESETS)))
    session.choose(words[0])


BENCH = Bench(
    stage="activation",
    begin=_begin,
    open=_open,
    facts=_facts,
    names={
        "function": "identity, sigmoid, tanh, relu, leaky_relu, gaussian or step", "sigma": "width of the Gaussian",
        "x": "the input that is looked at", "size": "|x|", "a": "value of the function there",
        "slope": "its slope there", "slope_size": "size of that slope",
        "largest_slope": "largest slope of the function on the axis, in size",
        "beside": "none, scaled, four, or a function", "outer": "of the scaled sigmoid outer·σ(inner·x) + shift",
        "inner": "", "shift": "", "difference": "largest difference of the two curves on the axis",
        "flat": "whether flat stretches are marked", "mean": "of the unit's inputs", "spread": "of the unit's inputs",
        "bias": "added to each of the unit's inputs", "dead": "whether no input lets a gradient pass",
        "flat_share": "share of the inputs where the slope is below 0.01", "mean_slope": "mean size of the slopes",
        "mean_answer": "mean of the unit's answers", "killed": "whether the unit has died since this was opened",
        "revived": "whether a unit that has died is alive again with nothing but its bias changed",
        "spikes": "whether the spiking neuron is shown", "firing_rate": "its spikes a second under the current x",
        "curve": "the function from −6 to 6", "slopes": "its slope from −6 to 6",
    },
    commands={
        **driving({"op": "0.1", "batch": "1"}),
        "set": Command("set NAME VALUE", f"Sets one of {', '.join(ACTIVATION_SETTINGS)}.", _set),
        "slide": Command("slide NAME VALUE", "Moves a slider before the student's eyes.", _slide),
        "choose": Command("choose PRESET", f"Opens one of {', '.join(PRESETS)}.", _choose),
    },
    parts={
        "presets": "the examples to choose from",
        "settings": "sliders and choices: function, input, what is beside it",
        "curve": "the function with the input as a dot and its slope as a line",
        "slopes": "the slope over the axis",
        "readout": "value and slope at the input, in numbers",
        "histograms": "what goes into a unit, and what comes out",
        "data": "sliders of the unit: mean and spread of its inputs, bias",
        "report": "how much of a gradient passes, for all inputs; dead or alive",
        "spikes": "the voltage of the spiking neuron; only where `spikes` is on",
        "rate": "its firing rate over the current; only where `spikes` is on",
        "summary": "the picture in words",
        "about": "the explanations",
        "transport": "play, step, scrub",
    },
)  # fmt: skip
