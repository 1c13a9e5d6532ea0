"""The probability stage as lessons see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.probability import best_classes, line_probability, reliability, sigmoid, softmax
from lessons.conditions import Fact
from playground.benches.bench import Bench, Command, Moments, Query
from playground.benches.driving import asked, driving, number, paced
from playground.probability_link import ProbabilityLink, from_query
from playground.stages.probability.presets import PRESETS
from playground.stages.probability.session import ProbabilitySession

__all__ = ["BENCH"]

_GRAINS = {"op": "term", "phase": "move"}
_MOVES = 12


def _link(query: Query) -> ProbabilityLink:
    return asked(from_query, query)


def _begin(query: Query) -> ProbabilitySession:
    return ProbabilitySession(_link(query))


def _open(session: ProbabilitySession, query: Query) -> None:
    session.go_to(_link(query))


def _facts(session: ProbabilitySession) -> dict[str, Fact]:
    state = session.state
    shares = softmax(state.scores, state.temperature).tolist()
    finished = session.at == len(session.stops)
    computed = [term.value for term in session.terms[-len(shares) :]]
    best = best_classes(state.scores)
    facts: dict[str, Fact] = {
        "look": state.look, "step": session.at, "done": finished, "classes": len(shares), "shifted": state.shifted,
        "temperature": state.temperature, "target": state.target + 1, "ties": len(best), "decision": best[0] + 1,
        "sum": float(sum(shares)), "overflow": not all(np.isfinite(computed)), "largest": max(shares),
    }  # fmt: skip
    for place, (score, share, given) in enumerate(zip(state.scores, shares, computed, strict=True), 1):
        facts |= {f"z{place}": score, f"p{place}": share, f"computed{place}": given, f"target{place}": float(
            place == state.target + 1
        )}  # fmt: skip
    facts |= _sigmoid(session) | _line(session) | _answers(session)
    return facts


def _sigmoid(session: ProbabilitySession) -> dict[str, Fact]:
    v, noted = session.state.score, session.state.noted
    apart = [abs(sigmoid(each) - float(softmax([each, 0.0])[0])) for each in noted]
    return {
        "v": v, "sigmoid": sigmoid(v), "two": float(softmax([v, 0.0])[0]), "noted": len(noted),
        "apart": max(apart, default=0.0),
    }  # fmt: skip


def _line(session: ProbabilitySession) -> dict[str, Fact]:
    state, (w1, w2, b) = session.state, session.line
    x1, x2 = state.point
    return {
        "w1": w1, "w2": w2, "b": b, "factor": state.factor, "x1": x1, "x2": x2, "z": w1 * x1 + w2 * x2 + b,
        "p": line_probability(session.line, state.point), "p11": line_probability(session.line, (1.0, 1.0)),
        "same_line": abs(w1 - 1.23 * w2) < 1e-9 and abs(b + 0.55 * w2) < 1e-9 and w2 > 0,
    }  # fmt: skip


def _answers(session: ProbabilitySession) -> dict[str, Fact]:
    decisions, state = session.decisions, session.state
    share, right = session.answered
    return {
        "threshold": state.threshold, "sharpness": state.sharpness, "flip": state.flip,
        "answered": share, "right": right, "flipped": decisions.flipped, "right_of_all": 1 - decisions.flipped,
        "gap": reliability(decisions, state.sharpness).gap,
    }  # fmt: skip


def _score(session: ProbabilitySession, words: Sequence[str]) -> Moments:
    index, goal = int(words[0]) - 1, number(words[1])
    start = session.state.scores[index]
    return _gliding(lambda value: session.edit_part("scores", index, value), start, goal)


def _set(session: ProbabilitySession, words: Sequence[str]) -> Moments | None:
    name, text = words
    if name == "shifted":
        session.edit(name, {"on": True, "off": False}[text])
        return None
    if name not in ("temperature", "factor", "threshold", "sharpness", "flip", "v"):
        raise ValueError(f"there is no setting {name}")
    name = "score" if name == "v" else name
    return _gliding(lambda value: session.edit(name, value), getattr(session.state, name), number(text))


def _gliding(move: Any, start: float, goal: float) -> Moments:
    """Move from one value to another before the student's eyes."""
    values = iter([*(start + (goal - start) * k / _MOVES for k in range(1, _MOVES)), goal])
    return paced(lambda: move(next(values)), _MOVES)


def _point(session: ProbabilitySession, words: Sequence[str]) -> None:
    session.edit("point", (number(words[0]), number(words[1])))


def _line_of(session: ProbabilitySession, words: Sequence[str]) -> None:
    session.edit("weights", tuple(number(word) for word in words))


_COMMANDS = driving(_GRAINS) | {
    "choose": Command("choose PRESET", f"Opens an example: {', '.join(PRESETS)}.",
                      lambda session, words: session.open_preset(words[0])),
    "score": Command("score CLASS VALUE", "Moves the score of a class, counted from 1.", _score),
    "add": Command("add CONSTANT", "Adds a constant to all scores.",
                   lambda session, words: session.add(number(words[0]))),
    "classes": Command("classes COUNT", "Has 2 to 5 classes.", lambda session, words: session.count(int(words[0]))),
    "target": Command("target CLASS", "Says which class is the true one.",
                      lambda session, words: session.edit("target", int(words[0]) - 1)),
    "set": Command(
        "set NAME VALUE",
        "Sets temperature, factor, threshold, sharpness, flip or v to a number, or shifted to on or off.", _set,
    ),
    "note": Command("note", "Notes v with both results.", lambda session, words: session.note()),
    "point": Command("point X1 X2", "Asks about a point of the plane.", _point),
    "line": Command("line W1 W2 B", "Sets the line.", _line_of),
}  # fmt: skip

BENCH = Bench(
    stage="probability",
    begin=_begin,
    open=_open,
    facts=_facts,
    names={
        "look": "What is looked at: softmax, sigmoid, line or abstain.",
        "step": "Terms that are computed.",
        "done": "Whether all of them are.",
        "classes": "How many scores there are.",
        "z<class>": "The score of a class, counted from 1.",
        "p<class>": "Its probability, computed without overflow.",
        "computed<class>": "Its probability as the page has computed it: nan after an overflow.",
        "target<class>": "Its place in the one-hot target, 0 or 1.",
        "shifted": "Whether the largest score is subtracted first.",
        "overflow": "Whether a probability is no number.",
        "temperature": "T.",
        "target": "The true class, counted from 1.",
        "decision": "The class with the largest score, counted from 1; of a tie the first.",
        "ties": "How many classes have the largest score.",
        "sum": "Of all probabilities.",
        "largest": "The largest probability.",
        "v": "What goes into the sigmoid.",
        "sigmoid": "σ(v).",
        "two": "Soft-max of (v, 0), its first probability.",
        "noted": "How many different v were noted.",
        "apart": "The largest difference between both over the noted v.",
        "w1": "w₁ with the factor on it.",
        "w2": "w₂ with the factor on it.",
        "b": "b with the factor on it.",
        "factor": "On w₁, w₂ and b.",
        "x1": "Of the point that is asked about.",
        "x2": "Of the point that is asked about.",
        "z": "Its score.",
        "p": "Its probability.",
        "p11": "The probability of the point (1, 1).",
        "same_line": "Whether the line is the lecture's, whatever the factor.",
        "threshold": "Of the confidence.",
        "sharpness": "How sure the model is; 1 is calibrated.",
        "flip": "The mean share of flipped labels.",
        "flipped": "The share of labels that are flipped in this draw.",
        "answered": "The share that is answered.",
        "right": "How much of it is right.",
        "right_of_all": "The accuracy if all are answered.",
        "gap": "The mean distance between what is said and what happens.",
    },
    commands=_COMMANDS,
    parts={
        "presets": "The examples.",
        "settings": "The controls.",
        "table": "Scores and probabilities; for soft-max and sigmoid.",
        "plane": "The points and the line; for the line.",
        "curves": "Answers and reliability; for not answering.",
        "words": "The decision, or the numbers in a table.",
        "summary": "The page in words.",
    },
)
