"""Scores and probabilities in the numbers and words of the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.batches import Groups, gaussian_groups, logits
from engine.probability import SLIDE_POINTS, Term, best_classes, line_probability, one_hot, sigmoid, softmax
from engine.probability.softmax import KINDS
from playground.stages.probability.presets import Begin
from playground.stages.sheets.numbers import exact, rounded, shown
from playground.views.lane_marks import HAND
from playground.views.line_plane import LinePicture, line_handles

if TYPE_CHECKING:
    from playground.stages.probability.session import ProbabilitySession

REACH = 6.0
_LONGEST_SLIDER = 5.0
_MOVES = {"exp": "e to the power of the score", "sum": "the sum so far", "divide": "its share of the sum"}


def status(state: Begin, found: Sequence[Term], at: int) -> dict[str, Any]:
    """Return where the computation stands as `Transport.status`."""
    if state.look != "softmax":
        return {"step": 0, "length": 0, "text": "", "at_end": True, "can_back": False}
    if at == 0:
        text = "Nothing is computed yet"
    else:
        term = found[at - 1]
        text = f"Class {term.index + 1}: {_MOVES[term.kind]}"
    return {"step": at, "length": len(found), "text": text, "at_end": at == len(found), "can_back": at > 0}


def table(state: Begin, found: Sequence[Term], at: int) -> dict[str, Any]:
    """Return the content of the table of what is looked at."""
    if state.look == "softmax":
        return _classes(state, found, at)
    if state.look == "sigmoid":
        return _two_classes(state)
    return {}


def _classes(state: Begin, found: Sequence[Term], at: int) -> dict[str, Any]:
    done = {(term.kind, term.index): term.value for term in found[:at]}
    now = (found[at - 1].kind, found[at - 1].index) if 0 < at < len(found) else None
    largest = max(state.scores)
    rows = []
    for index, score in enumerate(state.scores):
        power, total, share = (done.get((kind, index)) for kind in KINDS)
        cells = [
            _score(f"Score of class {index + 1}", score),
            _text(power, now == ("exp", index)), _text(total, now == ("sum", index)),
            _bar(share, now == ("divide", index)),
            {
                "kind": "switch", "label": f"Class {index + 1} is the true class",
                "text": exact(one_hot(state.target, len(state.scores))[index]), "on": index == state.target,
            },
        ]  # fmt: skip
        rows.append({
            "key": str(index), "name": f"Class {index + 1}", "mark": "largest" if score == largest else "",
            "cells": cells,
        })  # fmt: skip
    return {
        "title": "Scores and probabilities", "rows": rows,
        "head": ["", "score z", _power(state), "sum so far", "probability", "one-hot target"],
    }  # fmt: skip


def _power(state: Begin) -> str:
    """Return what is computed of each score."""
    largest = max(state.scores)
    z = f"z {'−' if largest >= 0 else '+'} {exact(abs(largest))}" if state.shifted else "z"
    if state.temperature == 1:
        return f"e^({z})" if state.shifted else "eᶻ"
    return f"e^(({z})/T)" if state.shifted else "e^(z/T)"


def _score(label: str, value: float) -> dict[str, Any]:
    reach = _LONGEST_SLIDER
    low, high = min(-reach, value), max(reach, value)
    return {"kind": "slider", "label": label, "value": value, "low": low, "high": high, "step": 0.01}


def _text(value: float | None, now: bool) -> dict[str, str]:
    return {"kind": "text", "text": "–" if value is None else shown(value), "tone": "now" if now else ""}


def _bar(share: float | None, now: bool = False, tone: str = "") -> dict[str, Any]:
    known = share is not None and math.isfinite(share)
    text = "–" if share is None else rounded(share, 4)
    return {"kind": "bar", "share": share if known else None, "text": text, "tone": "value" if now else tone}


def _two_classes(state: Begin) -> dict[str, Any]:
    shares = softmax([state.score, 0.0])
    own = sigmoid(state.score)
    largest = max(state.score, 0.0)
    powers = [math.exp(score - largest) for score in (state.score, 0.0)]
    rows = [
        {
            "key": "v", "name": "Class 1", "mark": "score v",
            "cells": [_score("v", state.score), _text(powers[0], False), _bar(float(shares[0]))],
        },
        {
            "key": "zero", "name": "Class 0", "mark": "score fixed",
            "cells": [_plain("0"), _text(powers[1], False), _bar(float(shares[1]))],
        },
        {
            "key": "sigmoid", "name": "Sigmoid", "mark": "one line of its own",
            "cells": [_plain("1 / (1 + e⁻ᵛ)"), _plain(""), _bar(own, tone="forward")],
        },
    ]  # fmt: skip
    return {
        "title": "Soft-max of two scores, and the sigmoid", "rows": rows,
        "head": ["", "score", f"e^(z − {exact(largest)})", "probability"],
    }  # fmt: skip


def _plain(text: str) -> dict[str, str]:
    return {"kind": "text", "text": text, "tone": "muted"}


def words(session: ProbabilitySession) -> dict[str, Any]:
    """Return what there is to say of it, as `FactTable.content`."""
    look = session.state.look
    made = {"softmax": _decision, "sigmoid": _compared, "line": _points, "abstain": _answers}
    return made[look](session)


def _decision(session: ProbabilitySession) -> dict[str, Any]:
    state = session.state
    if session.at < len(session.stops):
        return {
            "title": "Decision", "head": [], "rows": [], "strong": -1,
            "words": ["Press Step forward: first each power, then the sum, then each share of it."],
        }  # fmt: skip
    shares = [term.value for term in session.terms[-len(state.scores) :]]
    if any(math.isnan(share) for share in shares):
        said = (
            "A power was too large for a 64-bit number and became ∞. Then ∞/∞ is no number, nan, and there is nothing "
            "to decide. Switch “Subtract the largest score” on."
        )
        return {"title": "Decision", "head": [], "rows": [], "strong": -1, "words": [said]}
    best = best_classes(state.scores)
    names = " and ".join(str(index + 1) for index in best)
    decision = f"Class {names}" if len(best) == 1 else f"A tie: classes {names}"
    rows = [
        ["Arg-max", decision],
        ["True class", f"Class {state.target + 1}"],
        ["Its probability", rounded(shares[state.target], 4)],
        ["Sum of all", rounded(sum(shares), 4)],
    ]
    told = (
        "Scores that are equal share the first place: whoever must choose one needs a rule for it."
        if len(best) > 1 else "The decision is the class with the largest score; the probabilities say by how much."
    )  # fmt: skip
    return {"title": "Decision", "head": ["", ""], "rows": rows, "strong": 0, "words": [told]}


def _compared(session: ProbabilitySession) -> dict[str, Any]:
    rows = []
    for v in session.state.noted:
        two, own = float(softmax([v, 0.0])[0]), sigmoid(v)
        rows.append([exact(v), shown(own, 6), shown(two, 6), shown(abs(two - own), 3)])
    said = (
        "Set v, and press “Note this value”. The difference is 0, or a rounding error in the sixteenth digit."
        if len(rows) < 5 else
        "Both are the same function: divide above and below by eᵛ, and soft-max of (v, 0) is 1/(1 + e⁻ᵛ)."
    )  # fmt: skip
    return {
        "title": "Noted values", "head": ["v", "σ(v)", "soft-max(v, 0)₁", "difference"], "rows": rows, "strong": -1,
        "words": [said],
    }  # fmt: skip


def _points(session: ProbabilitySession) -> dict[str, Any]:
    asked = (session.state.point[0], session.state.point[1])
    places = [asked, *(point for point in SLIDE_POINTS if point != asked)]
    rows = []
    for x1, x2 in places:
        z = float(logits([(x1, x2)], session.line)[0])
        rows.append([f"({exact(x1)}, {exact(x2)})", rounded(z, 3), shown(line_probability(session.line, (x1, x2)))])
    w1, w2, b = session.line
    said = f"z = {rounded(w1)} x₁ {_signed(w2)} x₂ {_signed(b)}. On the line z = 0 and p = 0.5, whatever the factor."
    return {
        "title": "Score and probability", "head": ["(x₁, x₂)", "z", "p"], "rows": rows, "strong": 0, "words": [said],
    }  # fmt: skip


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+'} {rounded(abs(value))}"


def _answers(session: ProbabilitySession) -> dict[str, Any]:
    state, decisions = session.state, session.decisions
    share, right = session.answered
    from_all = float(np.mean((decisions.logits > 0) == (decisions.labels > 0)))
    rows = [
        ["Answered", f"{100 * share:.1f} % of {len(decisions):,}"],
        ["Right of the answered", "–" if math.isnan(right) else f"{100 * right:.1f} %"],
        ["Right if all are answered", f"{100 * from_all:.1f} %"],
        ["Labels flipped", f"{100 * decisions.flipped:.1f} %"],
    ]
    said = [
        "Synthetic decisions: the labels were drawn by a program. Near the border a label is nearly a coin flip, far "
        "from it hardly ever wrong.",
    ]
    if state.sharpness > 1.05:
        said.append("This model claims to be surer than it is: what it says lies beyond what happens.")
    elif state.sharpness < 0.95:
        said.append("This model claims to be less sure than it could be.")
    else:
        said.append("This model is calibrated: of the cases for which it says 0.7, about 7 in 10 are accepted.")
    return {"title": "Answers", "head": ["", ""], "rows": rows, "strong": 1, "words": said}


@lru_cache(maxsize=1)
def _groups() -> Groups:
    return gaussian_groups(np.random.default_rng(0))


def handles(line: tuple[float, float, float]) -> tuple[tuple[float, float], ...]:
    """Return the two points by which a line is dragged."""
    return line_handles(line, REACH)


def plane(point: Sequence[float], line: tuple[float, float, float]) -> LinePicture:
    """Return the plane: the lecture's points, the line, and the point that is asked about."""
    groups = _groups()
    return LinePicture(
        groups.points, groups.labels, REACH, {HAND: line}, HAND, np.zeros(0, dtype=np.int64), (point[0], point[1]),
        handles(line),
    )  # fmt: skip


def summary(session: ProbabilitySession) -> str:
    """Return the page in words."""
    state = session.state
    if state.look == "softmax":
        scores = ", ".join(exact(score) for score in state.scores)
        if session.at < len(session.stops):
            return f"Soft-max of {scores}: {session.at} of {len(session.stops)} terms are computed."
        shares = ", ".join(rounded(term.value, 4) for term in session.terms[-len(state.scores) :])
        return f"Soft-max of {scores} at temperature {exact(state.temperature)}: {shares}."
    if state.look == "sigmoid":
        v = exact(state.score)
        return f"σ({v}) = {shown(sigmoid(state.score), 6)}, and soft-max of ({v}, 0) gives the same."
    if state.look == "line":
        x1, x2 = state.point
        p = line_probability(session.line, (x1, x2))
        return f"With the factor {exact(state.factor)} the point ({exact(x1)}, {exact(x2)}) has p = {shown(p)}."
    share, right = session.answered
    answers = "no answer at all" if math.isnan(right) else f"{100 * right:.1f} % of the answers are right"
    return (
        f"With a confidence of {state.threshold:.2f} or more the model answers {100 * share:.1f} % of the synthetic "
        f"cases: {answers}."
    )
