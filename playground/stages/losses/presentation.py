"""Losses in the words of the page."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.loss_curves import MARGIN_LOSSES, cross_entropy, divergence, entropy, sample_cost, sample_factor, underflow
from playground.stages.losses.presets import MOST_COUNT, Begin
from playground.stages.losses.quizzes import NAMES, TASKS
from playground.stages.losses.tables import distributions
from playground.stages.sheets.numbers import exact, rounded, shown

if TYPE_CHECKING:
    from playground.stages.losses.session import LossesSession


@dataclass(frozen=True, slots=True)
class Overlay:
    """One line of the way from the likelihood to the cost.

    Attributes
    ----------
    name, formula : str
    value : callable
        What it is for an output and a target, as a text.
    """

    name: str
    formula: str
    value: Callable[[float, int], str]


def _log(a: float, t: int) -> float:
    cost = sample_cost(a, t)
    return -cost if cost else 0.0


OVERLAYS = (
    Overlay("The output is a probability", "p(y = 1 | x) = a", lambda a, t: exact(a)),
    Overlay("so is the rest", "p(y = 0 | x) = 1 − a", lambda a, t: exact(1 - a)),
    Overlay("Of the label that came", "p(y = t | x)", lambda a, t: exact(sample_factor(a, t))),
    Overlay("in one expression", "aᵗ (1 − a)¹⁻ᵗ", lambda a, t: exact(sample_factor(a, t))),
    Overlay("Make it as large as can be", "max aᵗ (1 − a)¹⁻ᵗ", lambda a, t: "1 at best"),
    Overlay("The logarithm is largest there, too", "t ln a + (1 − t) ln(1 − a)", lambda a, t: shown(_log(a, t))),
    Overlay("With a minus: a cost to make small", "J = −t ln a − (1 − t) ln(1 − a)",
            lambda a, t: shown(sample_cost(a, t))),
    Overlay("Its slope over the score wx", "a − t", lambda a, t: rounded(a - t, 4)),
    Overlay("Afterward, a rule to decide", "1 if a > 0.5", lambda a, t: str(int(a > 0.5)) if a != 0.5 else "a tie"),
)  # fmt: skip


def status(state: Begin, at: int, length: int) -> dict[str, Any]:
    """Return where the computation stands as `Transport.status`."""
    if not length:
        text = ""
    elif at == 0:
        text = "Nothing is computed yet"
    elif state.look == "formula":
        text = OVERLAYS[at - 1].name
    else:
        text = f"Sample {at} of {length}"
    return {"step": at, "length": length, "text": text, "at_end": at == length, "can_back": at > 0}


def words(session: LossesSession) -> dict[str, Any]:
    """Return what there is to say of it, as `FactTable.content`."""
    made = {
        "regression": _regression, "margin": _margin, "formula": _formula, "likelihood": _likelihood,
        "product": _product, "entropy": _entropy, "notation": _notation, "tasks": _tasks,
    }  # fmt: skip
    return made[session.state.look](session)


def _content(title: str, rows: list[list[str]], said: list[str], head: list[str] | None = None) -> dict[str, Any]:
    return {"title": title, "head": head or ([""] * len(rows[0]) if rows else []), "rows": rows, "strong": -1,
            "words": said}  # fmt: skip


def _regression(session: LossesSession) -> dict[str, Any]:
    found = session.residuals
    low, high = found.median
    rows = [
        ["Least Σe²", f"at the mean, {rounded(found.mean, 3)}"],
        ["Least Σ|e|", f"at the median, {rounded(low, 3)}" if low == high
         else f"from {rounded(low, 3)} to {rounded(high, 3)}"],
        ["Least Σe", "nowhere: the larger o, the smaller"],
    ]  # fmt: skip
    said = ["Signed errors cancel: a sum of 0 says nothing. |e| has a kink at 0, e² is smooth there."]
    return _content("Where each sum is least", rows, said)


def _margin(session: LossesSession) -> dict[str, Any]:
    m = session.state.margin
    log2, natural = (float(MARGIN_LOSSES[key].value(m)) for key in ("logistic", "natural"))
    side = "wrong" if m < 0 else "right" if m > 0 else "undecided"
    rows = [
        ["The sign is", side],
        ["log₂(1 + e⁻ᵐ)", rounded(log2, 4)],
        ["ln(1 + e⁻ᵐ)", rounded(natural, 4)],
        ["Quotient", f"{rounded(log2 / natural, 4)} = 1/ln 2"],
    ]
    said = [
        "Labels −1 and +1 with log₂, or 0 and 1 with ln: the same curve, but for the factor ln 2 = 0.6931. "
        "With t = 1 the score s is the margin, with t = 0 it is −m.",
    ]
    return _content("Two conventions", rows, said)


def _formula(session: LossesSession) -> dict[str, Any]:
    state = session.state
    rows = [[each.name, each.formula, each.value(state.a, state.t)] for each in OVERLAYS[: session.at]]
    said = [] if rows else ["Press Step forward: the formula is built line by line."]
    content = _content("From likelihood to cost", rows, said, ["", "formula", "here"] if rows else [])
    return content | {"strong": len(rows) - 1}


def _likelihood(session: LossesSession) -> dict[str, Any]:
    found, at = session.likelihood, session.at
    if at == 0:
        return _content("Likelihood and cost", [], ["Press Step forward: one sample after the other."])
    rows = [["Product", shown(found.products[at - 1])], ["Sum of −ln", shown(found.sums[at - 1])]]
    said = ["−ln of the product is the sum: the largest likelihood is the least cross-entropy."]
    if at == session.state.samples:
        shares = [found.share(k) for k in range(at)]
        if not any(math.isnan(share) for share in shares):
            most = max(range(at), key=lambda k: shares[k])
            rows.append(["Largest share", f"sample {most + 1}, {100 * shares[most]:.1f} %"])
    if math.isinf(found.sums[at - 1]):
        said = ["A label came that the model had called impossible: the product is 0, and the cost infinite."]
    return _content("Likelihood and cost", rows, said)


def _product(session: LossesSession) -> dict[str, Any]:
    factor = session.state.factor
    rows = []
    for name, precision in (("32 bits", "float32"), ("64 bits", "float64")):
        found = underflow(factor, precision, MOST_COUNT)
        rows.append([f"Product is 0 in {name}", f"from n = {found:,}" if found else f"not up to {MOST_COUNT:,}"])
    return _content("Underflow", rows, ["A product of 0 cannot be told from any other product of 0. The sum goes on."])


def _entropy(session: LossesSession) -> dict[str, Any]:
    p, q = distributions(session.state)
    unit, name = (math.log(2), "bits") if session.state.bits else (1.0, "nats")
    gap = divergence(p, q) / unit
    said = [
        "H(P, Q) = H(P) + KL(P‖Q). No model costs less than the entropy of the data; only Q = P costs just that.",
        f"Q costs {shown(gap)} {name} too much." if gap else "Q is P: there is nothing left to gain.",
    ]
    return _content("The gap", [], said)


def _notation(session: LossesSession) -> dict[str, Any]:
    rows = [
        ["L1", "y", "f(x)"], ["L2", "d, also y", "o, also ŷ"], ["L3", "t", "a = φ(wx), also ŷ"],
        ["L4, slide 34", "ŷ", "y"], ["L4, from slide 68", "l", "p"],
    ]  # fmt: skip
    right = sum(said == symbol.role for said, symbol in zip(session.state.names, NAMES, strict=True))
    if -1 in session.state.names:
        told = f"{right} of {len(NAMES)} are right. The table of all names comes when all are set."
        return _content("Names", [], [told])
    said = [f"{right} of {len(NAMES)} are right. A loss measures how different both are: 0 where they agree."]
    return _content("Names", rows, said, ["", "target", "output"])


def _tasks(session: LossesSession) -> dict[str, Any]:
    right = sum(said == task.loss for said, task in zip(session.state.picks, TASKS, strict=True))
    said = [
        f"{right} of {len(TASKS)} are right.",
        "The target decides: a number, a label on one side of a border, or a probability for each class. Hinge is a "
        "loss of a margin, for labels −1 and +1.",
    ]
    return _content("Score", [], said)


def summary(session: LossesSession) -> str:
    """Return the page in words."""
    state = session.state
    if state.look == "regression":
        found = session.residuals
        return (
            f"{len(state.targets)} targets, output {exact(state.output)}: Σe = {rounded(found.signed)}, Σ|e| = "
            f"{rounded(found.absolute)}, Σe² = {rounded(found.squared)}."
        )
    if state.look == "margin":
        values = ", ".join(
            f"{loss.title} {rounded(float(loss.value(state.margin)), 4)}" for loss in MARGIN_LOSSES.values()
        )
        return f"At the margin {exact(state.margin)}: {values}."
    if state.look == "formula":
        return f"Output {exact(state.a)}, target {state.t}: the cost is {shown(sample_cost(state.a, state.t))}."
    if state.look == "likelihood":
        whole = session.likelihood
        return f"{state.samples} samples: the likelihood is {shown(whole.products[-1])}, the cost {shown(whole.cost)}."
    if state.look == "product":
        cost = -state.count * math.log(state.factor)
        return f"{state.count:,} samples of probability {exact(state.factor)} cost {rounded(cost, 2)} in all."
    if state.look == "entropy":
        p, q = distributions(state)
        unit, name = (math.log(2), "bits") if state.bits else (1.0, "nats")
        return (
            f"H(P) = {shown(entropy(p) / unit)}, KL = {shown(divergence(p, q) / unit)}, H(P, Q) = "
            f"{shown(cross_entropy(p, q) / unit)} {name}."
        )
    return str(words(session)["words"][0])
