"""The neuron stage as lessons see it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine import SpecError
from engine.checks import unknown
from engine.neuron import best_score
from lessons.conditions import Fact
from playground.benches.bench import Bench, Command, Query
from playground.benches.driving import asked, driving, number, paced, whole
from playground.neuron_link import from_query
from playground.stages.neuron.presets import PRESETS
from playground.stages.neuron.session import NeuronSession

__all__ = ["BENCH"]

_SETTABLE = ("w1", "w2", "w3", "x1", "x2", "x3", "bias", "biased", "activation", "task", "rate", "count")
_WORDS = ("biased", "activation", "task", "count")


def _begin(query: Query) -> NeuronSession:
    return NeuronSession(asked(from_query, query))


def _open(session: NeuronSession, query: Query) -> None:
    session.go_to(asked(from_query, query))


def _facts(session: NeuronSession) -> dict[str, Fact]:
    run = session.run
    frame = run.frame()
    spec, n = frame.spec, len(frame.terms)
    data = spec.data
    w1, w2 = spec.weights[:2]
    facts: dict[str, Fact] = {
        "op": run.index, "part": frame.part, "updates": frame.updates, "passes": frame.updates // run.rows,
        "v": frame.v, "a": frame.a, "sum": frame.partial, "b": frame.bias, "biased": spec.biased,
        "activation": spec.activation, "task": spec.task, "inputs": n, "rate": spec.rate, "row": frame.row + 1,
        "right": frame.right, "examples": len(data.targets),
        "best": best_score(tuple(int(t) for t in data.targets)) if data.is_table else 0,
        "settled": frame.settled, "cycle": frame.cycle, "width": frame.width,
        "w2_over_w1": w2 / w1 if w1 else math.nan, "b_over_w1": frame.bias / w1 if w1 else math.nan,
        "angle": math.degrees(math.atan2(w2, w1)) if w1 or w2 else math.nan,
        "distance": abs(frame.bias) / math.hypot(w1, w2) if n == 2 and (w1 or w2) else math.nan,
        "difference": session.difference(),
    }  # fmt: skip
    for k in range(3):
        here = k < n
        facts[f"x{k + 1}"] = float(frame.inputs[k]) if here else math.nan
        facts[f"w{k + 1}"] = spec.weights[k] if here else math.nan
        facts[f"term.{k + 1}"] = float(frame.terms[k]) if here else math.nan
    for k in range(4):
        facts[f"answer.{k + 1}"] = float(frame.answers[k]) if data.is_table else math.nan
    return facts


def _set(session: NeuronSession, words: Sequence[str]) -> None:
    name, value = words
    if name not in _SETTABLE:
        raise SpecError("run", unknown("setting", name, _SETTABLE))
    session.edit(name, value if name in _WORDS else number(value), session.edits)


def _choose(session: NeuronSession, words: Sequence[str]) -> None:
    if words[0] not in PRESETS:
        raise SpecError("run", unknown("example", words[0], list(PRESETS)))
    session.choose(words[0])


BENCH = Bench(
    stage="neuron",
    begin=_begin,
    open=_open,
    facts=_facts,
    names={
        "op": "which moment it is; 0 is the start",
        "part": "how much is computed: 0 nothing, then a term each, then the sum, then the answer",
        "updates": "updates so far: rows of a table, or rounds over the two groups",
        "passes": "whole passes through the table, or rounds",
        "x1": "inputs x1, x2, x3; NaN where there is none", "x2": "", "x3": "",
        "w1": "weights w1, w2, w3", "w2": "", "w3": "",
        "term.<k>": "the k-th product w x",
        "b": "the bias; 0 where it is off", "biased": "whether there is a bias",
        "v": "the whole sum", "sum": "the sum as far as it is computed", "a": "the answer",
        "activation": "step, sigmoid, tanh, relu or identity", "task": "none, and, or, nand, xor or groups",
        "inputs": "how many inputs there are", "rate": "learning rate", "row": "the row that is looked at, from 1",
        "right": "examples on the right side", "examples": "how many there are",
        "best": "rows that the best line gets right", "answer.<k>": "the answer to row k of a table",
        "settled": "whether a whole pass has just changed nothing",
        "cycle": "after how many passes the weights came back; 0 if they did not",
        "width": "distance between a = 0.1 and a = 0.9 across the boundary",
        "angle": "direction of w in degrees", "distance": "of the boundary from the origin",
        "w2_over_w1": "w2 / w1", "b_over_w1": "b / w1",
        "difference": "largest difference to the probabilities of logistic regression, on the points",
    },
    commands={
        **driving({"op": "term", "batch": "update", "epoch": "pass"}),
        "set": Command("set NAME VALUE", f"Sets one of {', '.join(_SETTABLE)}.", _set),
        "multiply": Command(
            "multiply FACTOR TIMES", "Multiplies all weights and the bias, so often.",
            lambda session, words: paced(lambda: session.multiply(number(words[0])), whole(words[1], 20)),
        ),
        "look": Command(
            "look X1 X2", "Has the neuron look at another point.",
            lambda session, words: session.look_at(number(words[0]), number(words[1])),
        ),
        "choose": Command("choose PRESET", f"Opens one of {', '.join(PRESETS)}.", _choose),
    },
    parts={
        "presets": "the examples to choose from",
        "settings": "sliders and choices: task, activation, inputs, weights, bias",
        "terms": "the drawing of the neuron, and its terms as bars",
        "code": "the same as NumPy lines",
        "plane": "the answer over the plane of the inputs, with the boundary",
        "table": "the truth table, or the comparison with logistic regression",
        "curve": "the activation, with the sum of now on it",
        "summary": "the picture in words",
        "about": "the explanations",
        "transport": "play, step, scrub",
    },
)  # fmt: skip
