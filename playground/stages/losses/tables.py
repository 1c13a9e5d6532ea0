"""The tables of the losses page: what can be set, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.loss_curves import MARGIN_LOSSES, cross_entropy, divergence, entropy, normalized, sample_cost
from playground.stages.losses.pictures import products
from playground.stages.losses.presets import LARGEST_TARGET, Begin
from playground.stages.losses.quizzes import LOSSES, NAMES, ROLES, TASKS
from playground.stages.sheets.numbers import exact, rounded, shown

if TYPE_CHECKING:
    from playground.stages.losses.session import LossesSession

_LN2 = math.log(2)
_HIGHEST_MARGIN_LOSS = 8.0
_POWERS = {0: "⁰", 1: "¹"}


def table(session: LossesSession) -> dict[str, Any]:
    """Return the table in which something is set; empty where there is none."""
    made = {
        "regression": _targets, "margin": _margin, "formula": _sample, "likelihood": _samples, "entropy": _outcomes,
        "notation": _symbols, "tasks": _tasks,
    }  # fmt: skip
    look = session.state.look
    return made[look](session) if look in made else {}


def meters(session: LossesSession) -> dict[str, Any]:
    """Return the table of what is measured; empty where there is none."""
    made = {"regression": _sums, "margin": _margin_losses, "product": _products, "entropy": _entropies}
    look = session.state.look
    return made[look](session) if look in made else {}


def _slider(label: str, value: float, low: float, high: float, step: float = 0.01) -> dict[str, Any]:
    return {"kind": "slider", "label": label, "value": value, "low": low, "high": high, "step": step}


def _text(text: str, tone: str = "") -> dict[str, Any]:
    return {"kind": "text", "text": text, "tone": tone}


def _bar(share: float, text: str, tone: str = "") -> dict[str, Any]:
    share = 1.0 if math.isinf(share) else 0.0 if math.isnan(share) else share
    return {"kind": "bar", "share": share, "text": text, "tone": tone}


def _switch(label: str, text: str, on: bool) -> dict[str, Any]:
    return {"kind": "switch", "label": label, "text": text, "on": on}


def _row(key: object, name: str, cells: Sequence[dict[str, Any]], mark: str = "") -> dict[str, Any]:
    return {"key": str(key), "name": name, "mark": mark, "cells": list(cells)}


def _targets(session: LossesSession) -> dict[str, Any]:
    found = session.residuals
    rows = [
        _row(k, f"Target {k + 1}", (
            _slider(f"Target {k + 1}", target, -LARGEST_TARGET, LARGEST_TARGET), _text(rounded(error, 2), "gradient"),
            _bar(_share(abs(error), found.absolute), rounded(abs(error), 2)),
            _bar(_share(error * error, found.squared), rounded(error * error, 3)),
        ))
        for k, (target, error) in enumerate(zip(session.state.targets, found.errors, strict=True))
    ]  # fmt: skip
    return {"title": "Targets and errors", "head": ["", "target d", "e = d − o", "|e|", "e²"], "rows": rows}


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _sums(session: LossesSession) -> dict[str, Any]:
    found, kept = session.residuals, session.state.kept
    before = (sum(kept), sum(map(abs, kept)), sum(e * e for e in kept))
    now = (found.signed, found.absolute, found.squared)
    notes = ("", f"MAE {rounded(found.mean_absolute, 3)}",
             f"MSE {rounded(found.mean_squared, 3)}, RMSE {rounded(found.root_mean_squared, 3)}")  # fmt: skip
    rows = []
    largest = max(map(abs, (*now, *before)))
    for key, name, note, each, old in zip(
        ("signed", "absolute", "squared"), ("Σe", "Σ|e|", "Σe²"), notes, now, before, strict=True
    ):
        cells = [_bar(_share(abs(each), largest), rounded(each, 3))]
        if kept:
            cells.append(_bar(_share(abs(old), largest), rounded(old, 3), "test-loss"))
        rows.append(_row(key, name, cells, note))
    return {"title": "Three sums", "head": ["", "now", "kept"] if kept else ["", ""], "rows": rows}


def margin_keys(state: Begin) -> tuple[str, ...]:
    """Return the losses that a convention shows: one of the two logistic losses."""
    left_out = "natural" if state.convention == "signed" else "logistic"
    return tuple(key for key in MARGIN_LOSSES if key != left_out)


def _margin(session: LossesSession) -> dict[str, Any]:
    return {
        "title": "Margin", "head": ["", "margin m = y·s"],
        "rows": [_row("m", "m", [_slider("Margin m", session.state.margin, -3.0, 3.0)])],
    }  # fmt: skip


def _margin_losses(session: LossesSession) -> dict[str, Any]:
    state = session.state
    rows = []
    for key in margin_keys(state):
        loss = MARGIN_LOSSES[key]
        value, slope = float(loss.value(state.margin)), float(loss.slope(state.margin))
        formula = loss.formula
        if key == "natural":
            formula = "−t ln a − (1 − t) ln(1 − a)"
        rows.append(
            _row(key, loss.title, (
                _bar(value / _HIGHEST_MARGIN_LOSS, rounded(value, 4)), _text(rounded(slope, 4), "gradient")
            ), formula)
        )  # fmt: skip
    return {"title": "Losses and slopes", "head": ["", "", "slope"], "rows": rows}


def _sample(session: LossesSession) -> dict[str, Any]:
    state = session.state
    cost = sample_cost(state.a, state.t)
    cells = (
        _slider("Output a", state.a, 0.0, 1.0, 0.001), _switch("Target t", str(state.t), bool(state.t)),
        _bar(cost / 7, shown(cost)),
    )  # fmt: skip
    return {
        "title": "One sample", "head": ["", "output a = φ(wx)", "target t", "cost J"],
        "rows": [_row("a", "Sample", cells)],
    }  # fmt: skip


def _samples(session: LossesSession) -> dict[str, Any]:
    state, found, at = session.state, session.likelihood, session.at
    rows = []
    for k in range(state.samples):
        p, label, done = state.p[k], state.labels[k], k < at
        switched = f"{_based(p)}{_POWERS[label]} · {_based(1 - p)}{_POWERS[1 - label]}"
        factor = f"{switched} = {exact(found.factors[k])}"
        share = found.share(k)
        cost = shown(found.costs[k]) + ("" if math.isnan(share) else f" · {100 * share:.0f} %")
        rows.append(
            _row(k, f"Sample {k + 1}", (
                _slider(f"p of sample {k + 1}", p, 0.0, 1.0, 0.001),
                _switch(f"Label of sample {k + 1}", str(label), bool(label)),
                _text(factor if done else "–", "now" if k == at - 1 else ""),
                _text(shown(found.products[k]) if done else "–", "value"),
                _bar(share if done else 0.0, cost if done else "–"),
            ))
        )  # fmt: skip
    head = ["", "p of label 1", "label l", "pˡ · (1 − p)¹⁻ˡ", "product so far", "cost −ln, share of all"]
    return {"title": "Samples", "head": head, "rows": rows}


def _based(value: float) -> str:
    """Return a number that gets an exponent."""
    text = exact(value)
    return f"({text})" if "·" in text else text


def _products(session: LossesSession) -> dict[str, Any]:
    state = session.state
    single, double, costs = (float(each[state.count]) for each in products(state.factor))
    rows = [
        _row("single", "Product, 32 bits", [_text(shown(single), "value")]),
        _row("double", "Product, 64 bits", [_text(shown(double), "value")]),
        _row("sum", "Sum of −ln p", [_text(rounded(costs, 2), "now")]),
    ]
    return {"title": f"{state.count:,} samples of p = {exact(state.factor)}", "head": ["", ""], "rows": rows}


def _outcomes(session: LossesSession) -> dict[str, Any]:
    state = session.state
    p, q = distributions(state)
    unit = _LN2 if state.bits else 1.0
    whole = cross_entropy(p, q)
    rows = []
    for k in range(state.outcomes):
        # Where P is 0 the outcome never happens, and costs nothing.
        part = 0.0 if p[k] == 0 else math.inf if q[k] == 0 else -p[k] * math.log(q[k]) + 0.0
        rows.append(
            _row(k, f"Outcome {k + 1}", (
                _slider(f"Bar of P, outcome {k + 1}", state.truth[k], 0.0, 1.0),
                _slider(f"Bar of Q, outcome {k + 1}", state.model[k], 0.0, 1.0),
                _bar(p[k], rounded(p[k], 4), "test-loss"), _bar(q[k], rounded(q[k], 4), "positive"),
                _text(shown(part / unit) if whole else "0"),
            ))
        )  # fmt: skip
    head = ["", "bar of P", "bar of Q", "P", "Q", "−P log Q"]
    return {"title": "What happens, P, and what the model says, Q", "head": head, "rows": rows}


def distributions(state: Begin) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return P and Q: the bars over their sums."""
    return normalized(state.truth[: state.outcomes]), normalized(state.model[: state.outcomes])


def _entropies(session: LossesSession) -> dict[str, Any]:
    state = session.state
    p, q = distributions(state)
    unit, name = (_LN2, "bits") if state.bits else (1.0, "nats")
    found = {"H(P)": entropy(p), "KL(P‖Q)": divergence(p, q), "H(P, Q)": cross_entropy(p, q)}
    notes = {"H(P)": "of the data alone", "KL(P‖Q)": "too much", "H(P, Q)": "their sum: the cost"}
    most = max(found["H(P, Q)"], 1e-12)
    tones = {"H(P)": "test-loss", "KL(P‖Q)": "gradient", "H(P, Q)": "positive"}
    rows = [
        _row(key, key, [_bar(1.0 if math.isinf(value) else value / most if math.isfinite(most) else 0.0,
                             shown(value / unit), tones[key])], notes[key])
        for key, value in found.items()
    ]  # fmt: skip
    return {"title": f"Entropies in {name}", "head": ["", ""], "rows": rows}


def _symbols(session: LossesSession) -> dict[str, Any]:
    rows = []
    for k, (symbol, said) in enumerate(zip(NAMES, session.state.names, strict=True)):
        verdict = "" if said < 0 else "right" if said == symbol.role else f"no: {symbol.why}"
        cells = [
            _switch(f"{symbol.text} of {symbol.where} is the {role}", role, said == place)
            for place, role in enumerate(ROLES)
        ]
        rows.append(_row(k, f"{symbol.text} in {symbol.where}", cells, verdict))
    return {"title": "Which is which?", "head": ["", "", ""], "rows": rows}


def _tasks(session: LossesSession) -> dict[str, Any]:
    rows = []
    for k, (task, said) in enumerate(zip(TASKS, session.state.picks, strict=True)):
        verdict = "" if said < 0 else "right" if said == task.loss else f"not {LOSSES[said]}: {task.why}"
        cells = [_switch(f"{task.text}: {loss}", loss, said == place) for place, loss in enumerate(LOSSES)]
        rows.append(_row(k, task.text, cells, verdict))
    return {"title": "Choose a loss for each task", "head": [""] * 6, "rows": rows}
