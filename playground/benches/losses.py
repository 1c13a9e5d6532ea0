"""The losses stage as lessons see it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from engine.loss_curves import MARGIN_LOSSES, cross_entropy, divergence, entropy, sample_cost, sample_factor
from lessons.conditions import Fact
from playground.benches.bench import Bench, Command, Moments, Query
from playground.benches.driving import asked, driving, number, paced
from playground.losses_link import LossesLink, from_query
from playground.stages.losses.pictures import products
from playground.stages.losses.presets import PRESETS
from playground.stages.losses.quizzes import LOSSES, NAMES, ROLES, TASKS
from playground.stages.losses.session import LossesSession
from playground.stages.losses.tables import distributions

__all__ = ["BENCH"]

_MOVES = 12
_GRAINS = {"op": "sample, or line of the derivation", "phase": "all of them"}


def _link(query: Query) -> LossesLink:
    return asked(from_query, query)


def _begin(query: Query) -> LossesSession:
    return LossesSession(_link(query))


def _open(session: LossesSession, query: Query) -> None:
    session.go_to(_link(query))


def _facts(session: LossesSession) -> dict[str, Fact]:
    state = session.state
    facts: dict[str, Fact] = {"look": state.look, "step": session.at, "done": session.at == len(session.stops)}
    return (
        facts | _errors(session) | _margin(session) | _one(session) | _samples(session) | _product(session)
        | _entropies(session) | _quizzes(session)
    )  # fmt: skip


def _errors(session: LossesSession) -> dict[str, Fact]:
    state, found = session.state, session.residuals
    kept_absolute, kept_squared = sum(map(abs, state.kept)), sum(e * e for e in state.kept)
    low, high = found.median
    pairs = ((found.absolute, kept_absolute), (found.squared, kept_squared))
    ratios = [max(pair) / min(pair) if min(pair) > 0 else math.nan for pair in pairs]
    return {
        "targets": len(state.targets), "output": state.output, "signed": found.signed, "absolute": found.absolute,
        "squared": found.squared, "mean": found.mean, "median": (low + high) / 2, "mae": found.mean_absolute,
        "mse": found.mean_squared, "rmse": found.root_mean_squared, "kept": len(state.kept),
        "absolute_ratio": ratios[0], "squared_ratio": ratios[1],
    } | {f"d{place}": target for place, target in enumerate(state.targets, 1)}  # fmt: skip


def _margin(session: LossesSession) -> dict[str, Fact]:
    state = session.state
    facts: dict[str, Fact] = {"margin": state.margin, "convention": state.convention}
    for key, loss in MARGIN_LOSSES.items():
        facts |= {key: float(loss.value(state.margin)), f"slope.{key}": float(loss.slope(state.margin))}
    return facts | {"logistic_shown": facts["logistic" if state.convention == "signed" else "natural"]}


def _one(session: LossesSession) -> dict[str, Fact]:
    state = session.state
    return {
        "a": state.a, "t": state.t, "cost": sample_cost(state.a, state.t), "factor": sample_factor(state.a, state.t),
        "slope": state.a - state.t,
    }  # fmt: skip


def _samples(session: LossesSession) -> dict[str, Fact]:
    state, found = session.state, session.likelihood
    shares = [found.share(k) for k in range(state.samples)]
    facts: dict[str, Fact] = {
        "samples": state.samples, "likelihood": found.products[-1], "cross_entropy": found.cost,
        "largest_share": max((each for each in shares if not math.isnan(each)), default=math.nan),
        "least_p": min(state.p[: state.samples]), "least_factor": min(found.factors),
    }  # fmt: skip
    for k in range(state.samples):
        facts |= {
            f"p{k + 1}": state.p[k], f"label{k + 1}": state.labels[k], f"factor{k + 1}": found.factors[k],
            f"cost{k + 1}": found.costs[k], f"share{k + 1}": shares[k],
        }  # fmt: skip
    return facts


def _product(session: LossesSession) -> dict[str, Fact]:
    state = session.state
    single, double, costs = products(state.factor)
    count = state.count
    return {
        "n": count, "p": state.factor, "product32": float(single[count]), "product64": float(double[count]),
        "before32": float(single[count - 1]), "before64": float(double[count - 1]), "sum": float(costs[count]),
        "kind32": "nan" if math.isnan(single[count]) else "zero" if single[count] == 0 else "number",
    }  # fmt: skip


def _entropies(session: LossesSession) -> dict[str, Fact]:
    p, q = distributions(session.state)
    nats = {"H": entropy(p), "cross": cross_entropy(p, q), "KL": divergence(p, q)}
    facts: dict[str, Fact] = {**nats, "bits": session.state.bits, "outcomes": len(p)}
    facts |= {f"{name}_bits": value / math.log(2) for name, value in nats.items()}
    facts |= {f"P{place}": value for place, value in enumerate(p, 1)}
    return facts | {f"Q{place}": value for place, value in enumerate(q, 1)}


def _quizzes(session: LossesSession) -> dict[str, Fact]:
    state = session.state
    return {
        "names_right": sum(said == each.role for said, each in zip(state.names, NAMES, strict=True)),
        "tasks_right": sum(said == each.loss for said, each in zip(state.picks, TASKS, strict=True)),
    }


def _gliding(move: Any, start: float, goal: float) -> Moments:
    """Move from one value to another before the student's eyes."""
    values = iter([*(start + (goal - start) * k / _MOVES for k in range(1, _MOVES)), goal])
    return paced(lambda: move(next(values)), _MOVES)


def _part(name: str) -> Any:
    def move(session: LossesSession, words: Sequence[str]) -> Moments:
        index, goal = int(words[0]) - 1, number(words[1])
        start = getattr(session.state, name)[index]
        return _gliding(lambda value: session.edit_part(name, index, value), start, goal)

    return move


def _set(session: LossesSession, words: Sequence[str]) -> Moments | None:
    name, text = words
    state = session.state
    if name in ("convention", "bits", "t", "count"):
        values: dict[str, Any] = {
            "convention": text, "bits": text == "on", "t": int(text) if name == "t" else 0,
            "count": int(text) if name == "count" else 1,
        }  # fmt: skip
        session.edit(name, values[name])
        return None
    if name not in ("output", "margin", "a", "factor"):
        raise ValueError(f"there is no setting {name}")
    return _gliding(lambda value: session.edit(name, value), getattr(state, name), number(text))


def _label(session: LossesSession, words: Sequence[str]) -> None:
    session.edit_part("labels", int(words[0]) - 1, int(words[1]))


def _pick(session: LossesSession, words: Sequence[str]) -> None:
    session.pick(int(words[0]) - 1, LOSSES.index(words[1]))


def _name(session: LossesSession, words: Sequence[str]) -> None:
    session.name(int(words[0]) - 1, ROLES.index(words[1]))


def _count(session: LossesSession, words: Sequence[str]) -> None:
    session.count(words[0], int(words[1]))


_COMMANDS = driving(_GRAINS) | {
    "choose": Command("choose PRESET", f"Opens an example: {', '.join(PRESETS)}.",
                      lambda session, words: session.open_preset(words[0])),
    "target": Command("target PLACE VALUE", "Moves a target, counted from 1.", _part("targets")),
    "p": Command("p PLACE VALUE", "Moves the probability of a sample.", _part("p")),
    "label": Command("label PLACE VALUE", "Gives a sample the label 0 or 1.", _label),
    "P": Command("P PLACE VALUE", "Moves a bar of P.", _part("truth")),
    "Q": Command("Q PLACE VALUE", "Moves a bar of Q.", _part("model")),
    "count": Command("count WHAT NUMBER", "Has so many targets, samples or outcomes.", _count),
    "set": Command(
        "set NAME VALUE", "Sets output, margin, a, factor, count or t to a number, convention to signed or binary, "
        "bits to on or off.", _set,
    ),
    "keep": Command("keep", "Keeps these errors to compare with.", lambda session, words: session.keep()),
    "name": Command("name PLACE ROLE", f"Says whether a symbol is {' or '.join(ROLES)}.", _name),
    "pick": Command("pick PLACE LOSS", f"Chooses a loss for a task, in quotes: {', '.join(LOSSES)}.", _pick),
}  # fmt: skip

BENCH = Bench(
    stage="losses",
    begin=_begin,
    open=_open,
    facts=_facts,
    names={
        "look": "What is looked at: regression, margin, formula, likelihood, product, entropy, notation or tasks.",
        "step": "Samples, or lines of the derivation, that are computed.",
        "done": "Whether all of them are.",
        "targets": "How many targets there are.",
        "d<place>": "A target, counted from 1.",
        "output": "o.",
        "signed": "Σe.",
        "absolute": "Σ|e|.",
        "squared": "Σe².",
        "mean": "Of the targets.",
        "median": "Of the targets; half-way between the two in the middle.",
        "mae": "Σ|e| over the number of targets.",
        "mse": "Σe² over the number of targets.",
        "rmse": "Its root.",
        "kept": "How many errors are kept to compare with; 0 for none.",
        "absolute_ratio": "The larger Σ|e| of now and kept over the smaller; nan where one is 0.",
        "squared_ratio": "The same of Σe².",
        "margin": "m.",
        "convention": "signed or binary.",
        "zero_one": "The 0/1 loss at m; so are hinge, exponential, logistic (log₂) and natural (ln).",
        "hinge": "The hinge loss at m.",
        "exponential": "The exponential loss at m.",
        "logistic": "The logistic loss at m, to base 2.",
        "natural": "The logistic loss at m, natural.",
        "slope.<loss>": "Its slope at m.",
        "logistic_shown": "The logistic loss of the convention.",
        "a": "The output of the one sample.",
        "t": "Its target.",
        "cost": "Its cost; inf where the label was said to be impossible.",
        "factor": "The probability of its label.",
        "slope": "a − t.",
        "samples": "How many samples there are.",
        "p<place>": "The probability of label 1 of a sample, counted from 1.",
        "label<place>": "Its label.",
        "factor<place>": "The probability of its label.",
        "cost<place>": "−ln of that.",
        "share<place>": "Of the whole cost.",
        "likelihood": "The product over all samples.",
        "cross_entropy": "The cost of all samples.",
        "largest_share": "The largest share of the cost that one sample has.",
        "least_p": "The smallest p.",
        "least_factor": "The smallest probability of a label.",
        "n": "How many factors the product has.",
        "p": "What is multiplied.",
        "product32": "The product in 32 bits.",
        "product64": "The product in 64 bits.",
        "kind32": "What that is: number, zero or nan.",
        "before32": "The product of one factor fewer, in 32 bits.",
        "before64": "The same in 64 bits.",
        "sum": "Of −ln p.",
        "H": "H(P) in nats; H_bits in bits.",
        "H_bits": "H(P) in bits.",
        "cross": "H(P, Q) in nats; cross_bits in bits.",
        "cross_bits": "H(P, Q) in bits.",
        "KL": "KL(P‖Q) in nats; KL_bits in bits.",
        "KL_bits": "KL(P‖Q) in bits.",
        "bits": "Whether the page shows bits.",
        "outcomes": "How many outcomes there are.",
        "P<place>": "The probability of an outcome, counted from 1.",
        "Q<place>": "What the model gives to it.",
        "names_right": "Symbols whose role is right.",
        "tasks_right": "Tasks whose loss is right.",
    },
    commands=_COMMANDS,
    parts={
        "presets": "The examples.",
        "settings": "The controls.",
        "curves": "Targets and costs, curves of the margin, or product and sum.",
        "table": "What can be set: targets, margin, samples, bars, answers.",
        "meters": "Sums, losses and slopes, products, or entropies.",
        "words": "What there is to say of it.",
        "summary": "The page in words.",
    },
)
